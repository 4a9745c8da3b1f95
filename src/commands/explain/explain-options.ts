import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock explain`, as its help shows them. */
export const explainOptions: OptionSpecs = {
  lang: commonOptions.lang,
  color: commonOptions.color,
  help: commonOptions.help,
};
