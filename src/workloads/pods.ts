import { spend, within } from "../budget/budget.ts";
import type { Image } from "../contract/input.generated.ts";
import { listOf, objectOf, textOf } from "../json/json.ts";
import { CONTAINER_KEYS, containerLists } from "../kinds/pods/container-lists.ts";
import type { Alias, PodSource } from "../kinds/pods/pod-source.ts";
import { longestName } from "../resources/limits.ts";
import type { AcceleratorTable } from "./accelerators.ts";
import { containerModel, type ImageContext, imageVolumes, without } from "./containers.ts";
import { launchesTraining } from "./paddle.ts";
import type { ContainerModel, PodModel } from "./workload-model.ts";

/** What a workload says about every one of its pods. */
export interface PodContext extends ImageContext {
  readonly serving: boolean;
  readonly claimTemplates: readonly string[];
  readonly aliases: readonly Alias[];
  /** The name of the containers that get a readiness probe from the controller. */
  readonly probedContainer: string | null;
  readonly accelerators: AcceleratorTable;
  /** Nobody knows the kind: a pod serves only where a container of it runs Paddle, and does not train. */
  readonly bySignOnly: boolean;
}

/** What a thing that an object writes once and every one of its pods has costs each of them. */
const sharedSteps = 16;

/** A pod as rules see it, without the facts of later stages. */
export function podModel(source: PodSource, context: PodContext): PodModel {
  const { spec, path, metadata } = source;
  spend(context.claimTemplates.length * sharedSteps);
  // Whatever is said of a volume names it.
  for (const volume of listOf(spec.volumes)) within(textOf(objectOf(volume).name)?.length ?? 0, longestName, "name");
  const containers = (source.containers ?? containerLists(spec, path)).map((container) =>
    containerModel(
      container.name === context.probedContainer ? { ...container, readinessByController: true } : container,
      context.accelerators,
      context,
    ),
  );
  const images: Image[] = [];
  for (const { imageFact } of containers) if (imageFact !== null) images.push(imageFact);
  for (const image of imageVolumes(spec, path, context)) images.push(image);
  const endsByItself = spec.restartPolicy === "Never" || spec.restartPolicy === "OnFailure";
  return {
    path: [...path],
    name: source.name,
    // A pod template without labels has no place of its own for them: the object's name stands for it.
    labelsPath: [...(source.labelsPath ?? ["metadata", "name"])],
    labels: objectOf(metadata.labels),
    annotations: objectOf(metadata.annotations),
    serving:
      (source.serving ?? context.serving) &&
      !endsByItself &&
      source.worker !== true &&
      (!context.bySignOnly || containers.some(servesPaddle)),
    readinessByController: source.readinessByController ?? false,
    ...(source.defaultsByController ? { defaultsByController: true } : {}),
    cannotExpress: [...(source.cannotExpress ?? [])],
    spec: without(spec, source.leftOut ?? CONTAINER_KEYS),
    containers,
    images,
    claimTemplates: [...context.claimTemplates],
    raw: spec,
    controllerLabels: source.labels ?? NO_LABELS,
    aliases: source.aliases === undefined ? context.aliases : [...source.aliases, ...context.aliases],
  };
}

function servesPaddle({ paddleSign, role, raw }: ContainerModel): boolean {
  return paddleSign && role === "container" && !launchesTraining(raw);
}

const NO_LABELS: PodModel["controllerLabels"] = Object.freeze({});
