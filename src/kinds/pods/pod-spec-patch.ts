import { spend } from "../../budget/budget.ts";
import { isObject, listOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import { CONTAINER_KEYS } from "./container-lists.ts";
import { readEmbeddedText, textDigest } from "./embedded-text.ts";
import type { Alias, ContainerSource, PodSource } from "./pod-source.ts";
import { mergeStrategically } from "./strategic-merge.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** A patch of a pod's spec in the text of a field. */
export interface PodSpecPatch {
  /** The field. */
  readonly path: Path;
  readonly patch: JsonObject;
}

/** What a field with a patch holds: the patch, nothing, or something that cannot be told. */
export function readPodSpecPatch(text: JsonValue | undefined, path: Path): PodSpecPatch | UnseenPods | null {
  if (typeof text !== "string" || text === "") return null;
  const read = readEmbeddedText(text);
  // Another text is another patch, which nobody has let in.
  const args = { text: textDigest(text) };
  if (typeof read === "string") return { why: `patch-${read}`, path, args };
  const [document, ...others] = read;
  if (document === undefined) return null;
  const { value } = document;
  if (!isObject(value) || others.length > 0 || !isPlain(value)) return { why: "patch-unreadable", path, args };
  return { path, patch: value };
}

/** Maps whose keys are the user's own. */
const FREE = new Set(["nodeSelector", "matchLabels", "labels", "annotations", "limits", "requests", "overhead"]);

/** The fields that rules read. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  [
    "containers initContainers ephemeralContainers volumes securityContext hostNetwork hostPID hostIPC hostUsers",
    "shareProcessNamespace serviceAccountName serviceAccount automountServiceAccountToken restartPolicy nodeName os",
    "runtimeClassName nodeSelector tolerations affinity resourceClaims image imagePullPolicy name command args env envFrom",
    "value valueFrom ports containerPort hostPort hostIP host resources limits requests claims volumeMounts mountPath",
    "subPath readOnly volumeDevices devicePath livenessProbe readinessProbe startupProbe lifecycle postStart preStop",
    "httpGet tcpSocket exec grpc privileged allowPrivilegeEscalation capabilities add drop procMount runAsUser",
    "runAsGroup runAsNonRoot readOnlyRootFilesystem supplementalGroups fsGroup sysctls seLinuxOptions level role type",
    "user seccompProfile localhostProfile appArmorProfile windowsOptions hostProcess runAsUserName hostPath path",
    "emptyDir medium sizeLimit persistentVolumeClaim claimName reference pullPolicy workingDir overhead",
  ]
    .join(" ")
    .split(" ")
    .map((field) => [folded(field), field]),
);

/** Go takes `Privileged` for `privileged` where it reads JSON into a type, in every alphabet. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** Whether a patch says what it means: no directives, no field in another spelling. */
function isPlain(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (!isObject(value)) return true;
  return Object.keys(value).every((key) => {
    if (key.startsWith("$")) return false;
    const field = FIELDS.get(folded(key));
    return (field === undefined || field === key) && (FREE.has(key) || isPlain(value[key]));
  });
}

/**
 * What Argo's controller itself puts into the pods of a Workflow, for patches of it: nothing that a rule is against.
 * Source: `MinimalCtrSC` of argo-workflows/workflow/common/security_context.go
 */
const EXECUTOR: JsonObject = {
  securityContext: {
    privileged: false,
    runAsNonRoot: true,
    runAsUser: 8737,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
  resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "100m", memory: "256Mi" } },
};

/** Names of the containers that the controller adds, or that stand in templates which this object has not. */
const CONTROLLERS_OWN = new Set(["main", "init", "wait", "supervisor"]);

/** The role of a container that the controller adds: its image is none of the object's. */
const EXECUTOR_ROLE = "executor";

/** The pod as it will run: with its patches, one after the other. What a patch sets stands in the patch's field. */
export function patchedPod(pod: PodSource, patches: readonly PodSpecPatch[]): PodSource {
  return patches.reduce(patched, pod);
}

/** A pod of which nothing is known but that the controller makes it. */
export function controllersPod(base: Pick<PodSource, "name" | "path" | "labels">): PodSource {
  return {
    ...base,
    spec: {},
    metadata: {},
    labelsPath: null,
    containers: [],
    cannotExpress: ["network"],
  };
}

/** What each field of a patch, or beside it, costs each of the pods that it is applied to. */
const sharedSteps = 16;

function patched(pod: PodSource, { path: field, patch }: PodSpecPatch): PodSource {
  const aliases: Alias[] = [];
  const cameFrom = (side: "base" | "patch", model: Path): void => {
    spend(sharedSteps);
    if (side === "patch") aliases.push({ model, object: field });
  };
  const settings: { [key: string]: JsonValue | undefined } = { ...patch };
  for (const key of CONTAINER_KEYS) delete settings[key];
  const spec = mergeStrategically(pod.spec, settings, { first: "base", at: pod.path, cameFrom });
  const containers = new Map<string, ContainerSource>();
  for (const container of pod.containers ?? []) containers.set(nameIn(container), container);
  for (const key of CONTAINER_KEYS) {
    for (const [index, item] of listOf(patch[key]).entries()) {
      if (!isObject(item)) continue;
      const name = `${listNameOf(key)}/${textOf(item.name) ?? ""}`;
      const known = containers.get(name) ?? added(item, [...field, key, index], key);
      const raw = mergeStrategically(known.raw, item, { first: "base", at: known.path, cameFrom });
      containers.set(name, { ...known, raw, image: imageIn(known, item) });
    }
  }
  return {
    ...pod,
    spec,
    containers: [...containers.values()],
    // The last patch of a field is the one that holds.
    aliases: [...aliases, ...(pod.aliases ?? [])],
  };
}

/** Containers and init containers are two lists, in each of which a name is there once. */
function nameIn({ role, name }: ContainerSource): string {
  const list = role === "initContainer" ? "initContainers" : role === "ephemeralContainer" ? role : "containers";
  return `${list}/${name}`;
}

function listNameOf(key: string): string {
  return key === "ephemeralContainers" ? "ephemeralContainer" : key;
}

/** A container that only the patch names. */
function added(item: JsonObject, path: Path, key: string): ContainerSource {
  const name = textOf(item.name) ?? `${key}[${path.at(-1)}]`;
  const isOthers = CONTROLLERS_OWN.has(name);
  const role =
    key === "initContainers" ? "initContainer" : listNameOf(key) === key ? "container" : "ephemeralContainer";
  return { path, name, role: isOthers ? EXECUTOR_ROLE : role, raw: isOthers ? EXECUTOR : {}, image: null };
}

function imageIn(known: ContainerSource, item: JsonObject): ContainerSource["image"] {
  const { image } = item;
  if (image === undefined) return known.image;
  if (typeof image !== "string" || image === "") return null;
  return { path: known.image?.path ?? [...known.path, "image"], reference: image, hasRepository: true };
}
