import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { installedPreCommit } from "../../tools/pre-commit.ts";
import { GitWorkspace } from "./git-workspace.ts";
import { trainingJob } from "./manifests.ts";
import { copyProject } from "./project-copy.ts";

const base = mkdtempSync(join(tmpdir(), "paddlock-pre-commit-"));
const hooks = new GitWorkspace();
let preCommit = "";
let environment: NodeJS.ProcessEnv = {};
const workspaces: GitWorkspace[] = [];

beforeAll(() => {
  preCommit = installedPreCommit();
  // pre-commit takes the `nodejs` or `node` that comes first; ours is the one that runs this test.
  const bin = join(base, "bin");
  mkdirSync(bin);
  for (const name of ["node", "nodejs"]) symlinkSync(process.execPath, join(bin, name));
  environment = {
    PATH: [bin, process.env.PATH].join(delimiter),
    PRE_COMMIT_HOME: join(base, "home"),
    PRE_COMMIT_COLOR: "never",
  };
  copyProject(hooks.root);
  hooks.git("add", "--all", "--force");
  hooks.git("commit", "--quiet", "--message", "The hooks");
  hooks.git("tag", "v0");
});

afterAll(() => {
  hooks.remove();
  rmSync(base, { recursive: true, force: true });
});

afterEach(() => {
  for (const workspace of workspaces.splice(0)) workspace.remove();
});

/** A repository with one hook of ours, installed by pre-commit. */
function repository(hook: string, settings = ""): GitWorkspace {
  const workspace = new GitWorkspace(environment);
  workspaces.push(workspace);
  const entry = `repos:\n  - repo: ${hooks.root}\n    rev: v0\n    hooks:\n      - id: ${hook}\n${settings}`;
  workspace.write(".pre-commit-config.yaml", entry);
  workspace.write("README.md", "# Manifests\n");
  workspace.git("add", "--all");
  workspace.git("commit", "--quiet", "--message", "Start");
  const { status, output } = workspace.run(preCommit, "install");
  if (status !== 0) throw new Error(output);
  return workspace;
}

describe.each(["paddlock", "paddlock-staged"])("the hook %s", (hook) => {
  test("stops a commit with a bad manifest and says why", () => {
    const workspace = repository(hook);
    workspace.write("deploy/job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    const { status, output } = workspace.run("git", "commit", "--message", "Bad");
    expect(output).toContain("deploy/job.yaml:18:18");
    expect(output).toContain("pinned-image");
    expect(status).toBe(1);
    expect(workspace.git("log", "--format=%s")).toBe("Start\n");
  });

  test("lets a good manifest pass", () => {
    const workspace = repository(hook);
    workspace.write("deploy/job.yaml", trainingJob("good"));
    workspace.git("add", "--all");
    const { status, output } = workspace.run("git", "commit", "--message", "Good");
    expect(output).toContain("Passed");
    expect(status).toBe(0);
    expect(workspace.git("log", "--format=%s")).toBe("Good\nStart\n");
  });

  test("judges a partially staged file as staged: good in the index, bad in the work tree", () => {
    const workspace = repository(hook);
    workspace.write("job.yaml", trainingJob("good"));
    workspace.git("add", "--all");
    workspace.write("job.yaml", trainingJob("bad"));
    expect(workspace.run("git", "commit", "--message", "Good").status).toBe(0);
    expect(workspace.git("status", "--short")).toBe(" M job.yaml\n");
  });

  test("judges a partially staged file as staged: bad in the index, good in the work tree", () => {
    const workspace = repository(hook);
    workspace.write("job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    workspace.write("job.yaml", trainingJob("good"));
    const { status, output } = workspace.run("git", "commit", "--message", "Bad");
    expect(output).toContain("pinned-image");
    expect(status).toBe(1);
    expect(workspace.git("status", "--short")).toBe("AM job.yaml\n");
  });

  test("takes arguments from the user's configuration", () => {
    const workspace = repository(hook, "        args: [--skip, pinned-image]\n");
    workspace.write("job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    const { status, output } = workspace.run("git", "commit", "--message", "Bad");
    expect(output).toContain("Passed");
    expect(status).toBe(0);
  });
});

describe("the hook paddlock", () => {
  test("passes over files that are no manifests, and is not run without YAML or JSON", () => {
    const workspace = repository("paddlock");
    workspace.write("package.json", '{ "name": "app" }\n');
    workspace.write("mkdocs.yml", "site_name: docs\n");
    workspace.git("add", "--all");
    expect(workspace.run("git", "commit", "--message", "Settings").output).toContain("Passed");
    workspace.write("README.md", "# More\n");
    workspace.git("add", "--all");
    expect(workspace.run("git", "commit", "--message", "Words").output).toContain("Skipped");
  });

  test("finds in the rest of the repository the policy that a changed manifest relies on", () => {
    const workspace = repository("paddlock");
    const [job, policy] = trainingJob("good").split("---\n");
    workspace.write("network/policy.yaml", policy ?? "");
    workspace.git("add", "--all");
    expect(workspace.run("git", "commit", "--message", "Policy").status).toBe(0);
    workspace.write("deploy/job.yaml", job ?? "");
    workspace.git("add", "--all");
    const { status, output } = workspace.run("git", "commit", "--message", "Job");
    expect(output).toContain("Passed");
    expect(status).toBe(0);
  });
});
