{{- define "paddlock.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "paddlock.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{- $name := include "paddlock.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 50 | trimSuffix "-" }}
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
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "paddlock.labels" -}}
{{- $root := index . 0 -}}
{{ include "paddlock.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
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
