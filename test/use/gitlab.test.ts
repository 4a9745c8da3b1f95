import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { gitlabInclude, jenkinsStage } from "../../src/commands/init/init-templates.ts";
import { project } from "./project-copy.ts";

const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "paddlock-ci-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line of a CI script with the seed in the work tree; `npx paddlock@VERSION` is this project's program. */
function runLine(line: string, env: { readonly [name: string]: string } = {}): { status: number | null; tree: string } {
  const tree = mkdtempSync(join(folder, "tree-"));
  cpSync(join(project, "fixtures/seed"), join(tree, "deploy"), { recursive: true });
  const bin = mkdtempSync(join(folder, "bin-"));
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, "npx"),
    `#!/bin/sh\n[ "$1 $2" = "--yes paddlock@${version}" ] || exit 64\nshift 2\n` +
      `exec "${process.execPath}" "${join(project, "bin/paddlock.cjs")}" "$@"\n`,
    { mode: 0o755 },
  );
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status } = spawnSync("bash", ["-c", line], {
    cwd: tree,
    encoding: "utf8",
    env: { PATH: path, HOME: tree, LC_ALL: "C.UTF-8", ...env },
  });
  return { status, tree };
}

describe("ci/gitlab.yml", () => {
  const job = parse(readFileSync(join(project, "ci/gitlab.yml"), "utf8")).paddlock;
  const [line] = job.script;

  test("runs this version, and is where `paddlock init` says", () => {
    expect(job.variables.PADDLOCK_VERSION).toBe(version);
    expect(gitlabInclude(version)).toContain(`/v${version}/ci/gitlab.yml`);
    expect(readFileSync(join(project, "ci/gitlab.yml"), "utf8")).toContain(`/v${version}/ci/gitlab.yml`);
  });

  test("leaves both reports, and fails on errors", () => {
    const { status, tree } = runLine(line, job.variables);
    expect(status).toBe(1);
    expect(job.artifacts.when).toBe("always");
    const issues = JSON.parse(readFileSync(join(tree, job.artifacts.reports.codequality), "utf8"));
    expect(issues).toContainEqual(
      expect.objectContaining({
        check_name: "run-as-non-root",
        location: expect.objectContaining({ path: "deploy/paddle-ocr.yaml" }),
      }),
    );
    const junit = readFileSync(join(tree, job.artifacts.reports.junit), "utf8");
    expect(junit).toMatch(/<failure [^>]*>/);
  });

  test("takes paths and options from its variables", () => {
    const options = { PADDLOCK_PATHS: "deploy", PADDLOCK_OPTIONS: "--profile baseline --skip run-as-non-root" };
    expect(runLine(line, { ...job.variables, ...options }).status).toBe(0);
  });
});

describe("ci/Jenkinsfile", () => {
  const text = readFileSync(join(project, "ci/Jenkinsfile"), "utf8");
  const line = /^ +sh '(.*)'$/m.exec(text)?.[1] ?? "";

  test("leaves what it archives, and fails on errors", () => {
    const { status, tree } = runLine(line);
    expect(status).toBe(1);
    const [, archived = ""] = /artifacts: '([^']*)'/.exec(text) ?? [];
    const files = archived.split(", ");
    expect(files).toHaveLength(3);
    for (const file of files) expect(readFileSync(join(tree, file), "utf8")).toContain("run-as-non-root");
  });

  test("is what `paddlock init` proposes, and more", () => {
    const proposed = jenkinsStage(version);
    const junit = /junit testResults: .*/.exec(text)?.[0] ?? "";
    expect(proposed).toContain(junit);
    expect(runLine(/sh '(.*)'/.exec(proposed)?.[1] ?? "").status).toBe(1);
  });
});
