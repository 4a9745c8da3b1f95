import type { Language } from "../../messages/language.ts";
import { nearestOf, UsageError } from "../usage.ts";
import { usageWords } from "../usage-words.ts";

type Generator = (words: readonly string[], language: Language) => Promise<number>;

/** What can be generated: to add something, add a line here and one in `help.ts`. */
const generators: { readonly [what: string]: () => Promise<Generator> } = {
  "static-admission": async () =>
    (await import("./generate-static-admission-command.ts")).generateStaticAdmissionCommand,
};

/** `paddlock generate WHAT`: writes files, and prints what to do with them. */
export async function generateCommand(words: readonly string[], language: Language): Promise<number> {
  const [what, ...rest] = words;
  const say = usageWords[language];
  const known = Object.keys(generators);
  if (what === undefined || what.startsWith("-")) {
    throw new UsageError(say.generateWhat(known));
  }
  const generator = Object.hasOwn(generators, what) ? generators[what] : undefined;
  if (generator === undefined) {
    throw new UsageError(say.generateUnknown(what, await nearestOf(what, known), known));
  }
  return (await generator())(rest, language);
}
