import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import type { Work } from "../bench/admission/fuzz/slow/steps.ts";

const run = promisify(execFile);
const slow = join(import.meta.dirname, "..", "bench", "admission", "fuzz", "slow");

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "paddlock-slow-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** What a program prints, run by itself: the steps of this process are the test runner's too. */
async function printed(words: readonly string[]): Promise<string> {
  return (await run(process.execPath, [...words])).stdout;
}

it("finds no input whose judging takes more steps than its size accounts for", async () => {
  const output = await printed([join(slow, "run.ts"), "--cases", "100", "--seed", "7"]);
  expect(output).not.toContain("slow by");
  expect(output).toContain("100 cases, seed 7");
}, 240_000);

it("counts the same steps each time, four times as many for a loop that is four times as long, and sixteen for two", async () => {
  const path = folder();
  const counted = join(path, "counted.mjs");
  writeFileSync(
    counted,
    `export function once(n) { for (let i = 0; i < n; i++) { if (i < 0) return false; } return true; }
export function twice(n) { for (let i = 0; i < n; i++) { once(n); } return true; }`,
  );
  const program = join(path, "program.mjs");
  writeFileSync(
    program,
    `import { StepCounter } from ${JSON.stringify(pathToFileURL(join(slow, "steps.ts")).href)};
const counter = await StepCounter.open(${JSON.stringify(pathToFileURL(counted).href)});
const { once, twice } = await import(${JSON.stringify(pathToFileURL(counted).href)});
const found = [];
for (const work of [() => once(1000), () => once(1000), () => once(4000), () => twice(100), () => twice(400)])
  found.push(await counter.count(work));
await counter.close();
console.log(JSON.stringify(found));`,
  );
  const found: readonly Work[] = JSON.parse(await printed([program]));
  const steps = found.map((each) => each.steps);
  const [first = 0, again, larger = 0, square = 0, largerSquare = 0] = steps;
  expect(again).toBe(first);
  expect(first).toBeGreaterThanOrEqual(1000);
  expect(larger / first).toBeCloseTo(4, 1);
  expect(largerSquare / square).toBeGreaterThan(14);
  expect(found.every(({ complete }) => complete)).toBe(true);
});

it("tells what grows faster than its size from what does not, and from what ended otherwise", async () => {
  const { isSlow } = await import("../bench/admission/fuzz/slow/search.ts");
  const tried = (exponent: number, steps: number, timeExponent = 1, milliseconds = 1): Parameters<typeof isSlow>[0] => {
    const work: Work = { steps, milliseconds, complete: true };
    return {
      slow: { target: "create", base: "x", growths: [] },
      bytes: 1,
      work: [work, work, work],
      exponent,
      timeExponent,
    };
  };
  expect(isSlow(tried(2, 1_000_000))).toBe("steps");
  expect(isSlow(tried(1.1, 1_000_000))).toBeNull();
  expect(isSlow(tried(2, 1_000))).toBeNull();
  expect(isSlow(tried(1, 1_000_000, 2, 500))).toBe("time");
  expect(isSlow(tried(1, 1_000_000, 2, 5))).toBeNull();
});
