import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { containerLists, containerSource } from "./container-lists.ts";
import { sparkLabels } from "./controller-labels.ts";
import type { Alias, ContainerSource, PodSource } from "./pod-source.ts";

/** The parts of an application, and the server that takes the driver's place. */
const PARTS = ["driver", "server", "executor"] as const;

/** Fields of a part that become fields of its container. */
const CONTAINER_FIELDS = ["env", "envFrom", "securityContext", "volumeMounts", "lifecycle"] as const;

/** Fields of a part that become fields of its pod, and how they are called there. */
const POD_FIELDS: { readonly [field: string]: string } = {
  podSecurityContext: "securityContext",
  hostNetwork: "hostNetwork",
  nodeSelector: "nodeSelector",
  tolerations: "tolerations",
  affinity: "affinity",
  serviceAccount: "serviceAccountName",
  shareProcessNamespace: "shareProcessNamespace",
};

/**
 * The pods of a Spark application: its driver and its executors, of flat fields, of a template, or of both. Spark's own
 * program gives the container CPU and memory, and its image where the template has none.
 * Source: kubeflow/spark-operator, api/v1beta2/sparkapplication_types.go, internal/webhook/sparkpod_defaulter.go
 * @param specPath where the application is described: a schedule has it in its template
 */
export function sparkPods(resource: Resource, specPath: Path): readonly PodSource[] {
  const spec = valueAt(resource.object, specPath);
  if (!isObject(spec)) return [];
  return PARTS.filter((part) => isObject(spec[part])).map((part) => partPod(resource, spec, specPath, part));
}

function partPod(resource: Resource, spec: JsonObject, specPath: Path, part: string): PodSource {
  const own = objectOf(spec[part]);
  const path = [...specPath, part];
  const templatePath = [...path, "template", "spec"];
  const template = objectOf(valueAt(own, ["template", "spec"]));
  const aliases: Alias[] = [];
  const podSpec: { [key: string]: JsonValue | undefined } = { ...template };
  for (const key of Object.keys(template)) aliases.push({ model: [...path, key], object: [...templatePath, key] });
  for (const [field, key] of Object.entries(POD_FIELDS)) {
    if (own[field] === undefined) continue;
    podSpec[key] = own[field];
    aliases.unshift({ model: [...path, key], object: [...path, field] });
  }
  const volumes = listOf(spec.volumes);
  const ownVolumes = listOf(template.volumes);
  podSpec.volumes = [...ownVolumes, ...volumes];
  volumes.forEach((_, index) => {
    aliases.unshift({
      model: [...path, "volumes", ownVolumes.length + index],
      object: [...specPath, "volumes", index],
    });
  });
  const metadata = objectOf(valueAt(own, ["template", "metadata"]));
  const labelled = isObject(own.labels) ? [...path, "labels"] : isObject(metadata.labels);
  return {
    name: part,
    path,
    spec: podSpec,
    metadata: {
      labels: { ...objectOf(metadata.labels), ...objectOf(own.labels) },
      annotations: { ...objectOf(metadata.annotations), ...objectOf(own.annotations) },
    },
    labelsPath: labelled === true ? [...path, "template", "metadata", "labels"] : labelled === false ? null : labelled,
    containers: partContainers(spec, specPath, own, part, template, aliases),
    labels: sparkLabels(resource, part),
    serving: false,
    defaultsByController: true,
    aliases,
  };
}

function partContainers(
  spec: JsonObject,
  specPath: Path,
  own: JsonObject,
  part: string,
  template: JsonObject,
  aliases: Alias[],
): ContainerSource[] {
  const path = [...specPath, part];
  const templated = containerLists(template, [...path, "template", "spec"]);
  // Spark takes the first container of the template for its own.
  const main = templated.find(({ role }) => role === "container");
  const raw: { [key: string]: JsonValue | undefined } = { name: `spark-${part}`, ...main?.raw };
  for (const field of CONTAINER_FIELDS) if (own[field] !== undefined) raw[field] = own[field];
  if (main !== undefined) {
    for (const field of Object.keys(main.raw)) {
      if (own[field] === undefined) aliases.push({ model: [...path, field], object: [...main.path, field] });
    }
  }
  const { name: gpu, quantity } = objectOf(own.gpu);
  const resource = textOf(gpu);
  if (resource !== null && quantity !== undefined) {
    const { limits, ...others } = objectOf(raw.resources);
    raw.resources = { ...others, limits: { ...objectOf(limits), [resource]: quantity } };
    aliases.push({ model: [...path, "resources", "limits", resource], object: [...path, "gpu", "quantity"] });
  }
  if (main !== undefined) aliases.push({ model: [...path, "resources"], object: [...main.path, "resources"] });
  const [image] = [
    { path: [...path, "image"], reference: textOf(own.image) },
    { path: main?.image?.path ?? path, reference: main?.image?.reference ?? null },
    { path: [...specPath, "image"], reference: textOf(spec.image) },
  ].filter(({ reference }) => reference !== null);
  if (image !== undefined) aliases.push({ model: [...path, "image"], object: image.path });
  // The template's container is this one, whichever image counts.
  if (main !== undefined) aliases.push({ model: [...path, "image"], object: [...main.path, "image"] });
  const beside: ContainerSource[] = [];
  for (const { key, role } of [
    { key: "sidecars", role: "container" },
    { key: "initContainers", role: "initContainer" },
  ]) {
    for (const [index, item] of listOf(own[key]).entries()) {
      if (isObject(item)) beside.push(containerSource(item, [...path, key, index], role));
    }
  }
  return [
    containerSource({ ...raw, image: image?.reference }, path, "container"),
    ...templated.filter((each) => each !== main),
    ...beside,
  ];
}
