{{/*
The Secrets that the configuration names, and those of `secretReaders`, each once, as YAML: credentials of registries, keys
and certificates of signature policies. `registries` is a list of hosts, or a mapping that names pull secrets beside them.
*/}}
{{- define "paddlock.secretsRead" -}}
{{- $found := .Values.secretReaders -}}
{{- with .Values.config.registries -}}
{{- if kindIs "map" . -}}
{{- range .pullSecrets -}}
{{- $parts := splitn "/" 2 . -}}
{{- $found = append $found (dict "namespace" $parts._0 "name" $parts._1) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.config.signatures -}}
{{- range .policies -}}
{{- range .authorities -}}
{{- range list .key (dig "certificate" "roots" nil .) -}}
{{- with . -}}
{{- with .secret -}}
{{- $found = append $found (pick . "namespace" "name") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $found | uniq | toYaml -}}
{{- end }}

{{/* Where signatures are looked up, as rules of a NetworkPolicy; nothing without a signature policy. */}}
{{- define "paddlock.registryEgress" -}}
{{- if and .Values.config.signatures .Values.networkPolicy.registryPorts -}}
- ports:
    {{- range .Values.networkPolicy.registryPorts }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicy.registryCidrs }}
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
