import { isObject, valueAt } from "../../json/json.ts";
import type { Resource } from "../../resources/resource.ts";
import * as labels from "../pods/controller-labels.ts";
import type { KindRow, PodPlace } from "../pods/kind-row.ts";
import { overlaidPod } from "../pods/overlaid-pod.ts";
import { podsAtPlaces } from "../pods/pod-places.ts";
import type { PodSource } from "../pods/pod-source.ts";

const GROUPS = ["workloads.x-k8s.io"] as const;
const VERSIONS = ["v1alpha1", "v1alpha2"] as const;

/** Where what is laid over a role's template for its leaders, or its workers, stands: in either version, beside the template. */
const PATCHES = [
  [["leaderTemplatePatch"], ["leaderWorkerSet", "patchLeaderTemplate"]],
  [["workerTemplatePatch"], ["leaderWorkerSet", "patchWorkerTemplate"]],
] as const;

/** Groups of roles of inference services. Source: sgl-project/rbg, api/workloads/{v1alpha1,v1alpha2}, config/crd/bases */
export const ROLE_BASED_GROUP_ROWS: readonly KindRow[] = [
  groupRow("RoleBasedGroup", "spec"),
  groupRow("RoleBasedGroupSet", "spec.template", "spec.groupTemplate.spec"),
  {
    groups: GROUPS,
    kind: "RoleInstanceSet",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: [{ at: "spec.roleInstanceTemplate.components[].template.spec" }],
    replicas: ["spec.replicas"],
    labels: () => labels.ANY_LABELS,
  },
  {
    groups: GROUPS,
    kind: "RoleInstance",
    nature: "serving",
    knownVersions: VERSIONS,
    pods: [{ at: "spec.components[].template.spec" }],
    labels: () => labels.ANY_LABELS,
  },
  {
    // Its containers run in the pods of roles.
    groups: GROUPS,
    kind: "ClusterEngineRuntimeProfile",
    clusterScoped: true,
    nature: "batch",
    knownVersions: VERSIONS,
    pods: [{ at: "spec", name: "engine", metadataAbove: 0 }],
    cannotExpress: ["network"],
    labels: () => labels.ANY_LABELS,
  },
];

function groupRow(kind: string, ...specs: readonly string[]): KindRow {
  return {
    groups: GROUPS,
    kind,
    nature: "serving",
    knownVersions: VERSIONS,
    pods: specs.flatMap(rolePlaces),
    sources: groupPods,
    replicas: specs.map((spec) => `${spec}.roles[].replicas`),
    labels: (resource, pod) =>
      labels.roleBasedLabels(kind === "RoleBasedGroup" ? resource.identity.name : null, pod.via),
  };
}

function rolePlaces(spec: string): readonly PodPlace[] {
  return [
    "roles[].template.spec",
    "roles[].components[].template.spec",
    "roles[].standalonePattern.template.spec",
    "roles[].leaderWorkerPattern.template.spec",
    "roles[].customComponentsPattern.components[].template.spec",
    "roleTemplates[].template.spec",
  ].map((place) => ({ at: `${spec}.${place}` }));
}

/** The pods of the templates, and of those over which a role lays patches for its leaders and its workers. */
function groupPods(resource: Resource, row: KindRow): readonly PodSource[] {
  return podsAtPlaces(resource, row).flatMap((pod) => {
    const overlaid: PodSource[] = [];
    for (const places of PATCHES) {
      for (const place of places) {
        const field = [...pod.path.slice(0, -2), ...place, "spec"];
        const patch = valueAt(resource.object, field);
        if (isObject(patch)) overlaid.push(overlaidPod(pod, patch, field));
      }
    }
    // Those over whom nothing is laid are as the template says.
    return overlaid.length === PATCHES.length ? overlaid : [pod, ...overlaid];
  });
}
