import { isDenied } from "../cluster/audit/let-in.ts";
import type { AdmissionSettings } from "../config/admission.ts";
import type { Finding } from "../findings/finding.ts";
import { printable } from "../reporters/printable.ts";
import type { Language, RuleMetadata } from "../rules/metadata.ts";

/** A workload that enforcing its namespace would stop, and by what. */
export interface StoppedWorkload {
  /** `ml/deployment.apps/ocr`. */
  readonly object: string;
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
  const stopped = new Map<string, { newPods: Finding[]; createdAnew: Finding[] }>();
  for (const finding of findings) {
    if (!isDenied(finding, settings)) continue;
    const of = stopped.get(finding.file) ?? { newPods: [], createdAnew: [] };
    stopped.set(finding.file, of);
    // A Pod that nobody made is new itself.
    const isOfPods = finding.resource.kind !== "Pod" && ownedPods.get(finding.rule) === "deny";
    of[isOfPods ? "newPods" : "createdAnew"].push(finding);
  }
  return [...stopped].map(([object, of]) => ({ object, ...of }));
}

const words = {
  en: {
    none: (namespace: string) => `enforcing ${namespace} would stop nothing that is there`,
    head: (namespace: string, count: number) =>
      `enforcing ${namespace} would stop ${count === 1 ? "1 workload" : `${count} workloads`} that ${count === 1 ? "is" : "are"} there:`,
    newPods: "new Pods (a drain, a restart, scaling up)",
    createdAnew: "only when it is created anew",
    since: (namespace: string) =>
      `With since, as kubectl paddlock enforce ${namespace} writes it, they run on until until: repair them before.`,
  },
  zh: {
    none: (namespace: string) => `对 ${namespace} 启用强制不会影响现有工作负载`,
    head: (namespace: string, count: number) => `对 ${namespace} 启用强制会影响 ${count} 个现有工作负载：`,
    newPods: "新的 Pod（驱逐、重启、扩容）",
    createdAnew: "仅在重新创建时",
    since: (namespace: string) =>
      `用 kubectl paddlock enforce ${namespace} 写入 since 后，它们可以运行到 until：请在此之前修复。`,
  },
} as const;

/** What a person reads. */
export function stoppedText(namespace: string, stopped: readonly StoppedWorkload[], language: Language): string {
  const say = words[language];
  if (stopped.length === 0) return `${say.none(namespace)}\n`;
  const lines = [say.head(namespace, stopped.length)];
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
  lines.push(say.since(namespace));
  return `${lines.join("\n")}\n`;
}
