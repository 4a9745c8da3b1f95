import type { Notification, NotificationLevel } from "../findings/notification.ts";
import { type Budget, newBudget, type Unreadable } from "./compose.ts";
import type { Document, ParsedFile, WaiverComment } from "./document.ts";
import { MAX_NOTIFICATIONS } from "./limits.ts";
import type { SourceText } from "./source-text.ts";

/** What the reading of one file has brought so far. */
export class Collector {
  readonly documents: Document[] = [];
  readonly comments: WaiverComment[] = [];
  readonly budget: Budget = newBudget();
  unreadable = 0;
  /** Documents met so far, the broken ones included. */
  met = 0;
  /** While true nothing is said of what cannot be read: it is a fragment that claims to be nothing. */
  isTolerant = false;
  private readonly notifications: Notification[] = [];
  private readonly counts = new Map<string, { level: NotificationLevel; count: number }>();

  notify(level: NotificationLevel, code: string, message: string, file: SourceText, offset: number): void {
    if (this.isTolerant) return;
    const known = this.counts.get(code);
    if (known === undefined) this.counts.set(code, { level, count: 1 });
    else known.count++;
    if ((known?.count ?? 1) <= MAX_NOTIFICATIONS) {
      this.notifications.push({ level, code, message, ...file.position(offset) });
    }
  }

  /** Notes a document that cannot be had. */
  refuse(error: Unreadable, file: SourceText, base: number, hint: string): void {
    this.met++;
    if (this.isTolerant) return;
    this.unreadable++;
    this.notify("error", error.code, error.message + hint, file, base + error.offset);
  }

  result(): ParsedFile {
    const { documents, comments, notifications, unreadable } = this;
    for (const [code, { level, count }] of this.counts) {
      const more = count - MAX_NOTIFICATIONS;
      if (more > 0) notifications.push({ level, code, message: `${more} more of this kind in the file` });
    }
    return { documents, comments, notifications, unreadable };
  }
}
