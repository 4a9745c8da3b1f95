const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export function isBreak(unit: number): boolean {
  return unit === LINE_FEED || unit === CARRIAGE_RETURN;
}

export function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9;
}

/** Whether a line ends with this unit; a lone carriage return ends one, as it does in YAML. */
export function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED);
}

export function countBreaks(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (endsLine(text, at)) count++;
  }
  return count;
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Where the line of an offset is broken, or the text ends. */
export function lineBreak(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** Where the visible text of an offset's line ends: before its break and the blanks in front of that. */
export function lineEnd(text: string, offset: number): number {
  let end = lineBreak(text, offset);
  while (end > offset && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}
