import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadKubeConfig } from "../../src/cluster/kube-config.ts";
import { ConfigurationError } from "../../src/config/configuration-error.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-kubeconfig-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const file = join(folder, "kubeconfig");
  writeFileSync(file, text);
  return file;
}

function kubeconfig(changes: object = {}): string {
  return written(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "production",
      clusters: [
        { name: "one", cluster: { server: "https://one.example:6443", "certificate-authority": "ca.crt" } },
        { name: "plain", cluster: { server: "http://plain.example" } },
      ],
      users: [{ name: "ci", user: { token: "t0ken" } }],
      contexts: [
        { name: "production", context: { cluster: "one", user: "ci" } },
        { name: "staging", context: { cluster: "one" } },
        { name: "lost", context: { cluster: "two", user: "ci" } },
        { name: "stranger", context: { cluster: "one", user: "nobody" } },
        { name: "plain", context: { cluster: "plain", user: "ci" } },
      ],
      ...changes,
    }),
  );
}

function refusal(load: () => unknown): { code: string | undefined; message: string } {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const [first] = (error as ConfigurationError).notifications;
    return { code: first?.code, message: first?.message ?? "" };
  }
  throw new Error("was not refused");
}

describe("a kubeconfig", () => {
  test("is read from the file that is named, with paths relative to it", () => {
    const found = loadKubeConfig({ kubeconfig: kubeconfig() });
    expect(found.getCurrentCluster()).toMatchObject({
      server: "https://one.example:6443",
      caFile: join(folder, "ca.crt"),
    });
    expect(found.getCurrentUser()?.token).toBe("t0ken");
  });

  test("is read from the home folder, where nothing is named", () => {
    mkdirSync(join(folder, ".kube"));
    renameSync(kubeconfig(), join(folder, ".kube", "config"));
    expect(loadKubeConfig({ environment: { HOME: folder } }).getCurrentContext()).toBe("production");
  });

  test("gives another context, which may name no user", () => {
    const found = loadKubeConfig({ kubeconfig: kubeconfig(), context: "staging" });
    expect(found.getCurrentCluster()).toMatchObject({ server: "https://one.example:6443" });
    expect(found.getCurrentUser()).toMatchObject({ name: "anonymous" });
  });

  test("that is not there is missing", () => {
    const file = join(folder, "none");
    expect(refusal(() => loadKubeConfig({ kubeconfig: file }))).toEqual({
      code: "kubeconfig-missing",
      message: `there is no kubeconfig "${file}"`,
    });
    expect(refusal(() => loadKubeConfig({ kubeconfig: file, language: "zh" })).message).toBe(
      `kubeconfig 文件 "${file}" 不存在`,
    );
  });

  test("that cannot be read is told as such", () => {
    expect(refusal(() => loadKubeConfig({ kubeconfig: folder }))).toEqual({
      code: "kubeconfig-missing",
      message: `the kubeconfig "${folder}" cannot be read: EISDIR: illegal operation on a directory`,
    });
  });

  test.each([
    ["no mapping", "null", /no valid kubeconfig: no mapping/],
    ["broken YAML", 'users: [{name: a, user: {token: "s3cret}}]\nclusters: {', /no valid kubeconfig: .*\(line \d\)$/],
    [
      "a cluster without a server",
      '{"clusters": [{"name": "a", "cluster": {}}]}',
      /clusters\[0\]\.cluster\.server is missing/,
    ],
  ])("with %s is invalid, and its text is not repeated", (_, text, message) => {
    const refused = refusal(() => loadKubeConfig({ kubeconfig: written(text) }));
    expect(refused.code).toBe("kubeconfig-invalid");
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain("s3cret");
  });

  test.each([
    ["prodution", 'the kubeconfig has no context "prodution"; did you mean "production"?'],
    ["lost", 'the context "lost" names the cluster "two", which the kubeconfig does not have'],
    ["stranger", 'the context "stranger" names the user "nobody", whom the kubeconfig does not have'],
  ])("does not give the context %s", (context, message) => {
    const file = kubeconfig();
    expect(refusal(() => loadKubeConfig({ kubeconfig: file, context }))).toEqual({ code: "kube-context", message });
  });

  test("without a current context asks for one", () => {
    const file = kubeconfig({ "current-context": "" });
    expect(refusal(() => loadKubeConfig({ kubeconfig: file })).message).toBe(
      `${file} names no current context; choose one with --kube-context`,
    );
  });

  test("is not used over plain HTTP", () => {
    const file = kubeconfig();
    expect(refusal(() => loadKubeConfig({ kubeconfig: file, context: "plain" })).code).toBe("kubeconfig-invalid");
  });
});

describe("without a kubeconfig", () => {
  test("a pod's own service account is used", () => {
    const environment = { HOME: folder, KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    const found = loadKubeConfig({ environment });
    expect(found.getCurrentContext()).toBe("inClusterContext");
  });

  test("and outside a pod there is no cluster", () => {
    const refused = refusal(() => loadKubeConfig({ environment: { HOME: folder } }));
    expect(refused.code).toBe("kubeconfig-missing");
    expect(refused.message).toContain("there is no cluster to ask");
  });
});
