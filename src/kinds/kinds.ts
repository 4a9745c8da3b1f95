import { fitsGlob } from "../json/glob.ts";
import { valueAt } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import type { Resource } from "../resources/resource.ts";
import { OTHER_KINDS } from "./other-kinds.ts";
import type { KindRow } from "./pods/kind-row.ts";
import { podsAtPlaces } from "./pods/pod-places.ts";
import type { PodReading } from "./pods/pod-reading.ts";
import type { PodSource } from "./pods/pod-source.ts";
import { podsByShape, readByShape } from "./pods/pods-by-shape.ts";
import { AIBRIX_ROWS } from "./rows/aibrix.ts";
import { ARGO_ROWS } from "./rows/argo.ts";
import { KRUISE_ROWS } from "./rows/kruise.ts";
import { KSERVE_ROWS } from "./rows/kserve.ts";
import { KUBEFLOW_ROWS } from "./rows/kubeflow.ts";
import { KUBERNETES_ROWS } from "./rows/kubernetes.ts";
import { KUBERNETES_SIGS_ROWS } from "./rows/kubernetes-sigs.ts";
import { NVIDIA_ROWS } from "./rows/nvidia.ts";
import { OTHER_ROWS } from "./rows/others.ts";
import { PADDLE_ROWS } from "./rows/paddle.ts";
import { RAY_ROWS } from "./rows/ray.ts";
import { ROLE_BASED_GROUP_ROWS } from "./rows/role-based-groups.ts";
import { TEKTON_ROWS } from "./rows/tekton.ts";
import { VOLCANO_ROWS } from "./rows/volcano.ts";
import { WRAPPER_ROWS } from "./rows/wrappers.ts";

/** Every kind that carries pods: to add one, add a row. */
export const KINDS: readonly KindRow[] = [
  ...KUBERNETES_ROWS,
  ...PADDLE_ROWS,
  ...KUBEFLOW_ROWS,
  ...KSERVE_ROWS,
  ...VOLCANO_ROWS,
  ...ARGO_ROWS,
  ...KUBERNETES_SIGS_ROWS,
  ...NVIDIA_ROWS,
  ...RAY_ROWS,
  ...AIBRIX_ROWS,
  ...ROLE_BASED_GROUP_ROWS,
  ...KRUISE_ROWS,
  ...TEKTON_ROWS,
  ...OTHER_ROWS,
  ...WRAPPER_ROWS,
];

const byKind: ReadonlyMap<string, readonly KindRow[]> = Map.groupBy(KINDS, ({ kind }) => kind);

/** Groups whose names have no dot are Kubernetes' own, and so is the empty one. */
function isBuiltIn(group: string): boolean {
  return !group.includes(".");
}

/**
 * The row for a resource, or null where it carries no pods that are known. A kind of Kubernetes itself under a wrong
 * group of Kubernetes (`v1 Deployment`), and a Paddle kind under any wrong group, has the row that its author meant:
 * what its pods do wrong is said, too.
 */
export function kindOf(resource: Resource, extra: readonly KindRow[] = []): KindRow | null {
  const { kind } = resource.identity;
  for (const row of extra) if (row.kind === kind && fits(resource, row)) return row;
  const rows = byKind.get(kind);
  if (rows === undefined) return kind === "" && isBuiltIn(resource.group) ? kindByShape(resource.object) : null;
  for (const row of rows) if (fits(resource, row)) return row;
  const builtIn = isBuiltIn(resource.group);
  for (const row of rows) {
    if (builtIn && row.groups.some(isBuiltIn)) return row;
    if (row.paddle !== undefined && podSources(resource, row).length > 0) return row;
  }
  return null;
}

/** The pods that a resource describes, read as its row says. */
function podSources(resource: Resource, row: KindRow): readonly PodSource[] {
  return row.sources?.(resource, row) ?? podsAtPlaces(resource, row);
}

/**
 * The pods that a resource describes, and what of them cannot be seen: as its row says, and by their shape what a row does
 * not know of. The API server itself drops what kinds of Kubernetes have no field for.
 */
export function readPods(
  resource: Resource,
  extra: readonly KindRow[] = [],
  nesting: number = 0,
): (PodReading & { readonly row: KindRow }) | null {
  const row = kindOf(resource, extra);
  const foreign = !isBuiltIn(resource.group);
  if (row === null) {
    if (!foreign || hasNoPods(resource)) return null;
    const { pods, unseen } = readByShape(resource);
    if (pods.length === 0 && unseen === null) return null;
    return { row: rowByShape(resource), pods, unseen: unseen === null ? [] : [unseen] };
  }
  if (row.reading !== undefined) return { row, ...row.reading(resource, nesting, readManifest) };
  const known = podSources(resource, row);
  if (!foreign) return { row, pods: known, unseen: [] };
  const others = podsByShape(resource, known);
  const pods = others.length === 0 ? known : [...known, ...others];
  const { apiVersion, kind } = resource.identity;
  const isUnknown = pods.length === 0 && row.knownVersions?.includes(resource.version) === false;
  return {
    row,
    pods,
    unseen: isUnknown ? [{ why: "kind-version", path: ["apiVersion"], args: { apiVersion, kind } }] : [],
  };
}

/** How people call what runs to its end. */
const ENDING = /(?:Job|Task|Run|Step|Workflow|Experiment|Training|Backup|Restore|Test)$/;

/** What is known of a kind that has no row: that it has pods, and by its name whether they may serve. */
function rowByShape({ group, identity: { kind } }: Resource): KindRow {
  const nature = ENDING.test(kind) ? "batch" : "serving";
  return { groups: [group], kind, nature, byShape: true };
}

const withoutPods = new Set(OTHER_KINDS.flatMap(({ groups, kind }) => groups.map((group) => `${group}/${kind}`)));

/** Whether it is known of a kind that it carries no pods, whatever its objects look like. */
function hasNoPods({ group, identity: { kind } }: Resource): boolean {
  return withoutPods.has(`${group}/${kind}`);
}

/** For an object without a kind: what its pods would be judged as, by where they stand. */
function kindByShape(object: JsonObject): KindRow | null {
  if (Array.isArray(valueAt(object, ["spec", "template", "spec", "containers"]))) return rowOf("Deployment");
  if (Array.isArray(valueAt(object, ["spec", "containers"]))) return rowOf("Pod");
  return null;
}

function rowOf(kind: string): KindRow | null {
  return byKind.get(kind)?.[0] ?? null;
}

/** Whether a row is for a group in a version; of its kind nothing is asked. */
export function fits(
  { group, version }: Pick<Resource, "group" | "version">,
  { groups, versions }: Pick<KindRow, "groups" | "versions">,
): boolean {
  return (
    groups.some((pattern) => fitsGlob(group, pattern)) &&
    (versions === undefined || versions.some((pattern) => fitsGlob(version, pattern)))
  );
}

const NOTHING_SEEN: PodReading = { pods: [], unseen: [] };

/** The pods of an object that another one creates; those of a kind that the API server has a row for. */
function readManifest(resource: Resource, nesting: number): PodReading {
  const reading = readPods(resource, [], nesting);
  if (reading === null) return NOTHING_SEEN;
  const serving = reading.row.nature === "serving";
  return { ...reading, pods: reading.pods.map((pod) => ({ ...pod, serving: pod.serving ?? serving })) };
}
