import { join } from "node:path";
import { root } from "../cli/run.ts";

/** A command line that something is wrong with, and what it meets. */
export interface Situation {
  readonly words: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Beforehand, in the folder. */
  readonly git?: readonly (readonly string[])[];
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: ocr, namespace: ml}
spec:
  containers: [{name: ocr, image: "paddle:latest"}]
`;
/** Without frames, and without what rules say. */
const brief = ["--rule", "schema", "--format", "compact"];
const example = join(root, "fixtures/bundle/bundle.tar.gz");

function configured(text: string, words: readonly string[] = ["check", ...brief]): Situation {
  return { words, files: { ".paddlock.yaml": text, "pod.yaml": pod } };
}

function read(text: string | Uint8Array, file = "broken.yaml"): Situation {
  return { words: ["check", file, ...brief], files: { [file]: text } };
}

function policy(lines: string): string {
  return `signatures:\n  policies:\n    - name: ours\n      images: ["registry.example.com/**"]\n${lines}`;
}

const kubeconfig = (server: string, more = ""): string => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: k, context: {cluster: c, user: u}}]
current-context: k
${more}`;
const unreachable = { "kube.yaml": kubeconfig("https://127.0.0.1:1") };

export const situations: Readonly<Record<string, Situation>> = {
  "an unknown command": { words: ["chek"] },
  "an unknown command like none": { words: ["xxxxxxxx"] },
  "an unknown option": { words: ["check", "--profle", "strict"] },
  "a value that is missing": { words: ["check", "--namespace"] },
  "a value for a flag": { words: ["check", "--staged=yes"] },
  "a choice that there is not": { words: ["check", "--profile", "stict"] },
  "a format that there is not": { words: ["check", "--format", "jsno"] },
  "a format without its file": { words: ["check", "--format", "json="] },
  "two formats on standard output": { words: ["check", "--format", "json", "--format", "text"] },
  "an unknown rule": { words: ["check", "--rule", "pined-image"] },
  "an unknown level": { words: ["check", "--rule", "pinned-image=eror"] },
  "a rule that is asked for off": { words: ["check", "--rule", "pinned-image=off"] },
  "a version that is none": { words: ["check", "--kubernetes-version", "new"] },
  "options that exclude each other": { words: ["check", "--staged", "--changed-since", "HEAD"] },
  "alone and with": { words: ["check", "--alone", "--with", "."] },
  "staged standard input": { words: ["check", "--staged", "-"] },
  "no git work tree": { words: ["check", "--staged"] },
  "a revision that git does not know": {
    words: ["check", "--changed-since", "nowhere"],
    files: { "pod.yaml": pod },
    git: [["init", "-q"]],
  },
  "a configuration that is not there": { words: ["check", "--config", "no.yaml"] },
  "a configuration that is a folder": { words: ["check", "--config", "."] },
  "a baseline that is not there": { words: ["check", "--baseline", "no.json"] },
  "a baseline that is a folder": { words: ["check", "--baseline", "."] },
  "a baseline that is no JSON": { words: ["check", "--baseline", "b.json"], files: { "b.json": "{]" } },
  "a baseline that is none": { words: ["check", "--baseline", "b.json"], files: { "b.json": "[]" } },
  "a baseline of later": { words: ["check", "--baseline", "b.json"], files: { "b.json": '{"schemaVersion":9}' } },
  "a baseline with a broken entry": {
    words: ["check", "--baseline", "b.json"],
    files: { "b.json": '{"schemaVersion":1,"findings":[{}]}' },
  },
  "a baseline that is outdated": {
    words: ["check", "pod.yaml", "--baseline", "b.json", ...brief],
    files: {
      "pod.yaml": pod,
      "b.json":
        '{"schemaVersion":1,"findings":[{"fingerprint":"a","rule":"pinned-image","file":"gone.yaml","resource":"Pod/a","path":"spec"}]}',
    },
  },
  "a report that cannot be written": {
    words: ["check", "pod.yaml", ...brief, "--format", "json=pod.yaml/out.json"],
    files: { "pod.yaml": pod },
  },
  "a baseline that cannot be written": {
    words: ["check", "pod.yaml", ...brief, "--write-baseline", "."],
    files: { "pod.yaml": pod },
  },
  "a bundle that is not there": { words: ["check", "--bundle", "no.tar.gz"] },
  "a bundle that is no archive": { words: ["check", "--bundle", "b.tar.gz"], files: { "b.tar.gz": "text" } },
  "a bundle twice": { words: ["check", "--bundle", example, "--bundle", example] },
  "a file that is not there": { words: ["check", "deploy.yml"], files: { "deploy.yaml": pod } },
  "a glob that matches nothing": { words: ["check", "*.yml"], files: { "deploy.yaml": pod } },
  "nothing at all": { words: ["check"] },
  "an object without a name": read("apiVersion: v1\nkind: Pod\n", "pod.yaml"),
  "no object": { words: ["check", "a.yaml"], files: { "a.yaml": "a: 1\n" } },
  "figures of a run": { words: ["check", "pod.yaml", ...brief, "--stats"], files: { "pod.yaml": pod } },
  "a strict run without policies": {
    words: ["check", "pod.yaml", "--profile", "strict", "--rule", "signed-image"],
    files: { "pod.yaml": pod },
  },
  "values that are not there": {
    words: ["check", "chart", "--values", "no.yaml"],
    files: { "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n" },
  },
  "a chart without helm": {
    words: ["check", "chart"],
    files: { "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n" },
    env: { PADDLOCK_HELM: "/nowhere/helm" },
  },
  "a chart that helm refuses": {
    words: ["check", "chart"],
    files: { "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n" },
    env: { PADDLOCK_HELM: "/bin/false" },
  },
  "a kustomization without kustomize": {
    words: ["check", ".", ...brief],
    files: { "kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": pod },
    env: { PADDLOCK_KUSTOMIZE: "/nowhere/kustomize" },
  },
  "a kustomization that is refused": {
    words: ["check", ".", ...brief],
    files: { "kustomization.yaml": "resources: [none.yaml]\n", "pod.yaml": pod },
    env: { PADDLOCK_KUSTOMIZE: "/bin/false" },
  },
  "a remote kustomization": {
    words: ["check", ".", ...brief],
    files: { "kustomization.yaml": "resources: [https://example.com/a.yaml]\n" },
    env: { PADDLOCK_KUSTOMIZE: "/bin/false" },
  },

  "YAML: indentation": read("a: 1\n b: 2\n"),
  "YAML: an item's indentation": read("a:\n  - 1\n - 2\n"),
  "YAML: a tab": read("a:\n\tb: 1\n"),
  "YAML: no colon": read("a: 1\nb\nc: 2\n"),
  "YAML: a misplaced key": read("a: b: c\n"),
  "YAML: an open list": read("a: [1, 2\n"),
  "YAML: an open quote": read('a: "b\n'),
  "YAML: an open single quote": read("a: 'b\n"),
  "YAML: an escape": read('a: "\\q"\n'),
  "YAML: an alias": read("a: *b\n"),
  "YAML: an anchor within itself": read("a: &a [*a]\n"),
  "YAML: a missing comma": read("a: {b: 1 c: 2}\n"),
  "YAML: a duplicate key": read(`${pod}kind: Pod\n`),
  "YAML: a reserved character": read("a: @b\n"),
  "YAML: a backtick": read("a: `b`\n"),
  "YAML: a directive": read("%YAML 9.9\n---\na: 1\n"),
  "YAML: two directives": read("%YAML 1.2\n%YAML 1.2\n---\na: 1\n"),
  "YAML: a tag": read("a: !<x y> 1\n"),
  "YAML: a tag that does not fit": read(`${pod}x: !!int x\n`),
  "YAML: an unknown tag handle": read("a: !x!y 1\n"),
  "YAML: two anchors": read("a: &b &c 1\n"),
  "YAML: an anchor without a name": read("a: & 1\n"),
  "YAML: a block scalar's head": read("a: |99\n  b\n"),
  "YAML: a merge": read(`${pod}x: {<<: 1}\n`),
  "YAML: a key that is a list": read(`${pod}? [a]\n: 1\n`),
  "YAML: a control character": read("a: \u0001\n"),
  "YAML: after the document": read("[a]\nb: 1\n"),
  "YAML: a number for which JSON has no form": read(`${pod}x: .nan\n`),
  "YAML: a template": read(`${pod}x: {{ .Values.b }}\n`),
  "YAML: a line that hides": read("a: b\u0085c\n"),
  "JSON: a comma": read('{"kind": "Pod",}', "broken.json"),
  "JSON: a colon": read('{"a" 1}', "broken.json"),
  "JSON: an open string": read('{"a', "broken.json"),
  "JSON: an end": read('{"a":', "broken.json"),
  "JSON: an escape": read('{"a": "\\q"}', "broken.json"),
  "JSON: a control character": read('{"a": "\n"}', "broken.json"),
  "a file that is binary": read("a\u0000b"),
  "a file in another encoding": read(new Uint8Array([0xff, 0xfe, 0x61, 0x00])),
  "a file with a broken byte": read(new Uint8Array([0x61, 0x3a, 0x20, 0xe4, 0x0a])),

  "configuration: a list": configured("- a\n"),
  "configuration: a text": configured("a\n"),
  "configuration: two documents": configured("{}\n---\n{}\n"),
  "configuration: a broken YAML": configured("a: [\n"),
  "configuration: an unknown key": configured("profle: strict\n"),
  "configuration: an unknown key like none": configured("xxxxxxx: strict\n"),
  "configuration: an unknown rule": configured("rules:\n  pined-image: off\n"),
  "configuration: an unknown parameter": configured("rules:\n  pinned-image: {versionTags: maybe, foo: 1}\n"),
  "configuration: types": configured(
    "namespace: [a]\nrules: []\noverrides: 1\nwaivers: {}\nadmission: {mode: 1, exempt: 2}\n",
  ),
  "configuration: a choice": configured("admission: {mode: enfroce}\n"),
  "configuration: a version as a number": configured("kubernetesVersion: 1.30\n"),
  "configuration: an extends that is not there": configured("extends: ./no.yaml\n"),
  "configuration: an unknown profile": configured("extends: stict\n"),
  "configuration: a circle": configured("extends: ./.paddlock.yaml\n"),
  "configuration: a waiver": configured("waivers:\n  - {rule: pined-image, expires: 2027-02-31}\n"),
  "configuration: a waiver without a reason": configured("waivers:\n  - {rule: pinned-image, reason: ''}\n"),
  "configuration: namespaces": configured(
    "admission:\n  namespaces:\n    - {match: ['[a'], mode: warn, since: soon, until: 2027-01-31T00:00:00Z}\n    - {match: [a], mode: enforce, until: 2027-01-31T00:00:00Z}\n",
  ),
  "configuration: a glob": configured("overrides:\n  - files: ['a[']\n    rules: {pinned-image: off}\n"),
  "configuration: nothing in an override": configured("overrides:\n  - rules: {}\n"),
  "configuration: kinds": configured("kinds:\n  - {group: a, kind: 1, podTemplates: []}\n"),
  "configuration: numbers": configured("admission: {networkPolicyGrace: -1}\n"),
  "policies: none": configured("signatures: {policies: []}\n"),
  "policies: no authority": configured(policy("      authorities: []\n")),
  "policies: an expression": configured(
    policy('      authorities: [{keyless: {issuer: {regex: "("}, subject: {exact: a}}}]\n'),
  ),
  "policies: a key that is not there": configured(policy("      authorities: [{key: {file: no.pub}}]\n")),
  "policies: a key that is none": {
    ...configured(policy("      authorities: [{key: {file: pod.yaml}}]\n")),
  },
  "policies: a root that is none": configured(
    policy(
      "      authorities: [{keyless: {issuer: {exact: a}, subject: {exact: b}, trustedRoot: {file: pod.yaml}}}]\n",
    ),
  ),
  "policies: too many signatures": configured(
    policy("      require: {atLeast: 3}\n      authorities: [{key: {file: a.pub}}]\n"),
  ),

  "explain: an unknown rule": { words: ["explain", "pined-image"] },
  "explain: two rules": { words: ["explain", "pinned-image", "schema"] },
  "generate what": { words: ["generate"] },
  "generate something else": { words: ["generate", "charts"] },
  "generate without an address": { words: ["generate", "static-admission"] },
  "generate with an operand": { words: ["generate", "static-admission", "here"] },
  "generate for a Service": { words: ["generate", "static-admission", "--url", "https://a.b.svc", "--ca", "no"] },
  "generate without TLS": { words: ["generate", "static-admission", "--url", "http://127.0.0.1", "--ca", "no"] },
  "generate for another path": {
    words: ["generate", "static-admission", "--url", "https://127.0.0.1/x", "--ca", "no"],
  },
  "generate without the authority": {
    words: ["generate", "static-admission", "--url", "https://127.0.0.1", "--ca", "no.crt"],
  },
  "generate with an authority that is none": {
    words: ["generate", "static-admission", "--url", "https://127.0.0.1", "--ca", "ca.crt"],
    files: { "ca.crt": "text" },
  },
  "generate with a broken authority": {
    words: ["generate", "static-admission", "--url", "https://127.0.0.1", "--ca", "ca.crt"],
    files: { "ca.crt": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
  },
  "init with an operand": { words: ["init", "here"] },
  init: { words: ["init"], files: { "pod.yaml": pod } },
  "serve without a certificate": { words: ["serve"] },
  "serve with an operand": { words: ["serve", "here"] },
  "serve with half a certificate": { words: ["serve", "--tls-cert", "a"] },
  "serve with a certificate that is not there": {
    words: ["serve", "--no-cluster", "--tls-cert", "a", "--tls-key", "b"],
  },
  "serve with a certificate that is none": {
    words: ["serve", "--no-cluster", "--tls-cert", "a", "--tls-key", "b"],
    files: { a: "text", b: "text" },
  },
  "serve with an address that is none": {
    words: ["serve", "--no-cluster", "--tls-cert", "a", "--tls-key", "b", "--listen", "here"],
  },
  "serve with a delay that is none": {
    words: ["serve", "--no-cluster", "--tls-cert", "a", "--tls-key", "b", "--shutdown-delay", "soon"],
  },
  "serve with a long delay": {
    words: ["serve", "--no-cluster", "--tls-cert", "a", "--tls-key", "b", "--shutdown-delay", "1h"],
  },
  "serve with its own authority and without a cluster": { words: ["serve", "--tls-self-managed", "--no-cluster"] },
  "serve with its own authority and nothing of it": { words: ["serve", "--tls-self-managed"] },
  "serve with a stray option": { words: ["serve", "--service", "a/b", "--tls-cert", "a", "--tls-key", "b"] },
  "serve with a place that is none": {
    words: ["serve", "--exemptions", "here", "--tls-cert", "a", "--tls-key", "b"],
  },
  "serve: the configuration is good": { words: ["serve", "--check-config"] },
  "serve: the configuration lets all in": configured(
    "admission:\n  exempt:\n    serviceAccounts: [argocd/argocd-application-controller, kube-system/job-controller]\n    groups: ['system:authenticated']\n",
    ["serve", "--check-config"],
  ),
  "audit without a cluster": { words: ["audit"] },
  "audit with an operand": { words: ["audit", "ml"] },
  "audit: a namespace that is none": { words: ["audit", "-n", "A B"] },
  "audit: an interval without an end": { words: ["audit", "--interval", "1m"] },
  "audit: an interval that is none": { words: ["audit", "--watch", "--interval", "often"] },
  "audit: a shard that is none": { words: ["audit", "--shard", "9/8"] },
  "audit: a shard of a job that is none": { words: ["audit", "--shard", "auto/8"] },
  "audit: an API without reports": { words: ["audit", "--report-api", "wgpolicy"] },
  "audit: a preflight that is watched": { words: ["audit", "--preflight", "--watch"] },
  "audit: a preflight in another format": { words: ["audit", "--preflight", "--format", "sarif"] },
  "audit: what would be denied, in another format": { words: ["audit", "--would-deny", "ml", "--format", "sarif"] },
  "audit: what would be denied, and a namespace": { words: ["audit", "--would-deny", "ml", "-n", "ml"] },
  "audit: a kubeconfig that is not there": { words: ["audit", "--kubeconfig", "no.yaml"] },
  "audit: a kubeconfig that is a folder": { words: ["audit", "--kubeconfig", "."] },
  "audit: a kubeconfig that is none": { words: ["audit", "--kubeconfig", "k.yaml"], files: { "k.yaml": "a: [\n" } },
  "audit: a kubeconfig that is a list": { words: ["audit", "--kubeconfig", "k.yaml"], files: { "k.yaml": "- a\n" } },
  "audit: a context that there is not": {
    words: ["audit", "--kubeconfig", "kube.yaml", "--kube-context", "kk"],
    files: unreachable,
  },
  "audit: a cluster without TLS": {
    words: ["audit", "--kubeconfig", "k.yaml"],
    files: { "k.yaml": kubeconfig("http://127.0.0.1:1") },
  },
  "audit: a cluster that does not answer": { words: ["audit", "--kubeconfig", "kube.yaml"], files: unreachable },
  "audit: a preflight that nobody answers": {
    words: ["audit", "--preflight", "--kubeconfig", "kube.yaml"],
    files: unreachable,
  },
  "audit: what would be denied, unanswered": {
    words: ["audit", "--would-deny", "ml", "--kubeconfig", "kube.yaml"],
    files: unreachable,
  },
  "audit: a cluster that has no name": {
    words: ["audit", "--kubeconfig", "k.yaml"],
    files: { "k.yaml": kubeconfig("https://no.invalid:1") },
  },
  "enforce nothing": { words: ["enforce"] },
  "enforce for a while that is none": { words: ["enforce", "ml", "--for", "30d"] },
  "enforce until yesterday": { words: ["enforce", "ml", "--until", "2020-01-31"] },
  "enforce without a cluster": { words: ["enforce", "ml"] },
  "enforce, and nobody answers": { words: ["enforce", "ml", "--kubeconfig", "kube.yaml"], files: unreachable },
  "exempt nothing": { words: ["exempt"] },
  "exempt without a reason": { words: ["exempt", "deployment/ocr"] },
  "exempt without an end": { words: ["exempt", "deployment/ocr", "--reason", "x"] },
  "exempt for long": { words: ["exempt", "deployment/ocr", "--reason", "x", "--for", "48h"] },
  "exempt, and nobody answers": {
    words: ["exempt", "deployment/ocr", "--reason", "x", "--for", "1h", "--kubeconfig", "kube.yaml"],
    files: unreachable,
  },
  "verify nothing": { words: ["verify"] },
  "verify by nothing": { words: ["verify", "registry.example.com/a:1"] },
  "verify by two things": { words: ["verify", "a/b", "--key", "k", "--identity", "i"] },
  "verify by half an identity": { words: ["verify", "a/b", "--identity", "i"] },
  "verify by a root alone": { words: ["verify", "a/b", "--trusted-root", "r"] },
  "verify by a key that is not there": { words: ["verify", "127.0.0.1:1/a:1", "--key", "no.pub"] },
  "verify by a policy that there is not": configured(policy("      authorities: [{key: {file: a.pub}}]\n"), [
    "verify",
    "a/b",
    "--policy",
    "our",
  ]),
};

/** The helps, each whole. */
export const helps: readonly (readonly string[])[] = [
  [],
  ["--help"],
  ...["check", "explain", "serve", "audit", "enforce", "exempt", "verify", "generate", "init"].map((command) => [
    command,
    "--help",
  ]),
  ["generate", "static-admission", "--help"],
  ["explain"],
];
