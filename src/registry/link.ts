const TARGET = /[\s,]*<([^<>]*)>/y;
const PARAMETER = /\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+)))?/y;
const LONGEST = 8192;

/**
 * The target of the link with relation `next` in the values of a Link header, as it is written there; null where there
 * is none. What cannot be read ends that value. Source: RFC 8288.
 */
export function nextLink(values: readonly string[]): string | null {
  for (const value of values) {
    const found = value.length > LONGEST ? null : nextIn(value);
    if (found !== null) return found;
  }
  return null;
}

/** Link by link and parameter by parameter: one expression for all could be made to take for ever. */
function nextIn(value: string): string | null {
  TARGET.lastIndex = 0;
  for (let link = TARGET.exec(value); link !== null; link = TARGET.exec(value)) {
    PARAMETER.lastIndex = TARGET.lastIndex;
    let relation: string | null = null;
    for (let match = PARAMETER.exec(value); match !== null; match = PARAMETER.exec(value)) {
      TARGET.lastIndex = PARAMETER.lastIndex;
      // Only the first counts.
      if (match[1]?.toLowerCase() === "rel") relation ??= match[2] ?? match[3] ?? "";
    }
    if (relation?.toLowerCase().split(/\s+/).includes("next")) return link[1] ?? null;
  }
  return null;
}
