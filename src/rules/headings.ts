import type { Language } from "../messages/language.ts";
import type { ProfileName, RuleMetadata } from "./metadata.ts";

/** The words around a rule's own, in the terminal and on its page. */
export interface Headings {
  readonly why: string;
  readonly fix: string;
  readonly levels: string;
  readonly parameters: string;
  readonly bad: string;
  readonly good: string;
  readonly references: string;
  readonly page: string;
  readonly rule: string;
  readonly title: string;
  readonly judges: string;
  readonly profile: string;
  readonly level: string;
  readonly changed: string;
  readonly name: string;
  readonly type: string;
  readonly preset: string;
  readonly meaning: string;
  readonly generated: string;
  readonly waive: string;
  readonly waiveReason: string;
  readonly more: (lines: number) => string;
  readonly line: (line: number) => string;
  readonly each: (command: string) => string;
  readonly levelNames: { readonly [level in RuleMetadata["level"] | "off"]: string };
  readonly profiles: { readonly [profile in ProfileName]: string };
  readonly scope: (scope: string) => string;
}

const EN: Headings = {
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
  generated: "Generated from the rule's METADATA and fixtures by `npm run generate`. Do not edit.",
  waive: "How to waive it",
  waiveReason: "reason",
  more: (lines) => `… ${lines} more lines`,
  line: (line) => `line ${line}`,
  each: (command) => `More on one of them: ${command}`,
  levelNames: { error: "error", warning: "warning", info: "info", off: "off" },
  profiles: { baseline: "baseline", recommended: "recommended", strict: "strict" },
  scope: (scope) => SCOPES_EN[scope] ?? scope,
};

const ZH: Headings = {
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
  generated: "由 `npm run generate` 根据规则的 METADATA 和 fixtures 生成，请勿手工修改。",
  waive: "如何豁免",
  waiveReason: "原因",
  more: (lines) => `……另有 ${lines} 行`,
  line: (line) => `第 ${line} 行`,
  each: (command) => `查看某条规则的说明：${command}`,
  levelNames: { error: "错误", warning: "警告", info: "提示", off: "关闭" },
  profiles: { baseline: "baseline", recommended: "recommended", strict: "strict" },
  scope: (scope) => SCOPES_ZH[scope] ?? scope,
};

const SCOPES_EN: { readonly [scope: string]: string | undefined } = {
  workload: "every workload",
  paddle: "Paddle workloads",
  object: "every object",
};
const SCOPES_ZH: { readonly [scope: string]: string | undefined } = {
  workload: "所有工作负载",
  paddle: "Paddle 工作负载",
  object: "所有对象",
};

export function headingsOf(language: Language): Headings {
  return language === "zh" ? ZH : EN;
}
