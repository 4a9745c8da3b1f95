import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * Ends what a test started when the test itself is gone, however it ended: reads `run PID`, `ended PID` and
 * `folder PATH` a line from standard input, and when that closes kills what still runs and removes the folders.
 */
const running = new Set<number>();
const folders: string[] = [];

// A terminal's interrupt is for the test; this one ends after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
  if (verb === "run") running.add(Number(rest));
  else if (verb === "ended") running.delete(Number(rest));
  else if (verb === "folder") folders.push(rest);
}

for (const pid of running) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
// A killed process may still be writing; removing is tried again while it does.
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
