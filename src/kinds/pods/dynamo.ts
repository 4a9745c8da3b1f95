import { isObject, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { CONTAINER_KEYS, containerLists, containerSource } from "./container-lists.ts";
import { DYNAMO_LABELS } from "./controller-labels.ts";
import type { KindRow } from "./kind-row.ts";
import { podsAtPlaces } from "./pod-places.ts";
import type { Alias, PodSource } from "./pod-source.ts";

/** The container of the component itself, beside those that the user adds. */
const MAIN = "main";

const LEFT_OUT: ReadonlySet<string> = new Set([...CONTAINER_KEYS, "mainContainer"]);

/** Fields of a component that become fields of its main container, where that one does not have them itself. */
const CONTAINER_FIELDS = [
  { from: "envs", to: "env" },
  { from: "livenessProbe", to: "livenessProbe" },
  { from: "readinessProbe", to: "readinessProbe" },
] as const;

/**
 * The pods of NVIDIA's Dynamo: of the version that writes pod templates, and of the one before it, whose components have
 * fields of their own beside a pod spec with a `mainContainer`.
 * Source: ai-dynamo/dynamo, deploy/operator/api/{v1beta1,v1alpha1}
 */
export function dynamoPods(resource: Resource, row: KindRow): readonly PodSource[] {
  const services = objectOf(valueAt(resource.object, ["spec", "services"]));
  const graph = Object.keys(services).flatMap((name) =>
    componentPods(services[name], ["spec", "services", name], name),
  );
  const isComponent = resource.identity.kind === "DynamoComponentDeployment";
  const alone = isComponent ? componentPods(resource.object.spec, ["spec"], "component") : [];
  return [...podsAtPlaces(resource, row), ...graph, ...alone];
}

function componentPods(component: JsonValue | undefined, path: Path, name: string): readonly PodSource[] {
  if (!isObject(component) || !isObject(component.extraPodSpec)) return [];
  const { extraPodSpec: spec, extraPodMetadata } = component;
  const specPath = [...path, "extraPodSpec"];
  const main = [...specPath, "mainContainer"];
  const aliases: Alias[] = [];
  const raw: { [key: string]: JsonValue | undefined } = { name: MAIN, ...objectOf(spec.mainContainer) };
  for (const { from, to } of CONTAINER_FIELDS) {
    if (component[from] === undefined || raw[to] !== undefined) continue;
    raw[to] = component[from];
    aliases.push({ model: [...main, to], object: [...path, from] });
  }
  if (raw.resources === undefined && isObject(component.resources)) {
    raw.resources = resourcesOf(component.resources);
    for (const part of ["requests", "limits"]) {
      const model = [...main, "resources", part, GPU];
      aliases.push({ model, object: [...path, "resources", part, "gpu"] });
    }
    aliases.push({ model: [...main, "resources"], object: [...path, "resources"] });
  }
  const own = isObject(component.labels);
  const extra = objectOf(extraPodMetadata);
  return [
    {
      name: textOf(component.name) ?? name,
      path: specPath,
      spec,
      metadata: {
        labels: { ...objectOf(component.labels), ...objectOf(extra.labels) },
        annotations: { ...objectOf(component.annotations), ...objectOf(extra.annotations) },
      },
      labelsPath: own ? [...path, "labels"] : isObject(extra.labels) ? [...path, "extraPodMetadata", "labels"] : null,
      containers: [
        ...(isObject(spec.mainContainer) ? [containerSource(raw, main, "container")] : []),
        ...containerLists(spec, specPath),
      ],
      leftOut: LEFT_OUT,
      labels: DYNAMO_LABELS,
      readinessByController: true,
      aliases,
    },
  ];
}

const GPU = "nvidia.com/gpu";

/** CPU, memory and a number of graphics cards, each a text; what else is asked for stands in `custom`. */
function resourcesOf(resources: JsonObject): JsonObject {
  const parts: { [part: string]: JsonValue } = {};
  for (const part of ["requests", "limits"]) {
    const { gpu, gpuType, custom, ...others } = objectOf(resources[part]);
    const name = textOf(gpuType) ?? GPU;
    parts[part] = { ...others, ...objectOf(custom), ...(gpu === undefined ? {} : { [name]: gpu }) };
  }
  return parts;
}
