import { mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ServerLog } from "../../../src/admission/server/log.ts";
import { eventually } from "./eventually.ts";

const file = (): string => join(mkdtempSync(join(tmpdir(), "paddlock-log-")), "log");

it("keeps every line up to the end, however many came at once", async () => {
  const to = file();
  const log = new ServerLog({ level: "info", to: openSync(to, "a") });
  for (let n = 0; n < 20_000; n += 1) log.info({ n }, "line");
  await log.close();
  const lines = readFileSync(to, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).n)).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
});

it("writes from its level on", async () => {
  const to = file();
  const log = new ServerLog({ level: "warn", to: openSync(to, "a") });
  log.info({}, "quiet");
  log.warn({}, "loud");
  await log.close();
  expect(readFileSync(to, "utf8")).toMatch(/^\{"level":"warn",.*"msg":"loud"\}\n$/);
});

it("says when lines are dropped because nobody takes them, and goes on", async () => {
  let dropped = 0;
  const log = new ServerLog({ level: "info", to: openSync("/dev/full", "w"), onDrop: () => (dropped += 1) });
  const text = "x".repeat(1 << 20);
  for (let n = 0; n < 40; n += 1) log.info({ text }, "line");
  await eventually(() => dropped).toBeGreaterThan(0);
  await log.close();
});
