{{/* The configuration as the server reads it. helm takes `off`, without quotes, for false: here it is `off` again. */}}
{{- define "paddlock.configuration" -}}
{{- $config := deepCopy .Values.config -}}
{{- range $settings := prepend ($config.overrides | default list) $config -}}
{{- range $rule, $setting := $settings.rules -}}
{{- if kindIs "bool" $setting }}{{ $_ := set $settings.rules $rule "off" }}{{ end -}}
{{- if kindIs "map" $setting }}{{ if kindIs "bool" $setting.level }}{{ $_ := set $setting "level" "off" }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}
