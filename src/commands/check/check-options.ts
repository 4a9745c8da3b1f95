import { commonOptions } from "../common-options.ts";
import type { OptionSpecs } from "../usage.ts";

/** The options of `paddlock check`, as its help shows them. */
export const checkOptions: OptionSpecs = {
  config: {
    type: "string",
    value: "FILE",
    en: "configuration; default: the nearest .paddlock.yaml upwards",
    zh: "配置文件；默认向上查找最近的 .paddlock.yaml",
  },
  profile: {
    type: "string",
    value: "NAME",
    choices: ["baseline", "recommended", "strict"],
    en: "baseline, recommended (default) or strict",
    zh: "规则集：baseline、recommended（默认）或 strict",
  },
  rule: {
    type: "string",
    value: "ID[=LEVEL]",
    en: "only these rules, at this level",
    zh: "只检查这些规则，可指定级别",
  },
  skip: { type: "string", value: "ID", en: "not this rule", zh: "跳过该规则" },
  format: {
    type: "string",
    value: "NAME[=FILE]",
    en: "text (default), compact, json, sarif, junit, github, gitlab, checkstyle, markdown; to FILE instead of standard output",
    zh: "报告格式：text（默认）、compact、json、sarif、junit、github、gitlab、checkstyle、markdown；可写入文件",
  },
  "fail-on": {
    type: "string",
    value: "LEVEL",
    choices: ["error", "warning", "info", "never"],
    en: "exit with 1 from this level on (default: error); never: findings do not fail",
    zh: "达到该级别时以 1 退出（默认 error）；never 表示发现问题也不算失败",
  },
  "fail-on-not-judged": {
    type: "boolean",
    en: "exit with 1 also where something could not be judged",
    zh: "存在无法判定的项时也以 1 退出",
  },
  "min-coverage": {
    type: "string",
    value: "PERCENT",
    en: "exit with 1 also where fewer of the workloads could be seen",
    zh: "能够检查的工作负载低于该百分比时也以 1 退出",
  },
  staged: { type: "boolean", en: "what git is about to commit, from the index", zh: "检查 git 暂存区中即将提交的内容" },
  "changed-since": {
    type: "string",
    value: "REF",
    en: "only files that differ from this revision",
    zh: "只检查相对该版本有改动的文件",
  },
  with: {
    type: "string",
    value: "PATH",
    en: "documents that take part in relations without being judged",
    zh: "只参与关联分析、自身不检查的文件",
  },
  alone: {
    type: "boolean",
    en: "nothing but what is given: no other files that git tracks",
    zh: "只看给定的文件，不读取仓库中的其他清单",
  },
  namespace: {
    type: "string",
    value: "NS",
    en: "of objects that name none (default: default)",
    zh: "未写命名空间的对象所属的命名空间（默认 default）",
  },
  "kubernetes-version": {
    type: "string",
    value: "X.Y",
    en: "the version whose API is asked for",
    zh: "目标 Kubernetes 版本",
  },
  "as-admission": {
    type: "boolean",
    en: "as the webhook judges: no comment, file or baseline waivers",
    zh: "按准入控制的方式检查：注释、文件和基线豁免不生效",
  },
  markdown: { type: "boolean", en: "also manifests in Markdown code fences", zh: "同时检查 Markdown 代码块中的清单" },
  baseline: { type: "string", value: "FILE", en: "findings in it do not count", zh: "基线文件中已有的问题不计" },
  "write-baseline": {
    type: "string",
    value: "FILE",
    en: "writes what is found into a baseline",
    zh: "把当前发现的问题写入基线文件",
  },
  values: {
    type: "string",
    value: "FILE",
    en: "values file for Helm charts",
    zh: "Helm 的 values 文件",
  },
  set: { type: "string", value: "K=V", en: "value for Helm charts", zh: "Helm 的 --set 取值" },
  bundle: {
    type: "string",
    value: "FILE",
    en: "your own rules: opa build -t wasm -e paddlock/violations",
    zh: "自定义规则包：opa build -t wasm -e paddlock/violations",
  },
  offline: {
    type: "boolean",
    en: "ask no registry: whether images are signed is not judged",
    zh: "不访问镜像仓库：镜像是否签名不作判定",
  },
  lang: commonOptions.lang,
  color: commonOptions.color,
  progress: {
    type: "string",
    value: "WHEN",
    choices: ["auto", "never"],
    en: "auto (default) or never",
    zh: "进度：auto（默认）或 never",
  },
  stats: { type: "boolean", en: "figures by rule, on standard error", zh: "在标准错误输出各规则的统计" },
  help: commonOptions.help,
};
