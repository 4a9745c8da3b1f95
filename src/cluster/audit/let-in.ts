import type { ExemptionRecord } from "../../admission/exemption-record.ts";
import { coveringRecord } from "../../admission/exemption-records.ts";
import { type GraceOf, prepareGrace } from "../../admission/grace.ts";
import type { AdmissionSettings } from "../../config/admission.ts";
import { momentText } from "../../config/moment.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { Notification } from "../../messages/notification.ts";
import type { ObjectKey } from "./audited-object.ts";
import type { AuditedObject } from "./cluster-judge.ts";
import type { AuditWords } from "./words.ts";

/**
 * Tells of an object that breaks rules what lets it, or what its controllers make of it, into the cluster all the same: a
 * record of break-glass, or that it was there before its namespace was enforced.
 */
export class LetIn {
  readonly #settings: AdmissionSettings;
  readonly #graceOf: GraceOf;
  readonly #records: readonly ExemptionRecord[];
  readonly #words: AuditWords;
  readonly #now: Date;

  /** @param records those that could be read */
  constructor(settings: AdmissionSettings, records: readonly ExemptionRecord[], words: AuditWords, now: Date) {
    this.#settings = settings;
    this.#graceOf = prepareGrace(settings);
    this.#records = records;
    this.#words = words;
    this.#now = now;
  }

  /** Null: nothing does, or it breaks no rule. */
  tell(
    object: JsonObject,
    { kind, namespace, name }: ObjectKey,
    { path, findings }: AuditedObject,
  ): Notification | null {
    const rules = [...new Set(findings.filter((each) => isDenied(each, this.#settings)).map(({ rule }) => rule))];
    if (rules.length === 0) return null;
    const { group } = kind;
    const covering = coveringRecord({ group, kind: kind.kind, namespace, name }, [], this.#records, this.#now);
    if (covering !== null) {
      const { until, by, reason } = covering.record;
      const message = this.#words.onRecord(path, momentText(until), by, reason, rules);
      return { level: "warning", code: "lives-on-record", message, file: path };
    }
    const until = this.#graceUntil(object, namespace);
    if (until === undefined) return null;
    const message = this.#words.onGrace(path, until === null ? null : momentText(until), rules);
    return { level: "warning", code: "lives-on-grace", message, file: path };
  }

  /** Undefined: it has no grace. Null: without end. */
  #graceUntil(object: JsonObject, namespace: string | null): number | null | undefined {
    const period = this.#graceOf(namespace);
    if (period === null || this.#settings.onUpdate !== "new") return undefined;
    if (period.until !== null && period.until <= this.#now.getTime()) return undefined;
    const created = Date.parse(textOf(objectOf(object.metadata).creationTimestamp) ?? "");
    return created < period.since ? period.until : undefined;
  }
}

/** Whether a finding would be denied at admission. */
export function isDenied({ outcome, level }: Finding, { onNotJudged }: AdmissionSettings): boolean {
  return outcome === "not-judged" ? onNotJudged === "deny" : outcome === "violation" && level === "error";
}
