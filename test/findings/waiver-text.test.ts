import fc from "fast-check";
import { expect, it } from "vitest";
import { utcDay } from "../../src/config/calendar-date.ts";
import { readWaiverText } from "../../src/findings/waiver-text.ts";

it.each([
  ["legacy until 2027-01-31", { reason: "legacy", expires: "2027-01-31" }],
  ["  legacy,  until\t2027-01-31  ", { reason: "legacy", expires: "2027-01-31" }],
  ["旧版镜像，until 2027-01-31", { reason: "旧版镜像，until 2027-01-31" }],
  ["旧版镜像 until 2027-01-31", { reason: "旧版镜像", expires: "2027-01-31" }],
  ["until the model moves until 2027-01-31", { reason: "until the model moves", expires: "2027-01-31" }],
  ["legacy until the next release", { reason: "legacy until the next release" }],
  ["legacy until Friday", { reason: "legacy until Friday" }],
  ["legacy until 2027-02-30", { reason: "legacy", badDate: "2027-02-30" }],
  ["legacy until 31.1.2027", { reason: "legacy", badDate: "31.1.2027" }],
  ["until 2027-01-31", { reason: null, expires: "2027-01-31" }],
  ["legacy", { reason: "legacy" }],
  ["", { reason: null }],
  [" \n ", { reason: null }],
])("reads %j", (text, expected) => {
  expect(readWaiverText(text)).toEqual(expected);
});

it("gives back any reason and any day", () => {
  const reason = fc.string({ minLength: 1 }).filter((text) => /[^\s,;:，；：]$/.test(text) && text === text.trim());
  const day = fc.date({ min: new Date("2000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(reason, day, (text, date) => {
      expect(readWaiverText(`${text} until ${utcDay(date)}`)).toEqual({ reason: text, expires: utcDay(date) });
    }),
  );
});

it("reads a hostile text in one go", () => {
  const text = "until ".repeat(200_000);
  expect(readWaiverText(text).reason).toBe(text.trim());
  expect(readWaiverText(`until${" ".repeat(1_000_000)}x`).reason).toHaveLength(1_000_006);
});
