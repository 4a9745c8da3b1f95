import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { freePorts } from "../../tools/cluster/free-ports.ts";
import { CHART, chartValues, helm } from "../cluster/harness/helm.ts";
import { createNamespaces, listOfObjects } from "../cluster/harness/objects.ts";
import { PADDLOCK } from "../cluster/harness/paddlock-server.ts";
import { waitUntil } from "../cluster/harness/wait-until.ts";
import { badPod, isDenied } from "./guarded-cluster.ts";

/** Whose rights the webhook has, by the guide. */
const USER = "paddlock-static";
const root = join(import.meta.dirname, "../..");
const guide = readFileSync(join(root, "docs/static-admission.md"), "utf8");
/** The guide's commands, in its order. */
const blocks = [...guide.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, code = ""]) => code);

/** Stands for the machine of an administrator, and for a node: its folder `/etc/kubernetes` is this one. */
let folder: string;
let cluster: Cluster;
let port: number;
let metricsPort: number;
let printed: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-guide-")));
  [port = 0, metricsPort = 0] = await freePorts(2);
  mkdirSync(join(folder, "paddlock"));
  mkdirSync(join(folder, "manifests"));
  // As yet this API server has nothing of us.
  const admission = { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [] };
  writeFileSync(join(folder, "paddlock/admission-configuration.yaml"), JSON.stringify(admission));
  cluster = await Cluster.start({
    apiServer: "1.37",
    apiServerFlags: [`--admission-control-config-file=${folder}/paddlock/admission-configuration.yaml`],
    users: [{ name: USER, groups: [] }],
  });
  await createNamespaces(cluster, ["paddlock-system", "ml", "late"]);
  const installed = await helm(cluster, ["install", "paddlock", CHART, ...chartValues(cluster, {})]);
  expect(installed).toMatchObject({ status: 0, stderr: "" });
  // What the chart registers is not what is tried here.
  await cluster.kubectl(["delete", "validatingwebhookconfiguration", "paddlock"]);
  configure(["ml"]);
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("an authority and a certificate are made", async () => {
  await run(blocks[0]);
});

test("the webhook is let to know the cluster", async () => {
  const [kubeadm = "", kubectl = ""] = (blocks[1] ?? "").trim().split(/\n */);
  expect(kubeadm).toMatch(/^kubeadm kubeconfig user --client-name=paddlock-static .* > kubeconfig$/);
  copyFileSync(cluster.writeKubeconfig("static.kubeconfig", cluster.token(USER)), join(folder, "kubeconfig"));
  expect((await cluster.kubectl(kubectl.split(" ").slice(1))).status).toBe(0);
});

test("it starts on a node, as its static pod says, and answers", async () => {
  copyFileSync(join(root, "deploy/static/pod.yaml"), join(folder, "pod.yaml"));
  const [, curl = ""] = /^ *(curl .*)$/m.exec(blocks[2] ?? "") ?? [];
  await run(blocks[2]?.replace(curl, ""));
  await startWebhook();
  await waitUntil("it is ready", async () => (await shell(`${here(curl)} --fail --silent`)).status === 0);
});

test("the files are written, and put where the command says", async () => {
  printed = await run(blocks[3]);
  const copy = [...printed.matchAll(/^ {7}(sudo install .*)$/gm)].map(([, line = ""]) => line);
  expect(copy).toHaveLength(4);
  await run(copy.slice(0, 3).join("\n"));
  await cluster.process("kube-apiserver").end("SIGKILL");
  await cluster.startApiServer();
});

test("it bites, where it is configured to and nowhere else", async () => {
  expect(isDenied(await create("ml"))).toBe(true);
  expect((await create("late")).status).toBe(201);
});

test("it knows the cluster, with no more rights than the guide gives it, and agrees with the files", async () => {
  const states = async (): Promise<readonly string[]> => {
    const report = JSON.parse(await (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).text());
    const informers: readonly { kind: string; state: string }[] = report.informers;
    const registered: readonly { state: string }[] = report.webhookConfigurations;
    return [...informers.map(({ kind, state }) => `${kind} ${state}`), ...registered.map(({ state }) => state)].sort();
  };
  let last: readonly string[] = [];
  // A new API server refuses for a moment what it has not read the rights to yet; and a file is looked at now and then.
  await waitUntil(
    "all is known",
    async () => {
      last = (await states()).filter((each) => !each.endsWith(" absent"));
      return !last.some((each) => / (?:syncing|lost|forbidden)$/.test(each)) && last.includes("agrees");
    },
    60,
  ).catch(() => {});
  // What its rules ask for, each of another group.
  const wanted = [
    "Namespace",
    "NetworkPolicy.networking.k8s.io",
    "Deployment.apps",
    "HorizontalPodAutoscaler.autoscaling",
  ];
  expect(last).toEqual(expect.arrayContaining(wanted.map((kind) => `${kind} synced`)));
  expect(last.filter((each) => !each.endsWith(" synced"))).toEqual(["agrees"]);
});

test("it is seen and cannot be taken away, as the command says", async () => {
  const hash = /sha256:[0-9a-f]{64}/.exec(printed)?.[0] ?? "none";
  const metrics = await cluster.kubectl(["get", "--raw", "/metrics"]);
  expect(metrics.stdout).toMatch(
    new RegExp(`apiserver_manifest_admission_config_controller_last_config_info\\{.*${hash}`),
  );
  const removed = await cluster.kubectl(["delete", "validatingwebhookconfiguration", "paddlock.static.k8s.io"]);
  expect(removed.stderr).toContain("NotFound");
  expect(isDenied(await create("ml"))).toBe(true);
});

test("a change is made as the guide says: the files anew, at once, and the webhook's configuration", async () => {
  configure(["ml", "late"]);
  await run(blocks[4]);
  await waitUntil("late is enforced", async () => (await create("late")).status === 403, 90);
});

test("in an emergency the file is removed, and nothing is asked any more", async () => {
  const [, file = ""] = /`(\/etc\/kubernetes\/paddlock\/[\w/.-]+)`: it is not asked/.exec(guide) ?? [];
  rmSync(here(file));
  await waitUntil("nobody is asked", async () => (await create("ml")).status === 201, 90);
  expect((await listOfObjects(cluster, "/api/v1/namespaces/ml/pods")).length).toBe(1);
});

test("no command of the guide was left out", () => {
  expect(blocks).toHaveLength(5);
});

/** The configuration on the administrator's machine. */
function configure(enforced: readonly string[]): void {
  const admission = { mode: "warn", namespaces: [{ match: enforced, mode: "enforce" }] };
  writeFileSync(join(folder, "paddlock.yaml"), JSON.stringify({ extends: "recommended", admission }));
}

/** Runs paddlock as the kubelet would: with the words of the static pod, and its folders mounted. */
async function startWebhook(): Promise<void> {
  const pod = parse(readFileSync(join(folder, "manifests/paddlock.yaml"), "utf8"));
  const words = pod.spec.containers[0].args.map((word: string) =>
    here(word.replace("/etc/paddlock/", "/etc/kubernetes/paddlock-server/")),
  );
  const command = process.execPath;
  const started = cluster.processes.start({
    name: "static-pod",
    command,
    words: [PADDLOCK, ...words],
    env: process.env,
  });
  await started.until(() => started.stdout.includes("listening"));
}

/** A command of the guide as it reads on this machine: other folders and ports, no other user, this very paddlock. */
function here(text: string): string {
  return text
    .replaceAll("/etc/kubernetes", folder)
    .replaceAll("127.0.0.1:8443", `127.0.0.1:${port}`)
    .replaceAll("127.0.0.1:9443", `127.0.0.1:${metricsPort}`)
    .replaceAll("sudo ", "")
    .replaceAll(" -o 65532", "")
    .replaceAll("-m 0500", "-m 0700")
    .replaceAll(
      "paddlock generate static-admission",
      `"$NODE" "$PADDLOCK" generate static-admission --node-directory ${folder}/paddlock`,
    );
}

/** Runs commands one after another in the folder; what they print. */
async function run(commands: string | undefined): Promise<string> {
  if (commands === undefined) throw new Error("the guide has fewer commands than there are steps");
  const { status, stdout, stderr } = await shell(here(commands));
  if (status !== 0) throw new Error(`${commands}: ${stderr}`);
  return stdout;
}

function shell(script: string): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, NODE: process.execPath, PADDLOCK };
  return new Promise((settle) => {
    execFile("bash", ["-euc", script], { cwd: folder, env }, (error, stdout, stderr) => {
      settle({ status: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stdout, stderr });
    });
  });
}

function create(namespace: string): ReturnType<Cluster["client"]["post"]> {
  return cluster.client.post(`/api/v1/namespaces/${namespace}/pods`, {
    ...badPod(namespace, "a"),
    metadata: { generateName: "a-" },
  });
}
