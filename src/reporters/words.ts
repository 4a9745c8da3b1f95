import type { Language } from "../messages/language.ts";
import type { Outcome } from "../rules/violation.ts";

/** The reporters' own words. */
export interface Words {
  readonly level: { readonly error: string; readonly warning: string; readonly info: string; readonly note: string };
  readonly outcome: { readonly [outcome in Outcome]: string };
  readonly fix: string;
  readonly sameFix: (line: number) => string;
  readonly more: string;
  readonly notices: string;
  readonly howToFix: string;
  readonly nothingToSay: string;
  readonly nothingToJudge: string;
  readonly incomplete: string;
  readonly why: (command: string) => string;
  readonly all: (command: string) => string;
  readonly container: (role: string, name: string) => string;
  readonly likeIt: (count: number, places: string) => string;
  readonly files: (count: number) => string;
  readonly objects: (count: number) => string;
  readonly documents: (count: number) => string;
  readonly workloads: (count: number) => string;
  readonly rules: (count: number) => string;
  readonly errors: (count: number) => string;
  readonly warnings: (count: number) => string;
  readonly infos: (count: number) => string;
  readonly notJudged: (count: number) => string;
  readonly waived: (count: number) => string;
  readonly baselined: (count: number) => string;
  readonly passedOver: (count: number) => string;
  readonly unreadable: (count: number) => string;
  readonly moreItems: (count: number) => string;
  readonly moreFindings: (count: number) => string;
  readonly duration: (milliseconds: number) => string;
  readonly checked: (what: readonly string[], rules: string, profile: string, duration: string) => string;
  readonly skipped: (rules: readonly string[]) => string;
  /** Two sentences, the second perhaps empty. */
  readonly join: (first: string, second: string) => string;
  readonly sentence: (text: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly labelled: (label: string, text: string) => string;
  readonly aside: (text: string, aside: string) => string;
  readonly table: { readonly place: string; readonly rule: string; readonly level: string; readonly finding: string };
}

/** 1234567 → 1,234,567: without Intl, which takes its time to load. */
function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function counted(one: string, many: string): (count: number) => string {
  return (count) => `${number(count)} ${count === 1 ? one : many}`;
}

const EN: Words = {
  level: { error: "error", warning: "warning", info: "info", note: "note" },
  outcome: { violation: "violation", "not-judged": "not judged", waived: "waived", baselined: "in the baseline" },
  fix: "fix",
  sameFix: (line) => `as for line ${line}`,
  more: "More of the same",
  notices: "About this run",
  howToFix: "How to fix it",
  nothingToSay: "Nothing to say.",
  nothingToJudge: "Nothing to judge: no Kubernetes object was found.",
  incomplete: "Not everything could be judged.",
  why: (command) => `Why, with a good and a bad example: ${command}`,
  all: (command) => `Every one on a line of its own: ${command}`,
  container: (role, name) => `${ROLES_EN[role] ?? role} ${name}`,
  likeIt: (count, places) => `… and ${number(count)} more like it${places === "" ? "" : `: ${places}`}`,
  files: counted("file", "files"),
  objects: counted("object", "objects"),
  documents: counted("document", "documents"),
  workloads: counted("workload", "workloads"),
  rules: counted("rule", "rules"),
  errors: counted("error", "errors"),
  warnings: counted("warning", "warnings"),
  infos: counted("info", "infos"),
  notJudged: (count) => `${number(count)} not judged`,
  waived: (count) => `${number(count)} waived`,
  baselined: (count) => `${number(count)} in the baseline`,
  passedOver: (count) =>
    count === 1
      ? "1 document is no Kubernetes object and was passed over"
      : `${number(count)} documents are no Kubernetes objects and were passed over`,
  unreadable: (count) => `${number(count)} could not be read`,
  moreItems: (count) => `… and ${number(count)} more`,
  moreFindings: (count) => `… and ${counted("more finding", "more findings")(count)}.`,
  duration: (milliseconds) =>
    milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`,
  checked: (what, rules, profile, duration) => `Checked ${what.join(", ")} with ${rules} (${profile}) in ${duration}.`,
  skipped: (rules) => `Skipped: ${rules.join("; ")}.`,
  join: (first, second) => (second === "" ? first : `${first} ${second}`),
  sentence: (text) => `${text}.`,
  list: (items) => items.join(", "),
  labelled: (label, text) => `${label}: ${text}`,
  aside: (text, aside) => `${text} (${aside})`,
  table: { place: "Where", rule: "Rule", level: "Level", finding: "Finding" },
};

const ZH: Words = {
  level: { error: "错误", warning: "警告", info: "提示", note: "说明" },
  outcome: { violation: "违规", "not-judged": "未判定", waived: "已豁免", baselined: "已在基线中" },
  fix: "修复",
  sameFix: (line) => `同第 ${line} 行`,
  more: "其余同类问题",
  notices: "本次运行的说明",
  howToFix: "修复方法",
  nothingToSay: "没有发现问题。",
  nothingToJudge: "没有可检查的内容：未找到 Kubernetes 对象。",
  incomplete: "有内容未能检查。",
  why: (command) => `规则说明与正反示例：${command}`,
  all: (command) => `逐条列出全部问题：${command}`,
  container: (role, name) => `${ROLES_ZH[role] ?? role} ${name}`,
  likeIt: (count, places) => `……另有 ${number(count)} 处同类问题${places === "" ? "" : `：${places}`}`,
  files: (count) => `${number(count)} 个文件`,
  objects: (count) => `${number(count)} 个对象`,
  documents: (count) => `${number(count)} 个文档`,
  workloads: (count) => `${number(count)} 个工作负载`,
  rules: (count) => `${number(count)} 条规则`,
  errors: (count) => `${number(count)} 个错误`,
  warnings: (count) => `${number(count)} 个警告`,
  infos: (count) => `${number(count)} 个提示`,
  notJudged: (count) => `${number(count)} 项未判定`,
  waived: (count) => `${number(count)} 项已豁免`,
  baselined: (count) => `${number(count)} 项已在基线中`,
  passedOver: (count) => `${number(count)} 个文档不是 Kubernetes 对象，已略过`,
  unreadable: (count) => `${number(count)} 个无法读取`,
  moreItems: (count) => `……另有 ${number(count)} 项`,
  moreFindings: (count) => `……另有 ${number(count)} 个问题未列出。`,
  duration: (milliseconds) =>
    milliseconds < 1000 ? `${Math.round(milliseconds)} 毫秒` : `${(milliseconds / 1000).toFixed(1)} 秒`,
  checked: (what, rules, profile, duration) =>
    `共检查 ${what.join("、")}，启用 ${rules}（${profile}），用时 ${duration}。`,
  skipped: (rules) => `未执行的规则：${rules.join("；")}。`,
  join: (first, second) => first + second,
  sentence: (text) => `${text}。`,
  list: (items) => items.join("，"),
  labelled: (label, text) => `${label}：${text}`,
  aside: (text, aside) => `${text}（${aside}）`,
  table: { place: "位置", rule: "规则", level: "级别", finding: "问题" },
};

const ROLES_EN: { readonly [role: string]: string | undefined } = {
  initContainer: "init container",
  sidecar: "sidecar",
  ephemeralContainer: "ephemeral container",
  imageVolume: "image volume",
};

const ROLES_ZH: { readonly [role: string]: string | undefined } = {
  container: "容器",
  initContainer: "初始化容器",
  sidecar: "边车容器",
  ephemeralContainer: "临时容器",
  imageVolume: "镜像卷",
};

export function wordsOf(language: Language): Words {
  return language === "zh" ? ZH : EN;
}
