import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { folder, type Run } from "../cli/run.ts";
import { until } from "../cluster-client/until.ts";
import { FakeCluster, openReports } from "./fake-cluster.ts";
import { deployment, goodImage, namespace, pod } from "./objects.ts";
import { paddlock, startPaddlock } from "./run.ts";

let cluster: FakeCluster;
const bad = "registry.example.com/app:latest";

beforeEach(async () => {
  cluster = await FakeCluster.start(...openReports);
});

afterEach(async () => {
  await cluster.stop();
});

function audit(words: readonly string[], cwd: string = folder()): Promise<Run> {
  return paddlock(["audit", "--kubeconfig", cluster.kubeconfig, "--rule", "pinned-image", ...words], cwd);
}

test("shows what is wrong in a frame, and exits with 1", async () => {
  cluster.put(deployment("ml", "ocr", bad));
  const { status, stdout, stderr } = await audit([]);
  expect(stdout).toContain("ml/deployment.apps/ocr\nDeployment ml/ocr\n");
  expect(stdout).toContain(`image: ${bad}`);
  expect(stdout).toContain("^".repeat(bad.length));
  expect(stdout).toContain("1 error.");
  expect(stdout).toMatch(/^Checked 1 object, 1 workload with 1 rule /m);
  expect(stderr).toBe("");
  expect(status).toBe(1);
});

test("exits with 0 where nothing is wrong, and with 2 where something could not be judged", async () => {
  cluster.put(deployment("ml", "ocr", goodImage));
  expect(await audit([])).toMatchObject({ status: 0, stderr: "" });
  cluster.refusals.push((_, url) => (url.pathname === "/api/v1/pods" ? 403 : null));
  const { status, stdout } = await audit([]);
  expect(stdout).toContain("not allowed to list pods, so none was judged");
  expect(status).toBe(2);
});

test("writes every format, and says of the reports on standard error", async () => {
  const cwd = folder();
  cluster.put(deployment("ml", "ocr", bad));
  const words = ["--policy-reports", "--format", "json", "--format", "sarif=audit.sarif", "--lang", "zh"];
  const { status, stdout, stderr } = await audit(words, cwd);
  expect(JSON.parse(stdout)).toMatchObject({
    summary: { errors: 1, workloads: 1 },
    findings: [
      {
        file: "ml/deployment.apps/ocr",
        resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "ocr" },
      },
    ],
  });
  expect(JSON.parse(readFileSync(join(cwd, "audit.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  expect(stderr).toBe("报告（openreports.io/v1alpha1）：写入 1 份，未变 0 份，删除 0 份\n");
  expect(status).toBe(1);
});

test("reads configuration, namespaces and context as they are named", async () => {
  const cwd = folder({ ".paddlock.yaml": "rules: { pinned-image: { level: warning } }\n" });
  cluster.put(namespace("a"), namespace("b"), pod("a", "p", bad), pod("b", "p", bad), pod("c", "p", bad));
  const words = ["--namespace", "a", "--namespace=b", "--kube-context", "fake", "--format", "compact"];
  const { status, stdout } = await audit(words, cwd);
  expect(stdout).toContain("a/pod/p:");
  expect(stdout).toContain("b/pod/p:");
  expect(stdout).not.toContain("c/pod/p:");
  expect(stdout).toContain("2 warnings.");
  expect(status).toBe(0);
});

describe("cannot begin", () => {
  test.each<[readonly string[], string]>([
    [["ml"], 'audit takes no operand: "ml"; --namespace names a namespace'],
    [["--namespace", "ML"], '"ML" is no name of a namespace'],
    [["--namespace", "ml", "--all-namespaces"], "--namespace and --all-namespaces exclude each other"],
    [["--shard", "9/8"], '--shard is I/N with I from 1 to N, as 3/8, not "9/8"'],
    [["--shard", "auto/8"], "JOB_COMPLETION_INDEX is not set"],
    [["--report-api", "wgpolicy"], "--report-api goes with --policy-reports"],
    [["--report-api", "kyverno", "--policy-reports"], "--report-api is one of openreports, wgpolicy"],
    [["--interval", "10m"], "--interval goes with --watch"],
    [["--watch", "--interval", "0s"], "--interval is a time from 1s on"],
    [["--polcy-reports"], 'unknown option --polcy-reports; did you mean "--policy-reports"?'],
    [["--kube-context", "fak"], 'has no context "fak"; did you mean "fake"?'],
    [["--kubeconfig", "nowhere"], 'there is no kubeconfig "nowhere"'],
  ])("with %j", async (words, message) => {
    const { status, stdout, stderr } = await audit(words);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test("without credentials", async () => {
    const { status, stderr } = await paddlock(["audit"], folder());
    expect(stderr).toContain("there is no cluster to ask");
    expect(status).toBe(2);
  });

  test("where the cluster cannot be reached", async () => {
    const gone = await FakeCluster.start();
    const config = readFileSync(gone.kubeconfig, "utf8");
    await gone.stop();
    const cwd = folder({ kubeconfig: config });
    const { status, stdout, stderr } = await paddlock(["audit", "--kubeconfig", "kubeconfig"], cwd);
    expect(stderr).toMatch(/^paddlock: the cluster at https:\/\/127\.0\.0\.1:\d+ cannot be reached: /);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("--watch", () => {
  test("audits again, and ends with 0 on a signal", async () => {
    cluster.put(deployment("ml", "ocr", bad));
    const words = ["audit", "--kubeconfig", cluster.kubeconfig, "--rule", "pinned-image", "--format", "compact"];
    const run = startPaddlock([...words, "--watch", "--interval", "1s"], folder());
    await until(() => run.stdout().includes("1 error."));
    cluster.put(deployment("ml", "ocr", goodImage));
    await until(() => run.stdout().includes("Nothing to say."));
    run.child.kill("SIGTERM");
    expect(await run.ended).toMatchObject({ status: 0, stderr: "" });
  });

  test("outlives a cluster that cannot be asked for a while", async () => {
    cluster.put(deployment("ml", "ocr", bad));
    const words = ["audit", "--kubeconfig", cluster.kubeconfig, "--rule", "pinned-image", "--format", "compact"];
    const run = startPaddlock([...words, "--watch", "--interval", "1s"], folder());
    await until(() => run.stdout().includes("1 error."));
    cluster.refusals.push(() => 503);
    await until(() => run.stderr().includes("does not tell what it serves"));
    cluster.refusals.length = 0;
    cluster.put(deployment("ml", "ocr", goodImage));
    await until(() => run.stdout().includes("Nothing to say."));
    run.child.kill("SIGTERM");
    expect(await run.ended).toMatchObject({ status: 0 });
  });

  test("ends at once in the middle of an audit, which nobody hears of", async () => {
    cluster.put(deployment("ml", "ocr", bad));
    let asked = false;
    const words = ["audit", "--kubeconfig", cluster.kubeconfig, "--watch"];
    const run = startPaddlock(words, folder());
    cluster.onPage = () => {
      if (!asked) run.child.kill("SIGTERM");
      asked = true;
    };
    expect(await run.ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(asked).toBe(true);
  });

  test("does not begin where the cluster cannot be asked", async () => {
    cluster.refusals.push(() => 403);
    const { status, stderr } = await audit(["--watch"]);
    expect(stderr).toContain("does not tell what it serves");
    expect(status).toBe(2);
  });
});

test("--help explains it in both languages, with examples", async () => {
  for (const [language, words] of [
    ["en", "the I-th of N equal parts of all objects"],
    ["zh", "把全部对象均分为 N 份"],
  ] as const) {
    const { status, stdout } = await paddlock(["audit", "--help", "--lang", language], folder());
    for (const part of [words, "--policy-reports", "--shard I/N", "auto/8", "kubectl paddlock audit -n ml"]) {
      expect(stdout).toContain(part);
    }
    expect(status).toBe(0);
  }
});
