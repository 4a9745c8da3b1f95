import { MAKES, type Makes } from "../resources/owner-kinds.ts";
import { isOwnController } from "./controllers.ts";

/** Who is believed to be the controller of what. */
export interface Trust {
  /** What is made for which kinds. */
  readonly makes: Makes;
  /** Whether a user is trusted to make objects of a kind for an owner, by the keys of both. */
  trusts(user: string, owner: string, kind: string): boolean;
  /** Whether the controllers of a kind are Kubernetes' own, whose accounts nobody else can hold. */
  isOwn(owner: string): boolean;
}

const ownGroups: ReadonlySet<string> = new Set(["", "apps", "batch"]);

/** Kubernetes' own controllers alone. */
export function trustOf(): Trust {
  return {
    makes: MAKES,
    trusts: isOwnController,
    isOwn: (owner) => ownGroups.has(owner.slice(0, owner.indexOf("/"))),
  };
}
