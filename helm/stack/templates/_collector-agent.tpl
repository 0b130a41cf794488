{{/*
On every node. Two ways in, one out: what applications send, and what containers write. Each record gets the pod it came from; trace and
correlation ids in JSON lines become fields of the record; lines of load balancers and ingresses get the names that the portal knows.
*/}}
{{- define "stack.collector.agent" -}}
{{- $collector := .Values.global.collector }}
extensions:
  file_storage: { directory: /var/lib/otelcol }
receivers:
  otlp:
    protocols:
      grpc: { endpoint: '${env:MY_POD_IP}:4317' }
      http: { endpoint: '${env:MY_POD_IP}:4318' }
  file_log:
    include: [/var/log/pods/*/*/*.log]
    exclude:
      # Its own lines would be lines about lines.
      - /var/log/pods/{{ .Release.Namespace }}_collector-*/*/*.log
      {{- range $collector.excludeNamespaces }}
      - /var/log/pods/{{ . }}_*/*/*.log
      {{- end }}
    start_at: end
    include_file_path: true
    storage: file_storage
    retry_on_failure: { enabled: true }
    operators:
      # Times, partial lines, and pod, namespace and container from the path.
      - { type: container, id: container }
      - type: json_parser
        id: json
        if: 'body matches "^\\s*\\{"'
        parse_from: body
        parse_to: attributes
        on_error: send_quiet
processors:
  k8s_attributes:
    auth_type: serviceAccount
    passthrough: false
    filter: { node_from_env_var: NODE_NAME }
    extract:
      metadata: [k8s.namespace.name, k8s.pod.name, k8s.pod.uid, k8s.pod.start_time, k8s.deployment.name, k8s.node.name, k8s.container.name, container.image.tag]
      labels:
        - { tag_name: app, key: app.kubernetes.io/name, from: pod }
        - { tag_name: app_version, key: app.kubernetes.io/version, from: pod }
        # Which scale set a runner is of.
        - { tag_name: cicd.runner.scale_set, key: actions.github.com/scale-set-name, from: pod }
        - { tag_name: cicd.runner.repository, key: actions.github.com/repository, from: pod }
        - { tag_name: cicd.runner.organization, key: actions.github.com/organization, from: pod }
      annotations:
        - { tag_name: throughline.logs, key: throughline/logs, from: pod }
    pod_association:
      - sources: [{ from: resource_attribute, name: k8s.pod.uid }]
      - sources: [{ from: resource_attribute, name: k8s.pod.ip }]
      - sources: [{ from: connection }]
  # A service that sends its lines by itself says so with the annotation throughline/logs: otlp; they are not taken twice.
  filter/sent:
    error_mode: ignore
    logs:
      log_record: ['resource.attributes["throughline.logs"] == "otlp" and attributes["log.file.path"] != nil']
  transform/fields:
    error_mode: ignore
    log_statements:
      - context: resource
        statements:
          - set(attributes["service.name"], attributes["app"]) where attributes["service.name"] == nil
          - set(attributes["service.name"], attributes["k8s.container.name"]) where attributes["service.name"] == nil
          - set(attributes["service.version"], attributes["app_version"]) where attributes["service.version"] == nil
          - delete_key(attributes, "app_version")
          - delete_key(attributes, "k8s.container.restart_count")
      - context: log
        conditions: ['attributes["log.file.path"] != nil']
        statements:
          # The ids, however they are spelled.
          - set(attributes["correlation_id"], attributes["correlationId"]) where attributes["correlation_id"] == nil and attributes["correlationId"] != nil
          - set(attributes["correlation_id"], attributes["x-correlation-id"]) where attributes["correlation_id"] == nil and attributes["x-correlation-id"] != nil
          - set(attributes["trace_id"], attributes["traceId"]) where attributes["trace_id"] == nil and attributes["traceId"] != nil
          - set(attributes["span_id"], attributes["spanId"]) where attributes["span_id"] == nil and attributes["spanId"] != nil
          # Only what is an id: anything else would fail the record.
          - set(trace_id.string, attributes["trace_id"]) where attributes["trace_id"] != nil and IsMatch(attributes["trace_id"], "^[0-9a-f]{32}$")
          - set(span_id.string, attributes["span_id"]) where attributes["span_id"] != nil and IsMatch(attributes["span_id"], "^[0-9a-f]{16}$")
          - delete_key(attributes, "trace_id") where attributes["trace_id"] != nil and IsMatch(attributes["trace_id"], "^[0-9a-f]{32}$")
          - delete_key(attributes, "span_id") where attributes["span_id"] != nil and IsMatch(attributes["span_id"], "^[0-9a-f]{16}$")
          - delete_key(attributes, "correlationId")
          - delete_key(attributes, "x-correlation-id")
          - delete_key(attributes, "traceId")
          - delete_key(attributes, "spanId")
          # Severity and text, where the line said them.
          - set(severity_text, String(attributes["level"])) where attributes["level"] != nil
          - set(severity_number, SEVERITY_NUMBER_DEBUG) where IsMatch(severity_text, "(?i)^(debug|20)$")
          - set(severity_number, SEVERITY_NUMBER_INFO) where IsMatch(severity_text, "(?i)^(info|notice|30)$")
          - set(severity_number, SEVERITY_NUMBER_WARN) where IsMatch(severity_text, "(?i)^(warn|warning|40)$")
          - set(severity_number, SEVERITY_NUMBER_ERROR) where IsMatch(severity_text, "(?i)^(error|err|50)$")
          - set(severity_number, SEVERITY_NUMBER_FATAL) where IsMatch(severity_text, "(?i)^(fatal|crit|critical|emerg|60)$")
          # pino says numbers.
          - set(severity_text, "debug") where severity_text == "20"
          - set(severity_text, "info") where severity_text == "30"
          - set(severity_text, "warn") where severity_text == "40"
          - set(severity_text, "error") where severity_text == "50"
          - set(severity_text, "fatal") where severity_text == "60"
          - set(body, attributes["message"]) where attributes["message"] != nil
          - set(body, attributes["msg"]) where attributes["message"] == nil and attributes["msg"] != nil
          - delete_key(attributes, "message")
          - delete_key(attributes, "msg")
          - delete_key(attributes, "level")
          # Said by the record itself.
          - delete_key(attributes, "time")
          - delete_key(attributes, "logtag")
          - delete_key(attributes, "log.file.name")
  # What load balancers and ingresses wrote about a request: one set of names, so that the portal can draw it as the first hop.
  transform/access:
    error_mode: ignore
    log_statements:
      - context: log
        conditions: ['resource.attributes["app"] != nil and IsMatch(resource.attributes["app"], "^({{ join "|" $collector.accessLogs }})$") and (attributes["status"] != nil or attributes["response_code"] != nil or attributes["DownstreamStatus"] != nil)']
        statements:
          - set(attributes["log.type"], "access")
          # nginx: its request id is the correlation id where the application was not given another.
          - set(attributes["correlation_id"], attributes["req_id"]) where attributes["correlation_id"] == nil and attributes["req_id"] != nil
          - set(attributes["correlation_id"], attributes["request_id"]) where attributes["correlation_id"] == nil and attributes["request_id"] != nil
          - set(attributes["http.request.method"], attributes["method"]) where attributes["method"] != nil
          - set(attributes["http.request.method"], attributes["request_method"]) where attributes["request_method"] != nil
          - set(attributes["http.request.method"], attributes["RequestMethod"]) where attributes["RequestMethod"] != nil
          - set(attributes["url.path"], attributes["path"]) where attributes["path"] != nil
          - set(attributes["url.path"], attributes["uri"]) where attributes["uri"] != nil
          - set(attributes["url.path"], attributes["RequestPath"]) where attributes["RequestPath"] != nil
          - set(attributes["http.response.status_code"], Int(attributes["status"])) where attributes["status"] != nil
          - set(attributes["http.response.status_code"], Int(attributes["response_code"])) where attributes["response_code"] != nil
          - set(attributes["http.response.status_code"], Int(attributes["DownstreamStatus"])) where attributes["DownstreamStatus"] != nil
          # In seconds: nginx says seconds, Envoy milliseconds, Traefik nanoseconds.
          - set(attributes["http.server.request.duration"], Double(attributes["request_time"])) where attributes["request_time"] != nil
          - set(attributes["http.server.request.duration"], Double(attributes["duration"]) / 1000.0) where attributes["response_code"] != nil and attributes["duration"] != nil
          - set(attributes["http.server.request.duration"], Double(attributes["Duration"]) / 1000000000.0) where attributes["Duration"] != nil
          - set(body, Concat([attributes["http.request.method"], attributes["url.path"], String(attributes["http.response.status_code"])], " ")) where attributes["http.request.method"] != nil
exporters:
  otlp_grpc/gateway:
    endpoint: {{ .Values.global.addresses.gateway }}
    tls: { insecure: true }
    sending_queue: { enabled: true, queue_size: 5000 }
    retry_on_failure: { enabled: true, max_elapsed_time: 300s }
service:
  extensions: [health_check, file_storage]
  pipelines:
    traces: { receivers: [otlp], processors: [memory_limiter, k8s_attributes, batch], exporters: [otlp_grpc/gateway] }
    {{- if eq $collector.metricsTo "otlp" }}
    metrics: { receivers: [otlp], processors: [memory_limiter, k8s_attributes, batch], exporters: [otlp_grpc/gateway] }
    {{- end }}
    logs: { receivers: [otlp, file_log], processors: [memory_limiter, k8s_attributes, filter/sent, transform/fields, transform/access, batch], exporters: [otlp_grpc/gateway] }
{{- end }}
