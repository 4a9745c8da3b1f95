import { spend, within } from "../../budget/budget.ts";
import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { resourcesOf } from "../../resources/unpack.ts";
import { CONTAINER_KEYS, containerSource, mostContainers } from "./container-lists.ts";
import { workflowLabels } from "./controller-labels.ts";
import { readEmbeddedText, textDigest } from "./embedded-text.ts";
import { movedPod } from "./moved-pod.ts";
import type { PodReading, ReadNested } from "./pod-reading.ts";
import type { Alias, ContainerSource, PodSource } from "./pod-source.ts";
import { controllersPod, type PodSpecPatch, patchedPod, readPodSpecPatch } from "./pod-spec-patch.ts";
import { mergeStrategically } from "./strategic-merge.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** What each template takes of a volume or a label that the Workflow writes once for all of them. */
const sharedSteps = 64;

/** Lists of a template that hold containers beside its main one. */
const LISTS = [
  { key: "initContainers", role: "initContainer" },
  { key: "sidecars", role: "sidecar" },
] as const;

/** Settings of a Workflow that hold for the pods of every template which does not say otherwise. */
const SHARED_FIELDS = [
  "hostNetwork",
  "securityContext",
  "serviceAccountName",
  "automountServiceAccountToken",
  "nodeSelector",
  "tolerations",
  "affinity",
] as const;

/** What a template can be, each with a field of its own; the first that is there decides. */
const TEMPLATE_TYPES = [
  "container",
  "containerSet",
  "steps",
  "dag",
  "script",
  "resource",
  "data",
  "suspend",
  "http",
  "plugin",
] as const;

/** What a template has beside a pod spec. */
const TEMPLATE_FIELDS: ReadonlySet<string> = new Set([
  ...CONTAINER_KEYS,
  "container",
  "script",
  "containerSet",
  "sidecars",
  "inputs",
  "outputs",
  "metadata",
  "name",
  "podSpecPatch",
]);

/** Texts in manifests of manifests: nobody nests them deeper in earnest. */
const DEEPEST_MANIFEST = 3;

/** Kinds of templates whose pods run nothing but the controller's own program, or the plug-ins of its administrator. */
const CONTROLLERS_TEMPLATES = ["resource", "http", "plugin", "data"] as const;

/** Kinds of templates that run no pod of their own, whatever else stands in them. */
const PODLESS_TEMPLATES = ["steps", "dag", "suspend", "http", "plugin"] as const;

/**
 * The pods of an Argo Workflow: those of its templates that run containers, with the defaults of templates and the patches
 * of their specs as the controller applies them, and those of the objects that its templates create.
 * @param nesting in how many manifests of other Workflows this one stands
 */
export function workflowReading(
  resource: Resource,
  specPath: Path,
  readManifest: ReadNested,
  nesting: number,
): PodReading {
  const spec = valueAt(resource.object, specPath);
  if (!isObject(spec)) return { pods: [], unseen: [] };
  const pods: PodSource[] = [];
  const unseen: UnseenPods[] = [];
  const sharedPatch = patchIn(spec, specPath, unseen);
  const defaultPatch = patchIn(objectOf(spec.templateDefaults), [...specPath, "templateDefaults"], unseen);
  const shared = sharedPatch === null ? [] : [sharedPatch];
  let onlyController = spec.workflowTemplateRef !== undefined;
  const templates = templatesOf(spec, specPath);
  for (const written of templates) {
    const { path } = written;
    const aliases: Alias[] = [];
    const template = withDefaults(written.template, objectOf(spec.templateDefaults), path, specPath, aliases);
    const ownPatch = hasPatch(written.template) ? patchIn(written.template, path, unseen) : defaultPatch;
    const patches = ownPatch === null ? shared : [...shared, ownPatch];
    const created = createdObjects(resource, template.resource, [...path, "resource"], readManifest, nesting);
    pods.push(...created.pods);
    unseen.push(...created.unseen);
    const containers = PODLESS_TEMPLATES.some((key) => template[key] !== undefined)
      ? []
      : templateContainers(template, path);
    if (containers.length > 0) {
      const pod = templatePod(resource, spec, specPath, template, path, containers, aliases);
      pods.push(patchedPod(pod, patches));
    } else if (CONTROLLERS_TEMPLATES.some((key) => template[key] !== undefined)) {
      if (ownPatch !== null) pods.push(patchedPod(ownPod(resource, written), patches));
      else onlyController = true;
    }
  }
  const artifacts: Path = [...specPath, "artifactGC"];
  const collection = patchIn(objectOf(spec.artifactGC), artifacts, unseen);
  if (collection !== null) pods.push(patchedPod(controllersPod({ name: "artifactGC", path: artifacts }), [collection]));
  if (shared.length > 0 && (onlyController || pods.length === 0)) {
    pods.push(patchedPod(controllersPod({ name: "podSpecPatch", path: specPath }), shared));
  }
  return { pods, unseen };
}

interface WrittenTemplate {
  readonly template: JsonObject;
  readonly path: Path;
}

/** The templates of a Workflow, and those that its steps and tasks carry themselves. */
function templatesOf(spec: JsonObject, specPath: Path): readonly WrittenTemplate[] {
  const found: WrittenTemplate[] = [];
  const add = (template: JsonValue | undefined, path: Path): void => {
    if (!isObject(template)) return;
    found.push({ template, path });
    for (const [index, group] of listOf(template.steps).entries()) {
      for (const [at, step] of listOf(group).entries()) {
        add(objectOf(step).inline, [...path, "steps", index, at, "inline"]);
      }
    }
    for (const [index, task] of listOf(objectOf(template.dag).tasks).entries()) {
      add(objectOf(task).inline, [...path, "dag", "tasks", index, "inline"]);
    }
  };
  for (const [index, template] of listOf(spec.templates).entries()) add(template, [...specPath, "templates", index]);
  return found;
}

function hasPatch({ podSpecPatch }: JsonObject): boolean {
  return typeof podSpecPatch === "string" && podSpecPatch !== "";
}

function patchIn(holder: JsonObject, path: Path, unseen: UnseenPods[]): PodSpecPatch | null {
  const read = readPodSpecPatch(holder.podSpecPatch, [...path, "podSpecPatch"]);
  if (read === null || "patch" in read) return read;
  unseen.push(read);
  return null;
}

/** A template with the defaults of its Workflow; those that are for another kind of template are none of its. */
function withDefaults(
  template: JsonObject,
  defaults: JsonObject,
  path: Path,
  specPath: Path,
  aliases: Alias[],
): JsonObject {
  const type = TEMPLATE_TYPES.find((key) => template[key] !== undefined && template[key] !== null);
  const fitting: { [key: string]: JsonValue | undefined } = { ...defaults };
  for (const key of TEMPLATE_TYPES) if (key !== type) delete fitting[key];
  if (Object.keys(fitting).length === 0) return template;
  const place = [...specPath, "templateDefaults"];
  return mergeStrategically(fitting, template, {
    first: "patch",
    at: path,
    cameFrom: (side, model, inBase) => {
      spend(sharedSteps);
      if (side === "base") aliases.push({ model, object: [...place, ...inBase] });
    },
  });
}

function templatePod(
  resource: Resource,
  spec: JsonObject,
  specPath: Path,
  template: JsonObject,
  path: Path,
  containers: readonly ContainerSource[],
  aliases: Alias[],
): PodSource {
  const podMetadata = objectOf(spec.podMetadata);
  const metadata = objectOf(template.metadata);
  spend(sharedSteps * (countOf(podMetadata.labels) + countOf(podMetadata.annotations)));
  return {
    name: textOf(template.name) ?? String(path.findLast((step) => typeof step === "number")),
    path,
    spec: withSharedFields(spec, specPath, template, path, aliases),
    metadata: {
      labels: { ...objectOf(podMetadata.labels), ...objectOf(metadata.labels) },
      annotations: { ...objectOf(podMetadata.annotations), ...objectOf(metadata.annotations) },
    },
    labelsPath: isObject(metadata.labels)
      ? [...path, "metadata", "labels"]
      : isObject(podMetadata.labels)
        ? [...specPath, "podMetadata", "labels"]
        : null,
    containers,
    leftOut: TEMPLATE_FIELDS,
    labels: workflowLabels(resource),
    // A cluster's template runs in namespaces that it does not know.
    cannotExpress: resource.identity.kind === "ClusterWorkflowTemplate" ? ["network"] : [],
    aliases,
  };
}

/** The pod of a template that runs no container of its own. */
function ownPod(resource: Resource, { template, path }: WrittenTemplate): PodSource {
  return controllersPod({ name: textOf(template.name) ?? "template", path, labels: workflowLabels(resource) });
}

/** What a template creates with the API server; what it only reads or takes away is no matter. */
function createdObjects(
  resource: Resource,
  action: JsonValue | undefined,
  path: Path,
  readManifest: ReadNested,
  nesting: number,
): PodReading {
  const { action: verb, manifest, manifestFrom } = objectOf(action);
  if (verb === "get" || verb === "delete" || !isObject(action)) return { pods: [], unseen: [] };
  const unseen = (why: UnseenPods["why"], field: string, text: string): PodReading => ({
    pods: [],
    unseen: [{ why, path: [...path, field], args: { text: textDigest(text) } }],
  });
  if (isObject(manifestFrom)) return unseen("manifest-elsewhere", "manifestFrom", JSON.stringify(manifestFrom));
  if (typeof manifest !== "string" || manifest === "") return { pods: [], unseen: [] };
  const field = [...path, "manifest"];
  const read = readEmbeddedText(manifest);
  if (typeof read === "string") return unseen(`manifest-${read}`, "manifest", manifest);
  if (verb === "patch" || nesting >= DEEPEST_MANIFEST) return unseen("manifest-unreadable", "manifest", manifest);
  const found: { pods: PodSource[]; unseen: UnseenPods[] } = { pods: [], unseen: [] };
  for (const document of read) {
    const { resources, passedOver } = resourcesOf(document);
    if (passedOver) return unseen("manifest-unreadable", "manifest", manifest);
    for (const created of resources) {
      const reading = readManifest(created, nesting + 1);
      const elsewhere =
        created.identity.namespace !== null && created.identity.namespace !== resource.identity.namespace;
      const place = [...field, document.index, ...created.at];
      for (const pod of reading.pods) found.pods.push(movedPod(pod, place, elsewhere));
      for (const part of reading.unseen) found.unseen.push({ ...part, path: field });
    }
  }
  return found;
}

function templateContainers(template: JsonObject, path: Path): ContainerSource[] {
  const sources: ContainerSource[] = [];
  for (const key of ["container", "script"] as const) {
    const raw = template[key];
    // The controller names the main container.
    if (isObject(raw)) sources.push(containerSource({ ...withScript(raw), name: "main" }, [...path, key], "container"));
  }
  const set = objectOf(template.containerSet);
  addList(sources, set.containers, [...path, "containerSet", "containers"], "container");
  for (const { key, role } of LISTS) addList(sources, template[key], [...path, key], role);
  return sources;
}

/** The source of a script template is what its command runs. */
function withScript(raw: JsonObject): JsonObject {
  const { source, ...container } = raw;
  return typeof source === "string" ? { ...container, args: ["-c", source] } : raw;
}

function addList(sources: ContainerSource[], items: JsonValue | undefined, path: Path, role: string): void {
  const list = listOf(items);
  within(list.length, mostContainers, "container");
  for (const [index, raw] of list.entries()) {
    if (isObject(raw)) sources.push(containerSource(raw, [...path, index], role));
  }
}

function withSharedFields(
  spec: JsonObject,
  specPath: Path,
  template: JsonObject,
  path: Path,
  aliases: Alias[],
): JsonObject {
  const merged: { [key: string]: JsonValue | undefined } = { ...template };
  for (const field of SHARED_FIELDS) {
    if (spec[field] === undefined || template[field] !== undefined) continue;
    merged[field] = spec[field];
    aliases.push({ model: [...path, field], object: [...specPath, field] });
  }
  const own = listOf(template.volumes);
  const shared = listOf(spec.volumes);
  spend(shared.length * sharedSteps);
  if (shared.length > 0) {
    merged.volumes = [...own, ...shared];
    shared.forEach((_, index) => {
      aliases.push({
        model: [...path, "volumes", own.length + index],
        object: [...specPath, "volumes", index],
      });
    });
  }
  return merged;
}

function countOf(mapping: JsonValue | undefined): number {
  return Object.keys(objectOf(mapping)).length;
}
