import { isCalendarDate } from "./calendar-date.ts";

/** Milliseconds since 1970 of a time in RFC 3339 with its zone, such as `2026-11-30T18:00:00Z`; null for any other text. */
export function momentOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  // The 31st of February is none, and Date.parse takes it for a day of March.
  if (!isCalendarDate(text.slice(0, 10))) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/** The same text of a time, in UTC and whole seconds. */
export function momentText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
