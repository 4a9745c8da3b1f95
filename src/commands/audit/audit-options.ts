import { checkOptions } from "../check/check-options.ts";
import { clusterOptions } from "../cluster-options.ts";
import { commonOptions } from "../common-options.ts";
import type { OptionSpec, OptionSpecs } from "../usage.ts";

/** The options of `paddlock audit`, as its help shows them. */
export const auditOptions: OptionSpecs = {
  namespace: {
    type: "string",
    short: "n",
    value: "NS",
    en: "what lives in this namespace (repeatable)",
    zh: "只检查该命名空间（可重复）",
  },
  "all-namespaces": { type: "boolean", short: "A", en: "all namespaces, the default", zh: "检查所有命名空间（默认）" },
  ...clusterOptions,
  ...ofCheck(["config", "profile", "rule", "skip", "bundle", "kubernetes-version"]),
  ...ofCheck(["format", "fail-on", "fail-on-not-judged", "min-coverage"]),
  "policy-reports": {
    type: "boolean",
    en: "also writes a report beside each judged object, where the cluster has the CRDs for it",
    zh: "同时在集群中为每个被检查的对象写入一份报告（需要相应的 CRD）",
  },
  "report-api": {
    type: "string",
    value: "API",
    choices: ["openreports", "wgpolicy"],
    en: "openreports (Report) or wgpolicy (PolicyReport); default: the first of them that the cluster serves",
    zh: "报告所用的 API：openreports（Report）或 wgpolicy（PolicyReport）；默认取集群提供的第一个",
  },
  shard: {
    type: "string",
    value: "I/N",
    en: "the I-th of N equal parts of all objects, as 3/8; auto/8 in an Indexed Job of 8 completions",
    zh: "把全部对象均分为 N 份，只检查第 I 份，如 3/8；在 8 个实例的 Indexed Job 中写 auto/8",
  },
  preflight: {
    type: "boolean",
    en: "judges nothing: says which permissions are missing, for what, and which operators are not trusted (text or json)",
    zh: "不做检查：说明缺少哪些权限、影响什么，以及哪些 operator 未被信任（text 或 json）",
  },
  exemptions: {
    type: "string",
    value: "NS/NAME",
    en: "the ConfigMap with the records that paddlock exempt writes: what lives on one is told",
    zh: "paddlock exempt 写入记录的 ConfigMap：会列出靠记录运行的对象",
  },
  "would-deny": {
    type: "string",
    value: "NS",
    en: "instead of a report: what enforcing this namespace would stop, by the configuration in the cluster unless --config names one (exit status 1: something)",
    zh: "不输出报告，而是列出对该命名空间启用强制会影响什么；未指定 --config 时按集群中的配置（退出码 1 表示有影响）",
  },
  watch: { type: "boolean", en: "audits again and again, until it is ended", zh: "定期重复检查，直到进程结束" },
  interval: {
    type: "string",
    value: "TIME",
    en: "between two audits of --watch: 90s, 10m (default), 1h",
    zh: "--watch 两次检查的间隔：90s、10m（默认）、1h",
  },
  lang: commonOptions.lang,
  color: commonOptions.color,
  ...ofCheck(["progress"]),
  help: commonOptions.help,
};

function ofCheck(names: readonly string[]): OptionSpecs {
  const specs: { [name: string]: OptionSpec } = {};
  for (const name of names) {
    const spec = checkOptions[name];
    if (spec === undefined) throw new Error(`check has no option --${name}`);
    specs[name] = spec;
  }
  return specs;
}
