import type { ControllerReference } from "../../resources/controller-reference.ts";
import { kindKey, referredKindKey } from "../../resources/kind-key.ts";
import type { ListedKind } from "./audited-kinds.ts";
import type { ObjectKey } from "./audited-object.ts";

/**
 * `judge`: nobody who is judged owns it. `covered`: its owner is judged for it, or the owner's owner is. `undecided`: its
 * owner is of a kind that is listed, and was not met yet.
 */
export type Standing = "judge" | "covered" | "undecided";

/** Owners of owners beyond this are nobody's doing but a forger's; Knative under KServe needs six. */
const LONGEST_CHAIN = 16;

/**
 * Who owns whom, by the ownerReferences with `controller: true`. Keeps a few words of every object, and takes objects in
 * any order.
 */
export class Owners {
  readonly #known = new Set<string>();
  /** By uid the uid of the controller. */
  readonly #controllers = new Map<string, string | null>();
  readonly #links = new Set<string>();

  constructor(kinds: readonly ListedKind[]) {
    for (const kind of kinds) this.#known.add(kindKey(kind));
  }

  /** The objects of a kind cannot be listed: what they own has no owner that could be judged. */
  withdraw(kind: ListedKind): void {
    this.#known.delete(kindKey(kind));
  }

  /** Whether an object was added before. */
  has(uid: string): boolean {
    return this.#controllers.has(uid);
  }

  add({ kind, uid, controller }: ObjectKey): Standing {
    this.#controllers.set(uid, controller?.uid ?? null);
    if (kind.role === "link") {
      this.#links.add(uid);
      return "covered";
    }
    return this.standing(uid, controller);
  }

  /** The standing of an object by what is known now. */
  standing(uid: string, controller: ControllerReference | null): Standing {
    if (controller === null || !this.#known.has(referredKindKey(controller))) return "judge";
    return this.#leadsToWorkload(uid, controller.uid) ? "covered" : "undecided";
  }

  /** A chain that comes back to its beginning leads nowhere: anyone can write a reference to himself. */
  #leadsToWorkload(from: string, controller: string): boolean {
    let found = false;
    let current: string | null = controller;
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      if (current === null) return found;
      if (current === from) return false;
      const next: string | null | undefined = this.#controllers.get(current);
      if (next === undefined) return found;
      if (!this.#links.has(current)) found = true;
      current = next;
    }
    return false;
  }
}
