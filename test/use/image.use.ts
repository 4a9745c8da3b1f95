import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import type { Copy } from "dockerfile-ast";
import ignore from "ignore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crane } from "../../tools/registry/images.ts";
import { startRegistry } from "../../tools/registry/registry.ts";
import { post } from "../admission/server/client.ts";
import { badImage, reviewBody } from "../admission/server/reviews.ts";
import { Authority } from "../cluster/harness/authority.ts";
import { entrypoint, isCopy, stage, stages, words } from "../deploy/dockerfile.ts";
import { render } from "../deploy/render.ts";
import { root } from "../deploy/tools.ts";

describe("the image, its steps done by hand,", () => {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-image-"));
  const built = join(folder, "build");
  const image = join(folder, "image");
  const environment = { PATH: "/nowhere", NODE_DISABLE_COMPILE_CACHE: "1" };
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
  }, 600_000);
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

  test("is pushed, and pulled again by the digest that the chart is given", async () => {
    const registry = await startRegistry({ kind: "referrers" });
    try {
      const layer = join(folder, "layer.tar");
      execFileSync("tar", ["-C", image, "-cf", layer, "."]);
      const pushed = await crane(registry, ["append", "-f", layer, "-t", `${registry.host}/paddlock/paddlock:0.1.0`]);
      const digest = await crane(registry, ["digest", `${registry.host}/paddlock/paddlock:0.1.0`]);
      expect(pushed).toContain(digest);
      const objects = render({ image: { registry: registry.host, digest, tag: "0.1.0" } });
      const named = objects.at("Deployment/paddlock", "spec", "template", "spec", "containers", 0, "image");
      expect(named).toBe(`${registry.host}/paddlock/paddlock:0.1.0@${digest}`);
      const copied = join(folder, "copied");
      await crane(registry, [
        "copy",
        `${registry.host}/paddlock/paddlock@${digest}`,
        `${registry.host}/mirror/paddlock:0.1.0`,
      ]);
      expect(await crane(registry, ["digest", `${registry.host}/mirror/paddlock:0.1.0`])).toBe(digest);
      await crane(registry, ["export", String(named), `${copied}.tar`]);
      mkdirSync(copied);
      execFileSync("tar", ["-C", copied, "-xf", `${copied}.tar`]);
      const bin = join(copied, "opt/paddlock/bin/paddlock.cjs");
      const words = ["serve", "--check-config", "--config", join(root, "deploy/kustomize/overlays/warn/paddlock.yaml")];
      const checked = spawnSync(process.execPath, [bin, ...words], { encoding: "utf8" });
      expect(checked).toMatchObject({ status: 0, stderr: "" });
    } finally {
      await registry.stop();
    }
  }, 120_000);

  test("knows its version, its rules and the configuration's schema", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(run("--version").stdout.trim()).toContain(version);
    expect(run("explain", "pinned-image").status).toBe(0);
    expect(run("check", root, "--config", join(root, "deploy/kustomize/values.yaml")).status).toBe(2);
  });

  test("serves reviews, small and large ones", async () => {
    const authority = await Authority.create();
    const { cert, key } = await authority.server();
    writeFileSync(join(folder, "tls.crt"), cert);
    writeFileSync(join(folder, "tls.key"), key);
    writeFileSync(join(folder, "paddlock.yaml"), "admission: { mode: enforce }\n");
    const child = spawn(
      process.execPath,
      [
        ...[script(), "serve", "--no-cluster", "--listen=127.0.0.1:0", "--shutdown-delay=0"],
        ...[`--tls-cert=${join(folder, "tls.crt")}`, `--tls-key=${join(folder, "tls.key")}`],
        `--config=${join(folder, "paddlock.yaml")}`,
      ],
      { cwd: join(image, "work"), env: environment, stdio: ["ignore", "pipe", "ignore"] },
    );
    const ended = once(child, "exit");
    try {
      const [line]: string[] = await once(createInterface(child.stdout), "line");
      const { listening } = JSON.parse(line ?? "");
      for (const padding of [0, 400_000]) {
        const { status, body } = await post(`${listening}/validate`, reviewBody({ image: badImage, padding }), {
          ca: authority.ca,
        });
        expect(status).toBe(200);
        expect(JSON.parse(body).response).toMatchObject({ uid: "a", allowed: false });
      }
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toEqual([0, null]);
  });

  /** Runs the image's entry point, in an environment that leads to none of this project's files. */
  function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [script(), ...args], {
      cwd: join(image, "work"),
      env: environment,
      encoding: "utf8",
    });
  }

  function script(): string {
    return join(image, entrypoint()[1] ?? "");
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
