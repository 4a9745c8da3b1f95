import type { Container, Image, Pod, Workload } from "../contract/input.generated.ts";
import type { JsonObject } from "../json/value.ts";
import type { Alias, ControllerLabels } from "../kinds/pods/pod-source.ts";
import type { UnseenPods } from "../kinds/pods/unseen-pods.ts";

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
  /** Nobody knows the kind, and its pods were found by their shape. */
  readonly byShape?: true;
  /** What makes pods and cannot be read; absent: nothing. */
  readonly unseen?: readonly UnseenPods[];
}
