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
What no rule that is on asks for is not read; rules of a bundle may ask for all that is told of pods. The labels of
namespaces are always read, and an audit reads a namespace by its name where it is about that one alone.
*/}}
{{- define "paddlock.relationRules" -}}
{{- $root := index . 0 -}}
{{- $watches := eq (index . 1) "webhook" -}}
{{- $on := include "paddlock.rulesOn" $root | fromYamlArray -}}
{{- range ($root.Files.Get "files/kinds.yaml" | fromYaml).watched }}
{{- $asked := or (eq .role "namespace") (and $root.Values.bundles (hasKey . "ofPods")) }}
{{- range .rules }}{{ if has . $on }}{{ $asked = true }}{{ end }}{{ end }}
{{- if $asked }}
- apiGroups: [{{ .group | quote }}]
  resources: [{{ .resource }}]
  verbs: {{ ternary (list "list" "watch") (ternary (list "get" "list") (list "list") (eq .role "namespace")) $watches | toJson }}
{{- end }}
{{- end }}
{{- end }}
