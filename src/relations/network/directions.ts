import type { JsonValue } from "../../json/value.ts";
import { isTemplate } from "../../resources/quantity.ts";
import { type Doubt, doubtOf, malformed, templated } from "../../resources/selectors.ts";
import type { Effect } from "./policy.ts";

/** What a policy does to one direction, and why where nobody can say. */
export interface Judged {
  readonly effect: Effect;
  readonly doubt?: Doubt;
}

/** The directions that a policy isolates. */
export interface Directions {
  readonly ingress: boolean | "unknown";
  readonly egress: boolean | "unknown";
  readonly doubt?: Doubt;
}

/** The directions that a list of types names; null where there is none to name any, so that the policy's default holds. */
export function declaredDirections(types: JsonValue | undefined): Directions | null {
  if (types === undefined || types === null) return null;
  if (!Array.isArray(types)) return { ingress: "unknown", egress: "unknown", doubt: doubtOf(types) };
  if (types.length === 0) return null;
  const strange = types.find((type) => type !== "Ingress" && type !== "Egress");
  if (strange === undefined) return { ingress: types.includes("Ingress"), egress: types.includes("Egress") };
  return {
    ingress: types.includes("Ingress") || "unknown",
    egress: types.includes("Egress") || "unknown",
    doubt: doubtOf(strange),
  };
}

/** Yes if any says yes, else a doubt if any has one. */
export function anyOf<T>(items: readonly T[], judge: (item: T) => boolean | Doubt): boolean | Doubt {
  let doubt: Doubt | undefined;
  for (const item of items) {
    const verdict = judge(item);
    if (verdict === true) return true;
    if (verdict !== false) doubt = verdict;
  }
  return doubt ?? false;
}

/** Whether a CIDR covers every address of its family: `0.0.0.0/0`, `::/0`, or any other way to write a prefix of 0. */
export function coversAll(cidr: JsonValue | undefined): boolean | Doubt {
  if (typeof cidr !== "string") return malformed;
  if (isTemplate(cidr)) return templated;
  const slash = cidr.lastIndexOf("/");
  return slash > 0 && /^0+$/.test(cidr.slice(slash + 1));
}

/** Whether a field of a rule restricts nothing: absent, null or an empty list. */
export function isVoid(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
