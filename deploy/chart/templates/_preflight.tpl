{{/*
What the cluster holds that the webhook's administrator should know of, a line each, as a YAML list: only where helm asks a
cluster. Accounts by which such things are known are in files/known-accounts.yaml.
*/}}
{{- define "paddlock.preflight" -}}
{{- $root := . -}}
{{- $excluded := include "paddlock.excludedNamespaces" . | fromYamlArray -}}
{{- $known := .Files.Get "files/known-accounts.yaml" | fromYaml -}}
{{- $said := list -}}
{{- $infrastructure := include "paddlock.infrastructure" . | fromYaml -}}
{{- with without $infrastructure.old .Values.webhook.excludedNamespaces -}}
{{- $said = append $said (printf "not judged, by webhook.infrastructureNamespaces: %s" (join ", " .)) -}}
{{- end -}}
{{- $later := list -}}
{{- range $infrastructure.new }}{{ if not (has . $excluded) }}{{ $later = append $later . }}{{ end }}{{ end -}}
{{- with $later -}}
{{- $said = append $said (printf "judged, for they came after the release: %s. If an administrator made them, name them in webhook.excludedNamespaces" (join ", " .)) -}}
{{- end -}}
{{- $judged := list -}}
{{- range dig "items" list (lookup "apps/v1" "DaemonSet" "" "") -}}
{{- $found := false -}}
{{- range .spec.template.spec.volumes -}}
{{- if regexMatch "^(/opt/cni|/etc/cni|/var/lib/cni|/var/lib/kubelet/plugins)" (dig "hostPath" "path" "" .) }}{{ $found = true }}{{ end -}}
{{- end -}}
{{- if and $found (not (has .metadata.namespace $excluded)) }}{{ $judged = append $judged (printf "DaemonSet %s/%s" .metadata.namespace .metadata.name) }}{{ end -}}
{{- end -}}
{{- $operators := list -}}
{{- $trusted := dig "admission" "operators" dict .Values.config -}}
{{- $accounts := list -}}
{{- range $trusted.serviceAccounts }}{{ $accounts = append $accounts .name }}{{ end -}}
{{- range concat (dig "items" list (lookup "apps/v1" "Deployment" "" "")) (dig "items" list (lookup "apps/v1" "StatefulSet" "" "")) -}}
{{- $workload := printf "%s %s/%s" .kind .metadata.namespace .metadata.name -}}
{{- $labels := .metadata.labels | default dict -}}
{{- if and (eq (get $labels "app.kubernetes.io/part-of" | default (get $labels "app.kubernetes.io/instance") | default .metadata.name) "cert-manager") (not (has .metadata.namespace $excluded)) }}{{ $judged = append $judged $workload }}{{ end -}}
{{- $name := .spec.template.spec.serviceAccountName | default "default" -}}
{{- $account := printf "%s/%s" .metadata.namespace $name -}}
{{- range $operator := $known.operators -}}
{{- $usual := has $account $operator.accounts -}}
{{- $alike := false -}}
{{- range $operator.accounts }}{{ if and (hasSuffix (printf "/%s" $name) .) (not (has $name (list "default" "controller"))) }}{{ $alike = true }}{{ end }}{{ end -}}
{{- $isTrusted := or (has $account $accounts) (and $usual (has $operator.preset ($trusted.presets | default list))) -}}
{{- if and (or $usual $alike) (not $isTrusted) -}}
{{- $how := ternary (printf "presets: [%s]" $operator.preset) (printf "serviceAccounts: [{name: %s, like: %s}]" $account $operator.preset) $usual -}}
{{- $operators = append $operators (printf "operator at work and not trusted: %s as %s; what it makes is judged as if nobody owned it. To trust it: config.admission.operators.%s" $workload $account $how) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $judged -}}
{{- $said = append $said (printf "network, storage or certificates, and judged: %s. Where their namespace is enforced they cannot start while no replica answers; if pods need them to start, name it in webhook.excludedNamespaces" (join ", " .)) -}}
{{- end -}}
{{- $said = concat $said $operators -}}
{{- range concat (dig "admission" "exempt" "serviceAccounts" list .Values.config) (dig "admission" "exempt" "users" list .Values.config) -}}
{{- $written := . -}}
{{- $name := last (splitList "/" (replace ":" "/" .)) -}}
{{- range $known.gitOps -}}
{{- if regexMatch . $name -}}
{{- $said = append $said (printf "exempt: %s. It applies what its repositories hold: whoever may write there passes every rule" $written) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $said | uniq | toYaml -}}
{{- end }}
