import fc from "fast-check";
import { expect, it } from "vitest";
import { isCalendarDate, utcDay } from "../../src/config/calendar-date.ts";

it.each([
  ["2027-01-31", true],
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2027-02-30", false],
  ["2027-13-01", false],
  ["2027-00-10", false],
  ["2027-1-31", false],
  ["31-01-2027", false],
  ["2027-01-31T00:00:00Z", false],
  ["2027-01-31\n", false],
  ["", false],
])("%j is a day: %s", (text, expected) => {
  expect(isCalendarDate(text)).toBe(expected);
});

it("takes every day that there is", () => {
  const day = fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(fc.property(day, (date) => isCalendarDate(utcDay(date))));
});
