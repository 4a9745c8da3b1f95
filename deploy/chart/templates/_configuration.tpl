{{/*
The configuration as the server reads it. helm takes `off`, without quotes, for false: here it is `off` again. An entry that enforces and says no `since` takes that of the entry for the same namespaces
which the cluster has, with its `until`, or else begins now. One that was enforced without is left so: nothing is let in
that was not before. Without a cluster to look at (helm template) nothing is added.
*/}}
{{- define "paddlock.configuration" -}}
{{- $config := deepCopy (.Values.config | default dict) -}}
{{- range $settings := prepend ($config.overrides | default list) $config -}}
{{- range $rule, $setting := $settings.rules -}}
{{- if kindIs "bool" $setting }}{{ $_ := set $settings.rules $rule "off" }}{{ end -}}
{{- if kindIs "map" $setting }}{{ if kindIs "bool" $setting.level }}{{ $_ := set $setting "level" "off" }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $admission := $config.admission | default dict -}}
{{- /* What a schema cannot say of two keys. */ -}}
{{- range $index, $entry := $admission.namespaces -}}
{{- $place := printf "config.admission.namespaces[%d]" $index -}}
{{- if and .since (ne .mode "enforce") }}{{ fail (printf "%s.since goes with mode: enforce" $place) }}{{ end -}}
{{- if .until -}}
{{- $layout := "2006-01-02T15:04:05Z07:00" -}}
{{- if not (lt (mustToDate $layout .since).UnixNano (mustToDate $layout .until).UnixNano) }}{{ fail (printf "%s.until is not after since" $place) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and $admission.namespaces (lookup "v1" "Namespace" "" "kube-system") -}}
{{- $there := lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-config" (include "paddlock.fullname" .)) | default dict -}}
{{- $written := dig "data" "paddlock.yaml" "" $there | fromYaml -}}
{{- $known := dict -}}
{{- range (($written.admission | default dict).namespaces | default list) -}}
{{- $key := include "paddlock.matchKey" . -}}
{{- if and (eq .mode "enforce") (not (hasKey $known $key)) -}}
{{- $_ := set $known $key . -}}
{{- end -}}
{{- end -}}
{{- $now := dateInZone "2006-01-02T15:04:05Z" now "UTC" -}}
{{- range $admission.namespaces -}}
{{- if and (eq .mode "enforce") (not .since) -}}
{{- $key := include "paddlock.matchKey" . -}}
{{- if not (hasKey $known $key) -}}
{{- $_ := set . "since" $now -}}
{{- else -}}
{{- $entry := get $known $key -}}
{{- if $entry.since -}}
{{- $_ := set . "since" $entry.since -}}
{{- if and $entry.until (not .until) -}}
{{- $_ := set . "until" $entry.until -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $settings := prepend ($config.overrides | default list) $config -}}
{{- range $rule, $setting := $settings.rules -}}
{{- /* helm takes off, without quotes, for false */ -}}
{{- if kindIs "bool" $setting }}{{ $_ := set $settings.rules $rule "off" }}{{ end -}}
{{- if kindIs "map" $setting }}{{ if kindIs "bool" $setting.level }}{{ $_ := set $setting "level" "off" }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $config | toYaml -}}
{{- end }}

{{/* What an entry of `admission.namespaces` matches, as a text to compare. Argument: the entry. */}}
{{- define "paddlock.matchKey" -}}
{{- ternary (list .match) .match (kindIs "string" .match) | toJson -}}
{{- end }}
