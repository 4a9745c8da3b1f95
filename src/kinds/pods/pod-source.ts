import type { JsonObject, Path } from "../../json/value.ts";

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

/** What a kind may have no field for. */
export type Inexpressible = "securityContext" | "probes" | "resources" | "volumes" | "network";

/** The text of an image reference and the field that tells most about it. */
export interface ImageSource {
  readonly path: Path;
  readonly reference: string;
  /** False where the reference is only the tag of an image that stands elsewhere. */
  readonly hasRepository: boolean;
}

/** A container, or the part of an object that becomes one. */
export interface ContainerSource {
  readonly path: Path;
  readonly name: string;
  readonly role: string;
  /** With the fields of a container, whatever they are called in the object. */
  readonly raw: JsonObject;
  readonly image: ImageSource | null;
  readonly readinessByController?: true;
  /** What is left out of it, somebody else completes: a runtime, a configuration. */
  readonly defaultsByController?: true;
}

/** A pod that an object describes, before it is read: its pod spec and what its kind says about it. */
export interface PodSource {
  readonly name: string;
  /** Of the pod spec, relative to the object. */
  readonly path: Path;
  readonly spec: JsonObject;
  /** The mapping with the pod's `labels` and `annotations`. */
  readonly metadata: JsonObject;
  /** Where its labels are written; null where they are not. */
  readonly labelsPath: Path | null;
  /** Absent: the lists of containers of the pod spec. */
  readonly containers?: readonly ContainerSource[];
  /** Fields that are no settings of the pod; absent: the lists of containers. */
  readonly leftOut?: ReadonlySet<string>;
  readonly labels?: ControllerLabels;
  /** Absent: as its object. */
  readonly serving?: boolean;
  /** A worker behind a leader answers no requests itself. */
  readonly worker?: boolean;
  readonly readinessByController?: boolean;
  readonly defaultsByController?: boolean;
  readonly cannotExpress?: readonly Inexpressible[];
  readonly aliases?: readonly Alias[];
}
