import { LANGUAGES } from "../messages/language.ts";
import type { OptionSpec } from "./usage.ts";

/** Options that several commands have. */
export const commonOptions: { readonly [name in "lang" | "color" | "help"]: OptionSpec } = {
  lang: {
    type: "string",
    value: LANGUAGES.join("|"),
    choices: LANGUAGES,
    en: "language of the messages; default: that of the locale",
    zh: "输出语言；默认取自系统区域设置",
  },
  color: {
    type: "string",
    value: "WHEN",
    choices: ["auto", "always", "never"],
    en: "auto (default), always or never",
    zh: "颜色：auto（默认）、always 或 never",
  },
  help: { type: "boolean", en: "this text", zh: "显示本帮助" },
};
