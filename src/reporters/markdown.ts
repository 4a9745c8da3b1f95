import type { Finding } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import { isOpen, messageOf, placeOf, resourceName, weightOf } from "./describe.ts";
import { codeSpan, inlineMarkdown, remedyMarkdown } from "./markdown-text.ts";
import type { ReportContext } from "./reporter.ts";
import { checkedLines, foundLine } from "./summary.ts";
import { type ReporterWords, reporterWords } from "./words.ts";

/** A comment holds 65,536 characters on GitHub. These parts and the head and foot stay below 65,000 together. */
const ROOM = { findings: 40_000, remedies: 14_000, notices: 6_000 };
const LONGEST_MESSAGE = 1_000;

/** A comment for a merge request, or the summary of a step: what was found as tables, how to fix it folded away. */
export function* markdownReport(report: Report, context: ReportContext): Iterable<string> {
  const words = reporterWords[context.language];
  yield `### Paddlock\n\n**${inlineMarkdown(foundLine(report, words))}**\n`;
  const remedies = new Map<string, string>();
  yield* tables(report, words, remedies, context);
  yield* details(words.howToFix, ROOM.remedies, [...remedies.values()], words);
  const notices = report.notifications.map((notification) => {
    const place = placeOf(notification);
    const where = place === "" ? "" : `${codeSpan(shorten(place))} `;
    const said = inlineMarkdown(shorten(notification.message));
    return `- **${words.level[notification.level]}** ${where}${said}\n`;
  });
  yield* details(words.notices, ROOM.notices, notices, words);
  yield `\n${checkedLines(report, context, words)
    .map((line) => inlineMarkdown(shorten(line)))
    .join("  \n")}\n`;
}

/** A table a file. Fills `remedies` by rule and wording. */
function* tables(
  report: Report,
  words: ReporterWords,
  remedies: Map<string, string>,
  context: ReportContext,
): Iterable<string> {
  const { level, place, rule, finding: found } = words.table;
  let room = ROOM.findings;
  let shown = 0;
  let file: string | null = null;
  for (const finding of report.findings) {
    if (!isOpen(finding)) continue;
    let piece = "";
    if (finding.file !== file) {
      piece += `\n#### ${inlineMarkdown(shorten(finding.file))}\n\n| ${level} | ${place} | ${found} | ${rule} |\n|---|---|---|---|\n`;
    }
    piece += row(finding, words, context);
    if (piece.length > room) break;
    file = finding.file;
    room -= piece.length;
    shown++;
    yield piece;
    remember(finding, remedies);
  }
  const { errors, warnings, infos, notJudged } = report.summary;
  const left = errors + warnings + infos + notJudged - shown;
  if (left > 0) yield `\n${words.moreFindings(left)}\n`;
}

function row(finding: Finding, words: ReporterWords, context: ReportContext): string {
  const { line, column, resource, container, rule } = finding;
  const about = container === null ? resourceName(resource) : `${resourceName(resource)} · ${container.name}`;
  const url = context.ruleUrl(rule);
  const link = url === undefined ? inlineMarkdown(rule) : `[${inlineMarkdown(rule)}](${encodeURI(url)})`;
  const where = `${line}:${column} ${inlineMarkdown(shorten(about))}`;
  return `| ${weightOf(finding, words)} | ${where} | ${inlineMarkdown(shorten(messageOf(finding)))} | ${link} |\n`;
}

function remember({ rule, remedy }: Finding, remedies: Map<string, string>): void {
  const key = `${rule} ${remedy}`;
  if (remedy === "" || remedies.has(key) || remedies.size > 100) return;
  const text = remedyMarkdown(remedy).replace(/\n(?=.)/g, "\n  ");
  remedies.set(key, `- **${inlineMarkdown(rule)}** ${text}\n`);
}

function* details(title: string, room: number, items: readonly string[], words: ReporterWords): Iterable<string> {
  if (items.length === 0) return;
  yield `\n<details><summary>${title}</summary>\n\n`;
  let left = room;
  for (const [index, item] of items.entries()) {
    left -= item.length;
    if (left < 0) {
      yield `- ${words.moreItems(items.length - index)}\n`;
      break;
    }
    yield item;
  }
  yield "\n</details>\n";
}

function shorten(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`;
}
