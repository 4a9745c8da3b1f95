import type { OptionSpecs } from "./usage.ts";

/** The options of `paddlock explain`, as its help shows them. */
export const explainOptions: OptionSpecs = {
  lang: {
    type: "string",
    value: "en|zh",
    choices: ["en", "zh"],
    en: "language; default: that of the locale",
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
