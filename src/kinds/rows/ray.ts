import * as labels from "../pods/controller-labels.ts";
import type { KindRow, PodPlace } from "../pods/kind-row.ts";

/** Ray on Kubernetes. Source: ray-project/kuberay, ray-operator/config/crd/bases, ray-operator/controllers/ray/common/pod.go */
export const RAY_ROWS: readonly KindRow[] = [
  {
    groups: ["ray.io"],
    kind: "RayCluster",
    nature: "batch",
    knownVersions: ["v1", "v1alpha1"],
    pods: clusterPods("spec"),
    replicas: ["spec.workerGroupSpecs[].replicas"],
    labels: (resource, pod) => labels.rayLabels(resource.identity.name, pod),
    readinessByController: true,
  },
  {
    groups: ["ray.io"],
    kind: "RayJob",
    nature: "batch",
    knownVersions: ["v1", "v1alpha1"],
    pods: [...clusterPods("spec.rayClusterSpec"), { at: "spec.submitterPodTemplate.spec", name: "submitter" }],
    replicas: ["spec.rayClusterSpec.workerGroupSpecs[].replicas"],
    labels: (_, pod) => labels.rayLabels(null, pod),
    readinessByController: true,
  },
  {
    groups: ["ray.io"],
    kind: "RayCronJob",
    nature: "batch",
    knownVersions: ["v1"],
    pods: [
      ...clusterPods("spec.jobTemplate.rayClusterSpec"),
      { at: "spec.jobTemplate.submitterPodTemplate.spec", name: "submitter" },
    ],
    replicas: ["spec.jobTemplate.rayClusterSpec.workerGroupSpecs[].replicas"],
    labels: (_, pod) => labels.rayLabels(null, pod),
    readinessByController: true,
  },
  {
    groups: ["ray.io"],
    kind: "RayService",
    nature: "serving",
    knownVersions: ["v1", "v1alpha1"],
    pods: clusterPods("spec.rayClusterConfig"),
    replicas: ["spec.rayClusterConfig.workerGroupSpecs[].replicas"],
    labels: (_, pod) => labels.rayLabels(null, pod),
    readinessByController: true,
  },
];

/** The places of a RayCluster's pods in what carries its spec. */
export function clusterPods(at: string): readonly PodPlace[] {
  const head = `${at}.headGroupSpec.template.spec`;
  return [
    { at: head, name: "head" },
    { at: `${at}.workerGroupSpecs[].template.spec`, workersOf: head },
  ];
}
