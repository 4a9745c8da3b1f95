const WIDE = /[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffef]/;
/** Marks of Chinese text that stand without a space, and share their characters with other scripts. */
const TIGHT = /[\u3000-\u303f\uff00-\uff65“”‘’—…]/;
const APART = /^(?:\s|[-*] |\d+[.)] |$)/;

/**
 * Joins the lines of a text that was broken to fit its source: paragraphs become one line each. Blank lines, list items
 * and indented lines (YAML) stay lines of their own.
 */
export function reflow(text: string): string {
  if (!text.includes("\n")) return text;
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const last = lines.at(-1);
    if (last === undefined || last === "" || /^\s/.test(last) || APART.test(line)) lines.push(line.trimEnd());
    else lines[lines.length - 1] = last + joint(last, line) + line.trimEnd();
  }
  return lines.join("\n");
}

/** No space within Chinese text. */
function joint(before: string, after: string): string {
  const last = before.at(-1) ?? "";
  const first = after.at(0) ?? "";
  if (TIGHT.test(last) && WIDE.test(first)) return "";
  if (WIDE.test(last) && (WIDE.test(first) || TIGHT.test(first))) return "";
  return /[\u3000-\u303f\uff00-\uff65]/.test(last + first) ? "" : " ";
}
