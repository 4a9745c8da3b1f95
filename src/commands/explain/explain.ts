import type { Language } from "../../messages/language.ts";
import { codeFrame, sourceLines } from "../../reporters/frame.ts";
import { printable } from "../../reporters/printable.ts";
import type { Colour, Paint } from "../../reporters/reporter.ts";
import { fitTo, padTo, textWidth } from "../../reporters/width.ts";
import { reporterWords } from "../../reporters/words.ts";
import { wrap } from "../../reporters/wrap.ts";
import type { Example, RuleExamples } from "../../rules/example.ts";
import { type RuleHeadings, ruleHeadings } from "../../rules/headings.ts";
import { generalText } from "../../rules/message.ts";
import type { Catalogue, RuleMetadata, RuleText } from "../../rules/metadata.ts";
import { changedParameters, levelOf, PROFILES, parametersOf } from "../../rules/parameters.ts";
import { reflow } from "../../rules/reflow.ts";

const WIDEST_PROSE = 100;
/** Lines of a good example that a terminal shows. */
const LONGEST_EXAMPLE = 60;
/** Findings of a bad example that are shown. */
const FRAMES = 3;
const INDENT = "  ";

/** How to lay out, and in which language. */
export interface ExplainStyle {
  readonly language: Language;
  readonly columns: number;
  readonly colour: Colour | null;
}

export interface ExplainedRule extends ExplainStyle {
  readonly metadata: RuleMetadata;
  readonly text: RuleText;
  readonly profiles: Catalogue["profiles"];
  readonly examples: RuleExamples;
  /** The rule's page; null for a rule without one. */
  readonly url: string | null;
}

/** All that a terminal needs to say of one rule: what it asks, why, how to fix it, levels, parameters, examples. */
export function* explainRule(rule: ExplainedRule): Iterable<string> {
  const { metadata, text, examples, url } = rule;
  const page = new Sheet(rule);
  const { headings } = page;
  yield* page.title(metadata.id, text.title);
  yield* page.line(`${metadata.category} · ${headings.scope(metadata.scope)}`);
  yield* page.section(headings.why, page.prose(reflow(text.rationale)));
  yield* page.section(headings.fix, page.prose(generalText(reflow(text.remedy))));
  yield* page.section(headings.levels, page.levels(rule));
  yield* page.section(headings.parameters, page.parameters(rule));
  if (examples.bad !== null) yield* page.section(headings.bad, page.bad(examples.bad));
  if (examples.good !== null) yield* page.section(headings.good, page.listing(examples.good.text));
  const references = metadata.references.flatMap(({ title, url }) => [title, `${INDENT}${url}`]);
  yield* page.section(
    headings.references,
    url === null ? references : [...references, headings.page, `${INDENT}${url}`],
  );
}

export interface ExplainedCatalogue extends ExplainStyle {
  readonly catalogue: Catalogue;
  readonly texts: { readonly [rule: string]: RuleText | undefined };
}

/** All rules as a table: what each asks, and its level in every profile. */
export function* explainCatalogue(explained: ExplainedCatalogue): Iterable<string> {
  const { catalogue, texts, columns } = explained;
  const page = new Sheet(explained);
  const { headings } = page;
  const rows = catalogue.rules.map((rule) => ({
    id: rule.id,
    title: texts[rule.id]?.title ?? "",
    levels: PROFILES.map((profile) => levelOf(rule, catalogue.profiles[profile][rule.id])),
  }));
  const ids = Math.max(textWidth(headings.rule), ...rows.map(({ id }) => textWidth(id)));
  const levels = PROFILES.map((profile) => Math.max(textWidth(headings.profiles[profile]), 7));
  const room = Math.min(columns, 140) - ids - levels.reduce((sum, width) => sum + width + 2, 0) - 2;
  const beside = room >= 24;
  const line = (id: string, title: string, cells: readonly string[], paint: Paint): string =>
    [
      paint(padTo(id, ids)),
      ...cells.map((cell, index) => padTo(cell, levels[index] ?? 0)),
      ...(beside ? [fitTo(title, room)] : []),
    ]
      .join("  ")
      .trimEnd();
  yield `${page.colour.bold(line(headings.rule, headings.title, Object.values(headings.profiles), same))}\n`;
  for (const { id, title, levels: cells } of rows) {
    yield `${line(
      id,
      title,
      cells.map((level) => headings.levelNames[level]),
      page.colour.bold,
    )}\n`;
    if (!beside && title !== "") for (const part of wrap(title, columns - 2)) yield `${INDENT}${part}\n`;
  }
  yield "\n";
  yield* page.line(headings.each("paddlock explain RULE"));
}

/** The parts of an explanation, laid out. */
class Sheet {
  readonly headings: RuleHeadings;
  readonly colour: Colour;
  readonly #language: Language;
  readonly #columns: number;

  constructor({ language, columns, colour }: ExplainStyle) {
    this.headings = ruleHeadings[language];
    this.colour = colour ?? { red: same, yellow: same, blue: same, green: same, bold: same, dim: same };
    this.#language = language;
    this.#columns = columns;
  }

  *title(id: string, title: string): Iterable<string> {
    yield `${this.colour.bold(printable(id))}\n`;
    for (const line of wrap(title, Math.min(this.#columns, WIDEST_PROSE))) yield `${line}\n`;
  }

  *line(text: string): Iterable<string> {
    for (const line of wrap(text, Math.min(this.#columns, WIDEST_PROSE))) yield `${this.colour.dim(line)}\n`;
  }

  *section(heading: string, lines: Iterable<string>): Iterable<string> {
    const all = [...lines];
    if (all.length === 0) return;
    yield `\n${this.colour.bold(heading)}\n`;
    for (const line of all) yield line === "" ? "\n" : `${INDENT}${line}\n`;
  }

  prose(text: string): string[] {
    return wrap(text, Math.min(this.#columns, WIDEST_PROSE) - INDENT.length);
  }

  *levels({ metadata, profiles }: ExplainedRule): Iterable<string> {
    const { levelNames } = this.headings;
    const width = Math.max(...PROFILES.map((profile) => profile.length));
    const levels = Math.max(...Object.values(levelNames).map(textWidth));
    for (const profile of PROFILES) {
      const setting = profiles[profile][metadata.id];
      const level = levelOf(metadata, setting);
      const changed = level === "off" ? [] : changedParameters(metadata, setting);
      const margin = width + levels + 4;
      const [first = "", ...rest] = wrap(changed.join(", "), this.#columns - INDENT.length - margin);
      yield `${padTo(profile, width)}  ${padTo(levelNames[level], levels)}  ${this.colour.dim(first)}`.trimEnd();
      for (const line of rest) yield `${" ".repeat(margin)}${this.colour.dim(line)}`;
    }
  }

  *parameters({ metadata, text }: ExplainedRule): Iterable<string> {
    for (const { name, type, preset } of parametersOf(metadata, this.#language)) {
      const { labelled } = reporterWords[this.#language];
      const facts = [...this.prose(type), ...this.prose(labelled(this.headings.preset.toLowerCase(), preset))];
      yield this.colour.bold(name);
      for (const fact of facts) yield `${INDENT}${this.colour.dim(fact)}`;
      for (const line of this.prose(reflow(text.parameters[name] ?? ""))) if (line !== "") yield `${INDENT}${line}`;
    }
  }

  *bad({ text, findings }: Example): Iterable<string> {
    const lines = sourceLines(text);
    const { labelled, level: levels, outcome: outcomes } = reporterWords[this.#language];
    for (const [index, finding] of findings.slice(0, FRAMES).entries()) {
      if (index > 0) yield "";
      const { level, outcome, message } = finding;
      const paint = { error: this.colour.red, warning: this.colour.yellow, info: this.colour.blue }[level];
      yield* codeFrame(lines, finding, {
        context: 4,
        columns: this.#columns - INDENT.length,
        indent: "",
        dim: this.colour.dim,
        mark: paint,
      });
      const label = outcome === "violation" ? levels[level] : outcomes[outcome];
      yield* this.prose(labelled(label, printable(message))).map(paint);
    }
  }

  *listing(text: string): Iterable<string> {
    const lines = sourceLines(text);
    for (const line of lines.slice(0, LONGEST_EXAMPLE)) yield fitTo(printable(line), this.#columns - INDENT.length);
    if (lines.length > LONGEST_EXAMPLE) yield this.headings.more(lines.length - LONGEST_EXAMPLE);
  }
}

function same(text: string): string {
  return text;
}
