import type { JsonObject } from "../json/value.ts";
import type { Words } from "../messages/language.ts";
import type { ControllerReference } from "../resources/controller-reference.ts";
import type { ObjectPlace } from "./scale.ts";

/** A controller of an object as the cluster has it now. */
export interface LiveOwner {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Null: cluster-scoped. */
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  /** Milliseconds since 1970; NaN where the object does not say. */
  readonly createdAt: number;
  /** All of it but its status and its managedFields. */
  readonly object: JsonObject;
}

/**
 * Who stands behind an object: its controller, that one's controller, and so on, by what the cluster has, never by what
 * the object says alone. Plain data, which another thread can be handed.
 */
export interface OwnerChain {
  /** Nearest first. Each exists, has the uid that the one before names, and is of a kind that makes such objects. */
  readonly owners: readonly LiveOwner[];
  /**
   * `complete`: the last has no controller. `broken`: the last, or the object where there is none, names a controller that
   * does not exist with that uid, or that makes no such objects: it is owned by nobody. `unknown`: the cluster could not
   * be asked about it in time.
   */
  readonly state: "complete" | "broken" | "unknown";
  /** Why it ends as it does, for people; null where it is complete. */
  readonly why: Words<string> | null;
}

/** An object whose owners are asked for. */
export interface OwnedObject {
  /** `group/Kind`, of the object. */
  readonly kind: string;
  /** Null: cluster-scoped. */
  readonly namespace: string | null;
  readonly controller: ControllerReference;
}

/** An object as it is now, or why it could not be read. */
export type Looked = { readonly object: JsonObject } | { readonly why: Words<string> };

/** Who can be asked about owners. */
export interface OwnerSource {
  /** Never throws: what is not found out before `signal` is unknown. */
  chain(object: OwnedObject, signal: AbortSignal): Promise<OwnerChain>;
  /** Never throws. */
  object(place: ObjectPlace, signal: AbortSignal): Promise<Looked>;
}
