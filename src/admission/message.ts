import type { Finding } from "../findings/finding.ts";
import { printable } from "../reporters/printable.ts";
import type { StatusCause } from "./reviewed.ts";
import type { AdmissionWords } from "./words.ts";

/** In UTF-16 code units. A status travels through every client; more than this nobody reads. */
const longestMessage = 32_000;
/** By the API server's convention, in code points. */
const longestWarning = 120;
/** The API server cuts warnings that are more than 4,096 code points together; what is left out is counted. */
const warningsTotal = 3_900;
const mostCauses = 1_000;

/**
 * What a person reads after `admission webhook "…" denied the request:`. All violations, for only one webhook's denial
 * reaches the user; those that are mended alike stand together above their remedy. Ends early only where it is too long.
 * @param object `Deployment ml/ocr`, with its owner if a controller made it
 */
export function denialMessage(object: string, denied: readonly Finding[], words: AdmissionWords): string {
  const lines = [words.violations(shown(object), denied.length)];
  let length = 0;
  let told = 0;
  for (const group of byRemedy(denied)) {
    const [first] = group;
    if (first === undefined || length > longestMessage) break;
    for (const finding of group) {
      if (length > longestMessage) break;
      const line = `  ${finding.rule}: ${shown(finding.message)}\n    ${place(finding, words)}`;
      lines.push(line);
      length += line.length;
      told++;
    }
    const remedy = `    ${words.fix(shown(first.remedy))}`;
    lines.push(remedy);
    length += remedy.length;
  }
  if (told < denied.length) lines.push(`  ${words.more(denied.length - told)}`);
  const [first] = denied;
  if (first !== undefined) lines.push(words.explain(first.rule));
  return lines.join("\n");
}

/** The same for programs. */
export function causesOf(denied: readonly Finding[]): StatusCause[] {
  return denied
    .slice(0, mostCauses)
    .map(({ rule, message, path }) => ({ reason: rule, message: shown(message), field: path }));
}

/**
 * Warnings as the API server takes them. kubectl shows a text once, so each names its object. Later ones, the less
 * serious, are counted where there is no room.
 * @param object `Deployment/ocr`
 * @param others what is said of the object besides, last
 */
export function warningsOf(
  object: string,
  told: readonly { readonly finding: Finding; readonly note?: string }[],
  others: readonly string[],
  words: AdmissionWords,
): string[] {
  const texts = told.map(({ finding, note }) => {
    const label = note === undefined ? finding.rule : `${finding.rule}, ${note}`;
    const container = finding.container === null ? "" : ` (${finding.container.name})`;
    return warning(`${object}${container} [${label}] ${finding.message}`);
  });
  const rest = others.map((text) => warning(`${object} ${text}`));
  return fitting([...new Set([...texts, ...rest])], words);
}

/** A text as a single warning. */
export function warning(written: string): string {
  const text = shown(written);
  // There are no more code points than code units.
  if (text.length <= longestWarning) return text;
  const points = [...text];
  return points.length <= longestWarning ? text : `${points.slice(0, longestWarning - 1).join("")}…`;
}

function fitting(texts: readonly string[], words: AdmissionWords): string[] {
  let length = 0;
  for (const [index, text] of texts.entries()) {
    length += [...text].length;
    if (length > warningsTotal) return [...texts.slice(0, index), words.more(texts.length - index)];
  }
  return [...texts];
}

/** In the order of their first. */
function byRemedy(findings: readonly Finding[]): Iterable<readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.remedy]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups.values();
}

function place({ path, container }: Finding, words: AdmissionWords): string {
  return shown(container === null ? path : words.inContainer(path, container.name));
}

/** A manifest's values stand in messages: nothing in them may move a terminal's cursor or end the line. */
function shown(text: string): string {
  return printable(oneLine(text));
}

/** Line by line, for an expression that looks for white space around a line's end looks at all white space again and again. */
function oneLine(text: string): string {
  if (!text.includes("\n")) return text;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line, index) => line !== "" || index === 0 || index === lines.length - 1).join(" ");
}
