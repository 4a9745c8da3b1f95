import type { JsonObject } from "../../json/value.ts";

/** How relations between the objects of a run are read. */
export interface RelationOptions {
  /** Where objects live that name no namespace. */
  readonly defaultNamespace: string;
  /** Whether somebody said so, or it is just the default. */
  readonly namespaceGiven: boolean;
  /** Whether the set holds what the cluster has, so that what is not in it is nowhere. */
  readonly cluster: boolean;
  /** The ends of which the set does not hold all there is: what is not found is unknown, and not absent. */
  readonly unknownRoles?: readonly string[];
  /** For how many different pods it is remembered what was said of their traffic; by default 4096. */
  readonly mostRemembered?: number;
}

/** What relations need to know of a pod. */
export interface RelationPod {
  /** As the object says. */
  readonly namespace: string | null;
  /** As the template says. */
  readonly labels: JsonObject;
  /** Labels that the controller sets; null where the value cannot be derived. A key may end with `*`: any that begins so. */
  readonly controllerLabels: { readonly [key: string]: string | null };
  /** Relations look in plain files and in the pod's own rendering; "" for a plain file. */
  readonly rendering: string;
}
