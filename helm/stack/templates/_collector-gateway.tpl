{{/*
One for the cluster. Ids that came in as captured headers become the one attribute `correlation_id`; those of load balancers are kept; traces
that failed or were slow are always kept; then out, to Tempo, Loki and Prometheus.
*/}}
{{- define "stack.collector.gateway" -}}
{{- $collector := .Values.global.collector }}
receivers:
  otlp:
    protocols:
      grpc: { endpoint: '${env:MY_POD_IP}:4317' }
      http: { endpoint: '${env:MY_POD_IP}:4318' }
processors:
  transform/ids:
    error_mode: ignore
    trace_statements:
      - context: span
        statements:
          # Captured headers are lists; older instrumentation wrote underscores.
          - set(attributes["correlation_id"], attributes["http.request.header.x-correlation-id"][0]) where attributes["correlation_id"] == nil and attributes["http.request.header.x-correlation-id"] != nil
          - set(attributes["correlation_id"], attributes["http.request.header.x_correlation_id"][0]) where attributes["correlation_id"] == nil and attributes["http.request.header.x_correlation_id"] != nil
          # What is no id is none: it would not be found by it, and might be anything.
          - delete_key(attributes, "correlation_id") where attributes["correlation_id"] != nil and not IsMatch(attributes["correlation_id"], "^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$")
          {{- range $collector.loadBalancerHeaders }}
          - set(attributes["lb.{{ . | replace "-" "_" }}"], attributes["http.request.header.{{ . }}"][0]) where attributes["http.request.header.{{ . }}"] != nil
          - set(attributes["lb.{{ . | replace "-" "_" }}"], attributes["http.request.header.{{ . | replace "-" "_" }}"][0]) where attributes["http.request.header.{{ . | replace "-" "_" }}"] != nil
          {{- end }}
          # Who wrote a commit is nobody's business here.
          - delete_matching_keys(attributes, "^vcs\\.ref\\.head\\.revision\\.author\\..*")
      - context: resource
        statements:
          - delete_matching_keys(attributes, "^vcs\\.ref\\.head\\.revision\\.author\\..*")
  # Waits for the whole trace, then decides. An error or a slow request is never dropped.
  tail_sampling:
    decision_wait: 10s
    num_traces: 50000
    expected_new_traces_per_sec: 500
    policies:
      - { name: failed, type: status_code, status_code: { status_codes: [ERROR] } }
      - { name: refused, type: numeric_attribute, numeric_attribute: { key: http.response.status_code, min_value: 500, max_value: 599 } }
      - { name: slow, type: latency, latency: { threshold_ms: {{ $collector.slowMs }} } }
      # What `helm test` sends.
      - { name: followed, type: string_attribute, string_attribute: { key: correlation_id, values: ['^follow-'], enabled_regex_matching: true } }
      - { name: portal, type: string_attribute, string_attribute: { key: service.name, values: [throughline] } }
      - { name: others, type: probabilistic, probabilistic: { sampling_percentage: {{ $collector.keepPercent }} } }
exporters:
  otlp_http/tempo:
    endpoint: {{ .Values.global.addresses.tempoOtlp }}
    sending_queue: { enabled: true, queue_size: 5000 }
    retry_on_failure: { enabled: true, max_elapsed_time: 300s }
  otlp_http/loki:
    endpoint: {{ .Values.global.addresses.loki }}/otlp
    sending_queue: { enabled: true, queue_size: 5000 }
    retry_on_failure: { enabled: true, max_elapsed_time: 300s }
  {{- if eq $collector.metricsTo "otlp" }}
  otlp_http/prometheus:
    endpoint: {{ .Values.global.addresses.prometheus }}/api/v1/otlp
    sending_queue: { enabled: true, queue_size: 1000 }
  {{- end }}
service:
  pipelines:
    traces: { receivers: [otlp], processors: [memory_limiter, transform/ids{{ if lt (int $collector.keepPercent) 100 }}, tail_sampling{{ end }}, batch], exporters: [otlp_http/tempo] }
    logs: { receivers: [otlp], processors: [memory_limiter, batch], exporters: [otlp_http/loki] }
    {{- if eq $collector.metricsTo "otlp" }}
    metrics: { receivers: [otlp], processors: [memory_limiter, batch], exporters: [otlp_http/prometheus] }
    {{- end }}
{{- end }}
