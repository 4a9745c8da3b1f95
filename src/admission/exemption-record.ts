import { momentOf, momentText } from "../config/moment.ts";
import { isObject, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { type RecordWords, recordWords } from "./record-words.ts";

/** An object by its group, kind, namespace and name, in whichever version it is asked about. */
export interface ExemptObject {
  /** "" for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Null: cluster-scoped. */
  readonly namespace: string | null;
  readonly name: string;
}

/** What an administrator wrote: this object, and what its controllers make of it, is let in unjudged for a while. */
export interface ExemptionRecord extends ExemptObject {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  /** Who wrote it, as the API server called him. For people: whoever may write records may write any name. */
  readonly by: string;
}

/** Why it is none, which waits for its language. */
export type RecordDetail = (words: RecordWords) => string;

/** A text that stands where a record should, and is none: it lets nothing in. */
export class BrokenRecordError extends Error {
  override name = "BrokenRecordError";
  readonly say: RecordDetail;

  constructor(say: RecordDetail) {
    super(say(recordWords.en));
    this.say = say;
  }
}

/** What a record, and all of them together, may be at most. */
export interface RecordLimits {
  /** Characters of a record's JSON. */
  readonly characters: number;
  readonly reason: number;
  readonly records: number;
  /** Characters of all records. */
  readonly total: number;
  /** Milliseconds. Break-glass is for a day; what lasts longer is a waiver. */
  readonly duration: number;
}

export const recordLimits: RecordLimits = {
  characters: 4_096,
  reason: 500,
  records: 200,
  total: 400_000,
  duration: 24 * 3_600_000,
};

/**
 * Reads a record.
 * @throws BrokenRecordError for anything else, and for one that would hold longer than a record may
 */
export function readRecord(text: string): ExemptionRecord {
  if (text.length > recordLimits.characters) throw new BrokenRecordError((say) => say.tooLong);
  const written = parsed(text);
  const from = timeOf(written, "from");
  const until = timeOf(written, "until");
  if (until <= from) throw new BrokenRecordError((say) => say.noEnd);
  if (until - from > recordLimits.duration) throw new BrokenRecordError((say) => say.longest);
  const { group, namespace } = written;
  if (typeof group !== "string") throw new BrokenRecordError((say) => say.fieldNoText("group"));
  if (namespace !== null && textOf(namespace) === null)
    throw new BrokenRecordError((say) => say.fieldNoText("namespace"));
  const reason = textField(written, "reason");
  if (reason.trim() === "" || reason.length > recordLimits.reason) {
    throw new BrokenRecordError((say) => say.reasonLength(recordLimits.reason));
  }
  return {
    group,
    kind: textField(written, "kind"),
    namespace: textOf(namespace),
    name: textField(written, "name"),
    from,
    until,
    reason,
    by: textField(written, "by"),
  };
}

/** The JSON of a record, times as people read them. */
export function writeRecord({ from, until, ...rest }: ExemptionRecord): string {
  return JSON.stringify({ ...rest, from: momentText(from), until: momentText(until) });
}

/** How an object is called, as kubectl does: `deployment.apps/ocr`. */
export function objectText({ group, kind, name }: ExemptObject): string {
  return `${kindText({ group, kind })}/${name}`;
}

/** `deployment.apps`, `pod`. */
function kindText({ group, kind }: Pick<ExemptObject, "group" | "kind">): string {
  return group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}

/** The same without a group that everybody knows: `deployment/ocr`, `paddlejob.batch.paddlepaddle.org/ocr`. */
export function shortObjectText(object: ExemptObject): string {
  return usualGroups.has(object.group) ? `${object.kind.toLowerCase()}/${object.name}` : objectText(object);
}

const usualGroups: ReadonlySet<string> = new Set(["", "apps", "batch"]);

function parsed(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BrokenRecordError((say) => say.noJson);
  }
  if (!isObject(value)) throw new BrokenRecordError((say) => say.noObject);
  return value;
}

function textField(record: JsonObject, key: string): string {
  const text = textOf(record[key]);
  if (text === null) throw new BrokenRecordError((say) => say.fieldNoText(key));
  return text;
}

/** A time in RFC 3339, with its zone: one without would be that of whoever reads it. */
function timeOf(record: JsonObject, key: string): number {
  const time = momentOf(textField(record, key));
  if (time === null) throw new BrokenRecordError((say) => say.fieldNoTime(key));
  return time;
}
