import type { OptionSpecs } from "./usage.ts";

/** The options of `paddlock init`, as its help shows them. */
export const initOptions: OptionSpecs = {
  lang: {
    type: "string",
    value: "en|zh",
    choices: ["en", "zh"],
    en: "language; default: that of the locale",
    zh: "输出语言；默认取自系统区域设置",
  },
  help: { type: "boolean", en: "this text", zh: "显示本帮助" },
};
