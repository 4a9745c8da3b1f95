import type { JsonObject, Path } from "../documents/document.ts";
import type { Container, Image, Pod, Workload } from "../rules/input.generated.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/**
 * A place that the model has and the object has not, and the place in the object that it stands for: a volume that a
 * controller adds for `spec.sampleSetRef`, the image tag behind `spec.default`. What lies below `model` lies below
 * `object` under the same keys.
 */
export interface Alias {
  readonly model: Path;
  readonly object: Path;
}

/**
 * Labels that a controller sets on the pods, beyond those of the template, and over them. Null: the key is there, and
 * its value cannot be told from the manifest. A key that ends with `*` stands for all that begin so and are
 * not named.
 */
export interface ControllerLabels {
  readonly [key: string]: string | null;
}

/** A container of the input without its facts. `raw` is for the stages that read command, args and environment. */
export interface ContainerModel extends Omit<Container, "models"> {
  readonly raw: JsonObject;
  /** The container's entry in the images of its pod; null where the kind takes the image from elsewhere. */
  readonly imageFact: Image | null;
}

/** A pod of the input without its facts. `raw` is the pod spec, with what the kind's controller adds to it. */
export interface PodModel
  extends Omit<Pod, "network" | "claims" | "services" | "containers" | "labels" | "annotations"> {
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  readonly containers: ContainerModel[];
  readonly raw: JsonObject;
  readonly controllerLabels: ControllerLabels;
  readonly aliases: readonly Alias[];
}

/** A workload of the input before the facts are joined to it. Paths are relative to the object. */
export interface WorkloadModel extends Omit<Workload, "pods"> {
  readonly pods: PodModel[];
  /** What makes pods and cannot be read; absent: nothing. */
  readonly unseen?: readonly UnseenPods[];
}
