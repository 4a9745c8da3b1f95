{{/*
What is judged: the kinds that the rules are for which the configuration leaves on, as `judgedKinds` of src/judging says, and
what is asked about them, as `askedBy` of src/admission/registration says: a test holds the one to the other. All by the
tables in files/kinds.yaml, which are made of the sources.
*/}}

{{/* The scopes of the rules that are on for some objects, as a YAML list; kinds as `group/Kind` with globs. */}}
{{- define "paddlock.scopes" -}}
{{- $known := .Files.Get "files/kinds.yaml" | fromYaml -}}
{{- $config := .Values.config | default dict -}}
{{- $profile := $config.extends | default "recommended" -}}
{{- $ids := include "paddlock.rulesOn" . | fromYamlArray -}}
{{- $scopes := list -}}
{{- range $rule := $known.rules -}}
{{- $own := get $rule.profiles $profile | default $rule.scopes -}}
{{- $said := list -}}
{{- range $index, $settings := prepend ($config.overrides | default list) $config -}}
{{- $rules := $settings.rules | default dict -}}
{{- if hasKey $rules $rule.id -}}
{{- $setting := get $rules $rule.id -}}
{{- if kindIs "map" $setting -}}
{{- with $setting.scope }}
{{- $its := ternary (list .) . (kindIs "string" .) }}
{{- if eq $index 0 }}{{ $own = $its }}{{ else }}{{ $said = concat $said $its }}{{ end }}
{{- end -}}
{{- if $setting.allKinds }}{{ $said = append $said "*/*" }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $rule "podsAlone" }}{{ $own = list "workload" }}{{ $said = list }}{{ end -}}
{{- if has $rule.id $ids }}{{ $scopes = concat $scopes $own $said }}{{ end -}}
{{- end -}}
{{- range .Values.bundles }}{{ $scopes = concat $scopes (.scopes | default list) }}{{ end -}}
{{- uniq $scopes | toYaml -}}
{{- end }}

{{/* The ids of the rules that are on for some objects, as a YAML list. */}}
{{- define "paddlock.rulesOn" -}}
{{- $known := .Files.Get "files/kinds.yaml" | fromYaml -}}
{{- $config := .Values.config | default dict -}}
{{- $profile := $config.extends | default "recommended" -}}
{{- $ids := list -}}
{{- range $rule := $known.rules -}}
{{- /* A file that is built on may switch on any of them. */ -}}
{{- $on := or (hasKey $rule.profiles $profile) (not (has $profile $known.profiles)) -}}
{{- range $index, $settings := prepend ($config.overrides | default list) $config -}}
{{- $rules := $settings.rules | default dict -}}
{{- if hasKey $rules $rule.id -}}
{{- if not (include "paddlock.isOff" (get $rules $rule.id)) }}{{ $on = true }}{{ else if eq $index 0 }}{{ $on = false }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if $on }}{{ $ids = append $ids $rule.id }}{{ end -}}
{{- end -}}
{{- $ids | toYaml -}}
{{- end }}

{{/* "true" for what switches a rule off; helm takes `off`, without quotes, for false. Argument: a rule's setting. */}}
{{- define "paddlock.isOff" -}}
{{- $level := . -}}
{{- if kindIs "map" . }}{{ $level = .level }}{{ end -}}
{{- if or (eq (toString $level) "off") (and (kindIs "bool" $level) (not $level)) }}true{{ end -}}
{{- end }}

{{/*
The resources of the kinds that are judged, as YAML: `pods` and `objects` are what a webhook is asked about, a list by
group; `listed` is what an audit lists; `wide`: whole groups are among them.
*/}}
{{- define "paddlock.judged" -}}
{{- $known := .Files.Get "files/kinds.yaml" | fromYaml -}}
{{- $scopes := include "paddlock.scopes" . | fromYamlArray -}}
{{- $every := has "object" $scopes -}}
{{- $allPods := false -}}
{{- range $known.namedScopes }}{{ if has . $scopes }}{{ $allPods = true }}{{ end }}{{ end -}}
{{- $patterns := list -}}
{{- range $scopes }}{{ if contains "/" . }}{{ $patterns = append $patterns . }}{{ end }}{{ end -}}
{{- $anyOf := "" -}}
{{- with $patterns }}{{ $anyOf = printf "^(%s)$" (join "|" . | replace "." "\\." | replace "*" ".*") }}{{ end -}}
{{- $pods := dict -}}
{{- $objects := dict -}}
{{- $listed := dict -}}
{{- $wide := false -}}
{{- $keys := list -}}
{{- range $row := $known.pods -}}
{{- $named := $allPods -}}
{{- range .groups }}{{ $key := printf "%s/%s" . $row.kind }}{{ $keys = append $keys $key }}{{ if and $anyOf (regexMatch $anyOf $key) }}{{ $named = true }}{{ end }}{{ end -}}
{{- if $named -}}
{{- range without .groups "extensions" -}}
{{- $_ := set $pods . (append (get $pods . | default list) $row.resource) -}}
{{- $_ := set $listed . (append (get $listed . | default list) $row.resource) -}}
{{- end -}}
{{- if eq .kind "Pod" }}{{ $_ := set $pods "" (concat (get $pods "") $known.podSubresources) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- range $row := $known.others -}}
{{- $named := $every -}}
{{- range .groups }}{{ $key := printf "%s/%s" . $row.kind }}{{ $keys = append $keys $key }}{{ if and $anyOf (regexMatch $anyOf $key) }}{{ $named = true }}{{ end }}{{ end -}}
{{- if and $named (not (hasKey . "listed")) -}}
{{- range without .groups "extensions" -}}
{{- if not (hasKey $row "reviewed") }}{{ $_ := set $objects . (append (get $objects . | default list) $row.resource) }}{{ end -}}
{{- $_ := set $listed . (append (get $listed . | default list) $row.resource) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range .Values.config.kinds -}}
{{- $group := "" -}}
{{- if contains "/" .apiVersion }}{{ $group = regexReplaceAll "/[^/]*$" .apiVersion "" }}{{ else if eq .apiVersion "*" }}{{ $group = "*" }}{{ end -}}
{{- if or $allPods (and $anyOf (regexMatch $anyOf (printf "%s/%s" $group .kind))) -}}
{{- $plurals := include "paddlock.plurals" .kind | fromYamlArray -}}
{{- if contains "*" $group }}{{ $group = "*" }}{{ else }}{{ $_ := set $listed $group (concat (get $listed $group | default list) $plurals | uniq) }}{{ end -}}
{{- $_ := set $pods $group (concat (get $pods $group | default list) $plurals | uniq) -}}
{{- end -}}
{{- end -}}
{{- range $patterns -}}
{{- $exact := . -}}
{{- if or (contains "*" .) (not (has . $keys)) -}}
{{- $group := regexReplaceAll "/.*$" . "" -}}
{{- $kind := regexReplaceAll "^.*/" . "" -}}
{{- $resources := list "*" -}}
{{- if not (contains "*" $kind) }}{{ $resources = include "paddlock.plurals" $kind | fromYamlArray }}{{ end -}}
{{- if contains "*" . }}{{ $wide = true }}{{ else }}{{ $_ := set $listed $group (concat (get $listed $group | default list) $resources | uniq) }}{{ end -}}
{{- if contains "*" $group }}{{ $group = "*" }}{{ end -}}
{{- $_ := set $objects $group (concat (get $objects $group | default list) $resources | uniq) -}}
{{- end -}}
{{- end -}}
{{- dict "pods" $pods "objects" $objects "listed" $listed "wide" $wide | toYaml -}}
{{- end }}

{{/* What the resource of a kind may be called, of which its CRD chose one, as a YAML list. */}}
{{- define "paddlock.plurals" -}}
{{- $name := lower . -}}
{{- if regexMatch "[^aeiou]y$" $name }}{{ list (printf "%sies" (trimSuffix "y" $name)) (printf "%ss" $name) | toYaml }}
{{- else if regexMatch "(s|x|z|ch|sh)$" $name }}{{ list (printf "%ses" $name) $name (printf "%ss" $name) | toYaml }}
{{- else }}{{ list (printf "%ss" $name) | toYaml }}{{ end -}}
{{- end }}

{{/* The rules of an entry. Argument: (list RESOURCES-BY-GROUP FURTHER-RESOURCES). */}}
{{- define "paddlock.webhookRules" -}}
{{- $further := index . 1 -}}
{{- range $group, $resources := index . 0 }}
- apiGroups: [{{ $group | quote }}]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: {{- concat $resources $further | toYaml | nindent 4 }}
  scope: "*"
{{- end }}
{{- end }}

{{/* The same resources as rules of a role. Argument: (list RESOURCES-BY-GROUP VERBS). */}}
{{- define "paddlock.roleRules" -}}
{{- $verbs := index . 1 -}}
{{- range $group, $all := index . 0 -}}
{{- $resources := list -}}
{{- range $all }}{{ if not (contains "/" .) }}{{ $resources = append $resources . }}{{ end }}{{ end -}}
{{- if ne $group "*" }}
- apiGroups: [{{ $group | quote }}]
  resources: {{- $resources | toYaml | nindent 4 }}
  verbs: {{ $verbs | toJson }}
{{- end }}
{{- end }}
{{- end }}
