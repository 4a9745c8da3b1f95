import type { Finding } from "../../findings/finding.ts";
import { encodeFindings, FindingLog } from "../../findings/finding-log.ts";
import { compareText } from "../../findings/order.ts";
import type { Notification } from "../../messages/notification.ts";
import { type Counts, countFinding, countWorkload, type MutableCounts, noCounts } from "../../scan/file-result.ts";
import type { AuditedObject } from "./cluster-judge.ts";

/** Characters of objects' texts that are kept for code frames. */
const MOST_CHARACTERS = 16 << 20;

/** What a run found so far. Of an object without findings nothing is kept. */
export class AuditResults {
  readonly notifications: Notification[] = [];
  readonly waivers: { readonly used: Set<number>; readonly judged: Set<number> } = {
    used: new Set(),
    judged: new Set(),
  };
  readonly #counts: MutableCounts = noCounts();
  readonly #found: { readonly path: string; readonly bytes: Uint8Array; readonly count: number }[] = [];
  readonly #texts = new Map<string, string>();
  readonly #keepsTexts: boolean;
  #characters = 0;

  /** @param keepsTexts whether a report will show pieces of the objects */
  constructor(keepsTexts: boolean) {
    this.#keepsTexts = keepsTexts;
  }

  get counts(): Counts {
    return this.#counts;
  }

  add({ path, findings, notifications, waivers, subject, text }: AuditedObject): void {
    this.#counts.files++;
    this.#counts.documents++;
    countWorkload(this.#counts, subject);
    for (const finding of findings) countFinding(this.#counts, finding);
    for (const notification of notifications) this.notifications.push(notification);
    for (const index of waivers.used) this.waivers.used.add(index);
    for (const index of waivers.judged) this.waivers.judged.add(index);
    if (findings.length === 0) return;
    this.#found.push({ path, bytes: encodeFindings(findings), count: findings.length });
    if (this.#keepsTexts && text !== undefined && findings.some(isFramed)) this.#keep(path, text);
  }

  /** Something that could not be read at all. */
  addUnreadable(notification: Notification): void {
    this.#counts.unreadable++;
    this.notifications.push(notification);
  }

  /** Lists that were refused, and how many of them keep the run from having judged what it should. */
  addRefusals(notifications: readonly Notification[], failures: number): void {
    this.#counts.unreadable += failures;
    this.notifications.push(...notifications);
  }

  /** All findings in the order of a report, whichever objects came first. */
  findings(): FindingLog {
    const log = new FindingLog();
    this.#found.sort((a, b) => compareText(a.path, b.path));
    for (const { bytes, count } of this.#found) log.appendEncoded(bytes, count);
    return log;
  }

  /** The text of an object, as far as it was kept. */
  text(path: string): string | undefined {
    return this.#texts.get(path);
  }

  #keep(path: string, text: string): void {
    if (this.#characters + text.length > MOST_CHARACTERS) return;
    this.#characters += text.length;
    this.#texts.set(path, text);
  }
}

/** Reports show the place of nothing but violations. */
function isFramed({ outcome }: Finding): boolean {
  return outcome === "violation";
}
