import { serviceAccountOf } from "../../admission/service-account.ts";
import type { Trust } from "../../admission/trust.ts";
import { OPERATORS, type Operator } from "../../kinds/operators.ts";
import type { RunningWorkload } from "./running-workloads.ts";

/** An account as which an operator seems to run. */
export interface OperatorAccount {
  /** `namespace/name` */
  readonly name: string;
  /** Whether the configuration trusts it to make what the operator makes. */
  readonly trusted: boolean;
  /** Whether the project's own manifests install it there; anybody can call an account so elsewhere. */
  readonly usual: boolean;
  /** What would trust it: `presets: [kuberay]`. */
  readonly setting: string;
}

/** An operator whose objects the cluster has, or whose Deployment. */
export interface OperatorAtWork {
  readonly preset: string;
  /** Of which the cluster has objects, as `group/Kind`. */
  readonly kinds: readonly string[];
  /** Those that were found; none: nobody knows as whom it works. */
  readonly accounts: readonly OperatorAccount[];
  readonly trusted: boolean;
}

/** Accounts of these names are in many namespaces. */
const common: ReadonlySet<string> = new Set(["default", "controller"]);

/**
 * The well-known operators that are at work in a cluster.
 * @param kinds of which it has objects, as `group/Kind`
 * @param running what runs there, as far as that can be listed
 */
export function operatorsAtWork(
  kinds: ReadonlySet<string>,
  running: readonly RunningWorkload[],
  trust: Trust,
): readonly OperatorAtWork[] {
  return OPERATORS.flatMap((operator): OperatorAtWork[] => {
    const owned = ownKindsOf(operator).filter((kind) => kinds.has(kind));
    const accounts = accountsOf(operator, running, trust);
    if (owned.length === 0 && accounts.length === 0) return [];
    // Where none was found, it may be at its usual place all the same.
    const trusted =
      accounts.length > 0
        ? accounts.some((account) => account.trusted)
        : operator.accounts.some((each) => isTrusted(operator, each, trust));
    return [{ preset: operator.preset, kinds: owned, accounts, trusted }];
  });
}

/** The kinds whose objects show that an operator is at work. */
export function ownKindsOf({ makes }: Operator): readonly string[] {
  return Object.keys(makes).filter((kind) => !kind.startsWith("/"));
}

function accountsOf(operator: Operator, running: readonly RunningWorkload[], trust: Trust): readonly OperatorAccount[] {
  const found = new Map<string, OperatorAccount>();
  for (const { namespace, account } of running) {
    const name = `${namespace}/${account}`;
    const usual = operator.accounts.includes(name);
    const called = !common.has(account) && operator.accounts.some((each) => each.endsWith(`/${account}`));
    if (!usual && !called) continue;
    const setting = usual
      ? `presets: [${operator.preset}]`
      : `serviceAccounts: [{name: ${name}, like: ${operator.preset}}]`;
    found.set(name, { name, trusted: isTrusted(operator, name, trust), usual, setting });
  }
  return [...found.values()];
}

function isTrusted({ makes }: Operator, account: string, trust: Trust): boolean {
  const [namespace, name] = account.split("/");
  const user = `system:serviceaccount:${namespace}:${name}`;
  if (serviceAccountOf(user) === null) return false;
  return Object.entries(makes).every(([owner, made]) => made.every((kind) => trust.trusts(user, owner, kind)));
}
