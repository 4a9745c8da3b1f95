import type { Language } from "../../messages/language.ts";
import { packageVersion } from "../../package/version.ts";
import { loadCatalogue, loadTexts } from "../../rules/catalogue.ts";
import { writeTo } from "../output.ts";
import { parseOptions, UsageError } from "../usage.ts";
import { init } from "./init.ts";
import { initOptions } from "./init-options.ts";

/** `paddlock init`: writes what is missing, and prints what it did and what is left to do. */
export async function initCommand(words: readonly string[], language: Language): Promise<number> {
  const {
    operands: [operand],
    say,
  } = await parseOptions(words, initOptions, language);
  if (operand !== undefined) throw new UsageError(say.noOperand("init", operand));
  const { recommended } = loadCatalogue().profiles;
  const texts = loadTexts(language);
  const rules = Object.entries(texts)
    .filter(([id]) => recommended[id]?.level !== "off")
    .map(([id, { title }]) => ({ id, title }));
  const { text } = await init({ cwd: process.cwd(), language, version: packageVersion(), rules });
  writeTo(1, [text]);
  return 0;
}
