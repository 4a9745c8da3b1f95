import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scriptOf } from "./action-steps.ts";
import { GitWorkspace } from "./git-workspace.ts";
import { trainingJob } from "./manifests.ts";
import { copyProject, project } from "./project-copy.ts";

// What npm puts first for the scripts of this project is not there in a fresh clone of it.
const path = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.endsWith(join("node_modules", ".bin")));
const clone = new GitWorkspace({ PATH: path.join(delimiter) });
const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
const user = new GitWorkspace({ PATH: [dirname(process.execPath), ...path].join(delimiter) });

beforeAll(() => {
  copyProject(clone.root);
  clone.git("add", "--all", "--force");
  clone.git("commit", "--quiet", "--message", "A clone");
});

afterAll(() => {
  clone.remove();
  user.remove();
});

test("the README's first command does in a fresh clone what the README says, and leaves the clone as it was", () => {
  const readme = readFileSync(join(project, "README.md"), "utf8");
  const [, line = "", shown = ""] = /^\$ (npm ci && npx paddlock .*)\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const { status, output } = clone.run("bash", "-c", line);
  const timeless = (text: string): string => text.replaceAll(/\d+\s*ms/g, "0 ms");
  expect(timeless(output)).toContain(timeless(shown));
  expect(status).toBe(1);
  expect(clone.git("status", "--short")).toBe("");
});

test("the action installs itself from its own checkout, and judges from there", () => {
  const checkout = new GitWorkspace({ PATH: [dirname(process.execPath), ...path].join(delimiter) });
  try {
    copyProject(checkout.root);
    const install = scriptOf("install", {}, checkout.root);
    const variables = Object.entries(install.env).map(([name, value]) => `${name}=${value}`);
    const installed = checkout.run("env", ...variables, "bash", "-eo", "pipefail", "-c", install.script);
    expect(installed.output).not.toContain("npm error");
    expect(installed.status).toBe(0);
    expect(checkout.run("node", "bin/paddlock.cjs", "--version").output).toBe(`${version}\n`);
  } finally {
    checkout.remove();
  }
});

test("the package holds all that the command and the library need, and nothing of the tests", () => {
  const [packed] = JSON.parse(clone.run("npm", "pack", "--json", "--ignore-scripts").stdout);
  const files: readonly string[] = packed.files.map((file: { readonly path: string }) => file.path);
  expect(files).toContain("README.md");
  expect(files).toContain("LICENSE");
  expect(files.filter((file) => /^(test|fixtures|src|tools|bench)\//.test(file))).toEqual([]);
  user.write("package.json", '{ "name": "user", "private": true, "type": "module" }\n');
  user.write("job.yaml", trainingJob("bad"));
  const installed = user.run("npm", "install", "--no-audit", "--no-fund", join(clone.root, packed.filename));
  expect(installed.status, installed.output).toBe(0);
  const { status, output } = user.run("npx", "--no-install", "paddlock", "check", "--format", "compact", "job.yaml");
  expect(output).toContain("job.yaml:18:18 error pinned-image");
  expect(status).toBe(1);
  writeFileSync(
    join(user.root, "use.ts"),
    'import { check } from "paddlock";\nconst { report } = await check({ paths: ["job.yaml"] });\nconst errors: number = report.summary.errors;\nconsole.log(errors);\n',
  );
  expect(user.run("node", "use.ts").output).toBe("1\n");
});
