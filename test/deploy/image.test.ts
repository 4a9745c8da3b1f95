import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { type Copy, DockerfileParser, type Instruction } from "dockerfile-ast";
import ignore from "ignore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./tools.ts";

const dockerfile = DockerfileParser.parse(readFileSync(join(root, "Dockerfile"), "utf8"));
const stages = dockerfile.getFROMs();
const instructions = dockerfile.getInstructions();

/** The instructions of a stage, from its FROM to the next. */
function stage(index: number): readonly Instruction[] {
  const from = stages[index];
  const next = stages[index + 1];
  if (from === undefined) throw new Error(`no stage ${index}`);
  const start = instructions.indexOf(from);
  return instructions.slice(start, next === undefined ? undefined : instructions.indexOf(next));
}

function words(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

function of(index: number, keyword: string): readonly Instruction[] {
  return stage(index).filter((instruction) => instruction.getKeyword() === keyword);
}

describe("the Dockerfile", () => {
  test("begins each of its two stages at an image whose digest is named", () => {
    expect(stages).toHaveLength(2);
    for (const from of stages) expect(from.getImage()).toMatch(/^[a-z0-9./-]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}$/);
  });

  test("builds with a Node that is new enough, of the line that tests run with", () => {
    const line = process.versions.node.split(".")[0];
    expect(stages[0]?.getImageTag()).toMatch(new RegExp(`^${line}\\.`));
    expect(stages[1]?.getImage()).toContain(`nodejs${line}-`);
  });

  test("runs as a user that is a number above 0, and has no shell to start", () => {
    expect(of(1, "USER").map(words)).toEqual([["65532:65532"]]);
    const last = stage(1).at(-1);
    expect(last?.getKeyword()).toBe("CMD");
    expect(entrypoint()).toEqual(["/nodejs/bin/node", "/opt/paddlock/bin/paddlock.cjs"]);
    expect(of(1, "RUN")).toEqual([]);
  });

  test("fetches nothing but packages, and adds no archive and no address", () => {
    expect(instructions.filter((instruction) => instruction.getKeyword() === "ADD")).toEqual([]);
    expect(of(0, "RUN").map((instruction) => instruction.getArgumentsContent())).toEqual([
      "npm ci --ignore-scripts --no-audit --no-fund",
      "node tools/build.ts",
      "rm -rf dist/types dist/index.mjs dist/library.cjs",
    ]);
  });
});

describe("the image, its steps done by hand,", () => {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-image-"));
  const built = join(folder, "build");
  const image = join(folder, "image");
  const context = ignore().add(readFileSync(join(root, ".dockerignore"), "utf8"));

  beforeAll(() => {
    let folderInside = "/";
    for (const instruction of stage(0)) {
      if (instruction.getKeyword() === "WORKDIR") folderInside = words(instruction)[0] ?? "";
      if (isCopy(instruction)) copy(instruction, root, built, folderInside);
      if (instruction.getKeyword() === "RUN")
        runStep(instruction.getArgumentsContent() ?? "", join(built, folderInside));
    }
    for (const instruction of stage(1)) {
      if (instruction.getKeyword() === "WORKDIR") {
        folderInside = words(instruction)[0] ?? "";
        mkdirSync(join(image, folderInside), { recursive: true });
      }
      if (isCopy(instruction)) copy(instruction, root, image, folderInside);
    }
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("holds what runs, and nothing else", () => {
    expect(readdirSync(join(image, "opt/paddlock")).sort()).toEqual([
      "LICENSE",
      "bin",
      "dist",
      "package.json",
      "policies",
      "schemas",
    ]);
    expect(readdirSync(join(image, "opt/paddlock/policies"))).toEqual(["compiled"]);
    const size = sizeOf(image);
    expect(size).toBeGreaterThan(1 << 20);
    expect(size).toBeLessThan(32 << 20);
  });

  test("judges", () => {
    const bad = run("check", join(root, "fixtures/seed"));
    expect(bad.stderr).toBe("");
    expect(bad.status).toBe(1);
    expect(bad.stdout).toContain("[run-as-non-root]");
    expect(run("check", join(root, "fixtures/seed-fixed"), "--lang", "zh").status).toBe(0);
  });

  test("knows its version, its rules and the configuration's schema", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(run("--version").stdout.trim()).toContain(version);
    expect(run("explain", "pinned-image").status).toBe(0);
    expect(run("check", root, "--config", join(root, "deploy/kustomize/values.yaml")).status).toBe(2);
  });

  /** Runs the image's entry point, in an environment that leads to none of this project's files. */
  function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const [, ...rest] = entrypoint();
    const script = join(image, rest[0] ?? "");
    const env = { PATH: "/nowhere", NODE_DISABLE_COMPILE_CACHE: "1" };
    return spawnSync(process.execPath, [script, ...args], { cwd: join(image, "work"), env, encoding: "utf8" });
  }

  /** COPY, of files that .dockerignore lets into the context, or of an earlier stage's. */
  function copy(instruction: Copy, from: string, to: string, workdir: string): void {
    const fromStage = instruction
      .getFlags()
      .find((flag) => flag.getName() === "from")
      ?.getValue();
    const paths = words(instruction);
    const target = paths.at(-1) ?? "";
    const destination = target.startsWith("/") ? join(to, target) : join(to, workdir, target);
    for (const path of paths.slice(0, -1)) {
      const source = fromStage === undefined ? join(from, path) : join(built, path);
      if (fromStage !== undefined) expect(stages[0]?.getBuildStage()).toBe(fromStage);
      else if (context.ignores(path)) throw new Error(`.dockerignore keeps ${path} out`);
      const place =
        target.endsWith("/") && !statSync(source).isDirectory() ? join(destination, basename(path)) : destination;
      mkdirSync(dirname(place), { recursive: true });
      cpSync(source, place, {
        recursive: true,
        filter: (file) => fromStage !== undefined || file === root || !context.ignores(relative(root, file)),
      });
    }
  }
});

function entrypoint(): readonly string[] {
  const instruction = of(1, "ENTRYPOINT")[0];
  const parsed: unknown = JSON.parse(instruction?.getArgumentsContent() ?? "[]");
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

function isCopy(instruction: Instruction): instruction is Copy {
  return instruction.getKeyword() === "COPY";
}

/** RUN. The packages are those that this project has installed from the same lockfile. */
function runStep(command: string, cwd: string): void {
  if (command.startsWith("npm ci")) {
    symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
    return;
  }
  const [program = "", ...args] = command.split(" ");
  const done = spawnSync(program === "node" ? process.execPath : program, args, { cwd, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + readFileSync(join(parentPath, name)).length, 0);
}
