import { readFileSync } from "node:fs";

/** What a process has used and holds. Source: proc(5). */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Of user space since Linux 2.6, on every architecture. */
const ticksPerSecond = 100;

/** @throws the system's error where there is no such process (any more), or no /proc. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in parentheses, with whatever it holds.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    rssBytes: Number(kilobytes ?? 0) * 1024,
  };
}

/** Looks at a process again and again until it is told to stop, or the process has ended. */
export class UsageWatch {
  readonly samples: Usage[] = [];
  readonly #started: number = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #pid: number;

  constructor(pid: number, everyMs = 100) {
    this.#pid = pid;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** The share of a core since the watch began. */
  stop(): { readonly cores: number; readonly cpuSeconds: number; readonly mostRssBytes: number } {
    clearInterval(this.#timer);
    this.#look();
    const seconds = (performance.now() - this.#started) / 1000;
    const cpuSeconds = (this.samples.at(-1)?.cpuSeconds ?? 0) - (this.samples[0]?.cpuSeconds ?? 0);
    return {
      cores: cpuSeconds / seconds,
      cpuSeconds,
      mostRssBytes: Math.max(...this.samples.map(({ rssBytes }) => rssBytes)),
    };
  }

  #look(): void {
    try {
      const usage = usageOf(this.#pid);
      // What has just ended holds nothing any more.
      if (usage.rssBytes > 0) this.samples.push(usage);
    } catch {
      clearInterval(this.#timer);
    }
  }
}
