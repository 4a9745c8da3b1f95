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

{{/* Whom the API server calls. Argument: (list $ PATH). */}}
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
{{- end }}

{{/* What no entry is asked about, and what the user's own conditions say. Argument: (list $ CONDITIONS). */}}
{{- define "paddlock.sparingConditions" -}}
{{- range index . 1 }}
- name: {{ .name }}
  expression: {{ squote .expression }}
{{- end }}
{{- with (index . 0).Values.webhook.extraMatchConditions }}
{{ toYaml . }}
{{- end }}
{{- end }}
