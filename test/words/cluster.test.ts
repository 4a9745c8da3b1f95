import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, expect, test } from "vitest";
import { listOf, objectOf, textOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeCluster, openReports } from "../audit/fake-cluster.ts";
import { deployment, goodImage, isolation, namespace } from "../audit/objects.ts";
import { plainEnvironment } from "../cli/run.ts";
import { englishIn } from "./english.ts";

/** A command against a cluster that answers, and what it refuses or holds besides. */
interface Situation {
  readonly words: readonly string[];
  readonly refused?: (method: string, url: URL) => number | null;
  readonly mayNot?: (attributes: JsonObject) => boolean;
  readonly configuration?: string;
  readonly put?: readonly JsonObject[];
  /** Kinds of reports that it has; default: none. */
  readonly reports?: true;
  /** Without a webhook and its configuration. */
  readonly bare?: true;
}

const bad = "registry.example.com/app:latest";
const brief = ["audit", "--rule", "pinned-image", "--format", "compact"];
const exempt = ["exempt", "deployment/ocr", "-n", "ml"];
const add = [...exempt, "--for", "2h", "--reason", "故障"];
const at =
  (end: string, status: number, methods = "GET") =>
  (method: string, { pathname }: URL): number | null =>
    pathname.endsWith(end) && methods.includes(method) ? status : null;
const records = (value: string): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "paddlock-system", name: "paddlock-exemptions" },
  data: { broken: value },
});
const enforced = (more: string): string =>
  `admission: { namespaces: [{ match: ml, mode: enforce, since: "2026-06-01T00:00:00Z"${more} }] }\n`;

const situations: Readonly<Record<string, Situation>> = {
  "audit: findings in frames": { words: ["audit", "--profile", "strict"] },
  "audit: findings as Markdown": { words: ["audit", "--format", "markdown"] },
  "audit: a kind that may not be listed": { words: brief, refused: at("/pods", 403) },
  "audit: a kind that breaks": { words: brief, refused: at("/jobs", 500) },
  "audit: a kind whose list ends": { words: brief, refused: at("/pods", 410) },
  "audit: a group that is not told": { words: brief, refused: at("/apis/batch/v1", 500) },
  "audit: nothing is told": { words: brief, refused: () => 500 },
  "audit: nobody is let in": { words: brief, refused: () => 401 },
  "audit: nothing in a namespace may be listed": {
    words: [...brief, "-n", "ml"],
    refused: (_, url) => (url.pathname.includes("/namespaces/ml") ? 403 : null),
  },
  "audit: a namespace that there is not": { words: [...brief, "-n", "mll"] },
  "audit: policies may not be listed": {
    words: ["audit", "--rule", "network-policy", "--format", "compact"],
    refused: at("/networkpolicies", 403),
  },
  "audit: owners may not be listed": { words: brief, refused: at("/replicasets", 403) },
  "audit: no place for reports": { words: [...brief, "--policy-reports"] },
  "audit: another place for reports": { words: [...brief, "--policy-reports", "--report-api", "wgpolicyk8s.io"] },
  "audit: reports": { words: [...brief, "--policy-reports"], reports: true },
  "audit: reports that may not be written": {
    words: [...brief, "--policy-reports"],
    reports: true,
    refused: (method) => (method === "PATCH" ? 403 : null),
  },
  "audit: reports that cannot be written": {
    words: [...brief, "--policy-reports"],
    reports: true,
    refused: (method) => (method === "PATCH" ? 500 : null),
  },
  "audit: reports that may not be listed": {
    words: [...brief, "--policy-reports"],
    reports: true,
    refused: at("/reports", 403),
  },
  "audit: records that there are not": { words: [...brief, "--exemptions", "paddlock-system/none"] },
  "audit: records that may not be read": {
    words: [...brief, "--exemptions", "paddlock-system/paddlock-exemptions"],
    refused: at("/paddlock-exemptions", 403),
  },
  "audit: a broken record": {
    words: [...brief, "--exemptions", "paddlock-system/paddlock-exemptions"],
    put: [records("{")],
  },
  "preflight: ready": { words: ["audit", "--preflight"] },
  "preflight: not ready": { words: ["audit", "--preflight", "--policy-reports"], mayNot: () => true },
  "preflight: in a namespace": {
    words: ["audit", "--preflight", "-n", "ml"],
    mayNot: ({ resource }) => resource === "pods",
  },
  "preflight: nobody tells who asks": {
    words: ["audit", "--preflight"],
    refused: at("/selfsubjectreviews", 403, "POST"),
  },
  "preflight: no webhook": { words: ["audit", "--preflight"], bare: true },
  "would deny: something": { words: ["audit", "--would-deny", "ml"] },
  "would deny: nothing": { words: ["audit", "--would-deny", "ml"], configuration: "rules: { pinned-image: off }\n" },
  "would deny: by no configuration": { words: ["audit", "--would-deny", "ml"], bare: true },
  "would deny: cannot be told": {
    words: ["audit", "--would-deny", "ml"],
    refused: (_, url) => (/\/namespaces\/ml(?:\/|$)/.test(url.pathname) ? 403 : null),
  },
  "would deny: a namespace that there is not": { words: ["audit", "--would-deny", "mll"] },
  "would deny: a namespace that is never judged": { words: ["audit", "--would-deny", "kube-system"] },
  "exempt: written": { words: add },
  "exempt: for an object that is not there": { words: ["exempt", "deployment/ocrr", ...add.slice(2)] },
  "exempt: in no namespace": { words: ["exempt", "deployment/ocr", "-n", "mll", ...add.slice(4)] },
  "exempt: in a namespace that is never judged": {
    words: ["exempt", "deployment/ocr", "-n", "kube-system", ...add.slice(4)],
  },
  "exempt: of a kind that is never judged": { words: ["exempt", "namespace/ml", ...add.slice(2)] },
  "exempt: of a kind that there is not": { words: ["exempt", "deploymnt/ocr", ...add.slice(2)] },
  "exempt: that may not be written": { words: add, refused: at("/paddlock-exemptions", 403, "GET POST PUT PATCH") },
  "exempt: that is refused": { words: add, refused: at("/paddlock-exemptions", 500, "GET POST PUT PATCH") },
  "exempt: none to end": { words: [...exempt, "--end"] },
  "exempt: none to list": { words: ["exempt", "--list"] },
  "exempt: a broken one in the list": { words: ["exempt", "--list"], put: [records("[]")] },
  "enforce: as it would be": { words: ["enforce", "ml", "--for", "720h", "--dry-run"] },
  "enforce: done": { words: ["enforce", "ml"] },
  "enforce: until a day": { words: ["enforce", "ml", "--until", "2099-01-31"] },
  "enforce: widened": { words: ["enforce", "ml", "--for", "720h"], configuration: "admission: { mode: enforce }\n" },
  "enforce: nothing to change": { words: ["enforce", "ml", "--warn"], configuration: enforced("") },
  "enforce: a configuration that cannot be changed": { words: ["enforce", "ml"], configuration: "admission: [\n" },
  "enforce: a namespace that there is not": { words: ["enforce", "mll"] },
  "enforce: a namespace that is never judged": { words: ["enforce", "kube-system"] },
  "enforce: no release": { words: ["enforce", "ml"], bare: true },
  "enforce: that is refused": { words: ["enforce", "ml"], refused: at("/paddlock-config", 403, "PUT PATCH") },
  "enforce: entries that are refused": {
    words: ["enforce", "ml"],
    refused: at("/validatingwebhookconfigurations/paddlock", 403, "PUT PATCH"),
  },
};

const said = new Map<string, string>();

async function clusterOf({ refused, mayNot, configuration, put = [], reports, bare }: Situation): Promise<FakeCluster> {
  const cluster = await FakeCluster.start(
    ...(reports === undefined ? [] : openReports),
    { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    {
      ...{ group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration" },
      ...{ plural: "validatingwebhookconfigurations", namespaced: false },
    },
  );
  for (const each of ["ml", "calico-system", "kube-system", "paddlock-system"]) cluster.put(namespace(each));
  cluster.put(isolation("ml"), deployment("ml", "ocr", bad), deployment("ml", "table", goodImage), ...put);
  if (bare === undefined) {
    const service = { name: "paddlock", namespace: "paddlock-system" };
    cluster.put(
      {
        ...{ apiVersion: "v1", kind: "ConfigMap" },
        metadata: { namespace: "paddlock-system", name: "paddlock-config" },
        data: { "paddlock.yaml": `extends: recommended\n${configuration ?? ""}` },
      },
      {
        ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
        metadata: { name: "paddlock" },
        webhooks: [{ name: "validate.paddlock.dev", clientConfig: { service } }],
      },
    );
  }
  if (refused !== undefined) cluster.refusals.push(refused);
  if (mayNot !== undefined) cluster.mayNot = mayNot;
  return cluster;
}

/** What the reports in a cluster say. */
function reported(cluster: FakeCluster): string {
  const results = cluster.all("Report").flatMap((report) => listOf(report.results));
  return results.map((result) => textOf(objectOf(result).message) ?? "").join("\n");
}

/** A process for each would take minutes. */
beforeAll(async () => {
  const all = Object.entries(situations);
  const clusters = await Promise.all(all.map(([, situation]) => clusterOf(situation)));
  const cwd = mkdtempSync(join(tmpdir(), "paddlock-zh-"));
  const asked = all.map(([, { words }], index) => ({
    words: [...words, "--kubeconfig", clusters[index]?.kubeconfig, "--lang", "zh"],
    cwd,
    env: {},
  }));
  const child = spawn(process.execPath, [join(import.meta.dirname, "run-all.ts")], {
    env: { ...plainEnvironment(), HOME: cwd, NODE_NO_WARNINGS: "1" },
    stdio: "pipe",
  });
  child.stdin.end(JSON.stringify(asked));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [outs, errors] = [stdout.split("\u0000").slice(1), stderr.split("\u0000").slice(1)];
  for (const [index, [name]] of all.entries()) {
    const cluster = clusters[index];
    if (cluster === undefined) continue;
    said.set(name, `${outs[index] ?? ""}\n${errors[index] ?? ""}\n${reported(cluster)}`);
    await cluster.stop();
  }
  rmSync(cwd, { recursive: true, force: true });
}, 300_000);

/** The configuration and the rules of roles that are printed to be put somewhere, code frames, conditions of webhooks. */
const printed = /^(?:[ \t]*(?:- )?[\w."/-]+:(?: .*)?|[ \t]*- .*|\s*>?\s*\d+ [│|].*|---)$|应为 (?:false|In .*)$/gm;
/** Objects of these clusters. */
const names =
  /\b(?:ocr+|ml+|table|app|web|tester|isolation|calico|deployments?|pods|jobs|replicasets|networkpolicies|registry|latest|name)\b/g;

test.each(Object.keys(situations))("no English in Chinese: %s", (name) => {
  const heard = said.get(name) ?? "";
  const [, status = "none"] = heard.split("\u0001");
  expect(status, "it came to its end").toMatch(/^[012]\n/);
  expect(heard).toMatch(/\p{Script=Han}/u);
  expect(englishIn(heard.replaceAll(printed, "").replaceAll(names, " ")), heard).toEqual([]);
});
