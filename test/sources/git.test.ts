import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { textOf, Workspace } from "./workspace.ts";

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  space.remove();
});

/** What was read from the index, by path. */
function texts(files: readonly SourceFile[]): { [path: string]: string | undefined } {
  return Object.fromEntries(files.map((file) => [file.path, textOf(file)]));
}

describe("--staged", () => {
  beforeEach(() => space.init());

  test("reads what is about to be committed, not what is on disk", async () => {
    space.write("a.yaml", "a: committed\n");
    space.write("same.yaml", "same: 1\n");
    space.write("gone.yaml", "gone: 1\n");
    space.commit();
    space.write("a.yaml", "a: staged\n");
    space.write("new.yaml", "new: staged\n");
    space.git("add", ".");
    space.git("rm", "-q", "gone.yaml");
    space.write("a.yaml", "a: not staged\n");
    rmSync(join(space.root, "new.yaml"));
    space.write("untracked.yaml");
    const { files, notifications } = await space.gather({ staged: true });
    expect(texts(files)).toEqual({ "a.yaml": "a: staged\n", "new.yaml": "new: staged\n" });
    expect(notifications).toEqual([]);
  });

  test("works before the first commit, and where nothing is staged", async () => {
    space.write("a.yaml", "a: 1\n");
    expect((await space.gather({ staged: true })).files).toEqual([]);
    space.git("add", ".");
    expect(texts((await space.gather({ staged: true })).files)).toEqual({ "a.yaml": "a: 1\n" });
  });

  test("reads a renamed file under its new name, whatever the name", async () => {
    space.write("old.yaml", "a: 1\nb: 2\nc: 3\n");
    space.commit();
    space.git("mv", "old.yaml", 'new\n"模型".yaml');
    expect(texts((await space.gather({ staged: true })).files)).toEqual({ 'new\n"模型".yaml': "a: 1\nb: 2\nc: 3\n" });
  });

  test("leaves out links, submodules and what is no manifest", async () => {
    const other = new Workspace();
    other.init();
    other.write("x.yaml");
    other.commit();
    space.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "module");
    other.remove();
    space.write("a.yaml", "a: 1\n");
    space.link("link.yaml", "a.yaml");
    space.write("notes.txt");
    space.write("README.md");
    space.git("add", ".");
    expect((await space.gather({ staged: true })).paths).toEqual(["a.yaml"]);
    expect((await space.gather({ staged: true, markdown: true })).paths).toEqual(["README.md", "a.yaml"]);
  });

  test("takes all of the work tree from a folder of it, and operands restrict it", async () => {
    for (const file of ["a/x.yaml", "b/y.yaml", "b/z.json", "b/notes.conf"]) space.write(file);
    space.git("add", ".");
    const cwd = join(space.root, "b");
    const from = async (...paths: string[]): Promise<readonly string[]> =>
      (await space.gather({ staged: true, cwd, paths })).paths;
    expect(await from()).toEqual(["a/x.yaml", "b/y.yaml", "b/z.json"]);
    expect(await from(".")).toEqual(["b/y.yaml", "b/z.json"]);
    expect(await from("*.json")).toEqual(["b/z.json"]);
    expect(await from("../a", "y.yaml")).toEqual(["a/x.yaml", "b/y.yaml"]);
    expect(await from("notes.conf")).toEqual(["b/notes.conf"]);
  });

  test("says of operands that nobody knows them", async () => {
    space.write("a.yaml", "a: 1\n");
    space.git("add", ".");
    rmSync(join(space.root, "a.yaml"));
    const { codes, paths } = await space.gather({ staged: true, paths: ["a.yaml", "b.yaml"] });
    expect([codes, paths]).toEqual([["no-such-file"], ["a.yaml"]]);
  });

  test("refuses files with merge conflicts", async () => {
    space.write("a.yaml", "a: 1\n");
    space.commit();
    space.git("checkout", "-q", "-b", "other");
    space.write("a.yaml", "a: 2\n");
    space.commit();
    space.git("checkout", "-q", "main");
    space.write("a.yaml", "a: 3\n");
    space.commit();
    expect(() => space.git("merge", "other")).toThrow();
    space.write("b.yaml", "b: 1\n");
    space.git("add", "b.yaml");
    const { files, notifications } = await space.gather({ staged: true });
    expect(texts(files)).toEqual({ "b.yaml": "b: 1\n" });
    expect(notifications).toEqual([
      {
        level: "error",
        code: "merge-conflict",
        message: "the file has a merge conflict: resolve it, then `git add` it",
        file: "a.yaml",
      },
    ]);
  });

  test("heeds .paddlockignore, but for files that are named", async () => {
    space.write("old/.paddlockignore", "*.yaml\n");
    space.write("old/a.yaml");
    space.write("b.yaml");
    space.git("add", ".");
    expect((await space.gather({ staged: true })).paths).toEqual(["b.yaml"]);
    expect((await space.gather({ staged: true, paths: ["old/a.yaml"] })).paths).toEqual(["old/a.yaml"]);
  });

  test("is not led astray by the user's settings of git", async () => {
    space.write(".gitattributes", "*.yaml diff=upper\n");
    space.write("dir/a.yaml", "a: 1\n");
    space.commit();
    space.git("config", "diff.upper.textconv", "tr a-z A-Z <");
    space.git("config", "diff.external", "false");
    space.git("config", "diff.relative", "true");
    space.git("config", "diff.noprefix", "true");
    space.git("config", "color.ui", "always");
    space.git("config", "core.quotePath", "true");
    space.write("dir/a.yaml", "a: 2\n");
    space.write("é.yaml", "e: 1\n");
    space.git("add", ".");
    const { files } = await space.gather({ staged: true, cwd: join(space.root, "dir") });
    expect(texts(files)).toEqual({ "dir/a.yaml": "a: 2\n", "é.yaml": "e: 1\n" });
  });

  test("reads the index that git hands to a hook", async () => {
    space.write("a.yaml", "a: 1\n");
    space.commit();
    const index = join(space.root, ".git", "next-index");
    space.write("a.yaml", "a: 2\n");
    vi.stubEnv("GIT_INDEX_FILE", index);
    const { execFileSync } = await import("node:child_process");
    execFileSync("git", ["read-tree", "HEAD"], { cwd: space.root });
    execFileSync("git", ["add", "a.yaml"], { cwd: space.root });
    expect(texts((await space.gather({ staged: true })).files)).toEqual({ "a.yaml": "a: 2\n" });
  });

  test("does not read a file that is larger than any", async () => {
    space.write("big.json", Buffer.alloc((32 << 20) + 1, 32));
    space.write("a.yaml", "a: 1\n");
    space.git("add", ".");
    const { files, notifications } = await space.gather({ staged: true });
    expect(texts(files)).toEqual({ "a.yaml": "a: 1\n" });
    expect(notifications).toEqual([
      {
        level: "error",
        code: "too-large",
        message: "the file has 33 MiB; more than 32 MiB are not read",
        file: "big.json",
      },
    ]);
  });
});

describe("--changed-since", () => {
  beforeEach(() => {
    space.init();
    space.write("a.yaml", "a: 1\n");
    space.write("b.yaml", "b: 1\n");
    space.write("c.yaml", "c: 1\n");
    space.commit();
  });

  test("finds what the branch changed, committed, staged, on disk or new, and not what others changed since", async () => {
    space.git("checkout", "-q", "-b", "feature");
    space.write("a.yaml", "a: feature\n");
    space.git("mv", "c.yaml", "d.yaml");
    space.commit();
    space.git("checkout", "-q", "main");
    space.write("b.yaml", "b: main\n");
    space.commit();
    space.git("checkout", "-q", "feature");
    space.write("staged.yaml");
    space.git("add", "staged.yaml");
    space.write("new/untracked.yaml");
    space.write("ignored.yaml");
    space.write(".gitignore", "ignored.yaml\n");
    const { paths, files } = await space.gather({ changedSince: "main" });
    expect(paths).toEqual(["a.yaml", "d.yaml", "new/untracked.yaml", "staged.yaml"]);
    expect(files[0]?.content).toEqual({ disk: join(space.root, files[0]?.path ?? "") });
    const below = await space.gather({ changedSince: "main", cwd: join(space.root, "new"), paths: ["."] });
    expect(below.paths).toEqual(["new/untracked.yaml"]);
  });

  test("leaves out what is gone from disk", async () => {
    space.write("a.yaml", "a: 2\n");
    space.commit();
    rmSync(join(space.root, "a.yaml"));
    expect((await space.gather({ changedSince: "HEAD~1" })).paths).toEqual([]);
  });

  test("compares with the revision itself where there is no common history", async () => {
    space.git("checkout", "-q", "--orphan", "island");
    space.write("b.yaml", "b: island\n");
    space.commit();
    expect((await space.gather({ changedSince: "main" })).paths).toEqual(["b.yaml"]);
  });

  test.each(["nowhere", "-x", "--output=x", "", "main..HEAD"])("refuses %j with the words of git", async (revision) => {
    await expect(space.gather({ changedSince: revision })).rejects.toMatchObject({
      name: "ConfigurationError",
      notifications: [
        {
          level: "error",
          code: "git",
          message: `git does not know the revision "${revision}": Not a valid object name ${revision}`.trimEnd(),
        },
      ],
    });
  });
});

describe("where git cannot help", () => {
  test.each([
    ["--staged", { staged: true }],
    ["--changed-since", { changedSince: "HEAD" }],
  ])("%s says that there is no work tree", async (option, request) => {
    await expect(space.gather(request)).rejects.toMatchObject({
      name: "ConfigurationError",
      message: `${option} needs a git work tree, and this directory is in none`,
    });
  });

  test("a missing git is said", async () => {
    space.init();
    vi.stubEnv("PATH", space.root);
    await expect(space.gather({ staged: true })).rejects.toMatchObject({
      name: "ConfigurationError",
      message: "git is needed for this and was not found: install it, or put it into PATH",
    });
  });

  test("a work tree that git does not trust is said in the words of git", async () => {
    space.init();
    vi.stubEnv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    const refused = space.gather({ staged: true });
    await expect(refused).rejects.toMatchObject({ name: "ConfigurationError" });
    await expect(refused).rejects.toThrow(/^git failed: detected dubious ownership.*safe\.directory/s);
  });
});
