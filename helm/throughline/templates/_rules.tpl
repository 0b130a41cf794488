{{/* A file of alert-rules/ with the addresses of this installation. Its own templates are for Prometheus, so it is not one for Helm. */}}
{{- define "throughline.rules" -}}
{{- $text := .root.Files.Get (printf "files/alert-rules/%s.yaml" .component) }}
{{- if not $text }}{{ fail (printf "monitoring.rules: there is no alert-rules/%s.yaml" .component) }}{{ end }}
{{- regexReplaceAll "https://runbooks\\.example\\.com/([A-Za-z0-9]+)" $text (printf "%s/${1}%s" .root.Values.monitoring.runbookUrl .root.Values.monitoring.runbookSuffix) | replace "https://grafana.example.com" .root.Values.monitoring.grafanaUrl | replace "https://throughline.example.com" .root.Values.publicUrl }}
{{- end }}

{{/* The same for evaluators whose objects do not know keep_firing_for: those of Google refuse what they do not know. */}}
{{- define "throughline.plainRules" -}}
groups:
{{- range (include "throughline.rules" . | fromYaml).groups }}
  {{- $rules := list }}
  {{- range .rules }}{{ $rules = append $rules (omit . "keep_firing_for") }}{{ end }}
  - {{- set . "rules" $rules | toYaml | nindent 4 }}
{{- end }}
{{- end }}

{{/* Which files of rules are for this kind of evaluator, as JSON. Google's takes no remote write and finds no PodMonitor: what Tempo counts, and what the stack's own monitors find, is elsewhere there. */}}
{{- define "throughline.rulesFor" -}}
{{- $monitoring := .root.Values.monitoring }}
{{- $chosen := list }}
{{- range $monitoring.rules }}
{{- $evaluator := ternary (default $monitoring.kind $monitoring.stackRulesKind) $monitoring.kind (has . (list "application" "slo" "tracing" "telemetry" "runners")) }}
{{- if eq $evaluator $.kind }}{{ $chosen = append $chosen . }}{{ end }}
{{- end }}
{{- toJson $chosen }}
{{- end }}

{{- define "throughline.monitoringMetadata" -}}
labels:
  {{- include "throughline.labels" . | nindent 2 }}
  {{- with .Values.monitoring.labels }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}
