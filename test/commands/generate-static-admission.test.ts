import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { StaticAdmissionError } from "../../src/admission/static-admission/static-admission-error.ts";
import { configurationHash } from "../../src/admission/static-admission/static-files.ts";
import { staticAdmissionWords } from "../../src/admission/static-admission/words.ts";
import {
  generateStaticAdmission,
  type StaticAdmissionOptions,
} from "../../src/commands/generate/generate-static-admission.ts";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import type { Language } from "../../src/messages/language.ts";
import { workspace } from "../config/workspace.ts";
import { expectGolden } from "../golden.ts";

// An authority of ten years from 2026 on, and a certificate of its for 127.0.0.1 until 2027: only read, so no key is here.
const certificates = join(import.meta.dirname, "static-admission");
const ca = join(certificates, "ca.crt");
const certificate = join(certificates, "tls.crt");
const now = new Date("2026-12-01T00:00:00Z");

const enforcing = `extends: recommended
admission:
  mode: warn
  namespaces:
    - { match: [ml], mode: enforce }
kinds:
  - { apiVersion: example.com/v1, kind: TrainingFleet, pods: [spec.template.spec] }
  - { apiVersion: "*.example.org/v1", kind: Policy, pods: [spec.template.spec] }
`;

function generate(cwd: string, given: Partial<StaticAdmissionOptions> = {}): Promise<string> {
  return generateStaticAdmission({
    cwd,
    language: "en",
    now,
    url: "https://127.0.0.1:8443",
    ca,
    certificate,
    acceptExpiry: false,
    config: undefined,
    fail: false,
    namespace: "paddlock-system",
    excluded: [],
    nodeDirectory: "/etc/kubernetes/paddlock",
    output: "out",
    force: false,
    ...given,
  });
}

const files = ["admission-configuration.yaml", "kubeadm.yaml", "validating-webhooks/paddlock.yaml"];
const read = (cwd: string, file: string): string => readFileSync(join(cwd, "out", file), "utf8");

for (const language of ["en", "zh"] satisfies Language[]) {
  it(`writes three files and says what to do with them (${language})`, async () => {
    const cwd = workspace({ ".paddlock.yaml": enforcing });
    const text = await generate(cwd, { language });
    const hash = configurationHash(read(cwd, "validating-webhooks/paddlock.yaml"));
    expect(text).toContain(hash);
    expectGolden(join(import.meta.dirname, `golden/static-admission.${language}.txt`), text.replace(hash, "sha256:…"));
    for (const file of files) {
      expectGolden(
        join(import.meta.dirname, `golden/static-admission/${file}`),
        read(cwd, file)
          .replaceAll(/caBundle: .*/g, "caBundle: …")
          // Which kinds there are, the tables say.
          .replaceAll(/^( +rules:)\n(?: {6}.*\n)+/gm, "$1 …\n"),
      );
      expect(statSync(join(cwd, "out", file)).mode & 0o022).toBe(0);
    }
    expect(readdirSync(join(cwd, "out"), { recursive: true }).sort()).toEqual([...files, "validating-webhooks"].sort());
  });
}

it("writes the same files whatever language it speaks", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing });
  await generate(cwd, { language: "en" });
  const english = files.map((file) => read(cwd, file));
  await generate(cwd, { language: "zh", force: true });
  expect(files.map((file) => read(cwd, file))).toEqual(english);
});

it("puts the authority into each entry as it is, and closes only with --fail", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing });
  await generate(cwd);
  const { webhooks } = parse(read(cwd, "validating-webhooks/paddlock.yaml"));
  expect(webhooks.length).toBeGreaterThan(1);
  for (const { clientConfig, failurePolicy } of webhooks) {
    expect(clientConfig.url).toBe("https://127.0.0.1:8443/validate");
    expect(clientConfig.service).toBeUndefined();
    expect(Buffer.from(clientConfig.caBundle, "base64").toString()).toBe(readFileSync(ca, "utf8"));
    expect(failurePolicy).toBe("Ignore");
  }
  const text = await generate(cwd, { fail: true, force: true });
  const closed = parse(read(cwd, "validating-webhooks/paddlock.yaml")).webhooks;
  expect(closed.map((each: { failurePolicy: string }) => each.failurePolicy)).toEqual(["Fail", "Ignore", "Ignore"]);
  expect(text).toContain(staticAdmissionWords.en.policy(true, true));
  expect(text).toContain("Configured   .paddlock.yaml\n");
  writeFileSync(join(cwd, "other.yaml"), "extends: .paddlock.yaml\nadmission: { mode: audit }\n");
  expect(await generate(cwd, { config: "other.yaml", force: true })).toContain(
    "Configured   other.yaml, .paddlock.yaml\n",
  );
  rmSync(join(cwd, ".paddlock.yaml"));
  expect(await generate(cwd, { force: true })).toContain("Configured   by no file");
  writeFileSync(join(cwd, ".paddlock.yaml"), "extends: recommended\n");
  expect(await generate(cwd, { fail: true, force: true })).toContain(staticAdmissionWords.en.policy(true, false));
});

it("leaves out the namespaces that it is told of, each once, and takes another folder", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing });
  await generate(cwd, { namespace: "guards", excluded: ["kube-system", "cni"], nodeDirectory: "/opt/hooks/" });
  const [{ namespaceSelector }] = parse(read(cwd, "validating-webhooks/paddlock.yaml")).webhooks;
  expect(namespaceSelector.matchExpressions[0]).toEqual({
    key: "kubernetes.io/metadata.name",
    operator: "NotIn",
    values: ["kube-system", "kube-node-lease", "guards", "cni"],
  });
  expect(parse(read(cwd, "admission-configuration.yaml")).plugins[0].configuration.staticManifestsDir).toBe(
    "/opt/hooks/validating-webhooks",
  );
  expect(parse(read(cwd, "kubeadm.yaml")).apiServer.extraVolumes[0].hostPath).toBe("/opt/hooks");
  const text = await generate(cwd, { namespace: "kube-system", force: true });
  expect(text).toContain("Left out     kube-system, kube-node-lease: each must be there");
});

it("overwrites nothing that it is not told to, not even one file of them", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing, "out/kubeadm.yaml": "mine" });
  const words = staticAdmissionWords.en;
  await expect(generate(cwd)).rejects.toThrow(new StaticAdmissionError(words.exists(["out/kubeadm.yaml"])));
  expect(read(cwd, "kubeadm.yaml")).toBe("mine");
  expect(existsSync(join(cwd, "out/admission-configuration.yaml"))).toBe(false);
  await generate(cwd, { force: true });
  expect(read(cwd, "kubeadm.yaml")).toContain("ClusterConfiguration");
});

it("follows no link where it writes", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing, "elsewhere.yaml": "mine" });
  mkdirSync(join(cwd, "out"));
  symlinkSync(join(cwd, "elsewhere.yaml"), join(cwd, "out/kubeadm.yaml"));
  await expect(generate(cwd)).rejects.toThrow(StaticAdmissionError);
  await generate(cwd, { force: true });
  expect(readFileSync(join(cwd, "elsewhere.yaml"), "utf8")).toBe("mine");
  expect(lstatSync(join(cwd, "out/kubeadm.yaml")).isSymbolicLink()).toBe(false);
});

it("writes nothing where something given cannot be used", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing, "huge.crt": " ".repeat((1 << 20) + 1) });
  const words = staticAdmissionWords.en;
  const wrong: readonly [Partial<StaticAdmissionOptions>, string][] = [
    [{ url: "http://127.0.0.1" }, words.notHttps("http://127.0.0.1")],
    [{ ca: "none.crt" }, words.unreadable("none.crt", "ENOENT: no such file or directory")],
    [{ ca: "." }, words.unreadable(".", "EISDIR: illegal operation on a directory")],
    [{ ca: "huge.crt" }, words.unreadable("huge.crt", "1048577 B > 1048576 B")],
    [{ ca: certificate }, words.noAuthority(certificate, "CN=server")],
    [{ url: "https://10.0.0.1" }, words.otherHost(certificate, "10.0.0.1", "IP Address:127.0.0.1")],
    [{ namespace: "Not_a_name" }, words.namespace("Not_a_name")],
    [{ excluded: ["a", ""] }, words.namespace("")],
    [{ nodeDirectory: "etc" }, words.directory("etc")],
    [{ nodeDirectory: "/etc/../x" }, words.directory("/etc/../x")],
    [{ nodeDirectory: "/etc/a b" }, words.directory("/etc/a b")],
    [{ nodeDirectory: "/" }, words.directory("/")],
  ];
  for (const [given, message] of wrong) {
    await expect(generate(cwd, given)).rejects.toThrow(new StaticAdmissionError(message));
  }
  await expect(generate(cwd, { config: "none.yaml" })).rejects.toThrow(ConfigurationError);
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

it("says so where it cannot write, and names folders for a shell", async () => {
  const cwd = workspace({ ".paddlock.yaml": enforcing, file: "" });
  await expect(generate(cwd, { output: "file" })).rejects.toThrow(StaticAdmissionError);
  const text = await generate(cwd, { output: "it's out" });
  expect(text).toContain("install -m 0644 'it'\\''s out'/admission-configuration.yaml ");
});
