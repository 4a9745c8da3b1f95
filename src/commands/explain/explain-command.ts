import type { Language } from "../../messages/language.ts";
import { loadCatalogue, loadExamples, loadTexts } from "../../rules/catalogue.ts";
import { rulePageUrl } from "../../rules/page-url.ts";
import { writeTo } from "../output.ts";
import { colourFor, columnsOf } from "../terminal.ts";
import { nearestOf, parseOptions, UsageError } from "../usage.ts";
import { explainCatalogue, explainRule } from "./explain.ts";
import { explainOptions } from "./explain-options.ts";

/** `paddlock explain`: one rule, or the catalogue. */
export async function explainCommand(words: readonly string[], language: Language): Promise<number> {
  const options = await parseOptions(words, explainOptions, language);
  const [id, more] = options.operands;
  if (more !== undefined) throw new UsageError(options.say.oneRule(more));
  const catalogue = loadCatalogue();
  const texts = loadTexts(language);
  const style = {
    language,
    columns: columnsOf(process.env),
    colour: await colourFor(options.text("color"), process.env),
  };
  if (id === undefined) {
    writeTo(1, explainCatalogue({ ...style, catalogue, texts }));
    return 0;
  }
  const metadata = catalogue.rules.find((rule) => rule.id === id);
  const text = texts[id];
  if (metadata === undefined || text === undefined) {
    const ids = catalogue.rules.map((rule) => rule.id);
    throw new UsageError(options.say.unknownRule(id, await nearestOf(id, ids)));
  }
  const examples = loadExamples(language)[id] ?? { good: null, bad: null };
  const { profiles } = catalogue;
  writeTo(1, explainRule({ ...style, metadata, text, profiles, examples, url: rulePageUrl(id, language) }));
  return 0;
}
