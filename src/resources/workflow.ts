import { spend, within } from "../budget.ts";
import type { JsonObject, JsonValue, Path } from "../documents/document.ts";
import { CONTAINER_KEYS, containerSource, mostContainers } from "./container-lists.ts";
import { workflowLabels } from "./controller-labels.ts";
import { isObject, listOf, objectOf, textOf } from "./json.ts";
import type { ContainerSource, PodSource } from "./pod-source.ts";
import type { Resource } from "./resource.ts";
import type { Alias } from "./workload-model.ts";

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
]);

/** The pods of an Argo Workflow: those of its templates that run containers. */
export function workflowPods(resource: Resource, specPath: Path, spec: JsonObject): readonly PodSource[] {
  const pods: PodSource[] = [];
  for (const [index, template] of listOf(spec.templates).entries()) {
    if (!isObject(template)) continue;
    const path = [...specPath, "templates", index];
    const containers = templateContainers(template, path);
    if (containers.length === 0) continue;
    const aliases: Alias[] = [];
    const podMetadata = objectOf(spec.podMetadata);
    const metadata = objectOf(template.metadata);
    spend(sharedSteps * (countOf(podMetadata.labels) + countOf(podMetadata.annotations)));
    pods.push({
      name: textOf(template.name) ?? String(index),
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
    });
  }
  return pods;
}

function templateContainers(template: JsonObject, path: Path): ContainerSource[] {
  const sources: ContainerSource[] = [];
  for (const key of ["container", "script"] as const) {
    const raw = template[key];
    // The controller names the main container.
    if (isObject(raw)) sources.push(containerSource({ name: "main", ...withScript(raw) }, [...path, key], "container"));
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
