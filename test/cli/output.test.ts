import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { pod } from "./manifests.ts";
import { command, copy, folder, paddlock, plainEnvironment } from "./run.ts";

const escapeStart = "\u001b[";

function findings(): string {
  const cwd = folder();
  copy(cwd, "cli/findings.yaml");
  return cwd;
}

describe("what goes where", () => {
  test("standard output carries the report, standard error nothing", () => {
    for (const format of ["text", "compact", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown"]) {
      const { status, stdout, stderr } = paddlock(["check", "--format", format], { cwd: findings() });
      expect([status, stderr], format).toEqual([1, ""]);
      expect(stdout, format).toContain("network-policy");
      expect(stdout.endsWith("\n"), format).toBe(true);
    }
  });

  test("several formats, each to its file, and one to standard output", () => {
    const cwd = findings();
    const words = ["check", "--format", "compact", "--format", "json=out/report.json", "--format=sarif=out/p.sarif"];
    const { status, stdout, stderr } = paddlock(words, { cwd });
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^findings\.yaml:14:7 error network-policy /);
    expect(JSON.parse(readFileSync(join(cwd, "out/report.json"), "utf8")).findings).toHaveLength(4);
    expect(JSON.parse(readFileSync(join(cwd, "out/p.sarif"), "utf8")).runs[0].results).toHaveLength(4);
  });

  test("only to a file: standard output is empty, the exit status the same", () => {
    const cwd = findings();
    expect(paddlock(["check", "--format", "json=r.json"], { cwd })).toEqual({ status: 1, stdout: "", stderr: "" });
    expect(existsSync(join(cwd, "r.json"))).toBe(true);
  });

  test("a file that cannot be written is an error in one line", () => {
    const { status, stderr } = paddlock(["check", "--format", "json=findings.yaml/r.json"], { cwd: findings() });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^paddlock: .*findings\.yaml\/r\.json.*\n$/);
  });

  test.runIf(process.platform === "linux")(
    "nor is a folder made that the system says cannot be, again and again",
    () => {
      const { status, stderr } = paddlock(["check", "--write-baseline", "/proc/x/y"], { cwd: findings() });
      expect([status, stderr]).toEqual([2, "paddlock: cannot write /proc/x/y: ENOENT: no such file or directory\n"]);
    },
  );

  test("text in a file has no colours", () => {
    const cwd = findings();
    paddlock(["check", "--format", "text=r.txt", "--color", "always"], { cwd });
    expect(readFileSync(join(cwd, "r.txt"), "utf8")).not.toContain(escapeStart);
  });

  test("--stats goes to standard error", () => {
    const cwd = findings();
    const plain = paddlock(["check", "--format", "compact"], { cwd });
    const { stdout, stderr } = paddlock(["check", "--format", "compact", "--stats"], { cwd });
    const withoutTime = (text: string): string => text.replaceAll(/\d+ ms/g, "");
    expect(withoutTime(stdout)).toBe(withoutTime(plain.stdout));
    expect(stderr).toMatch(/^rule +errors +warnings +infos +not judged +waived\n/);
    expect(stderr).toMatch(/^network-policy +1 +0 +0 +0 +0$/m);
    expect(stderr).toMatch(/^model-volume +0 +0 +1 +1 +0$/m);
    expect(stderr).toMatch(/^1 files, 1 documents, 1 workloads, \d+ ms, \d+ MB\n$/m);
  });

  test("the reader of a pipe that goes away ends the program quietly", () => {
    const many = Array.from({ length: 3000 }, (_, index) => pod(`p${index}`, "nginx")).join("---\n");
    const cwd = folder({ "many.yaml": many });
    const line = `"${process.execPath}" "${command}" check --format compact | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", line], { cwd, env: plainEnvironment(), encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([expect.stringMatching(/^many\.yaml:\d+:\d+ error /), "2", ""]);
  });
});

describe("language", () => {
  const chinese = /没有|镜像/;
  test.each([
    [["--lang", "zh"], {}, true],
    [["--lang=zh"], { LANG: "en_US.UTF-8" }, true],
    [["--lang", "en"], { LANG: "zh_CN.UTF-8" }, false],
    [[], { LANG: "zh_CN.UTF-8" }, true],
    [[], { LC_ALL: "zh_TW.UTF-8", LANG: "en_US.UTF-8" }, true],
    [[], { LC_ALL: "C.UTF-8", LANG: "zh_CN.UTF-8" }, false],
    [[], { LC_ALL: "", LANG: "zh_CN.UTF-8" }, true],
    [[], { LC_MESSAGES: "zh_CN.UTF-8", LANG: "en_US.UTF-8" }, true],
    [[], {}, false],
    [[], { LANG: "de_DE.UTF-8" }, false],
  ])("%j with %j", (words, env, expected) => {
    const { stdout } = paddlock(["check", "--rule", "pinned-image", "--format", "json", ...words], {
      cwd: findings(),
      env,
    });
    expect(chinese.test(JSON.parse(stdout).findings[0].message)).toBe(expected);
  });

  test("all words of the report are Chinese, but for names", () => {
    const cwd = folder({ "b.yaml": "a: [\n" });
    copy(cwd, "cli/findings.yaml");
    const { stdout } = paddlock(["check", "--lang", "zh", "--profile", "strict"], { cwd });
    expect(stdout).toContain("b.yaml");
    expect(stdout).not.toMatch(/\b(the|is|are|checked|skipped|fix|error|warning|about|not)\b/i);
  });
});

describe("colour", () => {
  test.each([
    [[], {}, false],
    [["--color", "always"], {}, true],
    [["--color", "always"], { NO_COLOR: "1" }, true],
    [["--color=never"], { FORCE_COLOR: "1" }, false],
    [[], { FORCE_COLOR: "1" }, true],
    [["--color", "auto"], { FORCE_COLOR: "3" }, true],
    [[], { FORCE_COLOR: "0" }, false],
    [[], { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [[], { FORCE_COLOR: "1", NO_COLOR: "" }, true],
  ])("%j with %j", (words, env, expected) => {
    expect(paddlock(["check", ...words], { cwd: findings(), env }).stdout.includes(escapeStart)).toBe(expected);
  });

  test("without colours the text is the same", () => {
    const cwd = findings();
    const coloured = paddlock(["check", "--color", "always"], { cwd }).stdout;
    const plain = paddlock(["check", "--color", "never"], { cwd }).stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with one
    const stripped = coloured.replaceAll(/\u001b\[\d*m/g, "");
    const withoutTime = (text: string): string => text.replaceAll(/\d+\s+ms/g, "");
    expect(withoutTime(stripped)).toBe(withoutTime(plain));
  });
});

describe("width", () => {
  /** Lines of manifests are shown as they are; all others keep to the width. */
  const prose = (text: string): string[] => text.split("\n").filter((line) => !line.includes("|"));

  test.each([
    ["en", 80],
    ["en", 200],
    ["zh", 80],
    ["zh", 200],
  ])("%s at %i columns", (language, columns) => {
    const env = { COLUMNS: String(columns) };
    const { stdout } = paddlock(["check", "--lang", language], { cwd: findings(), env });
    const widths = prose(stdout).map((line) => stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    // The room is used: some line of prose is longer than the narrow text would allow.
    if (columns === 200) expect(Math.max(...widths)).toBeGreaterThan(80);
  });
});
