const LINK = /\s*<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))?)*)\s*(?:,|$)/y;
const RELATION = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/i;
const LONGEST = 8192;

/**
 * The target of the link with relation `next` in the values of a Link header, as it is written there; null where there
 * is none. What cannot be read ends that value. Source: RFC 8288.
 */
export function nextLink(values: readonly string[]): string | null {
  for (const value of values) {
    if (value.length > LONGEST) continue;
    LINK.lastIndex = 0;
    for (let match = LINK.exec(value); match !== null && match[0] !== ""; match = LINK.exec(value)) {
      const relation = RELATION.exec(match[2] ?? "");
      const relations = (relation?.[1] ?? relation?.[2] ?? "").toLowerCase().split(/\s+/);
      if (relations.includes("next")) return match[1] ?? null;
      if (LINK.lastIndex >= value.length) break;
    }
  }
  return null;
}
