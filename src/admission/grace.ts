import type { AdmissionSettings, NamespaceEntry } from "../config/admission.ts";
import { compileNamespaceGlobs } from "../config/namespace-globs.ts";
import type { Finding } from "../findings/finding.ts";
import type { LiveOwner } from "./owner-chain.ts";

/** Since when a namespace is enforced, and until when what was there before goes on. Milliseconds since 1970. */
export type GracePeriod = { readonly since: number; readonly until: number | null };

/** The period of a namespace; null: there is none, and everything is judged alike. */
export type GraceOf = (namespace: string | null) => GracePeriod | null;

/**
 * Prepares the periods of a configuration: of the first entry that matches, as for modes. Whoever switches a namespace to
 * `enforce` by its label takes the period of its entry along, if that enforces.
 */
export function prepareGrace({ namespaces }: Pick<AdmissionSettings, "namespaces">): GraceOf {
  const tests = namespaces.map((entry) => ({ matches: compileNamespaceGlobs(entry.match), period: periodOf(entry) }));
  return (namespace) => {
    if (namespace === null) return null;
    return tests.find(({ matches }) => matches(namespace))?.period ?? null;
  };
}

function periodOf({ mode, since, until }: NamespaceEntry): GracePeriod | null {
  return mode === "enforce" && since !== null ? { since, until } : null;
}

/** Owners further up than this need not be judged: what is above a Deployment or a CronJob is an operator's. */
const mostJudged = 4;

/**
 * What an object that a controller made may have because what it was made of was there before its namespace was enforced,
 * and has it too. Whatever was changed later was judged when it changed, so that is enough to know.
 */
export class Inherited {
  readonly #owners: Iterator<LiveOwner>;
  readonly #findings: (owner: LiveOwner) => readonly Finding[];
  readonly #known = new Set<string>();

  /**
   * @param owners live ones, nearest first
   * @param findings of an owner, by the rules that the object is judged by; asked only if an answer hangs on it
   */
  constructor(
    owners: readonly LiveOwner[],
    { since }: GracePeriod,
    findings: (owner: LiveOwner) => readonly Finding[],
  ) {
    // One that does not say since when it is there may be new.
    this.#owners = owners
      .filter(({ createdAt }) => createdAt < since)
      .slice(0, mostJudged)
      .values();
    this.#findings = findings;
  }

  /** Whether what the object was made of has the finding as well: the same rule, container, words and values. */
  has(finding: Finding): boolean {
    const key = keyOf(finding);
    while (!this.#known.has(key)) {
      const next = this.#owners.next();
      if (next.done === true) return false;
      for (const each of this.#findings(next.value)) this.#known.add(keyOf(each));
    }
    return true;
  }
}

/** Without the field's path, for what is `spec.containers` in a Pod is `spec.template.spec.containers` in what makes it. */
function keyOf({ rule, outcome, message, container, args }: Finding): string {
  const place = container === null ? null : [container.role, container.name];
  return JSON.stringify([rule, outcome, place, message, args]);
}
