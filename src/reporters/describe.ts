import type { Finding } from "../findings/finding.ts";
import type { Report } from "../findings/report.ts";
import type { Notification } from "../messages/notification.ts";
import type { ResourceIdentity } from "../resources/identity.ts";
import type { ContainerIdentity } from "../workloads/container-identity.ts";
import type { ReporterWords } from "./words.ts";

/** `Deployment ml/ocr`, as the object says it. */
export function resourceName({ kind, namespace, name }: ResourceIdentity): string {
  return `${kind} ${namespace === null ? "" : `${namespace}/`}${name ?? "?"}`;
}

/** `container ocr`, `init container warm-up`; a part that is called what it is once: `predictor`. */
export function containerName({ role, name }: ContainerIdentity, words: ReporterWords): string {
  return role === name && role !== "container" ? name : words.container(role, name);
}

/** The word that says how much a finding weighs. */
export function weightOf({ level, outcome }: Finding, words: ReporterWords): string {
  return outcome === "violation" ? words.level[level] : words.outcome[outcome];
}

/** The message where the weight is said beside it: rules often begin what they could not judge by saying so. */
export function messageOf({ message, outcome }: Finding): string {
  return outcome === "not-judged" ? message.replace(/^(?:not judged|未判定)\s*[:：]\s*/i, "") : message;
}

/** The message where nothing else says that it is no violation. */
export function weightedMessage(finding: Finding, words: ReporterWords): string {
  const message = messageOf(finding);
  return finding.outcome === "violation" ? message : words.labelled(words.outcome[finding.outcome], message);
}

/** `deploy.yaml:18:16` */
export function placeOf({ file, line, column }: Pick<Notification, "file" | "line" | "column">): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
}

/** Whether a finding speaks against the manifest or asks for a look: what is waived or in the baseline does not. */
export function isOpen({ outcome }: Finding): boolean {
  return outcome === "violation" || outcome === "not-judged";
}

/** Whether the run judged all that it was given. */
export function isComplete({ summary, notifications }: Report): boolean {
  return summary.unreadable === 0 && notifications.every(({ level }) => level !== "error");
}
