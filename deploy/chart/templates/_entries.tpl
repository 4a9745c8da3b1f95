{{/*
The entries of the ValidatingWebhookConfiguration, as YAML: name, failurePolicy, matchExpressions, condition (CEL, or empty).
What `webhookEntries` of src/admission/registration says in TypeScript, word for word: a test holds the one to the other.
*/}}
{{- define "paddlock.webhookEntries" -}}
{{- $admission := .Values.config.admission | default dict -}}
{{- $mode := $admission.mode | default "warn" -}}
{{- $nameLabel := "kubernetes.io/metadata.name" -}}
{{- $modeLabel := "paddlock.dev/mode" -}}
{{- $spared := list (dict "key" $nameLabel "operator" "NotIn" "values" (include "paddlock.excludedNamespaces" . | fromYamlArray)) -}}
{{- $listed := list -}}
{{- if $admission.modeLabel }}{{ $listed = list (dict "key" $modeLabel "operator" "NotIn" "values" (list "enforce" "warn" "audit")) }}{{ end -}}
{{- $namesAlone := true -}}
{{- range $admission.namespaces }}{{ range (include "paddlock.globs" .match | fromYamlArray) }}{{ if not (regexMatch "^[-a-z0-9]+$" .) }}{{ $namesAlone = false }}{{ end }}{{ end }}{{ end -}}
{{- $entries := list -}}
{{- range $enforced := list true false -}}
{{- $rest := eq $enforced (eq $mode "enforce") -}}
{{- $expressions := list -}}
{{- $condition := "" -}}
{{- if $namesAlone -}}
{{- $seen := dict -}}
{{- $others := list -}}
{{- range $admission.namespaces -}}
{{- $fits := eq $enforced (eq .mode "enforce") -}}
{{- range (include "paddlock.globs" .match | fromYamlArray) -}}
{{- if not (hasKey $seen .) -}}
{{- $_ := set $seen . true -}}
{{- if ne $fits $rest }}{{ $others = append $others . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $rest $others }}{{ $expressions = list (dict "key" $nameLabel "operator" "NotIn" "values" $others) }}{{ end -}}
{{- if and (not $rest) $others }}{{ $expressions = list (dict "key" $nameLabel "operator" "In" "values" $others) }}{{ end -}}
{{- if not $rest }}{{ $condition = ternary "has(request.namespace)" "false" (gt (len $others) 0) }}{{ end -}}
{{- else -}}
{{- $choice := "" -}}
{{- range $admission.namespaces -}}
{{- $choice = printf "%s%s ? %t : " $choice (include "paddlock.namespaceCel" .match) (eq $enforced (eq .mode "enforce")) -}}
{{- end -}}
{{- $condition = printf (ternary "!has(request.namespace) || (%s%t)" "has(request.namespace) && (%s%t)" $rest) $choice $rest -}}
{{- end -}}
{{- $entries = append $entries (dict "name" (ternary "validate.paddlock.dev" "advise.paddlock.dev" $enforced) "failurePolicy" (ternary "Fail" "Ignore" $enforced) "matchExpressions" (concat $spared $expressions $listed) "condition" $condition) -}}
{{- end -}}
{{- if $admission.modeLabel -}}
{{- range $enforced := list true false -}}
{{- $values := ternary (list "enforce") (list "warn" "audit") $enforced -}}
{{- $entries = append $entries (dict "name" (ternary "validate-labelled.paddlock.dev" "advise-labelled.paddlock.dev" $enforced) "failurePolicy" (ternary "Fail" "Ignore" $enforced) "matchExpressions" (append $spared (dict "key" $modeLabel "operator" "In" "values" $values)) "condition" "has(request.namespace)") -}}
{{- end -}}
{{- end -}}
{{- $entries = append $entries (dict "name" "objects.paddlock.dev" "failurePolicy" "Ignore" "matchExpressions" $spared "condition" "") -}}
{{- $entries | toYaml -}}
{{- end }}

{{/* Namespaces that are never asked about, as a YAML list. */}}
{{- define "paddlock.excludedNamespaces" -}}
{{- $infrastructure := (include "paddlock.infrastructure" . | fromYaml).old -}}
{{- concat (list "kube-system" "kube-node-lease" .Release.Namespace) .Values.webhook.excludedNamespaces $infrastructure | uniq | toYaml -}}
{{- end }}

{{/*
Which namespaces of `webhook.infrastructureNamespaces` the cluster has, as YAML: `old` are those that were there when the
release was installed, `new` those that came since. Whoever may create a namespace could else make one by such a name, and
would not be judged there from the next upgrade on.
*/}}
{{- define "paddlock.infrastructure" -}}
{{- $old := list -}}
{{- $new := list -}}
{{- if .Values.webhook.infrastructureNamespaces -}}
{{- $globs := list -}}
{{- range .Values.webhook.infrastructureNamespaces }}{{ $globs = append $globs (. | replace "*" ".*" | replace "?" ".") }}{{ end -}}
{{- $pattern := printf "^(%s)$" (join "|" $globs) -}}
{{- $installed := dig "metadata" "creationTimestamp" "" (lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-config" (include "paddlock.fullname" .))) -}}
{{- range dig "items" list (lookup "v1" "Namespace" "" "") -}}
{{- if regexMatch $pattern .metadata.name -}}
{{- if or (not $installed) (le .metadata.creationTimestamp $installed) }}{{ $old = append $old .metadata.name }}{{ else }}{{ $new = append $new .metadata.name }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "old" $old "new" $new | toYaml -}}
{{- end }}

{{/* One glob, or several, as a YAML list. */}}
{{- define "paddlock.globs" -}}
{{- ternary (list .) . (kindIs "string" .) | toYaml -}}
{{- end }}

{{/* Whether one of the globs means `request.namespace`, and none of those that begin with "!". Argument: the globs. */}}
{{- define "paddlock.namespaceCel" -}}
{{- $sets := dict "wanted" (dict "names" list "patterns" list) "unwanted" (dict "names" list "patterns" list) -}}
{{- range (include "paddlock.globs" . | fromYamlArray) -}}
{{- $set := get $sets (ternary "unwanted" "wanted" (hasPrefix "!" .)) -}}
{{- $glob := trimPrefix "!" . -}}
{{- if regexMatch "^[-a-z0-9]+$" $glob -}}
{{- $_ := set $set "names" (append $set.names (quote $glob)) -}}
{{- else -}}
{{- $pattern := regexReplaceAll "\\*+" ($glob | replace "?" ".") ".*" | replace "{" "(" | replace "}" ")" | replace "," "|" -}}
{{- $_ := mustRegexMatch $pattern "" -}}
{{- $_ := set $set "patterns" (append $set.patterns $pattern) -}}
{{- end -}}
{{- end -}}
{{- $found := include "paddlock.oneOfCel" $sets.wanted | default "true" -}}
{{- with include "paddlock.oneOfCel" $sets.unwanted }}{{ $found = printf "%s && !%s" $found . }}{{ end -}}
{{- $found -}}
{{- end }}

{{- define "paddlock.oneOfCel" -}}
{{- $all := list -}}
{{- if .names }}{{ $all = append $all (printf "request.namespace in [%s]" (join ", " .names)) }}{{ end -}}
{{- if .patterns }}{{ $all = append $all (printf "request.namespace.matches(\"^(%s)$\")" (join "|" .patterns)) }}{{ end -}}
{{- if $all }}({{ join " || " $all }}){{ end -}}
{{- end }}
