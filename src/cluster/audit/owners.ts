import type { ControllerReference } from "../../resources/controller-reference.ts";
import { kindKey, referredKindKey } from "../../resources/kind-key.ts";
import type { ListedKind } from "./audited-kinds.ts";
import type { ObjectKey } from "./audited-object.ts";

/**
 * `judge`: nobody who is judged owns it. `covered`: its owner is judged for it, or the owner's owner is. `undecided`: its
 * owner is of a kind that is listed, and was not met yet.
 */
export type Standing = "judge" | "covered" | "undecided";

/** An object by which its owner is found: an owner is in the same namespace, or in none. */
type Owned = Pick<ObjectKey, "uid" | "namespace" | "controller">;

/** Owners of owners beyond this are nobody's doing but a forger's; Knative under KServe needs six. */
const LONGEST_CHAIN = 16;

/**
 * Who owns whom, by the ownerReferences with `controller: true`. Keeps a few words of every object, and takes objects in
 * any order.
 */
export class Owners {
  readonly #known = new Set<string>();
  /** By place and uid the uid of the controller. */
  readonly #controllers = new Map<string, string | null>();
  /** The same of a link its controller. */
  readonly #links = new Map<string, ControllerReference | null>();

  constructor(kinds: readonly ListedKind[]) {
    for (const kind of kinds) this.#known.add(kindKey(kind));
  }

  /** The objects of a kind cannot be listed: what they own has no owner that could be judged. */
  withdraw(kind: ListedKind): void {
    this.#known.delete(kindKey(kind));
  }

  /** Whether an object was added before, of this namespace or of none. */
  has(uid: string, namespace: string | null): boolean {
    return this.#controllers.has(placed(uid, namespace)) || this.#controllers.has(placed(uid, null));
  }

  add({ kind, uid, namespace, controller }: ObjectKey): Standing {
    this.#controllers.set(placed(uid, namespace), controller?.uid ?? null);
    if (kind.role === "link") {
      this.#links.set(placed(uid, namespace), controller);
      return "covered";
    }
    return this.standing({ uid, namespace, controller });
  }

  /** The standing of an object by what is known now. */
  standing({ uid, namespace, controller }: Owned): Standing {
    if (controller === null || !this.#known.has(referredKindKey(controller))) return "judge";
    return this.#leadsToWorkload(uid, controller.uid, namespace) ? "covered" : "undecided";
  }

  /** The workload that made an object: its controller, or what stands behind that where it is a link. */
  maker({ namespace, controller }: Owned): ControllerReference | null {
    let maker = controller;
    for (let step = 0; step < LONGEST_CHAIN && maker !== null; step++) {
      const behind = this.#links.get(placed(maker.uid, namespace));
      if (behind === undefined) return maker;
      maker = behind;
    }
    return null;
  }

  /**
   * The uid of the topmost of an object's owners that were met, or its own: what is of one family has one top. Who is not
   * there, or is his own owner, is nobody's top: anyone can write the same reference into all his objects.
   */
  top({ uid, namespace, controller }: Owned): string {
    let top = uid;
    let current = controller?.uid ?? null;
    for (let step = 0; step < LONGEST_CHAIN && current !== null; step++) {
      if (current === uid) return uid;
      const place = this.#controllers.has(placed(current, namespace)) ? namespace : null;
      const next = this.#controllers.get(placed(current, place));
      if (next === undefined) return top;
      top = current;
      current = next;
    }
    return top;
  }

  /** A chain that comes back to its beginning leads nowhere: anyone can write a reference to himself. */
  #leadsToWorkload(from: string, controller: string, namespace: string | null): boolean {
    let found = false;
    let current: string | null = controller;
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      if (current === null) return found;
      if (current === from) return false;
      const place = this.#controllers.has(placed(current, namespace)) ? namespace : null;
      const next: string | null | undefined = this.#controllers.get(placed(current, place));
      if (next === undefined) return found;
      if (!this.#links.has(placed(current, place))) found = true;
      current = next;
    }
    return false;
  }
}

function placed(uid: string, namespace: string | null): string {
  return `${namespace ?? ""}/${uid}`;
}
