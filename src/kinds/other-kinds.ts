/** A kind without pods that rules are for. */
export interface OtherKind {
  /** "" for the core. */
  readonly groups: readonly string[];
  readonly kind: string;
  /** As paths of the API name it; absent: the kind in lower case with an "s". */
  readonly plural?: string;
  /** Its objects live in no namespace. */
  readonly clusterScoped?: true;
  /** Never listed, watched or asked about in a cluster, whatever the rules say: its objects are judged in files alone. */
  readonly listed?: false;
  /** The API server asks no webhook about it, so that nobody can lock himself out. */
  readonly reviewed?: false;
}

/** Every kind without pods whose objects people write: to add one, add a row. */
export const OTHER_KINDS: readonly OtherKind[] = [
  { groups: [""], kind: "ConfigMap" },
  { groups: [""], kind: "Secret", listed: false },
  { groups: [""], kind: "Service" },
  { groups: [""], kind: "ServiceAccount" },
  { groups: [""], kind: "PersistentVolumeClaim" },
  { groups: [""], kind: "PersistentVolume", clusterScoped: true },
  { groups: [""], kind: "Namespace", clusterScoped: true },
  { groups: [""], kind: "LimitRange" },
  { groups: [""], kind: "ResourceQuota" },
  { groups: ["autoscaling"], kind: "HorizontalPodAutoscaler" },
  { groups: ["policy"], kind: "PodDisruptionBudget" },
  { groups: ["networking.k8s.io", "extensions"], kind: "NetworkPolicy", plural: "networkpolicies" },
  { groups: ["networking.k8s.io", "extensions"], kind: "Ingress", plural: "ingresses" },
  { groups: ["networking.k8s.io"], kind: "IngressClass", plural: "ingressclasses", clusterScoped: true },
  { groups: ["networking.k8s.io"], kind: "ServiceCIDR", clusterScoped: true },
  { groups: ["rbac.authorization.k8s.io"], kind: "Role" },
  { groups: ["rbac.authorization.k8s.io"], kind: "RoleBinding" },
  { groups: ["rbac.authorization.k8s.io"], kind: "ClusterRole", clusterScoped: true },
  { groups: ["rbac.authorization.k8s.io"], kind: "ClusterRoleBinding", clusterScoped: true },
  { groups: ["storage.k8s.io"], kind: "StorageClass", plural: "storageclasses", clusterScoped: true },
  { groups: ["storage.k8s.io"], kind: "VolumeAttributesClass", plural: "volumeattributesclasses", clusterScoped: true },
  { groups: ["storage.k8s.io"], kind: "CSIDriver", clusterScoped: true },
  { groups: ["scheduling.k8s.io"], kind: "PriorityClass", plural: "priorityclasses", clusterScoped: true },
  { groups: ["node.k8s.io"], kind: "RuntimeClass", plural: "runtimeclasses", clusterScoped: true },
  { groups: ["resource.k8s.io"], kind: "ResourceClaim" },
  { groups: ["resource.k8s.io"], kind: "ResourceClaimTemplate" },
  { groups: ["resource.k8s.io"], kind: "DeviceClass", plural: "deviceclasses", clusterScoped: true },
  { groups: ["flowcontrol.apiserver.k8s.io"], kind: "FlowSchema", clusterScoped: true },
  { groups: ["flowcontrol.apiserver.k8s.io"], kind: "PriorityLevelConfiguration", clusterScoped: true },
  { groups: ["apiregistration.k8s.io"], kind: "APIService", clusterScoped: true },
  { groups: ["apiextensions.k8s.io"], kind: "CustomResourceDefinition", clusterScoped: true },
  admission("ValidatingWebhookConfiguration"),
  admission("MutatingWebhookConfiguration"),
  admission("ValidatingAdmissionPolicy", "validatingadmissionpolicies"),
  admission("ValidatingAdmissionPolicyBinding"),
  admission("MutatingAdmissionPolicy", "mutatingadmissionpolicies"),
  admission("MutatingAdmissionPolicyBinding"),
  { groups: ["batch.paddlepaddle.org"], kind: "SampleSet" },
  { groups: ["batch.paddlepaddle.org"], kind: "SampleJob" },
  // Network policies of other tools.
  { groups: ["cilium.io"], kind: "CiliumNetworkPolicy", plural: "ciliumnetworkpolicies" },
  {
    groups: ["cilium.io"],
    kind: "CiliumClusterwideNetworkPolicy",
    plural: "ciliumclusterwidenetworkpolicies",
    clusterScoped: true,
  },
  { groups: ["crd.projectcalico.org", "projectcalico.org"], kind: "NetworkPolicy", plural: "networkpolicies" },
  {
    groups: ["crd.projectcalico.org", "projectcalico.org"],
    kind: "GlobalNetworkPolicy",
    plural: "globalnetworkpolicies",
    clusterScoped: true,
  },
  clusterPolicy("AdminNetworkPolicy", "adminnetworkpolicies"),
  clusterPolicy("BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies"),
  clusterPolicy("ClusterNetworkPolicy", "clusternetworkpolicies"),
  // What scales, and what delivers.
  { groups: ["autoscaling.k8s.io"], kind: "VerticalPodAutoscaler" },
  { groups: ["keda.sh"], kind: "ScaledObject" },
  { groups: ["flagger.app"], kind: "Canary", plural: "canaries" },
  { groups: ["argoproj.io"], kind: "Application" },
  { groups: ["argoproj.io"], kind: "ApplicationSet" },
  { groups: ["argoproj.io"], kind: "AppProject" },
  { groups: ["kustomize.toolkit.fluxcd.io"], kind: "Kustomization" },
  { groups: ["helm.toolkit.fluxcd.io"], kind: "HelmRelease" },
  { groups: ["source.toolkit.fluxcd.io"], kind: "GitRepository", plural: "gitrepositories" },
  { groups: ["source.toolkit.fluxcd.io"], kind: "OCIRepository", plural: "ocirepositories" },
  { groups: ["source.toolkit.fluxcd.io"], kind: "HelmRepository", plural: "helmrepositories" },
  { groups: ["source.toolkit.fluxcd.io"], kind: "HelmChart" },
  { groups: ["source.toolkit.fluxcd.io"], kind: "Bucket" },
];

/** The keys of kinds without pods, `group/Kind`. */
export const WITHOUT_PODS: ReadonlySet<string> = new Set(
  OTHER_KINDS.flatMap(({ groups, kind }) => groups.map((group) => `${group}/${kind}`)),
);

/**
 * What machines write by themselves, much of it all the time: never listed nor asked about, even where every kind is. Kinds
 * that have no schema here and are not served by every cluster are among them too.
 */
export const MACHINE_KINDS: readonly OtherKind[] = [
  { groups: ["", "events.k8s.io"], kind: "Event" },
  { groups: [""], kind: "Endpoints", plural: "endpoints" },
  { groups: ["discovery.k8s.io"], kind: "EndpointSlice" },
  { groups: ["coordination.k8s.io"], kind: "Lease" },
  { groups: ["coordination.k8s.io"], kind: "LeaseCandidate" },
  { groups: [""], kind: "Node" },
  { groups: [""], kind: "ComponentStatus", plural: "componentstatuses" },
  { groups: ["apps"], kind: "ControllerRevision" },
  { groups: ["certificates.k8s.io"], kind: "CertificateSigningRequest" },
  { groups: ["networking.k8s.io"], kind: "IPAddress", plural: "ipaddresses" },
  { groups: ["storage.k8s.io"], kind: "CSINode" },
  { groups: ["storage.k8s.io"], kind: "CSIStorageCapacity", plural: "csistoragecapacities" },
  { groups: ["storage.k8s.io"], kind: "VolumeAttachment" },
  { groups: ["resource.k8s.io"], kind: "ResourceSlice" },
  { groups: ["metrics.k8s.io"], kind: "PodMetrics", plural: "pods" },
  { groups: ["metrics.k8s.io"], kind: "NodeMetrics", plural: "nodes" },
  { groups: ["wgpolicyk8s.io"], kind: "PolicyReport" },
  { groups: ["wgpolicyk8s.io"], kind: "ClusterPolicyReport" },
  { groups: ["openreports.io"], kind: "Report" },
  { groups: ["openreports.io"], kind: "ClusterReport" },
];

function admission(kind: string, plural?: string): OtherKind {
  const named = plural === undefined ? {} : { plural };
  return { groups: ["admissionregistration.k8s.io"], kind, ...named, clusterScoped: true, reviewed: false };
}

function clusterPolicy(kind: string, plural: string): OtherKind {
  return { groups: ["policy.networking.k8s.io"], kind, plural, clusterScoped: true };
}
