/** An object of the fixtures that no webhook is asked about. */
export interface RefusedFixture {
  /** Why that is as it should be. */
  readonly reason: string;
  /** Part of what the API server says, or that its kind is not served. */
  readonly says: string;
}

/** A finding that changes because the API server changes the object before it asks. */
export interface DifferentFixture {
  readonly reason: string;
  readonly list: "violations" | "notes" | "notJudged";
  readonly inFile: string;
  /** What is found in its place, if anything is. */
  readonly atAdmission: string | null;
}

const NOT_SERVED = "there is no such kind in that version, or not any more: a client finds no path to send it to";
const UNKNOWN_FIELD = "kubectl asks for strict decoding, which refuses what no field is";
const WRONG_TYPE =
  "a value of the wrong type, such as a template's, cannot be decoded: there is no object to ask about";
const INVALID = "Kubernetes validates its own kinds before it asks any webhook";
const EPHEMERAL = "ephemeral containers come through a subresource of their own, which other tests try";
const ZERO = "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1";

/** By file, and by the object's kind and name. */
export const REFUSED: { readonly [file: string]: { readonly [label: string]: RefusedFixture } } = {
  "argo-application/good-flux.yaml": {
    "Kustomization/?": { reason: NOT_SERVED, says: 'no kind "Kustomization" in "kustomize.config.k8s.io/v1beta1"' },
  },
  "cpu-memory-resources/bad-empty.yaml": {
    "Pod/empty": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "cpu-memory-resources/bad-template.yaml": {
    "Pod/paddle-ocr": { reason: WRONG_TYPE, says: "quantities must match the regular expression" },
  },
  "cpu-memory-resources/bad.yaml": {
    "Pod/paddle-ocr": { reason: EPHEMERAL, says: "spec.ephemeralContainers: Forbidden: cannot be set on create" },
    "Pod/units": { reason: WRONG_TYPE, says: "quantities must match the regular expression" },
  },
  "cpu-memory-resources/good.yaml": {
    "Pod/pod-level": { reason: EPHEMERAL, says: "spec.ephemeralContainers: Forbidden: cannot be set on create" },
  },
  "gpu-requests-equal-limits/bad-added.yaml": {
    "Pod/own-hardware": { reason: INVALID, says: "spec.containers[0].resources.limits: Required value" },
  },
  "gpu-requests-equal-limits/bad-empty.yaml": {
    "Pod/empty": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "gpu-requests-equal-limits/bad-template.yaml": {
    "Pod/paddle-ocr": { reason: WRONG_TYPE, says: "quantities must match the regular expression" },
  },
  "gpu-requests-equal-limits/bad.yaml": {
    "Deployment/paddle-ocr": { reason: WRONG_TYPE, says: "quantities must match the regular expression" },
    "Pod/pod-level": { reason: INVALID, says: "spec.resources.limits[nvidia.com/gpu]: Unsupported value" },
  },
  "hpa-target/bad-targets.yaml": {
    "HorizontalPodAutoscaler/no-group": {
      reason: INVALID,
      says: 'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    },
  },
  "hpa-target/bad-versions.yaml": {
    "HorizontalPodAutoscaler/v2beta1": {
      reason: NOT_SERVED,
      says: 'no kind "HorizontalPodAutoscaler" in "autoscaling/v2beta1"',
    },
  },
  "hpa-target/bad-zero-version.yaml": {
    "HorizontalPodAutoscaler/ocr": { reason: INVALID, says: ZERO },
  },
  "hpa-target/bad-zero.yaml": {
    "HorizontalPodAutoscaler/ocr": { reason: INVALID, says: ZERO },
    "HorizontalPodAutoscaler/ocr#2": { reason: INVALID, says: ZERO },
  },
  "hpa-target/good-zero.yaml": {
    "HorizontalPodAutoscaler/ocr": { reason: INVALID, says: ZERO },
  },
  "model-volume/bad.yaml": {
    "PersistentVolumeClaim/single": {
      reason: INVALID,
      says: "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
    },
  },
  "network-policy/bad-selector.yaml": {
    "NetworkPolicy/open-to-a-template": {
      reason: INVALID,
      says: "spec.ingress[0].from[0].ipBlock.cidr: Invalid value",
    },
    "NetworkPolicy/operator": { reason: INVALID, says: "spec.podSelector.matchExpressions[0].operator: Invalid value" },
    "NetworkPolicy/template": { reason: INVALID, says: "spec.podSelector.matchLabels: Invalid value" },
  },
  "pinned-image/bad-empty.yaml": {
    "Pod/empty": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "pinned-image/bad.yaml": {
    "Pod/paddlex": { reason: EPHEMERAL, says: "spec.ephemeralContainers: Forbidden: cannot be set on create" },
  },
  "probe-delays/bad-template.yaml": {
    "Deployment/ocr": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field Probe.spec.template.spec.containers.livenessProbe.initialDelaySeconds of type int32",
    },
  },
  "probe-delays/bad.yaml": {
    "Pod/ports": { reason: INVALID, says: "spec.containers[0].readinessProbe.tcpSocket.port: Invalid value" },
  },
  "restricted-container/bad-empty.yaml": {
    "Pod/empty": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "restricted-container/bad-template.yaml": {
    "Pod/paddle-ocr": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field PodSpec.spec.hostPID of type bool",
    },
  },
  "restricted-container/bad.yaml": {
    "DaemonSet/pods": { reason: INVALID, says: "spec.template.spec.securityContext.sysctls[1].name: Invalid value" },
    "Pod/containers": { reason: EPHEMERAL, says: "spec.ephemeralContainers: Forbidden: cannot be set on create" },
  },
  "run-as-non-root/bad-empty.yaml": {
    "Pod/empty": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "run-as-non-root/bad-template.yaml": {
    "Pod/paddle-ocr": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field PodSecurityContext.spec.securityContext.runAsUser of type int64",
    },
  },
  "run-as-non-root/bad.yaml": {
    "Pod/nothing-said": { reason: EPHEMERAL, says: "spec.ephemeralContainers: Forbidden: cannot be set on create" },
    "Pod/quoted": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field SecurityContext.spec.containers.securityContext.runAsUser of type int64",
    },
  },
  "schema/bad-identity.yaml": {
    "/empty-kind": { reason: NOT_SERVED, says: 'no kind "" in "apps/v1"' },
    "Deployment/core-it-is-not": { reason: NOT_SERVED, says: 'no kind "Deployment" in "v1"' },
    "Deployment/malformed": { reason: NOT_SERVED, says: 'no kind "Deployment" in "apps/v1/beta"' },
    "Deployment/no-such-group": { reason: NOT_SERVED, says: 'no kind "Deployment" in "App/v1"' },
    "Deployment/without-api-version": { reason: NOT_SERVED, says: 'no kind "Deployment" in undefined' },
    "Deploymnet/misspelled-kind": { reason: NOT_SERVED, says: 'no kind "Deploymnet" in "apps/v1"' },
    "Inference/no-such-kind": { reason: NOT_SERVED, says: 'no kind "Inference" in "v1"' },
    "Inference/without-api-version-and-unknown": { reason: NOT_SERVED, says: 'no kind "Inference" in undefined' },
    "NetworkPolicy/misspelled-group": { reason: NOT_SERVED, says: 'no kind "NetworkPolicy" in "network.k8s.io/v1"' },
    "PaddelJob/misspelled-kind-of-paddle": {
      reason: NOT_SERVED,
      says: 'no kind "PaddelJob" in "batch.paddlepaddle.org/v1"',
    },
    "PaddleService/another-group-of-paddle": {
      reason: NOT_SERVED,
      says: 'no kind "PaddleService" in "paddlepaddle.org/v1"',
    },
    "Pod/only-core": { reason: NOT_SERVED, says: 'no kind "Pod" in "apps/v1"' },
    '["Pod"]/a-list-for-a-kind': { reason: NOT_SERVED, says: 'no kind ["Pod"] in "v1"' },
    "null/without-kind": { reason: NOT_SERVED, says: 'no kind undefined in "apps/v1"' },
    "pod/lower-case": { reason: NOT_SERVED, says: 'no kind "pod" in "v1"' },
  },
  "schema/bad-list.yaml": {
    "Deployment/ocr": { reason: INVALID, says: "spec.selector: Required value" },
    "Deployment/typed-by-its-list": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    },
    "List/?": { reason: NOT_SERVED, says: 'no kind "List" in "v1"' },
    "Service/ocr": { reason: UNKNOWN_FIELD, says: 'unknown field "spec.ports[0].prot"' },
  },
  "schema/bad-misplaced.yaml": {
    "Deployment/paddle-ocr": { reason: UNKNOWN_FIELD, says: 'unknown field "spec.nodeSelector"' },
  },
  "schema/bad-missing.yaml": {
    "Deployment/?": { reason: INVALID, says: "metadata.name: Required value" },
    "Job/?": { reason: INVALID, says: "spec.template.spec.containers: Required value" },
    "Pod/with-null-containers": { reason: INVALID, says: "spec.containers: Required value" },
    "Pod/without-containers": { reason: INVALID, says: "spec.containers: Required value" },
  },
  "schema/bad-misspelled.yaml": {
    "Deployment/paddle-ocr": { reason: UNKNOWN_FIELD, says: 'unknown field "metadata.lables"' },
  },
  "schema/bad-template.yaml": {
    "Deployment/{{ .Release.Name }}-ocr": {
      reason: WRONG_TYPE,
      says: "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    },
    "{{ .Values.kind }}/ocr": { reason: NOT_SERVED, says: 'no kind "{{ .Values.kind }}" in "apps/v1"' },
  },
  "schema/bad-types.yaml": {
    "Deployment/paddle-ocr": { reason: WRONG_TYPE, says: 'parsing time "yesterday"' },
    "Secret/registry": { reason: WRONG_TYPE, says: "illegal base64 data" },
  },
  "schema/bad-versions.yaml": {
    "CronJob/evaluate": { reason: NOT_SERVED, says: 'no kind "CronJob" in "batch/v1beta1"' },
    "CronJob/evaluate-older-still": { reason: NOT_SERVED, says: 'no kind "CronJob" in "batch/v2alpha1"' },
    "Deployment/etcd": { reason: NOT_SERVED, says: 'no kind "Deployment" in "extensions/v1beta1"' },
    "Deployment/too-new": { reason: NOT_SERVED, says: 'no kind "Deployment" in "apps/v2"' },
    "HorizontalPodAutoscaler/ocr": {
      reason: NOT_SERVED,
      says: 'no kind "HorizontalPodAutoscaler" in "autoscaling/v2beta2"',
    },
    "PaddleJob/too-new": { reason: NOT_SERVED, says: 'no kind "PaddleJob" in "batch.paddlepaddle.org/v2"' },
    "PodSecurityPolicy/restricted": { reason: NOT_SERVED, says: 'no kind "PodSecurityPolicy" in "policy/v1beta1"' },
  },
  "schema/good-foreign.yaml": {
    "Config/?": { reason: NOT_SERVED, says: 'no kind "Config" in "v1"' },
    "ResourceClaimTemplate/a-version-that-we-have-no-schema-of": {
      reason: NOT_SERVED,
      says: 'no kind "ResourceClaimTemplate" in "resource.k8s.io/v1beta1"',
    },
  },
  "schema/good-old.yaml": {
    "Deployment/paddle-serving": { reason: NOT_SERVED, says: 'no kind "Deployment" in "extensions/v1beta1"' },
  },
};

/** By file, and by the object's kind and name. */
export const DIFFERENT: { readonly [file: string]: { readonly [label: string]: readonly DifferentFixture[] } } = {
  "cpu-memory-resources/bad.yaml": {
    "Pod/pod-level": [
      {
        reason: "a quantity is written anew in its canonical form: the mistaken 1000m arrives as 1",
        list: "notes",
        inFile: "warning cpu-memory-resources spec.resources.limits.memory",
        atAdmission: null,
      },
    ],
  },
  "gpu-requests-equal-limits/bad-strict.yaml": {
    "Pod/limit-alone": [
      {
        reason: "a Pod that says nothing of its requests is given its limits for them: then it does say them",
        list: "notes",
        inFile: "warning gpu-requests-equal-limits spec.containers[0] (ocr)",
        atAdmission: null,
      },
    ],
  },
  "hpa-target/bad-versions.yaml": {
    "HorizontalPodAutoscaler/nothing": [
      {
        reason: "what an autoscaler measures where it says nothing is written into it",
        list: "violations",
        inFile: "hpa-target spec",
        atAdmission: "hpa-target spec.metrics[0].resource",
      },
      {
        reason: "so is the least number of replicas where it says none",
        list: "notes",
        inFile: "info hpa-target spec",
        atAdmission: "info hpa-target spec.minReplicas",
      },
    ],
  },
  "probe-delays/good.yaml": {
    "Job/batch-ocr": [
      {
        reason: "the template of a Job is given labels that name the Job: they are the nearest parent then",
        list: "violations",
        inFile: "network-policy metadata.name",
        atAdmission: "network-policy spec.template.metadata.labels",
      },
    ],
  },
};
