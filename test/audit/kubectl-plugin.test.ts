import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { folder, type Run, root } from "../cli/run.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { namespace, pod } from "./objects.ts";
import { started } from "./run.ts";

const plugin = join(root, "bin/kubectl-paddlock.cjs");
const kubectl = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "paddlock-cluster/bin/kubectl");
const bad = "registry.example.com/app:latest";
let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.start();
  cluster.put(namespace("a"), namespace("b"), pod("a", "p", bad), pod("b", "p", bad));
});

afterEach(async () => {
  await cluster.stop();
});

const audit = ["audit", "--rule", "pinned-image", "--format", "compact"];

/** What kubectl would run, with the words behind `kubectl paddlock`. */
function asPlugin(words: readonly string[], cwd: string = folder()): Promise<Run> {
  return started(process.execPath, [plugin, ...words], cwd, { KUBECONFIG: cluster.kubeconfig }).ended;
}

describe("the plugin", () => {
  test.each([
    [["-n", "a"]],
    [["-na"]],
    [["-n=a"]],
    [["--namespace", "a"]],
    [["--namespace=a"]],
    [["--context", "fake", "-n", "a"]],
    [["--context=fake", "--kube-context", "fake", "-n", "a"]],
  ])("understands %j", async (words) => {
    const { status, stdout, stderr } = await asPlugin([...audit, ...words]);
    expect(stderr).toBe("");
    expect(stdout).toContain("a/pod/p:");
    expect(stdout).not.toContain("b/pod/p:");
    expect(status).toBe(1);
  });

  test("takes -A for all namespaces", async () => {
    const { stdout } = await asPlugin([...audit, "-A"]);
    expect(stdout).toContain("a/pod/p:");
    expect(stdout).toContain("b/pod/p:");
  });

  test("hands on the name of a context that there is not", async () => {
    expect(await asPlugin([...audit, "--context", "fak"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no context "fak"'),
    });
  });

  test("helps where no command is given", async () => {
    const { status, stdout } = await asPlugin([]);
    expect(stdout).toContain("paddlock audit");
    expect(status).toBe(0);
  });

  test("passes other commands through as they are", async () => {
    const cwd = folder({ "good.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n" });
    expect(await asPlugin(["check", "good.yaml", "--format", "compact"], cwd)).toMatchObject({ status: 0, stderr: "" });
    expect(await asPlugin(["check", "good.yaml", "-n", "a"], cwd)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option -n"),
    });
  });
});

test.skipIf(!existsSync(kubectl))("kubectl finds it on the PATH, and hands its exit status on", async () => {
  const cwd = folder();
  const path = join(cwd, "path");
  mkdirSync(path);
  symlinkSync(plugin, join(path, "kubectl-paddlock"));
  const env = {
    KUBECONFIG: cluster.kubeconfig,
    PATH: [path, dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  const { status, stdout } = await started(kubectl, ["paddlock", ...audit, "-n", "a"], cwd, env).ended;
  expect(stdout).toContain("a/pod/p:");
  expect(stdout).not.toContain("b/pod/p:");
  expect(status).toBe(1);
});
