import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainEnvironment } from "../cli/run.ts";
import { englishIn } from "./english.ts";
import { helps, type Situation, situations } from "./situations.ts";

const all: readonly (readonly [string, Situation])[] = [
  ...Object.entries(situations),
  ...helps.map((words): [string, Situation] => [`help: ${words.join(" ")}`, { words }]),
];
const said = new Map<string, { readonly status: string; readonly text: string }>();
const folders: string[] = [];

/** A folder as the situation wants it. */
function prepared({ files = {}, git = [] }: Situation): string {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-zh-")));
  folders.push(cwd);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  for (const words of git) spawnSync("git", [...words], { cwd });
  return cwd;
}

beforeAll(() => {
  const asked = all.map(([, situation]) => {
    const { words, env = {} } = situation;
    return { words: [...words, "--lang", "zh"], cwd: prepared(situation), env };
  });
  const done = spawnSync(process.execPath, [join(import.meta.dirname, "run-all.ts")], {
    env: { ...plainEnvironment(), HOME: "/nowhere", NODE_NO_WARNINGS: "1" },
    input: JSON.stringify(asked),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    timeout: 280_000,
  });
  const [outs, errors] = [done.stdout.split("\u0000").slice(1), done.stderr.split("\u0000").slice(1)];
  for (const [index, [name]] of all.entries()) {
    const [out = "", status = "none"] = (outs[index] ?? "").split("\u0001");
    const text = `${out}${errors[index] ?? ""}`.replaceAll(asked[index]?.cwd ?? "", "");
    said.set(name, { status, text });
  }
}, 300_000);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test("there are many situations", () => {
  expect(all.length).toBeGreaterThan(150);
});

test.each(all.map(([name]) => name))("no English in Chinese: %s", (name) => {
  const { status, text } = said.get(name) ?? { status: "none", text: "" };
  expect(status, "it came to its end").toMatch(/^[012]$/);
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(englishIn(text), text).toEqual([]);
});
