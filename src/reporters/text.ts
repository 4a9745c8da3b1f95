import type { Finding, RelatedPlace } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import type { Notification } from "../messages/notification.ts";
import { reflow } from "../rules/reflow.ts";
import { containerName, isOpen, messageOf, placeOf, resourceName, weightOf } from "./describe.ts";
import { type Alike, Folding } from "./fold.ts";
import { codeFrame, sourceLines } from "./frame.ts";
import { printable, printableLines } from "./printable.ts";
import type { Colour, Paint, ReportContext } from "./reporter.ts";
import { checkedLines, explainCommand, foundLine, verdictOf } from "./summary.ts";
import { textWidth } from "./width.ts";
import { type ReporterWords, reporterWords } from "./words.ts";
import { wrap } from "./wrap.ts";

/** Notifications of one code that are shown before the rest of them is only counted. */
const NOTICES = 10;
/** Lines that a list of places may take. */
const LINES_OF_PLACES = 3;
/** Lines wider than this are hard to read, however wide the terminal is. */
const WIDEST_PROSE = 110;

const PLAIN: Colour = { red: same, yellow: same, blue: same, green: same, bold: same, dim: same };

/** The report for people: by file and resource, the field underlined, what is wrong with it and how to put it right. */
export function* textReport(report: Report, context: ReportContext): Iterable<string> {
  const page = new Page(context);
  const folding = new Folding(context.language);
  let file: string | null = null;
  let worst: Finding | null = null;
  for (const finding of report.findings) {
    if (!isOpen(finding)) continue;
    if (finding.file !== file) {
      if (file !== null) yield* page.file(file, folding.takeFile());
      file = finding.file;
    }
    folding.add(finding);
    // A rule without a page is a user's own, which `explain` does not know.
    if (finding.url !== "" && (worst === null || weight(finding) > weight(worst))) worst = finding;
  }
  if (file !== null) yield* page.file(file, folding.takeFile());
  yield* page.heldBack([...folding.heldBack()].sort((a, b) => weight(b.first) - weight(a.first)));
  yield* page.notices(report.notifications);
  yield* page.summary(report, worst);
}

/** Lays out the parts of the report for one language, width and set of colours. */
class Page {
  readonly #context: ReportContext;
  readonly #words: ReporterWords;
  readonly #colour: Colour;
  /** The width that prose is wrapped to. */
  readonly #prose: number;
  /** Cells before the text of a finding. */
  readonly #margin: number;

  constructor(context: ReportContext) {
    this.#context = context;
    this.#words = reporterWords[context.language];
    this.#colour = context.colour ?? PLAIN;
    this.#prose = Math.min(context.columns, WIDEST_PROSE);
    const { level, fix } = this.#words;
    const labels = [level.error, level.warning, level.info, fix].map(textWidth);
    this.#margin = context.columns < 60 ? 4 : 2 + Math.max(...labels) + 2;
  }

  *file(file: string, shown: readonly Alike[]): Iterable<string> {
    if (shown.length === 0) return;
    yield `${this.#colour.bold(printable(file))}\n`;
    const source = this.#context.sourceText(file);
    const lines = source === undefined ? [] : sourceLines(source);
    const remedies = new Map<string, number>();
    for (const group of byResource(shown)) {
      const [first] = group;
      if (first === undefined) continue;
      yield `${this.#colour.bold(printable(resourceName(first.first.resource)))}\n\n`;
      let framed: Finding | null = null;
      for (const entry of group) {
        const frame = this.#frame(entry.first, lines, framed);
        if (frame !== "") framed = entry.first;
        yield* this.#finding(entry, frame, remedies);
      }
    }
  }

  /** Findings of which the first files were shown enough. */
  *heldBack(rest: readonly Alike[]): Iterable<string> {
    if (rest.length === 0) return;
    yield `${this.#colour.bold(this.#words.more)}\n\n`;
    for (const alike of rest) {
      yield* this.#headline(alike.first);
      yield* this.#likeIt(alike);
      yield "\n";
    }
    yield* this.#prosaic(this.#words.all(`${this.#context.command} --format compact`), 0, this.#colour.dim);
    yield "\n";
  }

  *notices(notifications: readonly Notification[]): Iterable<string> {
    if (notifications.length === 0) return;
    yield `${this.#colour.bold(this.#words.notices)}\n\n`;
    const seen = new Map<string, number>();
    for (const notification of notifications) {
      const count = (seen.get(notification.code) ?? 0) + 1;
      seen.set(notification.code, count);
      if (count > NOTICES) continue;
      const { level, code, message } = notification;
      yield* this.#labelled(this.#words.level[level], PAINTS[level], printable(message));
      yield* this.#aside([placeOf(notification), `[${code}]`]);
    }
    for (const [code, count] of seen) {
      if (count <= NOTICES) continue;
      yield* this.#aside([this.#words.likeIt(count - NOTICES, ""), `[${code}]`]);
    }
    yield "\n";
  }

  *summary(report: Report, worst: Finding | null): Iterable<string> {
    const verdict = verdictOf(report);
    const { green, bold, red, yellow, dim } = this.#colour;
    const paint = verdict === "clean" ? green : report.summary.errors > 0 || verdict === "incomplete" ? red : yellow;
    yield* this.#prosaic(foundLine(report, this.#words), 0, (text) => bold(paint(text)));
    for (const line of checkedLines(report, this.#context, this.#words)) yield* this.#prosaic(line, 0, same);
    if (worst !== null) yield* this.#prosaic(this.#words.why(explainCommand(worst)), 0, dim);
  }

  /** @param remedies those that the file showed, with the line of their finding */
  *#finding(entry: Alike, frame: string, remedies: Map<string, number>): Iterable<string> {
    const { first: finding } = entry;
    yield* this.#headline(finding);
    if (frame !== "") yield `\n${frame}\n\n`;
    for (const related of finding.related ?? []) yield* this.#related(related);
    if (finding.remedy !== "") yield* this.#remedy(finding, remedies);
    yield* this.#likeIt(entry);
    yield "\n";
  }

  /** Nothing for what could not be judged, nor where the same field was just shown. */
  #frame(finding: Finding, lines: readonly string[], before: Finding | null): string {
    if (finding.outcome !== "violation" || (before !== null && sameRegion(finding, before))) return "";
    return codeFrame(lines, finding, {
      columns: this.#context.columns,
      indent: this.#indent,
      dim: this.#colour.dim,
      mark: this.#colour[PAINTS[finding.level]],
    }).join("\n");
  }

  /** Another object that a finding speaks of, with the line that it stands on. */
  *#related({ message, file, line, column, resource }: RelatedPlace): Iterable<string> {
    yield* this.#labelled(this.#words.related, "dim", printable(message));
    if (line === 0) return;
    yield* this.#aside([`${printable(file)}:${line}:${column}`]);
    const source = this.#context.sourceText(file);
    if (source === undefined) return;
    const style = { context: 0, columns: this.#context.columns, indent: this.#indent, dim: this.#colour.dim };
    const region = { line, column, endLine: line, endColumn: column + (resource.name?.length ?? 1) };
    const frame = codeFrame(sourceLines(source), region, { ...style, mark: this.#colour.dim });
    if (frame.length > 0) yield `\n${frame.join("\n")}\n\n`;
  }

  get #indent(): string {
    return this.#context.columns < 60 ? "  " : "    ";
  }

  /** A long remedy is said once a file. */
  *#remedy({ remedy: source, line, outcome }: Finding, remedies: Map<string, number>): Iterable<string> {
    const remedy = reflow(source);
    const before = textWidth(remedy) > this.#prose - this.#margin ? remedies.get(remedy) : undefined;
    if (before === undefined) remedies.set(remedy, line);
    const text = before === undefined ? printableLines(remedy) : this.#words.sameFix(before);
    yield* this.#labelled(this.#words.fix, outcome === "violation" ? "green" : "dim", text);
  }

  /** How bad, what, where. */
  *#headline(finding: Finding): Iterable<string> {
    const paint = finding.outcome === "violation" ? PAINTS[finding.level] : "dim";
    yield* this.#labelled(weightOf(finding, this.#words), paint, printable(messageOf(finding)));
    const container = finding.container === null ? [] : [printable(containerName(finding.container, this.#words))];
    yield* this.#aside([printable(placeOf(finding)), ...container, `[${printable(finding.rule)}]`]);
  }

  *#likeIt({ folded, places }: Alike): Iterable<string> {
    if (folded === 0) return;
    const width = this.#prose - this.#margin;
    const text = this.#words.likeIt(folded, places.map(printable).join(", "));
    const lines = wrap(text, width);
    const kept = lines.slice(0, LINES_OF_PLACES);
    const last = kept.at(-1);
    if (last !== undefined && (lines.length > kept.length || folded > places.length)) {
      kept[kept.length - 1] = `${last.replace(/,$/, "")}, …`;
    }
    for (const line of kept) yield `${" ".repeat(this.#margin)}${this.#colour.dim(line)}\n`;
  }

  /** A label in the margin and text beside it. */
  *#labelled(label: string, paint: keyof Colour, text: string): Iterable<string> {
    const colour = this.#colour[paint];
    const head = `  ${colour(this.#colour.bold(label))}`;
    // A label wider than the margin lets the first line begin later than the others.
    const begin = Math.max(this.#margin, 2 + textWidth(label) + 2);
    const lines = wrap(text, this.#prose - this.#margin, begin - this.#margin);
    for (const [index, line] of lines.entries()) {
      const shown = paint === "dim" ? colour(line) : line;
      yield index === 0
        ? `${head}${" ".repeat(begin - 2 - textWidth(label))}${shown}\n`
        : `${line === "" ? "" : " ".repeat(this.#margin)}${shown}\n`;
    }
  }

  /** Small facts side by side, each whole on its line. */
  *#aside(parts: readonly string[]): Iterable<string> {
    const width = this.#context.columns - this.#margin;
    const lines: string[] = [];
    for (const part of parts.filter((part) => part !== "")) {
      const last = lines.at(-1);
      if (last !== undefined && textWidth(last) + 2 + textWidth(part) <= width)
        lines[lines.length - 1] = `${last}  ${part}`;
      else lines.push(part);
    }
    for (const line of lines) yield `${" ".repeat(this.#margin)}${this.#colour.dim(line)}\n`;
  }

  *#prosaic(text: string, indent: number, paint: Paint): Iterable<string> {
    for (const line of wrap(text, this.#prose - indent)) yield `${" ".repeat(indent)}${paint(line)}\n`;
  }
}

const PAINTS: { readonly [level in Finding["level"] | Notification["level"]]: keyof Colour } = {
  error: "red",
  warning: "yellow",
  info: "blue",
  note: "blue",
};

function same(text: string): string {
  return text;
}

/** Which finding is worth an explanation most: the first of the highest level. */
function weight({ level, outcome }: Finding): number {
  return outcome === "not-judged" ? 0 : { error: 3, warning: 2, info: 1 }[level];
}

function sameRegion(a: Finding, b: Finding): boolean {
  return a.line === b.line && a.column === b.column && a.endLine === b.endLine && a.endColumn === b.endColumn;
}

/** Findings of one resource together, resources in the order of their first finding. */
function byResource(shown: readonly Alike[]): Iterable<readonly Alike[]> {
  const groups = new Map<string, Alike[]>();
  for (const entry of shown) {
    const { apiVersion, kind, namespace, name } = entry.first.resource;
    const key = JSON.stringify([apiVersion, kind, namespace, name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups.values();
}
