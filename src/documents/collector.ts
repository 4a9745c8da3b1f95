import type { Notification, NotificationLevel } from "../messages/notification.ts";
import { type Budget, newBudget } from "./composed.ts";
import type { Document, ParsedFile, WaiverComment } from "./document.ts";
import { MAX_NOTIFICATIONS } from "./limits.ts";
import type { SourceText } from "./source-text.ts";
import type { Unreadable } from "./unreadable.ts";
import type { DocumentWords, Say } from "./words.ts";

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
  private readonly words: DocumentWords;
  private readonly notifications: Notification[] = [];
  private readonly counts = new Map<string, { level: NotificationLevel; count: number }>();

  constructor(words: DocumentWords) {
    this.words = words;
  }

  notify(level: NotificationLevel, code: string, say: Say, file: SourceText, offset: number): void {
    if (this.isTolerant) return;
    const known = this.counts.get(code);
    if (known === undefined) this.counts.set(code, { level, count: 1 });
    else known.count++;
    if ((known?.count ?? 1) <= MAX_NOTIFICATIONS) {
      this.notifications.push({ level, code, message: say(this.words), ...file.position(offset) });
    }
  }

  /** Notes a document that cannot be had, and, when it is one, that templates must be rendered first. */
  refuse(error: Unreadable, file: SourceText, base: number, isTemplate = false): void {
    this.met++;
    if (this.isTolerant) return;
    this.unreadable++;
    const say: Say = (words) => error.say(words) + (isTemplate ? words.templateHint : "");
    this.notify("error", error.code, say, file, base + error.offset);
  }

  result(): ParsedFile {
    const { documents, comments, notifications, unreadable } = this;
    for (const [code, { level, count }] of this.counts) {
      const more = count - MAX_NOTIFICATIONS;
      if (more > 0) notifications.push({ level, code, message: this.words.more(more) });
    }
    return { documents, comments, notifications, unreadable };
  }
}
