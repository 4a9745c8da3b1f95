import type { Words } from "../messages/language.ts";
import type { Scope } from "./metadata.ts";
import { scopeEntries } from "./scope.ts";

/** The words around a rule's own, in the terminal and on its page. */
const en = {
  why: "Why",
  fix: "How to fix it",
  levels: "Levels",
  parameters: "Parameters",
  bad: "A bad example",
  good: "A good example",
  references: "References",
  page: "Page",
  rule: "Rule",
  title: "What it asks",
  judges: "Judges",
  profile: "Profile",
  level: "Level",
  changed: "Parameters that differ from the default",
  name: "Name",
  type: "Type",
  preset: "Default",
  meaning: "Meaning",
  generated: "Generated from the rule's folder and fixtures by `npm run generate`. Do not edit.",
  waive: "How to waive it",
  waiveReason: "reason",
  more: (lines: number) => `… ${lines} more lines`,
  line: (line: number) => `line ${line}`,
  each: (command: string) => `More on one of them: ${command}`,
  levelNames: { error: "error", warning: "warning", info: "info", off: "off" },
  profiles: { baseline: "baseline", recommended: "recommended", strict: "strict" },
  scope: (scope: Scope): string => scopeText(scope, SCOPES_EN, ", "),
};

const zh: typeof en = {
  why: "为什么",
  fix: "如何修复",
  levels: "级别",
  parameters: "参数",
  bad: "反例",
  good: "正例",
  references: "参考资料",
  page: "规则页面",
  rule: "规则",
  title: "要求",
  judges: "检查对象",
  profile: "配置档",
  level: "级别",
  changed: "与默认值不同的参数",
  name: "名称",
  type: "类型",
  preset: "默认值",
  meaning: "含义",
  generated: "由 `npm run generate` 根据规则目录和 fixtures 生成，请勿手工修改。",
  waive: "如何豁免",
  waiveReason: "原因",
  more: (lines) => `……另有 ${lines} 行`,
  line: (line) => `第 ${line} 行`,
  each: (command) => `查看某条规则的说明：${command}`,
  levelNames: { error: "错误", warning: "警告", info: "提示", off: "关闭" },
  profiles: { baseline: "baseline", recommended: "recommended", strict: "strict" },
  scope: (scope) => scopeText(scope, SCOPES_ZH, "、"),
};

const SCOPES_EN: { readonly [scope: string]: string | undefined } = {
  workload: "every workload",
  paddle: "Paddle workloads",
  accelerated: "workloads with accelerators",
  object: "every object",
};
const SCOPES_ZH: { readonly [scope: string]: string | undefined } = {
  workload: "所有工作负载",
  paddle: "Paddle 工作负载",
  accelerated: "使用加速卡的工作负载",
  object: "所有对象",
};

/** More kinds than these are not all named. */
const mostKinds = 3;

/** Kinds without their groups, each once: who reads this wants to know which objects, not how a scope is written. */
function scopeText(scope: Scope, names: { readonly [scope: string]: string | undefined }, separator: string): string {
  const texts = scopeEntries(scope).map((entry) => names[entry] ?? entry.slice(entry.indexOf("/") + 1));
  const once = [...new Set(texts)];
  return once.length > mostKinds ? [...once.slice(0, mostKinds - 1), "…"].join(separator) : once.join(separator);
}

export type RuleHeadings = typeof en;
export const ruleHeadings: Words<typeof en> = { en, zh };
