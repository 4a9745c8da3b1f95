import type { JsonObject } from "../documents/document.ts";
import { valueDocument } from "../documents/value-document.ts";
import { type ControllerReference, controllerReference } from "../resources/controller-reference.ts";
import { objectOf } from "../resources/json.ts";
import type { KindRow } from "../resources/kind-row.ts";
import { kindOf } from "../resources/kinds.ts";
import { resourceOf } from "../resources/unpack.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import { serviceAccountOf } from "./exempt.ts";

/** The controller that an object says it has. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  /** Whether it was this controller that made the object, so that what it made it from was judged before. */
  readonly known: boolean;
  /** Whether the request is the controller's own. What others bring to its object was never judged. */
  readonly asks: boolean;
}

/** The groups of kinds whose controllers belong to Kubernetes itself. */
const ownGroups: ReadonlySet<string> = new Set(["", "apps", "batch"]);
/** The controller manager, where its controllers have no accounts of their own. */
const controllerManager = "system:kube-controller-manager";

/**
 * The controller of an object, or null. Whoever may create an object may write an owner into it, so the owner alone
 * proves nothing: a controller is known where its kind is one that carries pods, and the request comes from Kubernetes'
 * own controllers or, for the kinds of operators, from a service account of another namespace. Once let in, an object
 * keeps its owner, for what it had then: whoever writes an owner into an object and changes it later gains nothing.
 */
export function ownerOf(request: AdmissionRequest, kinds: readonly KindRow[]): Owner | null {
  const owner = controllerOf(request.object);
  if (owner === null) return null;
  const { apiVersion, kind, name, uid } = owner;
  const resource = resourceOf(valueDocument({ apiVersion, kind }), { apiVersion, kind }, []);
  if (kindOf(resource, kinds) === null) return { kind, name, known: false, asks: false };
  const kept = request.operation === "UPDATE" && controllerOf(request.oldObject)?.uid === uid;
  const asks = isController(request, resource.group);
  return { kind, name, known: kept || asks, asks };
}

function isController({ user, namespace }: AdmissionRequest, group: string): boolean {
  const account = serviceAccountOf(user.name);
  if (ownGroups.has(group)) {
    return user.name === controllerManager || (account?.namespace === "kube-system" && isNamedController(account.name));
  }
  return account !== null && account.namespace !== namespace;
}

function isNamedController(account: string): boolean {
  return account.endsWith("-controller");
}

function controllerOf(object: JsonObject | null): ControllerReference | null {
  return object === null ? null : controllerReference(objectOf(object.metadata));
}
