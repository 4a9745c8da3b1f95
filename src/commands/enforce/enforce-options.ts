import { clusterOptions } from "../cluster-options.ts";
import { commonOptions } from "../common-options.ts";
import { releaseOptions } from "../release-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock enforce`, as its help shows them. */
export const enforceOptions: OptionSpecs = {
  until: {
    type: "string",
    value: "TIME",
    en: "when what was there before ends to be let in: 2027-01-31 or 2027-01-31T18:00:00Z",
    zh: "现有工作负载的宽限截止时间：2027-01-31 或 2027-01-31T18:00:00Z",
  },
  for: {
    type: "string",
    value: "TIME",
    en: "the same from now on, as 720h",
    zh: "同上，从现在起计算，如 720h",
  },
  warn: { type: "boolean", en: "goes back: warns in the namespace", zh: "回退：该命名空间改为只警告" },
  off: { type: "boolean", en: "goes back: takes the namespace's entry away", zh: "回退：删除该命名空间的条目" },
  "dry-run": { type: "boolean", en: "shows all of it and writes nothing", zh: "只显示，不写入" },
  ...releaseOptions("config"),
  ...clusterOptions,
  lang: commonOptions.lang,
  help: commonOptions.help,
};
