{{- define "stack.labels" -}}
app.kubernetes.io/part-of: throughline
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* One collector's configuration. It needs nothing but .Values.global, so that the charts of the collectors can take its hash. */}}
{{- define "stack.collector" -}}
{{- $configuration := include (printf "stack.collector.%s" .name) .root | fromYaml }}
{{- if hasKey $configuration "Error" }}{{ fail (printf "collector %s: %s" .name $configuration.Error) }}{{ end }}
{{- mustMergeOverwrite (include "stack.collector.shared" .root | fromYaml) $configuration | toYaml }}
{{- end }}

{{/* What every collector has. Its own metrics keep their _total: the rules name them so. */}}
{{- define "stack.collector.shared" -}}
extensions:
  health_check: { endpoint: '${env:MY_POD_IP}:13133' }
processors:
  memory_limiter: { check_interval: 1s, limit_percentage: 80, spike_limit_percentage: 20 }
  batch: { timeout: 500ms, send_batch_size: 2000, send_batch_max_size: 4000 }
service:
  extensions: [health_check]
  telemetry:
    metrics:
      readers:
        - pull: { exporter: { prometheus: { host: '${env:MY_POD_IP}', port: 8888, without_type_suffix: false, without_units: true, without_scope_info: true } } }
{{- end }}

{{/* The commands beside the portal are in one image, which its chart names. */}}
{{- define "stack.toolsImage" -}}
{{- include "throughline.toolsImage" (dict "Values" .Values.throughline "Chart" .Subcharts.throughline.Chart) }}
{{- end }}
