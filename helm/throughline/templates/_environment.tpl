{{/* The environment of the portal, the same for every role. */}}
{{- define "throughline.environment" -}}
{{- $path := include "throughline.secretsPath" . }}
{{- if and (has "embedded" (list .Values.sources.traces.kind .Values.sources.logs.kind)) (not .Values.secrets.otlpToken.key) }}
{{- fail "secrets.otlpToken.key is needed where a source is embedded: /v1/traces and /v1/logs would be open" }}
{{- end }}
{{- range .Values.alertSources }}
{{- if and (eq .kind "amazon-sns") $.Values.networkPolicy.enabled (not $.Values.networkPolicy.toInternet) }}
{{- fail "networkPolicy.toInternet is needed with a source of kind amazon-sns: the portal reads the certificate its messages are signed with" }}
{{- end }}
{{- end }}
{{- include "throughline.databaseEnvironment" . }}
- { name: PUBLIC_URL, value: {{ .Values.publicUrl | quote }} }
- { name: HOSTNAME, value: 0.0.0.0 }
- { name: PORT, value: '3000' }
- { name: TRACES_SOURCE, value: {{ .Values.sources.traces.kind }} }
- { name: LOGS_SOURCE, value: {{ .Values.sources.logs.kind }} }
- { name: METRICS_SOURCE, value: {{ .Values.sources.metrics.kind }} }
{{- if eq .Values.sources.traces.kind "tempo" }}
- { name: TEMPO_URL, value: {{ tpl .Values.sources.traces.url . | quote }} }
{{- end }}
{{- if eq .Values.sources.logs.kind "loki" }}
- { name: LOKI_URL, value: {{ tpl .Values.sources.logs.url . | quote }} }
{{- end }}
{{- if eq .Values.sources.metrics.kind "prometheus" }}
- { name: PROMETHEUS_URL, value: {{ tpl .Values.sources.metrics.url . | quote }} }
{{- end }}
{{- with .Values.monitoring }}
{{- if hasSuffix "m" .interval }}
- { name: SCRAPE_SECONDS, value: {{ trimSuffix "m" .interval | atoi | mul 60 | toString | quote }} }
{{- else if not (hasSuffix "ms" .interval) }}
- { name: SCRAPE_SECONDS, value: {{ trimSuffix "s" .interval | quote }} }
{{- end }}
{{- if ne .grafanaUrl "https://grafana.example.com" }}
- { name: GRAFANA_URL, value: {{ .grafanaUrl | quote }} }
{{- end }}
{{- end }}
{{- with .Values.lookupAttributes }}
- { name: LOOKUP_ATTRIBUTES, value: {{ join "," . | quote }} }
{{- end }}
{{- with .Values.telemetryEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ tpl . $ | quote }} }
{{- end }}
{{- if not .Values.secrets.alertSources.key }}
- name: ALERT_SOURCES
  value: {{ tpl (toJson .Values.alertSources) . | quote }}
{{- end }}
{{- range $name, $variable := dict "alertSources" "ALERT_SOURCES_FILE" "alertChannels" "ALERT_CHANNELS_FILE" "smtpUrl" "SMTP_URL_FILE" "otlpToken" "OTLP_TOKEN_FILE" "metricsToken" "METRICS_TOKEN_FILE" "tempoToken" "TEMPO_BEARER_TOKEN_FILE" "lokiToken" "LOKI_BEARER_TOKEN_FILE" "prometheusToken" "PROMETHEUS_BEARER_TOKEN_FILE" }}
{{- if (get $.Values.secrets $name).key }}
- { name: {{ $variable }}, value: {{ $path }}/{{ $name }} }
{{- end }}
{{- end }}
- name: HOSTNAME_POD
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
{{- range $name, $value := .Values.environment }}
- { name: {{ $name }}, value: {{ $value | toString | quote }} }
{{- end }}
{{- end }}
