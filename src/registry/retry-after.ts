/**
 * The seconds that a Retry-After header asks to wait, from now on; undefined where it says nothing. Both forms of
 * RFC 9110, 10.2.3 are read: seconds and an HTTP date.
 */
export function retryAfterSeconds(value: string | undefined, now: number = Date.now()): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
