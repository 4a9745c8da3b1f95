import type { AdmissionMode, AdmissionSettings } from "../config/admission.ts";
import { momentText } from "../config/moment.ts";
import type { Finding } from "../findings/finding.ts";
import type { Language, Words } from "../messages/language.ts";
import type { Notification } from "../messages/notification.ts";
import { printable } from "../reporters/printable.ts";
import { type AdmissionRequest, reviewVersion } from "./admission-review.ts";
import { findingAnnotations } from "./annotations.ts";
import { type Exemption, exemptAs } from "./exempt.ts";
import { type ExemptionRecord, shortObjectText } from "./exemption-record.ts";
import type { GracePeriod } from "./grace.ts";
import { causesOf, denialMessage, warning, warningsOf } from "./message.ts";
import type { Owner } from "./owner.ts";
import type { AdmissionAnswer, Reviewed, ReviewFinding, ReviewOutcome, ReviewRecord } from "./reviewed.ts";
import { denies, type Verdict } from "./verdict.ts";
import { type AdmissionWords, admissionWords } from "./words.ts";

type Response = AdmissionAnswer["response"];

/** The answer to a request that was judged. */
export function answerOf(
  request: AdmissionRequest,
  mode: AdmissionMode,
  owner: Owner | null,
  verdict: Verdict,
  waiverNotes: readonly Notification[],
  language: Language,
  grace: GracePeriod | null = null,
): Reviewed {
  const words = admissionWords[language];
  const denied = denies(verdict, mode);
  const until = grace === null || grace.until === null ? null : momentText(grace.until);
  const annotations = { mode, ...findingAnnotations(verdict, request.user.name, until) };
  const others = waiverNotes.map(({ message }) => message);
  const untrusted = owner?.untrusted ?? null;
  // Whoever has nothing to mend need not know by how many rules he was judged.
  if (untrusted !== null && owner !== null && verdict.denied.length + verdict.told.length > 0) {
    others.push(words.untrusted(untrusted.account, `${owner.kind} ${owner.name}`));
  }
  const graced = words.graced(until);
  const warnings = mode === "audit" ? [] : warningsFor(request, mode, verdict, others, graced, words);
  const { scaled } = request;
  const refused = [
    ...(scaled === undefined ? [] : [words.scaled(scaled.from, scaled.to)]),
    ...(verdict.graceRefused && grace !== null ? [words.graceRefused(until)] : []),
  ];
  const response: Response = {
    uid: request.uid,
    allowed: !denied,
    ...(denied ? { status: denial(request, owner, verdict.denied, refused, words) } : {}),
    ...(warnings.length === 0 ? {} : { warnings }),
    auditAnnotations: annotations,
  };
  const findings = summary([...verdict.denied, ...verdict.told, ...verdict.waived], verdict.graced);
  const record = recordOf(request, mode, response.allowed, "judged", { findings });
  return { answer: review(response), record, ...(untrusted === null ? {} : { untrusted }) };
}

/** The answer to a request that is let in without a look. */
export function answerUnjudged(
  request: AdmissionRequest,
  mode: AdmissionMode,
  outcome: Exclude<ReviewOutcome, "judged" | "failed" | "pinned" | "exempt">,
): Reviewed {
  const response: Response = { uid: request.uid, allowed: true, auditAnnotations: { mode } };
  return { answer: review(response), record: recordOf(request, mode, true, outcome) };
}

/** The answer to a request that is let in without a look because its user, or a record, is exempt. */
export function answerExempt(
  request: AdmissionRequest,
  mode: AdmissionMode,
  exemption: Exemption,
  language: Language,
): Reviewed {
  const record = exemption.by === "record" ? exemption.record : null;
  const who = exemptAs(exemption, admissionWords.en);
  const response: Response = {
    uid: request.uid,
    allowed: true,
    warnings: exemptWarningsOf(request, mode, exemption, admissionWords[language]),
    auditAnnotations: {
      mode,
      exempt: record === null ? who : `record of ${who}`,
      "exempt-user": request.user.name,
      ...(record === null ? {} : { "exempt-record": recordText(record) }),
    },
  };
  return {
    answer: review(response),
    record: { ...recordOf(request, mode, true, "exempt"), exempt: { by: exemption.by, who } },
  };
}

function recordText({ until, by, reason }: ExemptionRecord): string {
  return printable(`until ${momentText(until)}, by ${by}: ${reason}`);
}

/** That it was let in, and until when; and of what a user made, how to have it followed by what its controllers make. */
function exemptWarningsOf(
  request: AdmissionRequest,
  mode: AdmissionMode,
  exemption: Exemption,
  words: AdmissionWords,
): string[] {
  const who = exemptAs(exemption, words);
  if (exemption.by === "record") {
    const { record } = exemption;
    const said = words.exemptRecord(who, momentText(record.until));
    return [warning(said), warning(words.exemptBy(record.by, record.reason))];
  }
  const { kind, namespace, name } = request;
  const said = [warning(words.exempt(who))];
  const makesNothing = kind.group === "" && kind.kind === "Pod";
  if (mode !== "enforce" || name === null || makesNothing) return said;
  const where = namespace === null ? "" : ` -n ${namespace}`;
  const object = shortObjectText({ group: kind.group, kind: kind.kind, namespace, name });
  // A command that is cut short is none, so this may be longer than warnings are by convention.
  const command = printable(`kubectl paddlock exempt ${object}${where} --for 2h --reason …`);
  return command.length > longestCommand ? said : [...said, warning(words.exemptFollows), command];
}

/** Of a warning the API server takes 256 code points. */
const longestCommand = 256;

/** The answer to a request that could not be judged. Only a mode that enforces denies anything. Logs are in English. */
export function answerFailed(
  request: AdmissionRequest,
  mode: AdmissionMode,
  onError: AdmissionSettings["onError"],
  reason: Words<string>,
  language: Language,
): Reviewed {
  const words = admissionWords[language];
  const allowed = mode !== "enforce" || onError === "allow";
  const message = words.failed(reason[language]);
  const response: Response = {
    uid: request.uid,
    allowed,
    ...(allowed ? {} : { status: { code: 500, reason: "InternalError", message } }),
    ...(allowed && mode !== "audit" ? { warnings: [warning(`${message} (${words.letIn})`)] } : {}),
    auditAnnotations: { mode, failed: reason.en.slice(0, 500) },
  };
  return { answer: review(response), record: recordOf(request, mode, allowed, "failed", { reason: reason.en }) };
}

function warningsFor(
  request: AdmissionRequest,
  mode: AdmissionMode,
  { denied, told, graced }: Verdict,
  others: readonly string[],
  gracedNote: string,
  words: AdmissionWords,
): string[] {
  const ranked = [...told].sort((a, b) => weights[weightOf(a)] - weights[weightOf(b)]);
  const findings = [
    ...(mode === "enforce" ? [] : denied.map((finding) => ({ finding, note: words.wouldDeny }))),
    ...ranked.map((finding) => {
      if (graced.has(finding)) return { finding, note: gracedNote };
      return finding.outcome === "not-judged" ? { finding, note: words.notJudged } : { finding };
    }),
  ];
  const object = `${request.kind.kind}/${request.name ?? "?"}`;
  return warningsOf(object, findings, others, words);
}

const weights = { warning: 0, error: 0, info: 1, "not-judged": 2 } as const;

function weightOf({ level, outcome }: Finding): keyof typeof weights {
  return outcome === "not-judged" ? "not-judged" : level;
}

function denial(
  { kind, namespace, name }: AdmissionRequest,
  owner: Owner | null,
  denied: readonly Finding[],
  more: readonly string[],
  words: AdmissionWords,
): NonNullable<Response["status"]> {
  const own = `${kind.kind} ${namespace === null ? "" : `${namespace}/`}${name ?? "?"}`;
  const object = owner === null ? own : words.ownedBy(own, `${owner.kind} ${owner.name}`);
  const untrusted = owner?.untrusted;
  return {
    code: 403,
    reason: "Forbidden",
    message: [
      denialMessage(object, denied, words),
      ...more,
      ...(untrusted == null ? [] : [words.trust(untrusted.account, untrusted.setting)]),
    ].join("\n"),
    details: {
      ...(name === null ? {} : { name }),
      ...(kind.group === "" ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: causesOf(denied),
    },
  };
}

function review(response: Response): AdmissionAnswer {
  return { apiVersion: reviewVersion, kind: "AdmissionReview", response };
}

function summary(findings: readonly Finding[], graced: Verdict["graced"]): ReviewFinding[] {
  const counts = new Map<string, ReviewFinding>();
  for (const finding of findings) {
    const { rule, level } = finding;
    const outcome = finding.outcome === "baselined" ? "waived" : finding.outcome;
    const inherited = graced.has(finding);
    const key = `${rule} ${level} ${outcome} ${inherited}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { rule, level, outcome, count, ...(inherited ? { inherited } : {}) });
  }
  return [...counts.values()];
}

/** What logs and metrics are told of an answer. */
export function recordOf(
  request: AdmissionRequest,
  mode: AdmissionMode,
  allowed: boolean,
  outcome: ReviewOutcome,
  more: { readonly findings?: readonly ReviewFinding[]; readonly reason?: string } = {},
): ReviewRecord {
  const { uid, operation, kind, subResource, namespace, name, user, dryRun } = request;
  return {
    uid,
    operation,
    group: kind.group,
    kind: kind.kind,
    subResource,
    namespace,
    name,
    user: user.name,
    dryRun,
    mode,
    allowed,
    outcome,
    ...(more.reason === undefined ? {} : { reason: more.reason }),
    findings: more.findings ?? [],
  };
}
