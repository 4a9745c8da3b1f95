import type { JsonObject } from "../json/value.ts";
import {
  BrokenRecordError,
  type ExemptionRecord,
  type ExemptObject,
  type RecordDetail,
  readRecord,
  recordLimits,
} from "./exemption-record.ts";
import type { LiveOwner } from "./owner-chain.ts";

/** A text of the ConfigMap that lets nothing in, and why. */
export interface BrokenRecord {
  readonly key: string;
  readonly reason: string;
  /** The same in a language. */
  readonly say: RecordDetail;
}

/** All that stands in the ConfigMap. */
export interface ExemptionRecords {
  readonly records: readonly ExemptionRecord[];
  readonly broken: readonly BrokenRecord[];
}

export const noRecords: ExemptionRecords = { records: [], broken: [] };

/** Milliseconds by which a record ends early: of two clocks one may be late, and then nothing is to be let in. */
const skew = 5_000;

/**
 * Reads the `data` of the ConfigMap, a record a key. What is no record is passed over and told; so is what is more than a
 * cluster has use for, by the order of the keys.
 */
export function readRecords(data: JsonObject): ExemptionRecords {
  const records: ExemptionRecord[] = [];
  const broken: BrokenRecord[] = [];
  let total = 0;
  for (const key of Object.keys(data).sort()) {
    const text = data[key];
    try {
      if (typeof text !== "string") throw new BrokenRecordError((say) => say.noText);
      total += text.length;
      if (records.length >= recordLimits.records || total > recordLimits.total) {
        throw new BrokenRecordError((say) => say.tooMany);
      }
      records.push(readRecord(text));
    } catch (error) {
      if (!(error instanceof BrokenRecordError)) throw error;
      if (broken.length < mostBroken) broken.push({ key: key.slice(0, 253), reason: error.message, say: error.say });
    }
  }
  return { records, broken };
}

/** More need not be told at once. */
const mostBroken = 100;

/** Whether a record is in force by our clock. */
export function isInForce({ from, until }: Pick<ExemptionRecord, "from" | "until">, now: Date): boolean {
  const time = now.getTime();
  return from <= time && time < until - skew;
}

/** A record that covers an object, and through which of its owners, if not by itself. */
export interface Covering {
  readonly record: ExemptionRecord;
  readonly through: LiveOwner | null;
}

/**
 * The record in force that covers an object: its own, or that of the nearest of its owners.
 * @param owners live ones, nearest first; none where it was not one of them who made the object, for anyone can write an
 *   owner into his own
 */
export function coveringRecord(
  object: ExemptObject,
  owners: readonly LiveOwner[],
  records: readonly ExemptionRecord[],
  now: Date,
): Covering | null {
  const inForce = records.filter((record) => isInForce(record, now));
  if (inForce.length === 0) return null;
  const own = inForce.find((record) => isFor(record, object));
  if (own !== undefined) return { record: own, through: null };
  for (const owner of owners) {
    const record = inForce.find((each) => isFor(each, owner));
    if (record !== undefined) return { record, through: owner };
  }
  return null;
}

/** Whether it is the object that a record names. */
export function isFor(record: ExemptObject, { group, kind, namespace, name }: ExemptObject): boolean {
  return record.name === name && record.kind === kind && record.namespace === namespace && record.group === group;
}
