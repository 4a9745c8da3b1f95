import type { AdmissionMode, AdmissionSettings } from "../config/admission.ts";
import type { Finding } from "../findings/finding.ts";
import type { ObjectVerdict } from "../judging/object-judge.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import { KnownBefore } from "./known-before.ts";
import type { Owner } from "./owner.ts";

/** The findings of a review, by what becomes of them. */
export interface Verdict {
  /** What is denied, or would be if the mode enforced it. */
  readonly denied: readonly Finding[];
  /** What is told: violations below an error, those that were there before, and what could not be judged. */
  readonly told: readonly Finding[];
  readonly waived: readonly Finding[];
  /** Of what is told: what would be denied, had it not been inherited from before the namespace was enforced. */
  readonly graced: ReadonlySet<Finding>;
  /** Whether something is denied although it was inherited so. */
  readonly graceRefused: boolean;
}

/** What an object inherited from before its namespace was enforced. */
export interface InheritedFindings {
  has(finding: Finding): boolean;
  /** Whether that lets it in: the period has not ended, and `onUpdate` is `new`. */
  readonly counts: boolean;
}

/** What is known of the object beside its findings. */
export interface VerdictContext {
  readonly settings: AdmissionSettings;
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly owner: Owner | null;
  /** Judges the object that is there, where this is an update. Asked only if an answer hangs on it. */
  readonly before: (() => Pick<ObjectVerdict, "findings" | "templateOf">) | null;
  /** Null: nothing is inherited, as the object was not made by a controller, or there is no such period. */
  readonly inherited: InheritedFindings | null;
  /** In seconds, of the object; null where it is not there yet. */
  readonly age: number | null;
}

/** What becomes of the findings (waivers have been tried on them). The levels are those that the user is told. */
export function verdictOf(
  findings: readonly Finding[],
  judged: Pick<ObjectVerdict, "cases" | "judged" | "templateOf">,
  context: VerdictContext,
): Verdict {
  const { settings, rules, owner, inherited } = context;
  const known = knownBefore(findings, judged, context);
  const verdict: { denied: Finding[]; told: Finding[]; waived: Finding[] } = { denied: [], told: [], waived: [] };
  const graced = new Set<Finding>();
  let graceRefused = false;
  /** What is denied, unless it was inherited. */
  const deny = (finding: Finding): void => {
    const isInherited = inherited?.has(finding) === true;
    if (!isInherited || !inherited.counts) {
      verdict.denied.push(finding);
      graceRefused ||= isInherited;
      return;
    }
    const told: Finding = finding.outcome === "not-judged" ? finding : { ...finding, level: "warning" };
    graced.add(told);
    verdict.told.push(told);
  };
  for (const finding of findings) {
    const rule = rules.get(finding.rule);
    const had = known?.take(finding, judged.templateOf(finding)) ?? false;
    // What the controller itself made it from was judged; what others bring to it was not.
    const made = owner?.known === true && (owner.asks || had);
    if (made && rule?.ownedPods === "skip") continue;
    if (finding.outcome === "waived") {
      verdict.waived.push(finding);
      continue;
    }
    const spared = (had && settings.onUpdate === "new") || (made && rule?.ownedPods === "warn");
    if (finding.outcome === "not-judged") {
      if (deniesUnjudged(finding, judged, settings) && !spared) deny(finding);
      else verdict.told.push(finding);
    } else if (finding.level !== "error") {
      verdict.told.push(finding);
    } else if (spared || mayWait(finding, rule, judged, context)) {
      verdict.told.push({ ...finding, level: "warning" });
    } else deny(finding);
  }
  return { ...verdict, graced, graceRefused };
}

/** What the object that is there has, where an answer hangs on it; null where none does. */
function knownBefore(
  findings: readonly Finding[],
  judged: Pick<ObjectVerdict, "cases">,
  { settings, owner, before }: VerdictContext,
): KnownBefore | null {
  if (before === null) return null;
  const spares = settings.onUpdate === "new" && findings.some((each) => mayDeny(each, judged, settings));
  const isOthers = owner?.known === true && !owner.asks && findings.length > 0;
  return spares || isOthers ? new KnownBefore(before()) : null;
}

/** Whether a finding is of the kind that denies, unless it was there before. */
function mayDeny(finding: Finding, judged: Pick<ObjectVerdict, "cases">, settings: AdmissionSettings): boolean {
  const { outcome, level } = finding;
  return outcome === "not-judged"
    ? deniesUnjudged(finding, judged, settings)
    : outcome === "violation" && level === "error";
}

/** The cases of what may put anything into a pod, and cannot be read. */
const opaque = /^(?:patch|manifest)-/;

function deniesUnjudged(
  finding: Finding,
  { cases }: Pick<ObjectVerdict, "cases">,
  { onNotJudged, onOpaquePatch }: AdmissionSettings,
): boolean {
  if (onNotJudged === "deny") return true;
  return onOpaquePatch === "deny" && finding.rule === "known-kind" && opaque.test(cases.get(finding) ?? "");
}

/** Whether anything is denied: only where the mode enforces. */
export function denies({ denied }: Verdict, mode: AdmissionMode): boolean {
  return mode === "enforce" && denied.length > 0;
}

/** A workload and its network policy are often applied together, in either order. */
function mayWait(
  finding: Finding,
  rule: RuleMetadata | undefined,
  { cases }: Pick<ObjectVerdict, "cases">,
  { settings, age }: VerdictContext,
): boolean {
  const grace = settings.networkPolicyGrace;
  return grace > 0 && (age ?? 0) < grace && rule?.mendedLater.includes(cases.get(finding) ?? "") === true;
}

/** The age of an object in seconds, by its creationTimestamp; null where it has none. A clock behind ours makes it older. */
export function ageOf(metadata: unknown, now: Date): number | null {
  if (typeof metadata !== "object" || metadata === null || !("creationTimestamp" in metadata)) return null;
  const created = Date.parse(String(metadata.creationTimestamp));
  return Number.isNaN(created) ? null : Math.max(0, (now.getTime() - created) / 1000);
}
