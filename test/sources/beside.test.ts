import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { textOf, Workspace } from "./workspace.ts";

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  space.remove();
});

const pathsOf = (files: readonly SourceFile[]): readonly string[] => files.map(({ path }) => path).sort();

describe("beside single files", () => {
  beforeEach(() => {
    space.init();
    for (const file of ["a.yaml", "policies/np.yaml", "policies/claim.json", "notes.md"]) space.write(file);
    space.commit();
    space.write("untracked.yaml");
  });

  test("are the other manifests that git tracks", async () => {
    const { beside } = await space.gather({ cwd: join(space.root, "policies"), paths: ["../a.yaml"] });
    const files = await beside();
    expect(pathsOf(files)).toEqual(["policies/claim.json", "policies/np.yaml"]);
    expect(files.find(({ path }) => path === "policies/np.yaml")).toEqual({
      path: "policies/np.yaml",
      format: "yaml",
      content: { disk: join(space.root, "policies/np.yaml") },
      judged: false,
      rendering: "",
    });
  });

  test("they are as they are staged", async () => {
    space.write("policies/np.yaml", "np: staged\n");
    space.git("add", ".");
    space.write("policies/np.yaml", "np: on disk\n");
    rmSync(join(space.root, "policies/claim.json"));
    const files = await (await space.gather({ paths: ["a.yaml"] })).beside();
    expect(textOf(files.find(({ path }) => path === "policies/np.yaml"))).toBe("np: staged\n");
    expect(textOf(files.find(({ path }) => path === "policies/claim.json"))).toBe("a: 1\n");
    expect(pathsOf(files)).toEqual(["policies/claim.json", "policies/np.yaml", "untracked.yaml"]);
  });

  test("none are beside a directory, nor with --alone, nor outside a work tree", async () => {
    expect(await (await space.gather()).beside()).toEqual([]);
    expect(await (await space.gather({ paths: ["policies", "a.yaml"] })).beside()).toEqual([]);
    expect(await (await space.gather({ paths: ["a.yaml"], alone: true })).beside()).toEqual([]);
    rmSync(join(space.root, ".git"), { recursive: true });
    expect(await (await space.gather({ paths: ["a.yaml"] })).beside()).toEqual([]);
  });

  test("they are beside staged and changed files, too", async () => {
    space.write("a.yaml", "a: 2\n");
    space.git("add", "a.yaml");
    expect(pathsOf(await (await space.gather({ staged: true })).beside())).toEqual([
      "policies/claim.json",
      "policies/np.yaml",
    ]);
    const changed = await space.gather({ changedSince: "HEAD" });
    expect(changed.paths).toEqual(["a.yaml", "untracked.yaml"]);
    expect(pathsOf(await changed.beside())).toEqual(["policies/claim.json", "policies/np.yaml"]);
  });

  test("what lies in a chart, patches and what .paddlockignore names are left out", async () => {
    space.write("chart/Chart.yaml", "name: c\n");
    space.write("chart/templates/np.yaml");
    space.write("chart/docs/x.yaml");
    space.write("app/kustomization.yaml", "resources: [np.yaml]\npatches: [{path: patch.yaml}]\n");
    space.write("app/np.yaml");
    space.write("app/patch.yaml");
    space.write("old/.paddlockignore", "*\n");
    space.write("old/np.yaml");
    space.commit();
    const files = await (await space.gather({ paths: ["a.yaml"] })).beside();
    expect(pathsOf(files)).toEqual(["app/np.yaml", "policies/claim.json", "policies/np.yaml", "untracked.yaml"]);
  });

  test("where git fails, a warning says that they took no part", async () => {
    vi.stubEnv("PATH", space.root);
    const { beside, notifications } = await space.gather({ paths: ["a.yaml"] });
    expect(notifications).toEqual([]);
    expect(await beside()).toEqual([]);
    expect(notifications).toEqual([
      {
        level: "warning",
        code: "git",
        message:
          "the other manifests of the repository took no part in relations: git is needed for this and was not found: " +
          "install it, or put it into PATH; --with PATH names them, --alone does without",
      },
    ]);
  });
});

describe("--with", () => {
  test("names files and directories that are not judged, instead of what git tracks", async () => {
    space.init();
    for (const file of ["a.yaml", "b.yaml", "shared/np.yaml", "shared/sub/claim.yaml"]) space.write(file);
    space.commit();
    const gathered = await space.gather({ paths: ["a.yaml"], beside: ["shared", "a.yaml"] });
    const files = await gathered.beside();
    expect(pathsOf(files)).toEqual(["shared/np.yaml", "shared/sub/claim.yaml"]);
    expect(files.every(({ judged }) => !judged)).toBe(true);
  });

  test("that names nothing is an error at once", async () => {
    space.write("a.yaml");
    const { codes } = await space.gather({ paths: ["a.yaml"], beside: ["polices"] });
    expect(codes).toEqual(["no-such-file"]);
  });
});
