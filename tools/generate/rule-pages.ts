import type { Language } from "../../src/messages/language.ts";
import { codeBlock, codeSpan, inlineMarkdown, remedyMarkdown } from "../../src/reporters/markdown-text.ts";
import { reporterWords } from "../../src/reporters/words.ts";
import type { Example, RuleExamples } from "../../src/rules/example.ts";
import { ruleHeadings } from "../../src/rules/headings.ts";
import { generalText } from "../../src/rules/message.ts";
import type { Catalogue, RuleMetadata, RuleText } from "../../src/rules/metadata.ts";
import { changedParameters, levelOf, PROFILES, parametersOf } from "../../src/rules/parameters.ts";
import { reflow } from "../../src/rules/reflow.ts";

/** All that the page of a rule is made of. */
export interface RulePage {
  readonly metadata: RuleMetadata;
  readonly text: RuleText;
  readonly profiles: Catalogue["profiles"];
  readonly examples: RuleExamples;
  readonly language: Language;
}

/** `pinned-image.md`, `pinned-image.zh.md`. */
export function rulePageFile(rule: string, language: Language): string {
  return `${rule}${language === "zh" ? ".zh" : ""}.md`;
}

/** The page of a rule in Markdown. */
export function rulePage({ metadata, text, profiles, examples, language }: RulePage): string {
  const headings = ruleHeadings[language];
  const { id, category, scope, parameters, references } = metadata;
  const other = language === "zh" ? `[English](${rulePageFile(id, "en")})` : `[中文](${rulePageFile(id, "zh")})`;
  const levels = PROFILES.map((profile) => {
    const setting = profiles[profile][id];
    const level = levelOf(metadata, setting);
    const changed = level === "off" ? [] : changedParameters(metadata, setting).map(cellSpan);
    return [headings.profiles[profile], headings.levelNames[level], changed.join(", ")];
  });
  const settings = parametersOf(metadata, language).map(({ name, type, preset }) => [
    cellSpan(name),
    cellSpan(type),
    cellSpan(preset),
    cellText(reflow(text.parameters[name] ?? "")),
  ]);
  return joined([
    `<!-- ${headings.generated} -->`,
    `# ${id}`,
    `**${inlineMarkdown(text.title)}** · ${category} · ${headings.scope(scope)} · ${other}`,
    `## ${headings.why}`,
    ...reflow(text.rationale).split(/\n+/).map(inlineMarkdown),
    `## ${headings.fix}`,
    remedyMarkdown(generalText(reflow(text.remedy))),
    `## ${headings.levels}`,
    table([headings.profile, headings.level, headings.changed], levels),
    ...(Object.keys(parameters).length === 0
      ? []
      : [
          `## ${headings.parameters}`,
          table([headings.name, headings.type, headings.preset, headings.meaning], settings),
        ]),
    ...(examples.bad === null ? [] : [`## ${headings.bad}`, ...badExample(examples.bad, language)]),
    ...(examples.good === null ? [] : [`## ${headings.good}`, codeBlock(examples.good.text)]),
    `## ${headings.waive}`,
    codeBlock(`# paddlock-ignore ${id} -- ${headings.waiveReason}`),
    `## ${headings.references}`,
    references.map(({ title, url }) => `- [${inlineMarkdown(title)}](${url})`).join("\n"),
  ]);
}

/** All rules as a table of Markdown, for the README: what each asks, and its level in every profile. */
export function ruleTable(
  catalogue: Catalogue,
  texts: { readonly [rule: string]: RuleText | undefined },
  language: Language,
  folder: string,
): string {
  const headings = ruleHeadings[language];
  const rows = catalogue.rules.map((rule) => [
    `[${rule.id}](${folder}/${rulePageFile(rule.id, language)})`,
    cellText(texts[rule.id]?.title ?? ""),
    headings.scope(rule.scope),
    ...PROFILES.map((profile) => headings.levelNames[levelOf(rule, catalogue.profiles[profile][rule.id])]),
  ]);
  return table([headings.rule, headings.title, headings.judges, ...Object.values(headings.profiles)], rows);
}

function badExample({ text, findings }: Example, language: Language): string[] {
  const { labelled, level: levels, outcome: outcomes, aside } = reporterWords[language];
  const { line: lineOf } = ruleHeadings[language];
  const said = findings.map(({ level, outcome, message, line }) => {
    const weight = outcome === "violation" ? levels[level] : outcomes[outcome];
    return `- ${labelled(aside(weight, lineOf(line)), inlineMarkdown(message))}`;
  });
  return [codeBlock(text), ...(said.length === 0 ? [] : [said.join("\n")])];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cellSpan(text: string): string {
  return codeSpan(text).replaceAll("|", "\\|");
}

function cellText(text: string): string {
  return text.split(/\n+/).map(inlineMarkdown).join("<br>");
}

function joined(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
