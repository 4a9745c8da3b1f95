{{/* How the chart's version 0.1 registered the webhook: by one entry for all namespaces. */}}
{{- define "paddlock.failurePolicy" -}}
{{- if .Values.webhook.failurePolicy -}}
{{ .Values.webhook.failurePolicy }}
{{- else -}}
{{ ternary "Fail" "Ignore" (eq (include "paddlock.enforces" .) "true") }}
{{- end -}}
{{- end }}

{{/* What both webhook configurations say of themselves. Argument: (list $ KIND). */}}
{{- define "paddlock.webhookHead" -}}
{{- $root := index . 0 -}}
{{- $name := include "paddlock.fullname" $root -}}
apiVersion: admissionregistration.k8s.io/v1
kind: {{ index . 1 }}
metadata:
  name: {{ $name }}
  labels: {{- include "paddlock.labels" (list $root "webhook") | nindent 4 }}
  {{- if or $root.Values.webhook.annotations (eq $root.Values.certificates.mode "cert-manager") }}
  annotations:
    {{- if eq $root.Values.certificates.mode "cert-manager" }}
    cert-manager.io/inject-ca-from: {{ $root.Release.Namespace }}/{{ $name }}
    {{- end }}
    {{- with $root.Values.webhook.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end }}

{{/* Whom the API server calls, and about what: the same for both. Argument: (list $ PATH). */}}
{{- define "paddlock.webhookCall" -}}
{{- $root := index . 0 -}}
timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
clientConfig:
  {{- if eq $root.Values.certificates.mode "files" }}
  caBundle: {{ $root.Values.certificates.files.ca | b64enc }}
  {{- end }}
  service:
    name: {{ include "paddlock.fullname" $root }}
    namespace: {{ $root.Release.Namespace }}
    path: {{ index . 1 }}
    port: 443
# By the label that the API server itself sets: no editor of a namespace can get it out of sight.
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{- concat (list "kube-system" "kube-node-lease" $root.Release.Namespace) $root.Values.webhook.excludedNamespaces | uniq | toYaml | nindent 8 }}
matchConditions:
  - name: not-a-lease
    expression: '!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leases")'
  - name: not-a-review
    expression: '!(request.resource.group in ["authentication.k8s.io", "authorization.k8s.io"])'
  {{- with $root.Values.webhook.extraMatchConditions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
