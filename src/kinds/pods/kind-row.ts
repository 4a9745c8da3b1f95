import type { JsonObject, Path } from "../../json/value.ts";
import type { Resource } from "../../resources/resource.ts";
import type { PodReading, ReadNested } from "./pod-reading.ts";
import type { ControllerLabels, Inexpressible, PodSource } from "./pod-source.ts";

/**
 * What the pods of a kind do: serve until they are stopped, train, or do some other work to its end.
 */
type Nature = "serving" | "training" | "batch";

/** Where pod specs are: a path in which `*` stands for every key of a mapping and `[]` for every item of a list. */
export interface PodPlace {
  /** `spec.tasks[].template.spec` */
  readonly at: string;
  /** So many steps above the pod spec is the mapping with its labels and annotations; absent: `metadata` beside it. */
  readonly metadataAbove?: number;
  /** How the part is called; absent: by the key or the item's name that the path runs through, else `template`. */
  readonly name?: string;
  /** What is there is a container, and no pod spec; one without an image is not there. */
  readonly container?: true;
  /** What cannot be said there about the pods, beside what the kind cannot say. */
  readonly cannotExpress?: readonly Inexpressible[];
  /** Workers behind the leader whose pod spec this other path names, where that one is there. */
  readonly workersOf?: string;
}

/** A pod spec found at a place. `via` is the key or the item's name that a `*` or `[]` stood for, else "". */
export interface FoundPod {
  readonly path: Path;
  readonly spec: JsonObject;
  readonly via: string;
}

/** One row of the kinds table. */
export interface KindRow {
  /** API groups, "" for the core; `*` stands for any characters. */
  readonly groups: readonly string[];
  readonly kind: string;
  /** As paths of the API name it; absent: the kind in lower case with an "s". */
  readonly plural?: string;
  /** Its objects live in no namespace. */
  readonly clusterScoped?: true;
  /** Absent: all versions. `*` stands for any characters. */
  readonly versions?: readonly string[];
  readonly nature: Nature;
  /** The kind itself says Paddle, always or by a field. */
  readonly paddle?: true | ((object: JsonObject) => boolean);
  /** Where the number of replicas is; of several the greatest counts. */
  readonly replicas?: readonly string[];
  /** Where the pods are. */
  readonly pods?: readonly PodPlace[];
  /** For kinds whose pods are more than pod specs at places. */
  readonly sources?: (resource: Resource, row: KindRow) => readonly PodSource[];
  /** For kinds of which some parts may not be readable. */
  readonly reading?: (resource: Resource, nesting: number, readNested: ReadNested) => PodReading;
  /** The versions of which it is known where the pods are; absent: all. */
  readonly knownVersions?: readonly string[];
  /** The controller fills in templates itself: what an image will be is seen at the pods. */
  readonly expands?: true;
  /** The labels that the controller sets on the pods of one place. */
  readonly labels?: (resource: Resource, pod: FoundPod) => ControllerLabels;
  /** The controller adds a readiness probe to every pod, or to the container of this name. */
  readonly readinessByController?: true | string;
  /** What an object of this kind cannot say about its pods. */
  readonly cannotExpress?: readonly Inexpressible[];
  /** The controller sets CPU and memory where they are absent. */
  readonly defaultsByController?: true;
  /** No row of the table: nobody knows the kind, and its pods were found by their shape. */
  readonly byShape?: true;
  /** Where the templates of claims are that the controller makes for each pod. */
  readonly claimTemplates?: string;
}
