import { objectOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { isMadeFor } from "../kinds/owner-kinds.ts";
import type { Words } from "../messages/language.ts";
import { type ControllerReference, controllerReference } from "../resources/controller-reference.ts";
import { kindKey, referredKindKey } from "../resources/kind-key.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import { hasOwnController } from "./controllers.ts";
import type { OwnedObject, OwnerChain } from "./owner-chain.ts";
import type { Trust } from "./trust.ts";
import { type UntrustedOperator, untrustedOperator } from "./untrusted.ts";

/** The controller that an object says it has. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  /** Whether it was this controller that made the object, so that what it made it from was judged before. */
  readonly known: boolean;
  /** Whether the request is the controller's own. What others bring to its object was never judged. */
  readonly asks: boolean;
  /** Why it cannot be told whether it is known, where that is so: then it counts as not known. */
  readonly unknown: Words<string> | null;
  /** Who asks in its place, where that may be an operator that nobody said to trust. */
  readonly untrusted: UntrustedOperator | null;
}

/**
 * The object whose owners are to be looked up before a request is judged, or null where nothing can hang on them: it
 * names no controller, one that makes no such objects, or one whose account it is not that asks. What an object of a
 * controller had before it is changed is the controller's, whoever changes it.
 */
export function ownedObject(request: AdmissionRequest, trust: Trust): OwnedObject | null {
  const controller = controllerOf(request.object);
  if (controller === null) return null;
  const kind = kindKey(request.kind);
  const owner = referredKindKey(controller);
  if (!isMadeFor(trust.makes, owner, kind)) return null;
  if (!trust.trusts(request.user.name, owner, kind) && !isKept(request, controller)) return null;
  return { kind, namespace: request.namespace, controller };
}

/**
 * The controller of an object, or null. Whoever may create an object may write an owner into it, so the owner alone
 * proves nothing: a controller is known where the cluster has it, with that uid, it is of a kind that makes such objects,
 * and the request comes from an account that is trusted to make them. Once let in, an object keeps its owner, for what it
 * had then: whoever writes an owner into an object and changes it later gains nothing.
 * @param chain of `ownedObject`; undefined where there is no cluster to ask: then Kubernetes' own controllers are believed
 */
export function ownerOf(request: AdmissionRequest, trust: Trust, chain: OwnerChain | undefined): Owner | null {
  const controller = controllerOf(request.object);
  if (controller === null) return null;
  const { kind, name, uid } = controller;
  const made = kindKey(request.kind);
  const owner = referredKindKey(controller);
  const asks = trust.trusts(request.user.name, owner, made);
  const untrusted = asks ? null : untrustedOperator(request, { kind: made, namespace: request.namespace, controller });
  const nobody = { kind, name, known: false, asks: false, unknown: null, untrusted };
  if (ownedObject(request, trust) === null) return nobody;
  const known = { ...nobody, known: true, asks };
  if (chain === undefined) return hasOwnController(owner, made) ? known : nobody;
  const [nearest] = chain.owners;
  if (nearest === undefined) return { ...nobody, unknown: chain.state === "unknown" ? chain.why : null };
  return nearest.uid === uid ? known : nobody;
}

function isKept({ operation, oldObject }: AdmissionRequest, { uid }: ControllerReference): boolean {
  return operation === "UPDATE" && controllerOf(oldObject)?.uid === uid;
}

/** The controller that an object names, or null. */
export function controllerOf(object: JsonObject | null): ControllerReference | null {
  return object === null ? null : controllerReference(objectOf(object.metadata));
}
