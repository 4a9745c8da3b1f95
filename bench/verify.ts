import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Run, ToolFailedError } from "./child.ts";

const looked = 4096;

/**
 * A run that judged other than all documents measures nothing: the count that a JSON report gives at its start or end.
 * @throws ToolFailedError where it differs.
 */
export function expectDocuments(run: Run, report: string, at: "start" | "end", field: string, expected: number): Run {
  const counted = new RegExp(`"${field}": ?(\\d+)`).exec(read(report, at))?.[1];
  if (counted !== String(expected)) {
    throw new ToolFailedError(
      `a report says "${field}": ${counted ?? "nothing"} where there are ${expected} documents`,
    );
  }
  return run;
}

function read(file: string, at: "start" | "end"): string {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(looked);
    const from = at === "start" ? 0 : Math.max(0, fstatSync(descriptor).size - looked);
    return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, looked, from));
  } finally {
    closeSync(descriptor);
  }
}
