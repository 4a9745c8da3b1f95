import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { huskyLine } from "../../src/commands/init/init-templates.ts";
import { GitWorkspace } from "./git-workspace.ts";
import { trainingJob } from "./manifests.ts";
import { project } from "./project-copy.ts";

let workspace: GitWorkspace;

/** A hook of git's own, as husky writes it; `npx paddlock` is this project's program. */
beforeEach(() => {
  workspace = new GitWorkspace({ PATH: `${dirname(process.execPath)}:${process.env.PATH}` });
  const program = `"${process.execPath}" "${join(project, "bin/paddlock.cjs")}"`;
  workspace.write(".git/hooks/pre-commit", `#!/bin/sh\n${huskyLine.replace("npx paddlock", program)}`, 0o755);
  workspace.write("README.md", "# Manifests\n");
  workspace.git("add", "--all");
  workspace.git("commit", "--quiet", "--message", "Start");
});

afterEach(() => workspace.remove());

function commit(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  return workspace.run("git", "commit", "--message", "Change", ...words);
}

/** Commits without asking the hook. */
function have(file: string, content: string): void {
  workspace.write(file, content);
  workspace.git("add", "--all");
  workspace.git("commit", "--quiet", "--no-verify", "--message", "Have");
}

describe("a git hook with --staged", () => {
  test("stops a bad manifest and lets a good one pass", () => {
    workspace.write("deploy/job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    const stopped = commit();
    expect(stopped.output).toContain("deploy/job.yaml:18:18");
    expect(stopped.status).toBe(1);
    workspace.write("deploy/job.yaml", trainingJob("good"));
    workspace.git("add", "--all");
    expect(commit().status).toBe(0);
  });

  test("judges a partially staged file as staged, either way", () => {
    workspace.write("job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    workspace.write("job.yaml", trainingJob("good"));
    expect(commit().status).toBe(1);
    workspace.git("add", "--all");
    workspace.write("job.yaml", trainingJob("bad"));
    expect(commit().status).toBe(0);
    expect(workspace.git("show", "HEAD:job.yaml")).toBe(trainingJob("good"));
  });

  test("shows the lines as staged, where the work tree has others", () => {
    workspace.write("job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    workspace.write("job.yaml", `# one\n# two\n${trainingJob("bad").replace(":latest", ":edge")}`);
    const { output } = commit();
    expect(output).toContain("> 18 |           image: registry.example.com/paddle/train:latest");
    expect(output).not.toContain(":edge");
  });

  test("judges a renamed file under its new name, with and without a change", () => {
    have("old.yaml", trainingJob("bad"));
    workspace.git("mv", "old.yaml", "new name.yaml");
    const renamed = commit();
    expect(renamed.output).toContain("new name.yaml:18:18");
    expect(renamed.status).toBe(1);
    workspace.write("new name.yaml", trainingJob("good"));
    workspace.git("add", "--all");
    expect(commit().status).toBe(0);
  });

  test("leaves alone what is not staged: old violations, deleted and untracked files", () => {
    have("old.yaml", trainingJob("bad", "old"));
    have("gone.yaml", trainingJob("bad", "gone"));
    workspace.git("rm", "--quiet", "gone.yaml");
    workspace.write("untracked.yaml", trainingJob("bad", "untracked"));
    workspace.write("job.yaml", trainingJob("good"));
    workspace.git("add", "job.yaml");
    expect(commit()).toMatchObject({ status: 0 });
  });

  test("reads the index that `git commit FILE` and `git commit --all` make for themselves", () => {
    have("job.yaml", trainingJob("good"));
    have("other.yaml", trainingJob("good", "other"));
    workspace.write("job.yaml", trainingJob("bad"));
    expect(commit("--all")).toMatchObject({ status: 1 });
    expect(commit("--only", "job.yaml")).toMatchObject({ status: 1 });
    workspace.write("other.yaml", `${trainingJob("good", "other")}# checked\n`);
    expect(commit("--only", "other.yaml")).toMatchObject({ status: 0 });
  });

  test("works from a folder of the work tree, and in a linked work tree", () => {
    workspace.write("deploy/job.yaml", trainingJob("bad"));
    workspace.git("add", "--all");
    expect(workspace.runIn("deploy", "git", "commit", "--message", "Change").status).toBe(1);
    workspace.git("reset", "--quiet", "--hard");
    workspace.git("worktree", "add", "--quiet", "linked");
    workspace.write("linked/job.yaml", trainingJob("bad"));
    workspace.runIn("linked", "git", "add", "--all");
    const { status, output } = workspace.runIn("linked", "git", "commit", "--message", "Change");
    expect(output).toContain("job.yaml:18:18");
    expect(status).toBe(1);
  });

  test("takes relations from what is staged: a policy that goes away leaves the workload open", () => {
    const [job = "", policy = ""] = trainingJob("good").split("---\n");
    have("job.yaml", job);
    have("policy.yaml", policy);
    workspace.write("job.yaml", `${job}# changed\n`);
    workspace.git("add", "--all");
    expect(commit()).toMatchObject({ status: 0 });
    workspace.write("job.yaml", `${job}# changed again\n`);
    workspace.git("rm", "--quiet", "--cached", "policy.yaml");
    workspace.git("add", "job.yaml");
    const { status, output } = commit();
    expect(output).toContain("network-policy");
    expect(status).toBe(1);
  });

  test("stops a commit that it cannot judge", () => {
    workspace.write("job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: [\n");
    workspace.git("add", "--all");
    expect(commit().status).toBe(1);
    expect(workspace.git("log", "--format=%s")).toBe("Start\n");
  });

  test("lets a commit without manifests pass", () => {
    workspace.write("README.md", "# More\n");
    workspace.git("add", "--all");
    expect(commit()).toMatchObject({ status: 0 });
  });
});
