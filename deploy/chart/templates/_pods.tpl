{{/* Where pods find names, and whose network they have. Argument: (list $ HOST_NETWORK). */}}
{{- define "paddlock.network" -}}
{{- $root := index . 0 -}}
{{- $host := index . 1 -}}
{{- if $host -}}
hostNetwork: true
{{ end -}}
dnsPolicy: {{ $root.Values.dnsPolicy | default (ternary "ClusterFirstWithHostNet" "ClusterFirst" $host) }}
{{- with $root.Values.dnsConfig }}
dnsConfig: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Where a bundle of the user's own rules is mounted. Argument: its index. */}}
{{- define "paddlock.bundleFolder" -}}
/etc/paddlock-bundles/{{ . }}
{{- end }}

{{/* Arguments that the webhook and the audit share. */}}
{{- define "paddlock.sharedArgs" -}}
- --config=/etc/paddlock/paddlock.yaml
- --lang={{ .Values.server.language }}
{{- with .Values.server.kubernetesVersion }}
- --kubernetes-version={{ . }}
{{- end }}
{{- range $index, $bundle := .Values.bundles }}
- --bundle={{ include "paddlock.bundleFolder" $index }}/{{ $bundle.key }}
{{- end }}
{{- end }}

{{/* The configuration is mounted as a folder, not by subPath: only so does a change reach the running pod. */}}
{{- define "paddlock.sharedMounts" -}}
- name: config
  mountPath: /etc/paddlock
  readOnly: true
{{- range $index, $bundle := .Values.bundles }}
- name: bundle-{{ $index }}
  mountPath: {{ include "paddlock.bundleFolder" $index }}
  readOnly: true
{{- end }}
{{- if .Values.config.signatures }}
- name: cache
  mountPath: /var/cache/paddlock
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "paddlock.sharedVolumes" -}}
- name: config
  configMap:
    name: {{ include "paddlock.fullname" . }}-config
{{- range $index, $bundle := .Values.bundles }}
- name: bundle-{{ $index }}
  configMap:
    name: {{ $bundle.configMap }}
{{- end }}
{{- if .Values.config.signatures }}
# Trusted roots that come by TUF; everything else of the root file system is read-only.
- name: cache
  emptyDir: { sizeLimit: 64Mi }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Environment of a container; nothing where it needs none. Argument: (list $ FURTHER). */}}
{{- define "paddlock.env" -}}
{{- $all := index . 1 | default list -}}
{{- if (index . 0).Values.config.signatures }}{{ $all = prepend $all (dict "name" "PADDLOCK_CACHE" "value" "/var/cache/paddlock") }}{{ end -}}
{{- with $all }}{{ toYaml . }}{{ end -}}
{{- end }}

{{/* HOST:PORT for an address that may be one of IPv6, with brackets or without. Argument: (list ADDRESS PORT). */}}
{{- define "paddlock.listen" -}}
{{- $address := index . 0 | trimPrefix "[" | trimSuffix "]" -}}
{{- if contains ":" $address }}[{{ $address }}]{{ else }}{{ $address }}{{ end }}:{{ index . 1 }}
{{- end }}

{{/* Where a pod may connect to whatever its part: name resolution and the API server. */}}
{{- define "paddlock.egress" -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicy.apiServerCidrs }}
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  {{- end }}
{{- with include "paddlock.registryEgress" . }}
{{ . }}
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
