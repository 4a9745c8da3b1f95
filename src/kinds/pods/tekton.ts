import { spend, within } from "../../budget/budget.ts";
import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { containerSource, mostContainers } from "./container-lists.ts";
import { TEKTON_LABELS } from "./controller-labels.ts";
import type { Alias, ContainerSource, PodSource } from "./pod-source.ts";
import { mergeStrategically } from "./strategic-merge.ts";

/** What each step takes of the template of steps. */
const sharedSteps = 64;

/** Pipelines in pipelines: nobody nests them deeper in earnest. */
const DEEPEST = 3;

/**
 * The pods of Tekton's kinds: one for each task that the object describes itself, its steps the containers. A task that it
 * names is judged where it stands. Source: tektoncd/pipeline, pkg/apis/pipeline/{v1,v1beta1}, pkg/pod/pod.go
 */
export function tektonPods(resource: Resource): readonly PodSource[] {
  const { kind } = resource.identity;
  const spec = objectOf(resource.object.spec);
  const reader = new Reader(resource);
  if (kind === "Task" || kind === "ClusterTask") reader.task(spec, ["spec"], "task", null);
  else if (kind === "StepAction") reader.step(spec, ["spec"]);
  else if (kind === "TaskRun") reader.task(spec.taskSpec, ["spec", "taskSpec"], "task", ["spec", "podTemplate"]);
  else if (kind === "Pipeline") reader.pipeline(spec, ["spec"], null, 0);
  else {
    const inRun = ["spec", "taskRunTemplate", "podTemplate"];
    const template = valueAt(resource.object, inRun) === undefined ? ["spec", "podTemplate"] : inRun;
    reader.pipeline(spec.pipelineSpec, ["spec", "pipelineSpec"], template, 0);
  }
  return reader.pods;
}

class Reader {
  readonly pods: PodSource[] = [];
  readonly #resource: Resource;

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  /** @param template where a run says how all of its pods are */
  pipeline(pipeline: JsonValue | undefined, path: Path, template: Path | null, depth: number): void {
    if (depth > DEEPEST) return;
    for (const list of ["tasks", "finally"]) {
      for (const [index, each] of listOf(objectOf(pipeline)[list]).entries()) {
        const { name, taskSpec, pipelineSpec } = objectOf(each);
        const place = [...path, list, index];
        const called = textOf(name) ?? `${list}[${index}]`;
        this.task(taskSpec, [...place, "taskSpec"], called, template);
        this.pipeline(pipelineSpec, [...place, "pipelineSpec"], template, depth + 1);
      }
    }
  }

  task(task: JsonValue | undefined, path: Path, name: string, template: Path | null): void {
    if (!isObject(task)) return;
    const containers: ContainerSource[] = [];
    const aliases: Alias[] = [];
    for (const { list, role } of [
      { list: "steps", role: "container" },
      { list: "sidecars", role: "container" },
    ]) {
      const items = listOf(task[list]);
      within(items.length, mostContainers, "container");
      for (const [index, item] of items.entries()) {
        if (!isObject(item)) continue;
        const place = [...path, list, index];
        const whole = list === "steps" ? withTemplate(item, task.stepTemplate, path, place, aliases) : item;
        containers.push(stepSource(whole, place, role, aliases));
      }
    }
    const run = template === null ? {} : objectOf(valueAt(this.#resource.object, template));
    const own = listOf(task.volumes);
    const shared = listOf(run.volumes);
    if (template !== null) {
      shared.forEach((_, index) => {
        aliases.push({ model: [...path, "volumes", own.length + index], object: [...template, "volumes", index] });
      });
      for (const key of Object.keys(run)) {
        if (key !== "volumes") aliases.push({ model: [...path, key], object: [...template, key] });
      }
    }
    const metadata = objectOf(this.#resource.object.metadata);
    this.pods.push({
      name,
      path,
      spec: { restartPolicy: "Never", ...run, volumes: [...own, ...shared] },
      metadata,
      labelsPath: isObject(metadata.labels) ? ["metadata", "labels"] : null,
      containers,
      labels: TEKTON_LABELS,
      ...(this.#resource.identity.kind === "ClusterTask" ? { cannotExpress: ["network"] } : {}),
      aliases,
    });
  }

  /** A step that tasks name: it runs in their pods. */
  step(step: JsonObject, path: Path): void {
    const aliases: Alias[] = [];
    this.pods.push({
      name: "step",
      path,
      spec: { restartPolicy: "Never" },
      metadata: {},
      labelsPath: null,
      containers: [stepSource({ name: "step", ...step }, path, "container", aliases)],
      cannotExpress: ["network", "resources"],
      aliases,
    });
  }
}

/** A step's resources and its script are called otherwise than a container's. */
function stepSource(step: JsonObject, path: Path, role: string, aliases: Alias[]): ContainerSource {
  const { computeResources, script, ...container } = step;
  const raw: { [key: string]: JsonValue | undefined } = { ...container };
  if (computeResources !== undefined && raw.resources === undefined) {
    raw.resources = computeResources;
    aliases.push({ model: [...path, "resources"], object: [...path, "computeResources"] });
  }
  if (typeof script === "string" && script !== "") {
    raw.command = ["sh"];
    raw.args = ["-c", script];
    for (const key of ["command", "args"]) aliases.push({ model: [...path, key], object: [...path, "script"] });
  }
  return containerSource(raw, path, role);
}

/** A step with what the template of steps says, which the step's own fields go before. */
function withTemplate(
  step: JsonObject,
  template: JsonValue | undefined,
  path: Path,
  place: Path,
  aliases: Alias[],
): JsonObject {
  if (!isObject(template)) return step;
  return mergeStrategically(template, step, {
    first: "patch",
    at: place,
    cameFrom: (side, model, onSide) => {
      spend(sharedSteps);
      if (side === "base") aliases.push({ model, object: [...path, "stepTemplate", ...onSide] });
    },
  });
}
