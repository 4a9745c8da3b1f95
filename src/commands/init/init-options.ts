import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock init`, as its help shows them. */
export const initOptions: OptionSpecs = {
  lang: commonOptions.lang,
  help: commonOptions.help,
};
