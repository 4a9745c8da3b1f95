import type { Isolation, PolicyName } from "../../contract/input.generated.ts";
import type { Doubt } from "../../resources/selectors.ts";
import type { Effect } from "./policy.ts";
import { type Hit, mostNames } from "./policy-index.ts";

const ISOLATES: ReadonlySet<Effect> = new Set<Effect>(["isolates", "opens", "denies", "unclear"]);
const MAY_OPEN: ReadonlySet<Effect> = new Set<Effect>(["opens", "admits", "unclear", "unknown"]);

/**
 * What the policies that select a pod say together of one direction: a union, in which one that opens undoes all that
 * isolate. A policy in doubt makes the answer unknown where it would change it. `nameOf` names a policy by its rank.
 */
export function isolationOf(
  hits: readonly Hit[],
  direction: "ingress" | "egress",
  nameOf: (rank: number) => PolicyName,
): Isolation {
  const isolating: number[] = [];
  const opening: number[] = [];
  const admitting: number[] = [];
  let denied = false;
  let mayIsolate: Reason | undefined;
  let mayOpen: Reason | undefined;
  for (const { group, verdict } of hits) {
    const effect = group.part[direction];
    if (effect === "none") continue;
    const [rank = 0] = group.ranks;
    if (verdict === true) {
      const first = group.ranks.slice(0, mostNames);
      if (ISOLATES.has(effect)) isolating.push(...first);
      if (effect === "opens") opening.push(...first);
      else if (effect === "admits") admitting.push(...first);
      else if (effect === "denies") denied = true;
      else if (effect === "unclear" || effect === "unknown") {
        const reason: Reason = { doubt: group.part.doubt ?? { reason: "selector", detail: "" }, rank, sure: true };
        if (effect === "unknown") mayIsolate = before(mayIsolate, reason);
        mayOpen = before(mayOpen, reason);
      }
      continue;
    }
    const reason: Reason = { doubt: verdict, rank, sure: false };
    if (ISOLATES.has(effect) || effect === "unknown") mayIsolate = before(mayIsolate, reason);
    // An object that names no namespace does live in the default one, so it is not taken to open another.
    if (MAY_OPEN.has(effect) && verdict.reason !== "namespace-option") mayOpen = before(mayOpen, reason);
  }
  const open = denied ? admitting : [...opening, ...admitting];
  const isolated = isolating.length > 0;
  const doubt = isolated ? (open.length > 0 || denied ? undefined : mayOpen) : mayIsolate;
  const named = { policies: names(isolating, nameOf), open: names(open, nameOf) };
  if (doubt === undefined) return { state: isolated ? "isolated" : "not-isolated", reason: null, ...named };
  const { kind, name } = nameOf(doubt.rank);
  return { state: "unknown", reason: doubt.doubt.reason, detail: doubt.doubt.detail || `${kind}/${name}`, ...named };
}

interface Reason {
  readonly doubt: Doubt;
  readonly rank: number;
  /** The policy surely selects the pod. */
  readonly sure: boolean;
}

/** The reason to give: that of a policy which does select the pod, then any but a missing namespace, then by rank. */
function before(a: Reason | undefined, b: Reason): Reason {
  if (a === undefined) return b;
  const weigh = (reason: Reason): number => (reason.sure ? 0 : reason.doubt.reason === "namespace-option" ? 2 : 1);
  const difference = weigh(a) - weigh(b) || a.rank - b.rank;
  return difference <= 0 ? a : b;
}

function names(ranks: number[], nameOf: (rank: number) => PolicyName): PolicyName[] {
  if (ranks.length > 1) ranks.sort((a, b) => a - b);
  const unique = ranks.filter((rank, index) => rank !== ranks[index - 1]);
  return unique.slice(0, mostNames).map(nameOf);
}
