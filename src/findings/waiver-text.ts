import { isCalendarDate } from "../config/calendar-date.ts";

/** What the text of a waiver says. */
export interface WaiverText {
  /** Null where there is none but spaces. */
  readonly reason: string | null;
  /** `2027-01-31`. */
  readonly expires?: string;
  /** What stands where a date should, and is none. */
  readonly badDate?: string;
}

const ending = /(?:^|\s)until\s+(\S+)$/;

/**
 * Reads `<reason> until 2027-01-31`. What follows `until` is a date only where it begins with a digit: "until the next
 * release" is part of a reason.
 */
export function readWaiverText(text: string): WaiverText {
  const trimmed = text.trim();
  const found = ending.exec(trimmed);
  const date = found?.[1];
  if (found === null || date === undefined || !/^\d/.test(date)) return { reason: trimmed === "" ? null : trimmed };
  const before = withoutEnd(trimmed.slice(0, found.index));
  const reason = before === "" ? null : before;
  return isCalendarDate(date) ? { reason, expires: date } : { reason, badDate: date };
}

/** Takes spaces and a joining comma or the like off the end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t\r\n,;:，；：".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
