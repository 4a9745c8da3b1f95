{{/* "true" where the configuration can deny anything. */}}
{{- define "paddlock.enforces" -}}
{{- $admission := .Values.config.admission | default dict -}}
{{- $found := or (eq (default "warn" $admission.mode) "enforce") (default false $admission.modeLabel) -}}
{{- range $admission.namespaces -}}
{{- if eq .mode "enforce" }}{{ $found = true }}{{ end -}}
{{- end -}}
{{- $found -}}
{{- end }}

{{/*
What is read of the cluster beside the object that is judged, as the rules of a ClusterRole. Argument: (list $ COMPONENT).
The webhook watches Services; an audit lists them only for a bundle, since no rule of ours asks for them. It reads a
namespace by its name where it is about that one alone.
*/}}
{{- define "paddlock.relationRules" -}}
{{- $root := index . 0 -}}
{{- $watches := eq (index . 1) "webhook" -}}
{{- range ($root.Files.Get "files/kinds.yaml" | fromYaml).watched }}
{{- if or $watches $root.Values.bundles (ne .role "service") }}
- apiGroups: [{{ .group | quote }}]
  resources: [{{ .resource }}]
  verbs: {{ ternary (list "list" "watch") (ternary (list "get" "list") (list "list") (eq .role "namespace")) $watches | toJson }}
{{- end }}
{{- end }}
{{- end }}
