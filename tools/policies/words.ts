import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Ajv } from "ajv";
import { parseDocument } from "yaml";
import { LANGUAGES, type Language } from "../../src/messages/language.ts";
import type { RuleText } from "../../src/rules/metadata.ts";
import { reflow } from "../../src/rules/reflow.ts";

/** A file of words as it is written: what a rule has none of is left out. */
type Written = Omit<RuleText, "cases" | "parameters"> & Partial<Pick<RuleText, "cases" | "parameters">>;

/** What the rule itself says that it needs words for. */
interface Spoken {
  readonly parameters: readonly string[];
  /** Cases that no text of the Rego names. */
  readonly computedCases: readonly string[];
}

const schema: object = JSON.parse(readFileSync(join(import.meta.dirname, "words.schema.json"), "utf8"));
const ajv = new Ajv({ allErrors: true, strict: false });
const isWritten = ajv.compile<Written>(schema);

/**
 * The words of a rule in every language, from `words.LANGUAGE.yaml` of its folder.
 * @throws Error naming the file and what is missing, too much, or differs between the languages.
 */
export function wordsOfRule(folder: string, spoken: Spoken): Readonly<Record<Language, RuleText>> {
  const id = basename(folder);
  const read = (language: Language): Written => {
    const file = join(folder, fileOf(language));
    const { contents, errors } = parseDocument(readFileSync(file, "utf8"));
    const [unreadable] = errors;
    if (unreadable !== undefined) throw new Error(`${id}/${fileOf(language)}: ${unreadable.message}`);
    const written: unknown = contents?.toJSON();
    if (isWritten(written)) return written;
    throw new Error(ajv.errorsText(isWritten.errors, { dataVar: `${id}/${fileOf(language)}` }));
  };
  const words = { en: read("en"), zh: read("zh") };
  sameCases(folder, words.en, spoken.computedCases);
  for (const language of LANGUAGES) {
    const place = `${id}/${fileOf(language)}`;
    sameNames(`${place}: parameters`, Object.keys(words[language].parameters ?? {}), spoken.parameters);
    sameFacts(place, words.en, words[language]);
  }
  return { en: flowing(words.en), zh: flowing(words.zh) };
}

function fileOf(language: Language): string {
  return `words.${language}.yaml`;
}

/** Texts as they are read: a file breaks them into lines for the source's sake. */
function flowing(written: Written): RuleText {
  const cases = Object.entries(written.cases ?? {}).map(
    ([name, { message, remedy }]): [string, RuleText["cases"][string]] => [
      name,
      {
        ...(message === undefined ? {} : { message: reflow(message) }),
        ...(remedy === undefined ? {} : { remedy: reflow(remedy) }),
      },
    ],
  );
  return {
    title: written.title.trim(),
    rationale: reflow(written.rationale),
    message: reflow(written.message),
    remedy: reflow(written.remedy),
    cases: byName(cases),
    parameters: byName(Object.entries(written.parameters ?? {})),
  };
}

function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every case that has words is one that the Rego names or says that it computes, and the other way round. */
function sameCases(folder: string, english: Written, computed: readonly string[]): void {
  const id = basename(folder);
  const rego = readFileSync(join(folder, `${id}.rego`), "utf8").replace(/^\s*#.*$/gm, "");
  const texts = new Set(rego.match(/"(?:[^"\\\n]|\\.)*"/g)?.map((text): unknown => JSON.parse(text)));
  const given = [...rego.matchAll(/result\.(?:fail_case|not_judged|fail_level\("[a-z]+",)\s*\(?"([^"]+)"/g)];
  const worded = Object.keys(english.cases ?? {});
  for (const name of worded) {
    if (!texts.has(name) && !computed.includes(name)) throw new Error(`${id}: its Rego names no case ${name}`);
  }
  for (const name of [...computed, ...given.map((match) => match[1] ?? "")]) {
    if (!worded.includes(name)) throw new Error(`${id}/${fileOf("en")}: the case ${name} has no words`);
  }
}

/** Both languages must speak of the same cases and the same facts. */
function sameFacts(place: string, english: Written, other: Written): void {
  sameNames(`${place}: cases`, Object.keys(other.cases ?? {}), Object.keys(english.cases ?? {}));
  const pairs = Object.entries(english.cases ?? {}).map(([name, words]) => [name, words, other.cases?.[name]] as const);
  for (const [name, a, b] of [["general", english, other] as const, ...pairs]) {
    for (const part of ["message", "remedy"] as const) {
      const [ours, theirs] = [placeholders(a[part]), placeholders(b?.[part])];
      if (ours === theirs) continue;
      throw new Error(`${place}: ${name}: its ${part} names ${theirs ?? "nothing"}, in English ${ours ?? "nothing"}`);
    }
  }
}

/** The facts that a text speaks of; undefined where there is no text. */
function placeholders(text: string | undefined): string | undefined {
  return text && [...new Set(text.match(/\{[A-Za-z_]\w*\}/g))].sort().join(" ");
}

function sameNames(place: string, found: readonly string[], wanted: readonly string[]): void {
  for (const name of wanted) if (!found.includes(name)) throw new Error(`${place}: ${name} is missing`);
  for (const name of found) if (!wanted.includes(name)) throw new Error(`${place}: there is no ${name}`);
}
