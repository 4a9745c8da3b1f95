{{/* "true" where the configuration can deny anything. */}}
{{- define "paddlock.enforces" -}}
{{- $admission := .Values.config.admission | default dict -}}
{{- $found := or (eq (default "warn" $admission.mode) "enforce") (default false $admission.modeLabel) -}}
{{- range $admission.namespaces -}}
{{- if eq .mode "enforce" }}{{ $found = true }}{{ end -}}
{{- end -}}
{{- $found -}}
{{- end }}

{{/* Kinds that carry pods, by group: what a webhook's rules, and an audit's permissions, name. As YAML. */}}
{{- define "paddlock.workloadKinds" -}}
- { group: "", resources: [pods, replicationcontrollers, podtemplates] }
- { group: apps, resources: [deployments, replicasets, statefulsets, daemonsets] }
- { group: batch, resources: [jobs, cronjobs] }
- { group: batch.paddlepaddle.org, resources: [paddlejobs] }
- { group: kubeflow.org, resources: [paddlejobs] }
- { group: paddlepaddle.org, resources: [trainingjobs] }
- { group: kongming.cce.baiudbce.com, resources: [aitrainingjobs] }
- { group: kongming.cce.baidubce.com, resources: [aitrainingjobs] }
- { group: serving.paddlepaddle.org, resources: [paddleservices] }
- { group: elasticserving.paddlepaddle.org, resources: [paddleservices] }
- { group: serving.kserve.io, resources: [inferenceservices, servingruntimes, clusterservingruntimes] }
- { group: serving.kubeflow.org, resources: [inferenceservices] }
- { group: batch.volcano.sh, resources: [jobs] }
- { group: serving.knative.dev, resources: [services, configurations] }
- { group: argoproj.io, resources: [rollouts, workflows, workflowtemplates, clusterworkflowtemplates, cronworkflows] }
- { group: leaderworkerset.x-k8s.io, resources: [leaderworkersets] }
- { group: jobset.x-k8s.io, resources: [jobsets] }
- { group: apps.nvidia.com, resources: [nimservices] }
{{- end }}

{{/* Kinds that stand between or above those, for whose objects operators make them. As YAML. */}}
{{- define "paddlock.ownerKinds" -}}
- { group: serving.knative.dev, resources: [revisions] }
- { group: serving.kserve.io, resources: [inferencegraphs, llminferenceservices] }
- { group: kubeflow.org, resources: [pytorchjobs, tfjobs, mpijobs, mxjobs, xgboostjobs, jaxjobs] }
- { group: trainer.kubeflow.org, resources: [trainjobs] }
- { group: batch.volcano.sh, resources: [cronjobs] }
- { group: flow.volcano.sh, resources: [jobflows] }
- { group: argoproj.io, resources: [workflowartifactgctasks, experiments, analysisruns] }
- { group: disaggregatedset.x-k8s.io, resources: [disaggregatedsets] }
- { group: ray.io, resources: [rayclusters, rayjobs, rayservices, raycronjobs] }
- { group: apps.nvidia.com, resources: [nimpipelines, nimcaches, nimbuilds] }
{{- end }}

{{/*
What is read of the cluster beside the object that is judged, as the rules of a ClusterRole. Argument: (list $ COMPONENT).
The webhook watches Services; an audit lists them only for a bundle, since no rule of ours asks for them.
*/}}
{{- define "paddlock.relationRules" -}}
{{- $root := index . 0 -}}
{{- $watches := eq (index . 1) "webhook" -}}
{{- $verbs := ternary "[list, watch]" "[list]" $watches -}}
- apiGroups: [""]
  resources: [namespaces, persistentvolumeclaims{{ if or $watches $root.Values.bundles }}, services{{ end }}]
  verbs: {{ ternary $verbs "[get, list]" $watches }}
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: {{ $verbs }}
- apiGroups: [cilium.io]
  resources: [ciliumnetworkpolicies, ciliumclusterwidenetworkpolicies]
  verbs: {{ $verbs }}
- apiGroups: [crd.projectcalico.org, projectcalico.org]
  resources: [networkpolicies, globalnetworkpolicies]
  verbs: {{ $verbs }}
- apiGroups: [policy.networking.k8s.io]
  resources: [adminnetworkpolicies, baselineadminnetworkpolicies, clusternetworkpolicies]
  verbs: {{ $verbs }}
{{- end }}
