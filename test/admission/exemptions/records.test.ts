import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BrokenRecordError,
  type ExemptionRecord,
  readRecord,
  recordLimits,
  writeRecord,
} from "../../../src/admission/exemption-record.ts";
import { coveringRecord, isInForce, readRecords } from "../../../src/admission/exemption-records.ts";
import type { LiveOwner } from "../../../src/admission/owner-chain.ts";

const from = Date.parse("2026-11-30T16:00:00Z");
const hour = 3_600_000;
const record: ExemptionRecord = {
  group: "apps",
  kind: "Deployment",
  namespace: "ml",
  name: "ocr",
  from,
  until: from + 2 * hour,
  reason: "hotfix",
  by: "dana",
};
const written = JSON.parse(writeRecord(record));
const at = (ms: number): Date => new Date(from + ms);

describe("a record", () => {
  it("is read as it was written", () => {
    expect(written.until).toBe("2026-11-30T18:00:00Z");
    expect(readRecord(writeRecord(record))).toEqual(record);
    const free = { ...record, group: "", kind: "Node", namespace: null };
    expect(readRecord(writeRecord(free))).toEqual(free);
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "until=2026-11-30", "it is no JSON"],
    ["no object", [], "it is no JSON object"],
    ["no reason", { ...written, reason: " " }, '"reason" is no text of up to 500 characters'],
    ["a long reason", { ...written, reason: "x".repeat(501) }, '"reason" is no text of up to 500 characters'],
    ["no author", { ...written, by: undefined }, '"by" is no text'],
    ["no name", { ...written, name: "" }, '"name" is no text'],
    ["no group", { ...written, group: undefined }, '"group" is no text'],
    ["an empty namespace", { ...written, namespace: "" }, '"namespace" is no text'],
    ["no namespace, which is not the same as none", { ...written, namespace: undefined }, '"namespace" is no text'],
    ["a day", { ...written, until: "2026-12-01" }, '"until" is no time such as 2026-11-30T18:00:00Z'],
    ["a time without a zone", { ...written, until: "2026-11-30T18:00:00" }, '"until" is no time'],
    ["a number", { ...written, until: from + hour }, '"until" is no text'],
    ["an end before its beginning", { ...written, until: written.from }, '"until" is not after "from"'],
    ["more than a day", { ...written, until: "2026-12-01T16:00:01Z" }, "it holds longer than 24 h"],
    ["more text than a record has", { ...written, more: "x".repeat(4096) }, "it is too long"],
  ])("is broken: %s", (_, value, reason) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => readRecord(text)).toThrow(BrokenRecordError);
    expect(() => readRecord(text)).toThrow(reason);
    expect(readRecords({ a: text, b: writeRecord(record) })).toMatchObject({
      records: [record],
      broken: [{ key: "a", reason: expect.stringContaining(reason) }],
    });
  });

  it("may last a day, and no text whatever makes one that lasts longer", () => {
    expect(readRecord(writeRecord({ ...record, until: from + 24 * hour })).until).toBe(from + 24 * hour);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.record({ from: fc.string(), until: fc.string() })), (value) => {
        const text = typeof value === "string" ? value : JSON.stringify({ ...written, ...value });
        const { records } = readRecords({ a: text });
        for (const { from, until } of records) expect(until - from).toBeLessThanOrEqual(recordLimits.duration);
      }),
    );
  });
});

describe("the records of a cluster", () => {
  it("are no more than a cluster has use for: what is beyond is told, and lets nothing in", () => {
    const data = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`k${String(index).padStart(3, "0")}`, writeRecord(record)]),
    );
    const { records, broken } = readRecords(data);
    expect([records.length, broken.length]).toEqual([recordLimits.records, 50]);
    expect(broken[0]).toMatchObject({ key: "k200", reason: "there are more records than count" });
  });

  it("are texts", () => {
    expect(readRecords({ a: 7, b: null }).broken.map(({ key }) => key)).toEqual(["a", "b"]);
  });
});

describe("a record is in force", () => {
  it.each<[string, number, boolean]>([
    ["not before its beginning", -1, false],
    ["from then on", 0, true],
    ["until shortly before its end, for clocks differ", 2 * hour - 5001, true],
    ["not at its end", 2 * hour - 5000, false],
    ["nor afterwards", 3 * hour, false],
  ])("%s", (_, ms, expected) => {
    expect(isInForce(record, at(ms))).toBe(expected);
  });
});

describe("a record covers", () => {
  const owner = (kind: string, name: string): LiveOwner => ({
    group: "apps",
    version: "v1",
    kind,
    namespace: "ml",
    name,
    uid: name,
    createdAt: 0,
    object: {},
  });
  const pod = { group: "", kind: "Pod", namespace: "ml", name: "ocr-1-x" };
  const chain = [owner("ReplicaSet", "ocr-1"), owner("Deployment", "ocr")];

  it("its object, and what is made of it", () => {
    const own = coveringRecord(
      { group: "apps", kind: "Deployment", namespace: "ml", name: "ocr" },
      [],
      [record],
      at(0),
    );
    expect(own).toEqual({ record, through: null });
    expect(coveringRecord(pod, chain, [record], at(0))).toEqual({ record, through: chain[1] });
  });

  it.each<[string, Partial<ExemptionRecord>]>([
    ["another name", { name: "ocr2" }],
    ["another namespace", { namespace: "ml-b" }],
    ["another kind", { kind: "StatefulSet" }],
    ["another group", { group: "apps.example.com" }],
    ["a record that has ended", { until: from + 1 }],
    ["a record of tomorrow", { from: from + 24 * hour, until: from + 25 * hour }],
  ])("nothing else: %s", (_, other) => {
    expect(coveringRecord(pod, chain, [{ ...record, ...other }], at(hour))).toBeNull();
  });

  it("nothing of an owner that is not told", () => {
    expect(coveringRecord(pod, [], [record], at(0))).toBeNull();
  });
});
