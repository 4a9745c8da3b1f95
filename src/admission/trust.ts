import type { AdmissionSettings } from "../config/admission.ts";
import { OPERATORS, type Operator } from "../kinds/operators.ts";
import { isMadeFor, MAKES, type Makes, makesOf } from "../kinds/owner-kinds.ts";
import { isOwnController } from "./controllers.ts";
import { serviceAccountOf } from "./service-account.ts";

/** Who is believed to be the controller of what. */
export interface Trust {
  /** What is made for which kinds. */
  readonly makes: Makes;
  /** Whether a user is trusted to make objects of a kind for an owner, by the keys of both. */
  trusts(user: string, owner: string, kind: string): boolean;
}

/** Kubernetes' own controllers, and the service accounts that the configuration names, each for what it makes. */
export function trustOf({ presets, serviceAccounts }: AdmissionSettings["operators"]): Trust {
  const tables = new Map<string, Operator["makes"][]>();
  const add = (account: string, makes: Operator["makes"]): void => {
    tables.set(account, [...(tables.get(account) ?? []), makes]);
  };
  for (const { preset, accounts, makes } of OPERATORS) {
    if (presets.includes(preset)) for (const account of accounts) add(account, makes);
    for (const { name, like } of serviceAccounts) if (like === preset) add(name, makes);
  }
  for (const { name, owners, makes } of serviceAccounts) {
    if (owners.length > 0)
      add(name, Object.fromEntries(owners.map((owner) => [kindKeyOf(owner), makes.map(kindKeyOf)])));
  }
  const trusted = new Map([...tables].map(([account, makes]) => [account, makesOf(makes)]));
  return {
    makes: mergedMakes([MAKES, ...trusted.values()]),
    trusts(user, owner, kind) {
      if (isOwnController(user, owner, kind)) return true;
      const account = serviceAccountOf(user);
      const makes = account === null ? undefined : trusted.get(`${account.namespace}/${account.name}`);
      return makes !== undefined && isMadeFor(makes, owner, kind);
    },
  };
}

/** `Pod` of the core group stands for `/Pod`. */
function kindKeyOf(written: string): string {
  return written.includes("/") ? written : `/${written}`;
}

function mergedMakes(all: readonly Makes[]): Makes {
  return makesOf(all.map((makes) => Object.fromEntries([...makes].map(([owner, kinds]) => [owner, [...kinds]]))));
}
