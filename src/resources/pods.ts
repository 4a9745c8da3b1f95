import type { JsonObject, Path } from "../documents/document.ts";
import type { Image } from "../evaluation/input.generated.ts";
import type { AcceleratorTable } from "./accelerators.ts";
import { CONTAINER_KEYS, containerLists } from "./container-lists.ts";
import { containerModel, imageVolumes, without } from "./containers.ts";
import { isObject, objectOf } from "./json.ts";
import type { PodSource } from "./pod-source.ts";
import type { PodModel } from "./workload-model.ts";

/** What a workload says about every one of its pods. */
export interface PodContext {
  readonly serving: boolean;
  readonly claimTemplates: readonly string[];
  /** The name of the containers that get a readiness probe from the controller. */
  readonly probedContainer: string | null;
  readonly accelerators: AcceleratorTable;
}

/** A pod as rules see it, without the facts of later stages. */
export function podModel(source: PodSource, context: PodContext): PodModel {
  const { spec, path, metadata } = source;
  const containers = (source.containers ?? containerLists(spec, path)).map((container) =>
    containerModel(
      container.name === context.probedContainer ? { ...container, readinessByController: true } : container,
      context.accelerators,
    ),
  );
  const images: Image[] = [];
  for (const { imageFact } of containers) if (imageFact !== null) images.push(imageFact);
  for (const image of imageVolumes(spec, path)) images.push(image);
  const endsByItself = spec.restartPolicy === "Never" || spec.restartPolicy === "OnFailure";
  return {
    path: [...path],
    name: source.name,
    labelsPath: [...labelsPath(source, metadata)],
    labels: objectOf(metadata.labels),
    annotations: objectOf(metadata.annotations),
    serving: context.serving && !endsByItself && source.worker !== true,
    readinessByController: source.readinessByController ?? false,
    ...(source.defaultsByController ? { defaultsByController: true } : {}),
    cannotExpress: [...(source.cannotExpress ?? [])],
    spec: without(spec, source.leftOut ?? CONTAINER_KEYS),
    containers,
    images,
    claimTemplates: [...context.claimTemplates],
    raw: spec,
    controllerLabels: source.labels ?? NO_LABELS,
    aliases: source.aliases ?? NO_ALIASES,
  };
}

const NO_LABELS: PodModel["controllerLabels"] = Object.freeze({});
const NO_ALIASES: PodModel["aliases"] = Object.freeze([]);

/** Where the pods' labels stand, else the object's name: a pod template without labels has no place of its own. */
function labelsPath(source: PodSource, metadata: JsonObject): Path {
  return isObject(metadata.labels) ? [...source.metadataPath, "labels"] : ["metadata", "name"];
}
