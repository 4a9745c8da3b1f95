/** Whether the text is a day that exists, written `2027-01-31`. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // `2027-02-30` would become the 2nd of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The day of a moment in UTC, written `2027-01-31`: such texts compare as the days do. */
export function utcDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
