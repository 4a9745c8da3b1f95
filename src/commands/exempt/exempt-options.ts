import { clusterOptions } from "../cluster-options.ts";
import { commonOptions } from "../common-options.ts";
import { releaseOptions } from "../release-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock exempt`, as its help shows them. */
export const exemptOptions: OptionSpecs = {
  namespace: {
    type: "string",
    short: "n",
    value: "NS",
    en: "where the object lives; default: the namespace of the context",
    zh: "对象所在的命名空间；默认为当前上下文的命名空间",
  },
  for: {
    type: "string",
    value: "TIME",
    en: "how long it holds: 30m, 2h, 24h at most",
    zh: "有效时长：30m、2h，最长 24h",
  },
  reason: {
    type: "string",
    value: "TEXT",
    en: "why: it is told with every use",
    zh: "原因：每次放行都会记录",
  },
  list: {
    type: "boolean",
    en: "shows the records that there are, of --namespace if it is given",
    zh: "列出现有记录；指定 --namespace 时只列出该命名空间的",
  },
  end: {
    type: "string",
    value: "KIND/NAME",
    en: "ends the record of this object now",
    zh: "立即结束该对象的记录",
  },
  ...releaseOptions("exemptions"),
  ...clusterOptions,
  format: {
    type: "string",
    value: "NAME",
    choices: ["text", "json"],
    en: "of --list: text (default), or json: a line a record",
    zh: "--list 的格式：text（默认）或 json（每条记录一行）",
  },
  lang: commonOptions.lang,
  help: commonOptions.help,
};
