import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** On what the figures were taken; nothing that names the machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly platform: string;
  readonly node: string;
  /** How many processes wanted to run, on average over the minute before the start. */
  readonly load: number;
}

/** `node` is the binary that is measured. */
export function machine(node: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    node: execFileSync(node, ["--version"], { encoding: "utf8" }).trim(),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
