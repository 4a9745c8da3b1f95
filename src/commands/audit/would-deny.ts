import { isDenied } from "../../cluster/audit/let-in.ts";
import type { AdmissionSettings } from "../../config/admission.ts";
import type { Finding } from "../../findings/finding.ts";
import { WITHOUT_PODS } from "../../kinds/other-kinds.ts";
import type { Language, Words } from "../../messages/language.ts";
import type { Notification } from "../../messages/notification.ts";
import { printable } from "../../reporters/printable.ts";
import { groupAndVersion, kindKey } from "../../resources/kind-key.ts";
import type { RuleMetadata } from "../../rules/metadata.ts";

/** An object that enforcing its namespace would stop, and by what. */
export interface StoppedWorkload {
  /** `ml/deployment.apps/ocr`. */
  readonly object: string;
  readonly hasPods: boolean;
  /** By what its new Pods are denied, and so a drain, a restart and scaling up stop it. */
  readonly newPods: readonly Finding[];
  /** By what else it is denied when it is created anew. */
  readonly createdAnew: readonly Finding[];
}

/** What enforcement would deny of what was found in a cluster, a workload each. */
export function stoppedWorkloads(
  findings: Iterable<Finding>,
  rules: readonly RuleMetadata[],
  settings: AdmissionSettings,
): readonly StoppedWorkload[] {
  const ownedPods = new Map(rules.map((rule) => [rule.id, rule.ownedPods]));
  const stopped = new Map<string, { hasPods: boolean; newPods: Finding[]; createdAnew: Finding[] }>();
  for (const finding of findings) {
    if (!isDenied(finding, settings)) continue;
    const { apiVersion, kind } = finding.resource;
    const hasPods = !WITHOUT_PODS.has(kindKey({ ...groupAndVersion(apiVersion), kind }));
    const of = stopped.get(finding.file) ?? { hasPods, newPods: [], createdAnew: [] };
    stopped.set(finding.file, of);
    // A Pod that nobody made is new itself.
    const isOfPods = hasPods && kind !== "Pod" && ownedPods.get(finding.rule) === "deny";
    of[isOfPods ? "newPods" : "createdAnew"].push(finding);
  }
  return [...stopped].map(([object, of]) => ({ object, ...of }));
}

/** Of how much it is known what would become of it. */
export type HowFar = "all" | "part" | "unknown";

/** How much a report tells of a namespace. What the account may not list is not told by an error, but is not judged. */
export function howFarJudged(notifications: readonly Pick<Notification, "level" | "code">[]): HowFar {
  if (notifications.some(({ level }) => level === "error")) return "unknown";
  return notifications.some(({ level, code }) => level === "warning" && code === "forbidden") ? "part" : "all";
}

const en = {
  none: (namespace: string) => `enforcing ${namespace} would stop nothing that is there`,
  head: (namespace: string, count: number, workloads: boolean) => {
    const what = workloads ? "workload" : "object";
    return `enforcing ${namespace} would stop ${count === 1 ? `1 ${what} that is` : `${count} ${what}s that are`} there:`;
  },
  newPods: "new Pods (a drain, a restart, scaling up)",
  createdAnew: "only when it is created anew",
  part: (namespace: string) =>
    `enforcing ${namespace} would stop nothing of what could be judged; not all that is there could be`,
  unknown: (namespace: string) => `what enforcing ${namespace} would stop cannot be told: not all could be judged`,
  more: "Not all that is there could be judged: there may be more.",
  advice: (namespace: string) =>
    `kubectl paddlock enforce ${namespace} --for 720h lets this run on for 30 days, say: repair it before they are over.`,
};
const zh: typeof en = {
  none: (namespace) => `对 ${namespace} 启用强制不会影响现有工作负载`,
  head: (namespace, count, workloads) =>
    `对 ${namespace} 启用强制会影响 ${count} 个现有${workloads ? "工作负载" : "对象"}：`,
  newPods: "新的 Pod（驱逐、重启、扩容）",
  createdAnew: "仅在重新创建时",
  part: (namespace) => `对 ${namespace} 启用强制不会影响已检查的工作负载；但并非全部都能检查`,
  unknown: (namespace) => `无法判断对 ${namespace} 启用强制会影响什么：并非全部都能检查`,
  more: "并非全部都能检查：可能还有更多。",
  advice: (namespace) =>
    `例如，用 kubectl paddlock enforce ${namespace} --for 720h 可以让它们继续运行 30 天：请在期满之前修复。`,
};
const words: Words<typeof en> = { en, zh };

/** What a person reads. */
export function stoppedText(
  namespace: string,
  stopped: readonly StoppedWorkload[],
  howFar: HowFar,
  language: Language,
): string {
  const say = words[language];
  if (stopped.length === 0) return `${say[howFar === "all" ? "none" : howFar](namespace)}\n`;
  const lines = [
    say.head(
      namespace,
      stopped.length,
      stopped.every(({ hasPods }) => hasPods),
    ),
  ];
  for (const { object, newPods, createdAnew } of stopped) {
    lines.push(`  ${printable(object)}`);
    for (const [title, findings] of [
      [say.newPods, newPods],
      [say.createdAnew, createdAnew],
    ] as const) {
      if (findings.length === 0) continue;
      lines.push(`    ${title}:`);
      for (const { rule, path, message } of findings) lines.push(printable(`      [${rule}] ${path}: ${message}`));
    }
  }
  if (howFar !== "all") lines.push(say.more);
  return `${lines.join("\n")}\n`;
}

/** What to do about what would be stopped. */
export function adviceText(namespace: string, language: Language): string {
  return `${words[language].advice(namespace)}\n`;
}
