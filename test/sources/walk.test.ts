import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
});
afterEach(() => space.remove());

describe("a directory", () => {
  test("is walked for YAML and JSON, hidden ones too, but not for what is none of ours", async () => {
    for (const file of [
      "a.yaml",
      "b.yml",
      "c.json",
      "d.txt",
      "e.md",
      ".ci/f.yaml",
      "g/h/i.yaml",
      "yaml",
      "k.YAML.bak",
    ]) {
      space.write(file);
    }
    space.write(".git/objects/x.yaml");
    space.write("node_modules/p/x.yaml");
    space.write(".#a.yaml");
    const { files, paths, notifications } = await space.gather();
    expect(paths).toEqual([".ci/f.yaml", "a.yaml", "b.yml", "c.json", "g/h/i.yaml"]);
    expect(notifications).toEqual([]);
    expect(files.find(({ path }) => path === "c.json")).toEqual({
      path: "c.json",
      format: "json",
      content: { disk: join(space.root, "c.json") },
      judged: true,
      rendering: "",
    });
  });

  test("is walked for Markdown when that is asked for", async () => {
    space.write("a.md");
    space.write("b.markdown");
    space.write("c.yaml");
    const { files } = await space.gather({ markdown: true });
    expect(Object.fromEntries(files.map(({ path, format }) => [path, format]))).toEqual({
      "a.md": "markdown",
      "b.markdown": "markdown",
      "c.yaml": "yaml",
    });
  });

  test("is not followed through links, in circles least of all; links to files are files", async () => {
    space.write("real/a.yaml");
    space.link("linked", "real");
    space.link("real/self", "..");
    space.link("file.yaml", "real/a.yaml");
    space.link("folder.yaml", "real");
    space.link("nowhere.yaml", "absent");
    expect((await space.gather()).paths).toEqual(["file.yaml", "nowhere.yaml", "real/a.yaml"]);
  });

  test("that cannot be read is an error, and the others are read", async () => {
    space.write("a.yaml");
    mkdirSync(join(space.root, "shut"));
    chmodSync(join(space.root, "shut"), 0);
    const { paths, notifications } = await space.gather();
    chmodSync(join(space.root, "shut"), 0o755);
    expect(paths).toEqual(["a.yaml"]);
    const isRoot = process.getuid?.() === 0;
    const refused = {
      level: "error",
      code: "unreadable-directory",
      message: "the directory cannot be read: EACCES: permission denied",
      file: "shut",
    };
    expect(notifications).toEqual(isRoot ? [] : [refused]);
  });

  test("keeps names as they are", async () => {
    const names = [
      "模型.yaml",
      "with space.yaml",
      'quote".yaml',
      "line\nbreak.yaml",
      "tab\t.yaml",
      "[a].yaml",
      "-x.yaml",
    ];
    for (const name of names) space.write(name);
    expect((await space.gather()).paths).toEqual([...names].sort());
  });

  test("above the working directory is shown by its absolute path outside a git work tree", async () => {
    space.write("a.yaml");
    space.write("in/b.yaml");
    const { paths } = await space.gather({ cwd: join(space.root, "in"), paths: [".."] });
    expect(paths).toEqual([join(space.root, "a.yaml"), "b.yaml"]);
  });
});

describe("ignore files", () => {
  test("hold in their own folders and below, the nearer over the farther", async () => {
    space.init();
    space.write(".gitignore", "*.gen.yaml\n/top.yaml\nout/\n");
    space.write("sub/.gitignore", "!keep.gen.yaml\n");
    space.write(".git/info/exclude", "private.yaml\n");
    space.write("deep/.paddlockignore", "# ours\nlegacy/\n");
    for (const file of [
      "a.yaml",
      "b.gen.yaml",
      "top.yaml",
      "sub/top.yaml",
      "sub/keep.gen.yaml",
      "sub/other.gen.yaml",
      "out/x.yaml",
      "sub/out/x.yaml",
      "private.yaml",
      "deep/legacy/x.yaml",
      "deep/x.yaml",
    ]) {
      space.write(file);
    }
    expect((await space.gather()).paths).toEqual(["a.yaml", "deep/x.yaml", "sub/keep.gen.yaml", "sub/top.yaml"]);
  });

  test("of the folders above hold too, up to the git root, but not for a folder that somebody names", async () => {
    space.init();
    space.write(".gitignore", "secret.yaml\nbuild/\n");
    for (const file of ["app/secret.yaml", "app/a.yaml", "build/secret.yaml", "build/a.yaml"]) space.write(file);
    const app = await space.gather({ cwd: join(space.root, "app") });
    expect(app.paths).toEqual(["app/a.yaml"]);
    const build = await space.gather({ paths: ["build"] });
    expect(build.paths).toEqual(["build/a.yaml", "build/secret.yaml"]);
  });

  test("do not hold for a file that somebody names", async () => {
    space.write(".paddlockignore", "a.yaml\n");
    space.write("a.yaml");
    expect((await space.gather({ paths: ["a.yaml"] })).paths).toEqual(["a.yaml"]);
    expect((await space.gather()).paths).toEqual([]);
  });

  test("mean what git says that they mean", async () => {
    const name = fc.constantFrom("a", "b", "ab", "a.yaml", "b.yaml", "c d.yaml", "é.yaml");
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join("/")}.f.yaml`);
    const pattern = fc
      .tuple(
        fc.constantFrom("", "!", "/", "!/", "**/"),
        fc.constantFrom("a", "b", "a*", "*.yaml", "?.f.yaml", "[ab]", "a/b", "**", "c\\ d.yaml*", "é*"),
        fc.constantFrom("", "/", "/**", "  ", "/*"),
      )
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
        fc.array(pattern, { maxLength: 4 }),
        fc.array(pattern, { maxLength: 3 }),
        async (paths, top, below) => {
          const repository = new Workspace();
          try {
            repository.init();
            repository.write(".gitignore", `${top.join("\n")}\n`);
            repository.write("a/.gitignore", `${below.join("\n")}\n`);
            for (const each of paths) repository.write(each);
            const listed = repository.git("ls-files", "-z", "--others", "--exclude-standard").split("\0");
            const wanted = listed.filter((each) => each.endsWith(".yaml")).sort();
            expect((await repository.gather()).paths).toEqual(wanted);
          } finally {
            repository.remove();
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
