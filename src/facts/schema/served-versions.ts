/** From when to when Kubernetes serves a kind under an apiVersion; minors of version 1. */
export interface Service {
  /** First minor that serves it; absent: older than anybody's cluster. */
  readonly since?: number;
  /** First minor that does not serve it any more. */
  readonly until?: number;
  /** The apiVersion to move to; absent where there is none. */
  readonly replacement?: string;
}

/** The newest minor that the schemas know: those of kubernetes-models 5.1. */
export const NEWEST_MINOR = 36;

const WORKLOADS = "Deployment DaemonSet ReplicaSet StatefulSet ControllerRevision Scale DeploymentRollback";

/**
 * One row: apiVersion, kinds, since, until, replacement.
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/ , and for new versions the changelogs.
 */
const ROWS: readonly (readonly [string, string, number | undefined, number | undefined, string | undefined])[] = [
  ["extensions/v1beta1", WORKLOADS, undefined, 16, "apps/v1"],
  ["extensions/v1beta1", "NetworkPolicy", undefined, 16, "networking.k8s.io/v1"],
  ["extensions/v1beta1", "PodSecurityPolicy", undefined, 16, undefined],
  ["extensions/v1beta1", "Ingress", undefined, 22, "networking.k8s.io/v1"],
  ["apps/v1beta1", WORKLOADS, undefined, 16, "apps/v1"],
  ["apps/v1beta2", WORKLOADS, undefined, 16, "apps/v1"],
  ["settings.k8s.io/v1alpha1", "PodPreset", undefined, 20, undefined],
  ["batch/v2alpha1", "CronJob", undefined, 21, "batch/v1"],
  [
    "admissionregistration.k8s.io/v1beta1",
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    undefined,
    22,
    "admissionregistration.k8s.io/v1",
  ],
  ["apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", undefined, 22, "apiextensions.k8s.io/v1"],
  ["apiregistration.k8s.io/v1beta1", "APIService", undefined, 22, "apiregistration.k8s.io/v1"],
  ["authentication.k8s.io/v1beta1", "TokenReview", undefined, 22, "authentication.k8s.io/v1"],
  [
    "authorization.k8s.io/v1beta1",
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    undefined,
    22,
    "authorization.k8s.io/v1",
  ],
  ["certificates.k8s.io/v1beta1", "CertificateSigningRequest", undefined, 22, "certificates.k8s.io/v1"],
  ["coordination.k8s.io/v1beta1", "Lease", undefined, 22, "coordination.k8s.io/v1"],
  ["networking.k8s.io/v1beta1", "Ingress IngressClass", undefined, 22, "networking.k8s.io/v1"],
  [
    "rbac.authorization.k8s.io/v1alpha1",
    "ClusterRole ClusterRoleBinding Role RoleBinding",
    undefined,
    22,
    "rbac.authorization.k8s.io/v1",
  ],
  [
    "rbac.authorization.k8s.io/v1beta1",
    "ClusterRole ClusterRoleBinding Role RoleBinding",
    undefined,
    22,
    "rbac.authorization.k8s.io/v1",
  ],
  ["scheduling.k8s.io/v1alpha1", "PriorityClass", undefined, 22, "scheduling.k8s.io/v1"],
  ["scheduling.k8s.io/v1beta1", "PriorityClass", undefined, 22, "scheduling.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", undefined, 22, "storage.k8s.io/v1"],
  ["autoscaling/v2beta1", "HorizontalPodAutoscaler", undefined, 25, "autoscaling/v2"],
  ["batch/v1beta1", "CronJob", undefined, 25, "batch/v1"],
  ["discovery.k8s.io/v1beta1", "EndpointSlice", undefined, 25, "discovery.k8s.io/v1"],
  ["events.k8s.io/v1beta1", "Event", undefined, 25, "events.k8s.io/v1"],
  ["node.k8s.io/v1beta1", "RuntimeClass", undefined, 25, "node.k8s.io/v1"],
  ["policy/v1beta1", "PodDisruptionBudget", undefined, 25, "policy/v1"],
  ["policy/v1beta1", "PodSecurityPolicy", undefined, 25, undefined],
  ["autoscaling/v2beta2", "HorizontalPodAutoscaler", undefined, 26, "autoscaling/v2"],
  [
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "FlowSchema PriorityLevelConfiguration",
    20,
    26,
    "flowcontrol.apiserver.k8s.io/v1",
  ],
  ["storage.k8s.io/v1beta1", "CSIStorageCapacity", 21, 27, "storage.k8s.io/v1"],
  [
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "FlowSchema PriorityLevelConfiguration",
    23,
    29,
    "flowcontrol.apiserver.k8s.io/v1",
  ],
  [
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "FlowSchema PriorityLevelConfiguration",
    26,
    32,
    "flowcontrol.apiserver.k8s.io/v1",
  ],
  [
    "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    16,
    undefined,
    undefined,
  ],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition", 16, undefined, undefined],
  ["storage.k8s.io/v1", "CSINode", 17, undefined, undefined],
  ["storage.k8s.io/v1", "CSIDriver", 19, undefined, undefined],
  ["networking.k8s.io/v1", "Ingress IngressClass", 19, undefined, undefined],
  ["certificates.k8s.io/v1", "CertificateSigningRequest", 19, undefined, undefined],
  ["events.k8s.io/v1", "Event", 19, undefined, undefined],
  ["node.k8s.io/v1", "RuntimeClass", 20, undefined, undefined],
  ["batch/v1", "CronJob", 21, undefined, undefined],
  ["policy/v1", "PodDisruptionBudget", 21, undefined, undefined],
  ["discovery.k8s.io/v1", "EndpointSlice", 21, undefined, undefined],
  ["policy/v1", "Eviction", 22, undefined, undefined],
  ["autoscaling/v2", "HorizontalPodAutoscaler", 23, undefined, undefined],
  ["storage.k8s.io/v1", "CSIStorageCapacity", 24, undefined, undefined],
  ["authentication.k8s.io/v1", "SelfSubjectReview", 28, undefined, undefined],
  ["flowcontrol.apiserver.k8s.io/v1", "FlowSchema PriorityLevelConfiguration", 29, undefined, undefined],
  [
    "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    30,
    undefined,
    undefined,
  ],
  ["networking.k8s.io/v1", "IPAddress ServiceCIDR", 33, undefined, undefined],
  ["resource.k8s.io/v1", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", 34, undefined, undefined],
  ["storage.k8s.io/v1", "VolumeAttributesClass", 34, undefined, undefined],
  [
    "admissionregistration.k8s.io/v1",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
    36,
    undefined,
    undefined,
  ],
];

/** When a type is served, or undefined where it has been all along, or is not known. A typed list is served as its items are. */
export function serviceOf(apiVersion: string, kind: string): Service | undefined {
  const single = kind.endsWith("List") ? kind.slice(0, -"List".length) : kind;
  for (const [version, kinds, since, until, replacement] of ROWS) {
    if (version !== apiVersion || !kinds.split(" ").includes(single)) continue;
    return { ...(since && { since }), ...(until && { until }), ...(replacement && { replacement }) };
  }
  return undefined;
}

/**
 * The minor of a Kubernetes version: 34 for `1.34`, `v1.34.2`, `1.34+`. Undefined for what is no version of
 * Kubernetes 1.
 */
export function minorOf(version: string): number | undefined {
  const match = /^v?1\.(\d{1,4})(?![\d])/.exec(version);
  return match === null ? undefined : Number(match[1]);
}
