{{/*
What happens to the cluster, as lines of the service `kubernetes`: the portal shows those about what a request or an alert touched. And workflow
runs of GitHub as traces, where they are wanted.
*/}}
{{- define "stack.collector.cluster" -}}
{{- $workflows := .Values.global.collector.workflows }}
receivers:
  k8sobjects:
    auth_type: serviceAccount
    objects:
      - { name: events, group: events.k8s.io, mode: watch, exclude_watch_type: [DELETED] }
  {{- if $workflows.enabled }}
  github:
    webhook:
      endpoint: '${env:MY_POD_IP}:19418'
      path: /events
      health_path: /health
      # A file: where it is missing, nothing starts, rather than take what anybody sends.
      secret: ${file:/etc/github-webhook/secret}
    # The receiver wants one; in no pipeline of metrics, it is never run.
    scrapers: { scraper: { github_org: none } }
  {{- end }}
processors:
  transform/events:
    error_mode: ignore
    log_statements:
      - context: log
        conditions: ['body["object"] != nil']
        statements:
          - set(resource.attributes["service.name"], "kubernetes")
          - set(resource.attributes["k8s.namespace.name"], body["object"]["regarding"]["namespace"]) where body["object"]["regarding"]["namespace"] != nil
          - set(attributes["k8s.event.reason"], body["object"]["reason"])
          - set(attributes["k8s.object.kind"], body["object"]["regarding"]["kind"])
          - set(attributes["k8s.object.name"], body["object"]["regarding"]["name"])
          - set(attributes["k8s.event.count"], body["object"]["deprecatedCount"]) where body["object"]["deprecatedCount"] != nil
          - set(severity_text, body["object"]["type"])
          - set(severity_number, SEVERITY_NUMBER_INFO)
          - set(severity_number, SEVERITY_NUMBER_WARN) where body["object"]["type"] == "Warning"
          # When it was told: what happens again is the same event, created when it happened first, and Loki takes nothing that old.
          - set(time, observed_time)
          - set(body, body["object"]["note"])
exporters:
  otlp_grpc/gateway:
    endpoint: {{ .Values.global.addresses.gateway }}
    tls: { insecure: true }
    sending_queue: { enabled: true, queue_size: 1000 }
service:
  pipelines:
    logs: { receivers: [k8sobjects], processors: [memory_limiter, transform/events, batch], exporters: [otlp_grpc/gateway] }
    {{- if $workflows.enabled }}
    traces: { receivers: [github], processors: [memory_limiter, batch], exporters: [otlp_grpc/gateway] }
    {{- end }}
{{- end }}
