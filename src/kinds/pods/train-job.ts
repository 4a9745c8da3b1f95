import { isObject, listOf, objectOf, textOf, valueAt } from "../../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import { trainJobLabels } from "./controller-labels.ts";
import { overlaidPod } from "./overlaid-pod.ts";
import type { PodSource } from "./pod-source.ts";

/** How a runtime calls the job, and its container, that a TrainJob's `trainer` is about. Source: kubeflow/trainer, pkg/constants */
const NODE = "node";

/** A patch of the pods of one of the runtime's jobs. */
interface RuntimePatch {
  readonly job: string | null;
  readonly patch: JsonObject;
  readonly path: Path;
}

/**
 * The pods of a TrainJob, as far as it describes them itself: the trainer's, with what its patches say of it, and the
 * patched ones of its runtime's other jobs. The runtime says the rest, and is judged where it stands.
 */
export function trainJobPods(resource: Resource): readonly PodSource[] {
  const spec = objectOf(resource.object.spec);
  const patches = patchesOf(spec);
  const pods = [
    patched(
      trainerPod(resource, spec),
      patches.filter(({ job }) => job === NODE || job === null),
    ),
  ];
  const others = new Set(patches.map(({ job }) => job).filter((job) => job !== NODE && job !== null));
  for (const job of others) {
    const own = patches.filter((each) => each.job === job);
    pods.push(patched(emptyPod(resource, job ?? "", own[0]?.path ?? ["spec"]), own));
  }
  return pods;
}

function trainerPod(resource: Resource, spec: JsonObject): PodSource {
  const trainer = objectOf(spec.trainer);
  const { resourcesPerNode, numNodes: _nodes, numProcPerNode: _processes, ...container } = trainer;
  const path: Path = ["spec", "containers", 0];
  const field = isObject(spec.trainer) ? ["spec", "trainer"] : ["spec"];
  return {
    ...emptyPod(resource, "trainer", ["spec"]),
    spec: {
      containers: [
        { ...container, name: NODE, ...(resourcesPerNode === undefined ? {} : { resources: resourcesPerNode }) },
      ],
    },
    aliases: [
      { model: [...path, "resources"], object: [...field, "resourcesPerNode"] },
      { model: path, object: field },
    ],
  };
}

/** A pod of which the runtime says all. */
function emptyPod(resource: Resource, name: string, path: Path): PodSource {
  return {
    name,
    path,
    spec: {},
    metadata: {},
    labelsPath: null,
    labels: trainJobLabels(resource),
    defaultsByController: true,
  };
}

/** Of whom nothing is said, the runtime may say all; of whom something is, that is judged. */
function patched(pod: PodSource, patches: readonly RuntimePatch[]): PodSource {
  const whole = patches.reduce((base, { patch, path }) => overlaidPod(base, patch, path), pod);
  const { securityContext, containers } = whole.spec;
  const isSaid =
    isObject(securityContext) || listOf(containers).some((each) => isObject(objectOf(each).securityContext));
  return isSaid ? whole : { ...whole, cannotExpress: ["securityContext"] };
}

/** In the form of now, and in the two before it. Source: kubeflow/trainer, pkg/apis/trainer/v1alpha1/trainjob_types.go */
function patchesOf(spec: JsonObject): readonly RuntimePatch[] {
  const found: RuntimePatch[] = [];
  const add = (job: string | null, patch: JsonValue | undefined, path: Path): void => {
    if (isObject(patch)) found.push({ job, patch, path });
  };
  for (const [index, each] of listOf(spec.runtimePatches).entries()) {
    const jobs = ["trainingRuntimeSpec", "template", "spec", "replicatedJobs"];
    for (const [at, job] of listOf(valueAt(each, jobs)).entries()) {
      const place = ["template", "spec", "template", "spec"];
      add(textOf(objectOf(job).name), valueAt(job, place), ["spec", "runtimePatches", index, ...jobs, at, ...place]);
    }
  }
  for (const [index, each] of listOf(spec.podTemplateOverrides).entries()) {
    const { targetJobs, spec: patch } = objectOf(each);
    for (const job of listOf(targetJobs))
      add(textOf(objectOf(job).name), patch, ["spec", "podTemplateOverrides", index, "spec"]);
  }
  for (const [index, each] of listOf(spec.podSpecOverrides).entries()) {
    const { targetJobs, ...patch } = objectOf(each);
    for (const job of listOf(targetJobs)) add(textOf(objectOf(job).name), patch, ["spec", "podSpecOverrides", index]);
  }
  return found;
}
