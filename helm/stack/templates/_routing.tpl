{{/* The part of a receiver of Alertmanager that tells one of routing.receivers. Credentials are files of the mounted Secret. */}}
{{- define "stack.receiver" -}}
{{- $own := .own }}
{{- $file := printf "/etc/alertmanager/secrets/%s/%s" .secret (default "" $own.key) }}
{{- if eq $own.kind "pagerduty" }}
pagerduty_configs: [{ routing_key_file: {{ $file }}, send_resolved: true, severity: {{ .severity }}, links: [{ href: '{{ "{{" }} (index .Alerts 0).Annotations.portal_url {{ "}}" }}', text: Throughline }] }]
{{- else if eq $own.kind "opsgenie" }}
opsgenie_configs: [{ api_key_file: {{ $file }}, send_resolved: true, priority: {{ ternary "P1" "P3" (eq .severity "critical") }} }]
{{- else if eq $own.kind "slack" }}
slack_configs:
  - api_url_file: {{ $file }}
    {{- with $own.channel }}
    channel: {{ . | quote }}
    {{- end }}
    send_resolved: true
    title: '{{ "{{" }} .Status | toUpper {{ "}}" }} {{ "{{" }} .CommonLabels.alertname {{ "}}" }}'
    text: '{{ "{{" }} range .Alerts {{ "}}" }}{{ "{{" }} .Annotations.summary {{ "}}" }} <{{ "{{" }} .Annotations.portal_url {{ "}}" }}|Portal> <{{ "{{" }} .Annotations.runbook_url {{ "}}" }}|Runbook>{{ "{{" }} "\n" {{ "}}" }}{{ "{{" }} end {{ "}}" }}'
{{- else if eq $own.kind "email" }}
email_configs:
  - to: {{ join ", " $own.to | quote }}
    from: {{ $own.from }}
    smarthost: {{ $own.smarthost }}
    {{- if $own.user }}
    auth_username: {{ $own.user }}
    auth_password_file: {{ $file }}
    {{- end }}
    send_resolved: true
{{- else if eq $own.kind "webhook" }}
webhook_configs:
  - url: {{ $own.url }}
    send_resolved: true
    max_alerts: 200
    http_config:
      follow_redirects: false
      {{- if $own.key }}
      authorization: { type: Bearer, credentials_file: {{ $file }} }
      {{- end }}
{{- end }}
{{- end }}

{{/* Alertmanager's configuration: the portal first and always, then whoever the severity is for. */}}
{{- define "stack.alertmanager" -}}
{{- $routing := .Values.routing }}
{{- $portal := .Values.throughline.secrets.webhookToken }}
global: { resolve_timeout: 5m }
route:
  receiver: portal
  group_by: [alertname, service, namespace]
  group_wait: {{ $routing.groupWait }}
  group_interval: {{ $routing.groupInterval }}
  repeat_interval: {{ $routing.repeatInterval }}
  routes:
    # Always fires: who does not hear of it is deaf. To the portal, which says so, and to nobody else.
    - receiver: portal
      matchers: ['alertname="Watchdog"']
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 1m
    - receiver: nobody
      matchers: ['alertname="InfoInhibitor"']
    - receiver: portal
      continue: true
    {{- range $severity, $names := $routing.severities }}
    {{- if $names }}
    # One message for one kind of fault, however many it hits.
    - receiver: {{ $severity }}
      matchers: ['severity="{{ $severity }}"']
      group_by: [alertname]
    {{- end }}
    {{- end }}
inhibit_rules:
  {{- .Files.Get "files/inhibit-rules.yaml" | nindent 2 }}
receivers:
  - name: portal
    webhook_configs:
      - url: {{ .Values.global.addresses.portalWebhooks }}
        send_resolved: true
        max_alerts: 200
        http_config:
          # A redirect that is followed loses the alert.
          follow_redirects: false
          authorization: { type: Bearer, credentials_file: /etc/alertmanager/secrets/{{ default .Values.throughline.secrets.existingSecret $portal.existingSecret }}/{{ $portal.key }} }
  - name: nobody
  {{- range $severity, $names := $routing.severities }}
  {{- if $names }}
  - name: {{ $severity }}
    {{- $parts := dict }}
    {{- range $names }}
    {{- $own := required (printf "routing.severities.%s names %s, which is not in routing.receivers" $severity .) (get $routing.receivers .) }}
    {{- if and $own.key (not (has $routing.secret (index $.Values "kube-prometheus-stack" "alertmanager" "alertmanagerSpec" "secrets"))) }}
    {{- fail (printf "routing.secret (%s) must stand in kube-prometheus-stack.alertmanager.alertmanagerSpec.secrets too: Alertmanager mounts what is listed there" (default "empty" $routing.secret)) }}
    {{- end }}
    {{- range $kind, $configs := include "stack.receiver" (dict "own" $own "secret" $routing.secret "severity" $severity) | fromYaml }}
    {{- $_ := set $parts $kind (concat (default list (get $parts $kind)) $configs) }}
    {{- end }}
    {{- end }}
    {{- toYaml $parts | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}
