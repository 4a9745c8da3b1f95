import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
});
afterEach(() => space.remove());

test("a file that is named is read whatever it is called, and must be readable", async () => {
  space.write("manifest.tmpl");
  space.write("settings.json");
  space.write("README.md");
  const { files } = await space.gather({ paths: ["manifest.tmpl", "settings.json", "README.md"] });
  expect(files.map(({ path, format, named }) => [path, format, named])).toEqual([
    ["manifest.tmpl", "yaml", true],
    ["settings.json", "json", true],
    ["README.md", "markdown", true],
  ]);
});

test("what is named twice is judged once, in whatever order", async () => {
  space.write("a/b.yaml");
  const { files } = await space.gather({ paths: ["a", "./a/../a/b.yaml", join(space.root, "a/b.yaml"), "a"] });
  expect(files).toEqual([
    {
      path: "a/b.yaml",
      format: "yaml",
      content: { disk: join(space.root, "a/b.yaml") },
      judged: true,
      rendering: "",
      named: true,
    },
  ]);
  const reversed = await space.gather({ paths: ["a/b.yaml", "a"] });
  expect(reversed.files).toEqual(files);
});

test("paths are shown from the git root, wherever the run starts", async () => {
  space.init();
  space.write("deploy/app/a.yaml");
  const { paths } = await space.gather({ cwd: join(space.root, "deploy"), paths: ["app/a.yaml"] });
  expect(paths).toEqual(["deploy/app/a.yaml"]);
});

describe("what is not there", () => {
  test("is an error with what may have been meant", async () => {
    space.write("deploy/serving.yaml");
    const { notifications, files } = await space.gather({ paths: ["deploy/servng.yaml", "nowhere/at/all", ""] });
    expect(files).toEqual([]);
    expect(notifications).toEqual([
      {
        level: "error",
        code: "no-such-file",
        message: 'there is no file or directory "deploy/servng.yaml"; did you mean "deploy/serving.yaml"?',
      },
      { level: "error", code: "no-such-file", message: 'there is no file or directory "nowhere/at/all"' },
      { level: "error", code: "no-such-file", message: 'there is no file or directory ""' },
    ]);
  });

  test("is said in Chinese, too", async () => {
    const { notifications } = await space.gather({ paths: ["x.yaml", "*.yaml"], language: "zh" });
    expect(notifications.map(({ message }) => message)).toEqual([
      '文件或目录 "x.yaml" 不存在',
      '没有与 "*.yaml" 匹配的清单文件',
    ]);
  });

  test("does not keep the rest from being judged", async () => {
    space.write("a.yaml");
    const { paths, codes } = await space.gather({ paths: ["a.yaml", "b.yaml"] });
    expect([paths, codes]).toEqual([["a.yaml"], ["no-such-file"]]);
  });
});

describe("a glob", () => {
  beforeEach(() => {
    for (const file of [
      "a.yaml",
      "b.yml",
      "x/c.yaml",
      "x/y/d.json",
      "x/.h/e.yaml",
      "x/f.txt",
      "x/t.tmpl",
      "out/g.yaml",
    ]) {
      space.write(file);
    }
    space.write(".gitignore", "out/\n");
  });

  test.each([
    [["*.yaml"], ["a.yaml"]],
    [["**/*.yaml"], ["a.yaml", "x/.h/e.yaml", "x/c.yaml"]],
    [["**/*.{yml,json}"], ["b.yml", "x/y/d.json"]],
    [["x/**"], ["x/.h/e.yaml", "x/c.yaml", "x/y/d.json"]],
    [
      ["[ab].y*ml", "x/?.yaml"],
      ["a.yaml", "b.yml", "x/c.yaml"],
    ],
    [["./x/*.yaml"], ["x/c.yaml"]],
    [["x/*.tmpl"], ["x/t.tmpl"]],
  ])("%j means %j", async (paths, expected) => {
    const gathered = await space.gather({ paths });
    expect([gathered.paths, gathered.codes]).toEqual([expected, []]);
  });

  test("reaches up, and takes absolute paths", async () => {
    const up = await space.gather({ cwd: join(space.root, "out"), paths: ["../x/*.yaml"] });
    const absolute = await space.gather({ paths: [join(space.root, "x/*.yaml")] });
    expect(up.paths).toEqual([join(space.root, "x/c.yaml")]);
    expect(absolute.paths).toEqual(["x/c.yaml"]);
  });

  test.each(["*.toml", "nowhere/**/*.yaml", "x/*.txt.gz"])("that matches nothing, as %s, is an error", async (glob) => {
    const { notifications } = await space.gather({ paths: [glob] });
    expect(notifications).toEqual([{ level: "error", code: "no-such-file", message: `no manifest matches "${glob}"` }]);
  });

  test("is a file where there is one of that name", async () => {
    space.write("[a].yaml");
    expect((await space.gather({ paths: ["[a].yaml"] })).paths).toEqual(["[a].yaml"]);
  });
});

describe("standard input and pipes", () => {
  const program = (paths: readonly string[]): string => `
    import { gatherSources } from ${JSON.stringify(join(import.meta.dirname, "../../src/sources/gather.ts"))};
    const sources = await gatherSources({ cwd: process.cwd(), paths: ${JSON.stringify(paths)}, staged: false,
      changedSince: null, markdown: false, beside: [], alone: true, helm: { values: [], set: [] }, namespace: "default" });
    process.stdout.write(JSON.stringify(sources.files.map((file) => ({ ...file, content: file.content.text.length }))));`;

  test("`-` is read whole, once", () => {
    const input = `a: ${"x".repeat(300_000)}\n`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program(["-", "-"])], { input });
    expect(JSON.parse(stdout.toString())).toEqual([
      { path: "<stdin>", format: "yaml", content: input.length, judged: true, named: true, rendering: "" },
    ]);
  });

  test("a pipe is read as a file is", () => {
    const script = program(["PIPE"]).replace('"PIPE"', "process.argv[1]");
    const shell = `exec "$0" --input-type=module -e "$1" <(printf 'a: 1\\n')`;
    const { stdout } = spawnSync("bash", ["-c", shell, process.execPath, script]);
    expect(JSON.parse(stdout.toString())).toMatchObject([{ format: "yaml", content: 5, named: true }]);
  });

  test("no more is read than a file may hold", async () => {
    const { files } = await space.gather({ paths: ["/dev/zero"] });
    const [zero] = files;
    expect(zero !== undefined && "text" in zero.content && zero.content.text.length).toBeGreaterThan(32 << 20);
    expect(zero !== undefined && "text" in zero.content && zero.content.text.length).toBeLessThan(33 << 20);
  });
});
