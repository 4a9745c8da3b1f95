import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { type Initialised, init } from "../../src/commands/init/init.ts";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Language } from "../../src/messages/language.ts";
import { catalogue, validator } from "../config/small-catalogue.ts";
import { workspace } from "../config/workspace.ts";

const rules = [
  { id: "heavy-anchor", title: "The anchor holds" },
  { id: "white-sail", title: "Sails are white" },
];

function run(cwd: string, language: Language = "en"): Promise<Initialised> {
  return init({ cwd, language, version: "0.1.0", rules });
}

const read = (cwd: string, file: string): string => readFileSync(join(cwd, file), "utf8");

const manifest = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n";

it("sets up an empty repository: configuration and pre-commit", async () => {
  const cwd = workspace({});
  const { written, text } = await run(cwd);
  expect(written).toEqual([".paddlock.yaml", ".pre-commit-config.yaml"]);
  expect(text).toBe(`paddlock looked at ${cwd}
  no Kubernetes manifests yet

wrote .paddlock.yaml
wrote .pre-commit-config.yaml

Next: npx paddlock check
`);
  expect(parse(read(cwd, ".pre-commit-config.yaml"))).toEqual({
    repos: [{ repo: "https://github.com/paddlock/paddlock", rev: "v0.1.0", hooks: [{ id: "paddlock" }] }],
  });
});

it("writes a configuration that holds, whose examples hold too", async () => {
  const cwd = workspace({ "deploy/a.yaml": manifest });
  await run(cwd);
  const text = read(cwd, ".paddlock.yaml");
  expect(text).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=https://paddlock.dev/schemas/config.schema.json

    # What paddlock asks of the workloads in this repository.
    # Found when this file was written:
    #   1 manifest: deploy

    # The rules to start from: baseline, recommended or strict.
    extends: recommended

    # A rule may be switched off, given another level (error, warning, info), or set up:
    #
    # rules:
    #   heavy-anchor: off   # The anchor holds
    #   white-sail:   off   # Sails are white

    # Other settings for some files, namespaces, kinds or labels:
    #
    # overrides:
    #   - files: ["examples/**"]
    #     rules: { heavy-anchor: warning }

    # Findings that are known and accepted, each with its reason and, if possible, its end:
    #
    # waivers:
    #   - rule: heavy-anchor
    #     resource: Deployment/my-namespace/my-name
    #     reason: moves to the new image in January
    #     expires: 2027-01-31
    "
  `);
  const load = (file: string): ReturnType<typeof loadConfiguration> =>
    loadConfiguration({ cwd, file, catalogue, validator });
  expect((await load(".paddlock.yaml")).profile).toBe("recommended");
  const uncommented = text.replace(/^# (?=rules:|overrides:|waivers:| {2})/gm, "").replace(/^ {2}1 manifest.*$/m, "");
  const other = workspace({ ".paddlock.yaml": uncommented });
  const configuration = await loadConfiguration({ cwd: other, catalogue, validator });
  expect(configuration.rules["white-sail"]?.level).toBe("off");
  expect(configuration.overrides).toHaveLength(1);
  expect(configuration.waivers).toHaveLength(1);
});

it("sees charts, kustomizations and plain manifests, and sets up at the root from a folder below", async () => {
  const cwd = workspace({
    "chart/Chart.yaml": "name: a\n",
    "chart/templates/deploy.yaml": manifest,
    "chart/charts/sub/Chart.yaml": "name: b\n",
    "k8s/base/kustomization.yml": "resources: [a.yaml]\n",
    "k8s/base/a.yaml": manifest,
    "k8s/overlays/prod/Kustomization": "resources: [../../base]\n",
    "raw/a.yaml": manifest,
    "raw/b.yml": `---\n${manifest}`,
    "raw/c.json": '{ "apiVersion": "v1", "kind": "Pod" }',
    "raw/values.yaml": "replicas: 1\n",
    "node_modules/x/a.yaml": manifest,
    "src/x.ts": "",
  });
  const { text, written } = await run(join(cwd, "src"));
  expect(text).toContain(
    `looked at ${cwd}\n  1 Helm chart: chart\n  2 kustomizations: k8s/base, k8s/overlays/prod\n  3 manifests: raw\n`,
  );
  expect(written).toEqual([".paddlock.yaml", ".pre-commit-config.yaml"]);
  expect(read(cwd, ".pre-commit-config.yaml")).toContain("- id: paddlock-staged\n");
});

it("names a few folders and counts the others", async () => {
  const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}/a.yaml`, manifest]));
  expect((await run(workspace(files))).text).toContain("  9 manifests: f0, f1, f2, f3, and 5 more\n");
});

it("never changes a file, and says what to add to it", async () => {
  const files = {
    ".paddlock.yaml": "extends: strict\n",
    ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks: [{ id: x, entry: notpaddlock }]\n",
    ".github/workflows/test.yml": "# paddlock comes later\non: push\n",
    ".github/workflows/paddlock.yml": "on: push\n",
    ".gitlab-ci.yml": "test: { script: make }\n",
    Jenkinsfile: "pipeline { }\n",
  };
  const cwd = workspace(files);
  const { written, text } = await run(cwd);
  expect(written).toEqual([]);
  for (const [file, content] of Object.entries(files)) expect(read(cwd, file)).toBe(content);
  await expect(text.replace(cwd, "/repository")).toMatchFileSnapshot("golden/init-existing.txt");
});

it("does nothing twice", async () => {
  const cwd = workspace({ ".github/workflows/test.yml": "on: push\n", Jenkinsfile: "sh 'npx paddlock check'\n" });
  const first = await run(cwd);
  expect(first.written).toEqual([".paddlock.yaml", ".pre-commit-config.yaml", ".github/workflows/paddlock.yml"]);
  const second = await run(cwd);
  expect(second.written).toEqual([]);
  expect(second.text).not.toContain("add to it");
});

it.each([
  ["a hook of ours", "repos:\n  - repo: https://example.com/x\n    hooks:\n      - id: paddlock-staged\n"],
  ["a local hook", "repos:\n  - repo: local\n    hooks: [{ id: k8s, entry: npx paddlock check --staged }]\n"],
])("knows pre-commit set up with %s", async (_, yaml) => {
  const { text } = await run(workspace({ ".pre-commit-config.yaml": yaml }));
  expect(text).toContain(".pre-commit-config.yaml runs paddlock already");
});

it.each(["repos: [", "", "repos: text\n", "repos: [null, { hooks: [null] }]\n"])(
  "shows the entry for a pre-commit configuration such as %j",
  async (yaml) => {
    const { text } = await run(workspace({ ".pre-commit-config.yaml": yaml }));
    expect(text).toContain("      - repo: https://github.com/paddlock/paddlock\n        rev: v0.1.0\n");
  },
);

it("uses husky where husky is in use", async () => {
  const fresh = workspace({ "package.json": '{ "devDependencies": { "husky": "9" } }' });
  expect((await run(fresh)).written).toEqual([".paddlock.yaml", ".husky/pre-commit"]);
  expect(read(fresh, ".husky/pre-commit")).toBe("npx paddlock check --staged\n");
  expect(statSync(join(fresh, ".husky/pre-commit")).mode & 0o100).toBe(0o100);
  const used = workspace({ ".husky/pre-commit": "npm test\n" });
  const { written, text } = await run(used);
  expect(written).toEqual([".paddlock.yaml"]);
  expect(text).toContain(".husky/pre-commit is there already and stays as it is; add to it:\n\n    npx paddlock check");
});

it.each([
  ["package.json", '{ "lint-staged": { "*.js": "eslint" } }', '"lint-staged": { "*.{yaml,yml}": "paddlock check" }'],
  [".lintstagedrc.json", "{}", '"*.{yaml,yml}": "paddlock check"'],
])("uses lint-staged where %s sets it up", async (file, content, entry) => {
  const { written, text } = await run(workspace({ [file]: content, ".husky/pre-commit": "npx lint-staged\n" }));
  expect(written).toEqual([".paddlock.yaml"]);
  expect(text).toContain(`${file} is there already and stays as it is; add to it:\n\n    ${entry}\n`);
  const set = content.replace("{}", '{ "*.yaml": "paddlock check" }').replace("eslint", "paddlock check");
  expect((await run(workspace({ [file]: set }))).text).toContain(`${file} runs paddlock already`);
});

it.each([
  ["git@github.com:acme/ml.git", [".paddlock.yaml", ".pre-commit-config.yaml", ".github/workflows/paddlock.yml"]],
  ["https://gitlab.example.com/ml.git", [".paddlock.yaml", ".pre-commit-config.yaml", ".gitlab-ci.yml"]],
  ["https://git.example.com/ml.git", [".paddlock.yaml", ".pre-commit-config.yaml"]],
])("writes the CI job for the remote %s", async (url, expected) => {
  const cwd = workspace({ ".git/config": `[remote "origin"]\n\turl = ${url}\n` });
  expect((await run(cwd)).written).toEqual(expected);
  for (const file of expected) expect(() => parse(read(cwd, file))).not.toThrow();
});

it("leaves hooks alone outside a git repository, and sees a configuration in package.json", async () => {
  const cwd = workspace({ "package.json": '{ "paddlock": { "extends": "strict" } }' });
  rmSync(join(cwd, ".git"), { recursive: true });
  const { written, text } = await run(cwd);
  expect(written).toEqual([]);
  expect(text).toContain("package.json holds a configuration already; it stays as it is");
});

it("points editors at the installed schema where there is one", async () => {
  const cwd = workspace({ "node_modules/paddlock/schemas/config.schema.json": "{}" });
  await run(cwd);
  expect(read(cwd, ".paddlock.yaml")).toMatch(
    /^# yaml-language-server: \$schema=\.\/node_modules\/paddlock\/schemas\/config\.schema\.json\n/,
  );
});

it("speaks Chinese, in the file too", async () => {
  const cwd = workspace({ "deploy/a.yaml": manifest });
  const { text } = await run(cwd, "zh");
  expect(text).toContain("  1 个清单文件：deploy\n\n已生成 .paddlock.yaml\n");
  expect(read(cwd, ".paddlock.yaml")).toContain(
    "# 基础规则集：baseline、recommended 或 strict。\nextends: recommended\n",
  );
});

it("says what it cannot write", async () => {
  // A file stands where a folder is needed.
  const cwd = workspace({ ".husky": "" });
  const error: unknown = await run(cwd).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(String(error)).toMatch(/cannot write \.husky\/pre-commit: E/);
  expect(existsSync(join(cwd, ".paddlock.yaml"))).toBe(true);
});
