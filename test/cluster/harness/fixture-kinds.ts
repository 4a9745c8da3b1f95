import type { CustomKind } from "./custom-kinds.ts";

/** The kinds of the rules' fixtures that operators bring. */
export const FIXTURE_KINDS: readonly CustomKind[] = [
  { group: "apps.nvidia.com", versions: ["v1alpha1"], kind: "NIMService" },
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "AppProject" },
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "Application" },
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "ApplicationSet" },
  { group: "argoproj.io", versions: ["v1alpha1"], kind: "Workflow" },
  { group: "autoscaling.k8s.io", versions: ["v1"], kind: "VerticalPodAutoscaler" },
  { group: "batch.paddlepaddle.org", versions: ["v1"], kind: "PaddleJob" },
  { group: "batch.paddlepaddle.org", versions: ["v1alpha1"], kind: "SampleJob" },
  { group: "batch.paddlepaddle.org", versions: ["v1alpha1"], kind: "SampleSet" },
  { group: "batch.volcano.sh", versions: ["v1alpha1"], kind: "Job" },
  { group: "cilium.io", versions: ["v2"], kind: "CiliumNetworkPolicy" },
  { group: "cilium.io", versions: ["v2"], kind: "CiliumClusterwideNetworkPolicy", scope: "Cluster" },
  { group: "crd.projectcalico.org", versions: ["v1"], kind: "GlobalNetworkPolicy", scope: "Cluster" },
  { group: "crd.projectcalico.org", versions: ["v1"], kind: "NetworkPolicy" },
  { group: "elasticserving.paddlepaddle.org", versions: ["v1"], kind: "PaddleService" },
  { group: "helm.toolkit.fluxcd.io", versions: ["v2", "v2beta1"], kind: "HelmRelease" },
  { group: "keda.sh", versions: ["v1alpha1"], kind: "ScaledObject" },
  { group: "kongming.cce.baiudbce.com", versions: ["v1"], kind: "AITrainingJob" },
  { group: "kubeflow.org", versions: ["v1"], kind: "PaddleJob" },
  { group: "kustomize.toolkit.fluxcd.io", versions: ["v1"], kind: "Kustomization" },
  { group: "leaderworkerset.x-k8s.io", versions: ["v1"], kind: "LeaderWorkerSet" },
  { group: "paddlepaddle.org", versions: ["v1"], kind: "TrainingJob" },
  { group: "policy.networking.k8s.io", versions: ["v1alpha1"], kind: "AdminNetworkPolicy", scope: "Cluster" },
  { group: "policy.networking.k8s.io", versions: ["v1alpha1"], kind: "BaselineAdminNetworkPolicy", scope: "Cluster" },
  { group: "policy.networking.k8s.io", versions: ["v1alpha2"], kind: "ClusterNetworkPolicy", scope: "Cluster" },
  { group: "projectcalico.org", versions: ["v3"], kind: "NetworkPolicy" },
  { group: "serving.knative.dev", versions: ["v1"], kind: "Service" },
  { group: "serving.kserve.io", versions: ["v1alpha1"], kind: "ClusterServingRuntime", scope: "Cluster" },
  { group: "serving.kserve.io", versions: ["v1alpha1"], kind: "ServingRuntime" },
  { group: "serving.kserve.io", versions: ["v1beta1", "v3"], kind: "InferenceService" },
  { group: "serving.paddlepaddle.org", versions: ["v1"], kind: "PaddleService" },
  { group: "snapshot.storage.k8s.io", versions: ["v1"], kind: "VolumeSnapshot" },
  { group: "source.toolkit.fluxcd.io", versions: ["v1"], kind: "GitRepository" },
  { group: "source.toolkit.fluxcd.io", versions: ["v1"], kind: "HelmChart" },
  { group: "source.toolkit.fluxcd.io", versions: ["v1"], kind: "OCIRepository" },
];

/** Kinds that other objects are judged by: they are there before those are asked about. */
export const RELATION_KINDS: ReadonlySet<string> = new Set([
  "Namespace",
  "PersistentVolumeClaim",
  "NetworkPolicy",
  "CiliumNetworkPolicy",
  "CiliumClusterwideNetworkPolicy",
  "GlobalNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ClusterNetworkPolicy",
]);

/** Kinds that are judged by each other and by what they scale: of a file with one of them everything is there before. */
export const SCALER_KINDS: ReadonlySet<string> = new Set([
  "HorizontalPodAutoscaler",
  "ScaledObject",
  "VerticalPodAutoscaler",
]);

/** Relation kinds that reach into every namespace: while they are there, no other file may be judged. */
export const EVERYWHERE_KINDS: ReadonlySet<string> = new Set([
  "CiliumClusterwideNetworkPolicy",
  "GlobalNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ClusterNetworkPolicy",
]);
