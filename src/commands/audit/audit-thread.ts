import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { Notification } from "../../messages/notification.ts";
import { codeIn } from "../../messages/thrown.ts";
import { OutputClosedError } from "../output.ts";
import { columnsOf } from "../terminal.ts";
import { UsageError } from "../usage.ts";
import { usageWords } from "../usage-words.ts";
import { type AuditTask, auditAgain, auditOnce } from "./audit-run.ts";

/** What the thread is to do. */
export interface AuditStart {
  readonly task: AuditTask;
  /** Milliseconds between two audits; null: there is one. */
  readonly interval: number | null;
}

/** How it ended: with an exit status, or with an error, which does not keep its class on its way. */
type AuditEnd =
  | { readonly status: number }
  | {
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly notifications: readonly Notification[] | null;
    };

const MARK = "paddlock audit";

/**
 * Pages of lists pass through memory and are forgotten; with the usual nursery that takes twice as much of it. The
 * nursery can be bounded in threads alone, and so can what a cluster without end would take.
 */
const limits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 1024 };

/**
 * Audits in a thread of its own, and gives the exit status.
 * @param file a module that calls `serveThread`
 */
export async function runInThread(file: string, start: AuditStart): Promise<number> {
  // In a thread nobody knows how wide the terminal is.
  const env = { ...process.env, COLUMNS: String(columnsOf(process.env)) };
  const worker = new Worker(file, { workerData: { mark: MARK, start }, env, execArgv: [], resourceLimits: limits });
  const end = (): void => worker.postMessage("end");
  if (start.interval !== null) for (const signal of signals) process.once(signal, end);
  try {
    const [ended]: [AuditEnd] = (await once(worker, "message")) as [AuditEnd];
    if ("status" in ended) return ended.status;
    throw errorOf(ended);
  } catch (error) {
    if (codeIn(error) !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
    throw new UsageError(usageWords[start.task.language].auditMemory(limits.maxOldGenerationSizeMb));
  } finally {
    for (const signal of signals) process.off(signal, end);
    void worker.terminate();
  }
}

const signals = ["SIGTERM", "SIGINT"] as const;

/** In the thread that `runInThread` started: does what it was started for. Anywhere else: nothing. */
export function serveThread(): void {
  // Both ends of this border are this very package, started together.
  const data: { readonly mark?: unknown; readonly start?: AuditStart } | null = workerData;
  if (isMainThread || data?.mark !== MARK || data.start === undefined) return;
  void serve(data.start);
}

async function serve({ task, interval }: AuditStart): Promise<void> {
  const ended = new AbortController();
  parentPort?.on("message", () => ended.abort());
  let end: AuditEnd;
  try {
    const { signal } = ended;
    end = { status: await (interval === null ? auditOnce(task, signal) : auditAgain(task, interval, signal)) };
  } catch (error) {
    end = endOf(error);
  }
  parentPort?.postMessage(end);
}

function endOf(error: unknown): AuditEnd {
  if (!(error instanceof Error))
    return { name: "Error", message: String(error), stack: undefined, notifications: null };
  const { name, message, stack } = error;
  return { name, message, stack, notifications: error instanceof ConfigurationError ? error.notifications : null };
}

function errorOf({ name, message, stack, notifications }: Exclude<AuditEnd, { status: number }>): Error {
  if (notifications !== null) return new ConfigurationError(notifications);
  if (name === "UsageError") return new UsageError(message);
  if (name === "OutputClosedError") return new OutputClosedError(message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
