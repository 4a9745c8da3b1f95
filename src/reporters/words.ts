import type { Words } from "../messages/language.ts";

/** 1234567 → 1,234,567: without Intl, which takes its time to load. */
function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** The reporters' own words. */
const en = {
  level: { error: "error", warning: "warning", info: "info", note: "note" },
  outcome: { violation: "violation", "not-judged": "not judged", waived: "waived", baselined: "in the baseline" },
  fix: "fix",
  related: "see",
  sameFix: (line: number): string => `as for line ${line}`,
  more: "More of the same",
  notices: "About this run",
  howToFix: "How to fix it",
  nothingToSay: "Nothing to say.",
  nothingToJudge: "Nothing to judge: no Kubernetes object was found.",
  incomplete: "Not everything could be judged.",
  why: (command: string): string => `Why, with a good and a bad example: ${command}`,
  all: (command: string): string => `Every one on a line of its own: ${command}`,
  container: (role: string, name: string): string => `${ROLES_EN[role] ?? role} ${name}`,
  likeIt: (count: number, places: string): string =>
    `… and ${number(count)} more like it${places === "" ? "" : `: ${places}`}`,
  files: (count: number): string => counted(count, "file", "files"),
  objects: (count: number): string => counted(count, "object", "objects"),
  documents: (count: number): string => counted(count, "document", "documents"),
  workloads: (count: number): string => counted(count, "workload", "workloads"),
  rules: (count: number): string => counted(count, "rule", "rules"),
  errors: (count: number): string => counted(count, "error", "errors"),
  warnings: (count: number): string => counted(count, "warning", "warnings"),
  infos: (count: number): string => counted(count, "info", "infos"),
  notJudged: (count: number) => `${number(count)} not judged`,
  waived: (count: number) => `${number(count)} waived`,
  baselined: (count: number) => `${number(count)} in the baseline`,
  passedOver: (count: number): string =>
    count === 1
      ? "1 document is no Kubernetes object and was passed over"
      : `${number(count)} documents are no Kubernetes objects and were passed over`,
  unreadable: (count: number) => `${number(count)} could not be read`,
  moreItems: (count: number) => `… and ${number(count)} more`,
  moreFindings: (count: number) => `… and ${counted(count, "more finding", "more findings")}.`,
  duration: (milliseconds: number): string =>
    milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`,
  checked: (what: readonly string[], rules: string, profile: string, duration: string) =>
    `Checked ${what.join(", ")} with ${rules} (${profile}) in ${duration}.`,
  coverage: (seen: { byRow: number; byShape: number; notJudged: number }, kinds: string) =>
    `Of the workloads, ${number(seen.byRow)} seen by their kind, ${number(seen.byShape)} by the shape of their pods, ${number(seen.notJudged)} not or in part (${kinds}).`,
  lowCoverage: (percent: number, wanted: number) =>
    `Coverage is ${percent} %, below the ${wanted} % of --min-coverage.`,
  noWorkloads: "No workload is among them: no object of a kind that has pods.",
  skipped: (rules: readonly string[]) => `Skipped: ${rules.join("; ")}.`,
  /** Two sentences, the second perhaps empty. */
  join: (first: string, second: string): string => (second === "" ? first : `${first} ${second}`),
  sentence: (text: string) => `${text}.`,
  list: (items: readonly string[]): string => items.join(", "),
  labelled: (label: string, text: string) => `${label}: ${text}`,
  aside: (text: string, aside: string) => `${text} (${aside})`,
  table: { place: "Where", rule: "Rule", level: "Level", finding: "Finding" },
};

const zh: typeof en = {
  level: { error: "错误", warning: "警告", info: "提示", note: "说明" },
  outcome: { violation: "违规", "not-judged": "未判定", waived: "已豁免", baselined: "已在基线中" },
  fix: "修复",
  related: "另见",
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
  coverage: (seen, kinds) =>
    `工作负载中：按类型识别 ${number(seen.byRow)} 个，按 Pod 形状识别 ${number(seen.byShape)} 个，无法识别或只能识别一部分 ${number(seen.notJudged)} 个（${kinds}）。`,
  lowCoverage: (percent, wanted) => `覆盖率为 ${percent}%，低于 --min-coverage 要求的 ${wanted}%。`,
  noWorkloads: "其中没有工作负载：没有任何带 Pod 的对象。",
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

export type ReporterWords = typeof en;
export const reporterWords: Words<typeof en> = { en, zh };
