{{- define "throughline.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}

{{- define "throughline.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "throughline.name" .) .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name (include "throughline.name" .) | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "throughline.selector" -}}
app.kubernetes.io/name: {{ include "throughline.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "throughline.labels" -}}
{{ include "throughline.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: throughline
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "throughline.image" -}}
{{- $repository := required "image.repository is needed: where your release workflow pushed the image of the portal" .Values.image.repository }}
{{- if .Values.image.digest }}{{ $repository }}@{{ .Values.image.digest }}{{ else }}{{ $repository }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{- define "throughline.toolsImage" -}}
{{- $repository := default (printf "%s-tools" (required "image.repository is needed: where your release workflow pushed the image of the portal" .Values.image.repository)) .Values.tools.repository }}
{{- if .Values.tools.digest }}{{ $repository }}@{{ .Values.tools.digest }}{{ else }}{{ $repository }}:{{ default (default .Chart.AppVersion .Values.image.tag) .Values.tools.tag }}{{ end }}
{{- end }}

{{- define "throughline.host" -}}{{ default (regexReplaceAll "^https?://([^/:]+).*$" .root.Values.publicUrl "${1}") .own }}{{- end }}

{{- define "throughline.podSecurity" -}}
runAsNonRoot: true
{{- if .Values.runAsUser }}
runAsUser: {{ .Values.runAsUser }}
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "throughline.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "throughline.secretsPath" -}}/var/run/secrets/throughline{{- end }}

{{/* One volume of all secrets that are named, but one; its files are called as in the values. */}}
{{- define "throughline.secretsVolume" -}}
projected:
  sources:
    {{- range $name, $secret := omit .root.Values.secrets "existingSecret" .without }}
    {{- if and $secret.key (not (and (eq $name "databaseUrl") $.root.Values.postgres.enabled)) }}
    - secret:
        name: {{ default (required "secrets.existingSecret is needed: the Secret that docs/install.md makes" $.root.Values.secrets.existingSecret) $secret.existingSecret }}
        items: [{ key: {{ $secret.key }}, path: {{ $name }} }]
    {{- end }}
    {{- end }}
{{- end }}

{{/* Where the database is: a mounted URL, or the bundled Postgres. */}}
{{- define "throughline.databaseEnvironment" -}}
{{- if .Values.postgres.enabled -}}
- name: POSTGRES_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .Values.postgres.auth.existingSecret }}, key: {{ .Values.postgres.auth.secretKeys.adminPasswordKey }} } }
- name: DATABASE_URL
  value: postgresql://{{ .Values.postgres.auth.username }}:$(POSTGRES_PASSWORD)@{{ .Values.postgres.fullnameOverride }}:{{ .Values.postgres.service.port }}/{{ .Values.postgres.auth.database }}
{{- else -}}
- { name: DATABASE_URL_FILE, value: {{ include "throughline.secretsPath" . }}/databaseUrl }
{{- end }}
{{- end }}
