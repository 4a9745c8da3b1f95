import type { Language } from "../../messages/language.ts";
import { didYouMean, UsageError } from "../usage.ts";

type Generator = (words: readonly string[], language: Language) => Promise<number>;

/** What can be generated: to add something, add a line here and one in `help.ts`. */
const generators: { readonly [what: string]: () => Promise<Generator> } = {
  "static-admission": async () =>
    (await import("./generate-static-admission-command.ts")).generateStaticAdmissionCommand,
};

/** `paddlock generate WHAT`: writes files, and prints what to do with them. */
export async function generateCommand(words: readonly string[], language: Language): Promise<number> {
  const [what, ...rest] = words;
  const known = Object.keys(generators);
  if (what === undefined || what.startsWith("-")) {
    throw new UsageError(`generate what? There is: ${known.join(", ")}`);
  }
  const generator = Object.hasOwn(generators, what) ? generators[what] : undefined;
  if (generator === undefined) {
    const hint = await didYouMean(what, known);
    throw new UsageError(`generate knows no "${what}"${hint === "" ? `; there is: ${known.join(", ")}` : hint}`);
  }
  return (await generator())(rest, language);
}
