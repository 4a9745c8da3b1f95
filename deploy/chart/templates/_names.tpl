{{- define "paddlock.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 46 | trimSuffix "-" }}
{{- end }}

{{/*
A Service's name begins with a letter and has no dot, which a release's may; and the longest that is made of it, a CronJob's,
has 52 characters at most.
*/}}
{{- define "paddlock.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride }}
{{- else -}}
{{- $name := include "paddlock.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | replace "." "-" -}}
{{- if not (regexMatch "^[a-z]" $full) }}{{ $full = printf "paddlock-%s" $full }}{{ end -}}
{{- regexReplaceAll "-+$" (trunc 46 $full) "" }}
{{- end -}}
{{- end }}

{{- define "paddlock.image" -}}
{{- $tag := ternary (printf ":%s" .Values.image.tag) "" (ne .Values.image.tag "") -}}
{{- printf "%s/%s%s@%s" .Values.image.registry .Values.image.repository $tag .Values.image.digest }}
{{- end }}

{{/* Labels that select pods never change: a Deployment's selector is immutable. Argument: (list $ COMPONENT). */}}
{{- define "paddlock.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "paddlock.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/*
All labels of an object; the user's stand beside our own and never instead of them, for by those pods are selected.
Argument: (list $ COMPONENT FURTHER…), each of the further ones a mapping of labels.
*/}}
{{- define "paddlock.labels" -}}
{{- $root := index . 0 -}}
{{- $own := include "paddlock.selector" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") -}}
{{- $further := deepCopy ($root.Values.commonLabels | default dict) -}}
{{- range slice . 2 }}{{ $further = merge (deepCopy (. | default dict)) $further }}{{ end -}}
{{ toYaml $own }}
{{- with omit $further "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The name of the Secret and Lease of the self-managed CA. */}}
{{- define "paddlock.ca" -}}
{{ include "paddlock.fullname" . }}-ca
{{- end }}

{{/* The Secret whose files the server reads, where it does not manage them itself. */}}
{{- define "paddlock.tlsSecret" -}}
{{- if eq .Values.certificates.mode "files" -}}
{{ .Values.certificates.files.secretName }}
{{- else -}}
{{ include "paddlock.fullname" . }}-tls
{{- end -}}
{{- end }}
