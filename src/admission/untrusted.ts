import { OPERATORS } from "../kinds/operators.ts";
import { isMadeFor, makesOf } from "../kinds/owner-kinds.ts";
import { referredKindKey } from "../resources/kind-key.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import type { OwnedObject } from "./owner-chain.ts";
import { serviceAccountOf } from "./service-account.ts";

/** A service account that makes an object for an operator's kind, and that nobody said to trust. */
export interface UntrustedOperator {
  /** `namespace/name` */
  readonly account: string;
  /** What would have to be there for it to be an operator at work. */
  readonly owned: OwnedObject;
  /** What an administrator would add to the configuration, if it is one: `admission.operators.presets: [kuberay]`. */
  readonly setting: string;
}

const operatorKinds = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}\/[A-Z][A-Za-z0-9]{0,62}$/;

/** What there is to say of a request by an account that is not trusted to make the object; null where it can be no operator. */
export function untrustedOperator({ user }: AdmissionRequest, owned: OwnedObject): UntrustedOperator | null {
  const account = serviceAccountOf(user.name);
  if (account === null) return null;
  const owner = referredKindKey(owned.controller);
  // Kinds of Kubernetes itself have no other controllers than its own. Anyone can write anything into a reference.
  if (!operatorKinds.test(owner)) return null;
  const name = `${account.namespace}/${account.name}`;
  return { account: name, owned, setting: `admission.operators.${settingFor(name, owner, owned.kind)}` };
}

function settingFor(account: string, owner: string, kind: string): string {
  const operator = OPERATORS.find(({ makes }) => isMadeFor(makesOf([makes]), owner, kind));
  if (operator?.accounts.includes(account)) return `presets: [${operator.preset}]`;
  const made = operator === undefined ? `owners: [${owner}], makes: [${writtenKey(kind)}]` : `like: ${operator.preset}`;
  return `serviceAccounts: [{name: ${account}, ${made}}]`;
}

function writtenKey(kind: string): string {
  return kind.startsWith("/") ? kind.slice(1) : kind;
}
