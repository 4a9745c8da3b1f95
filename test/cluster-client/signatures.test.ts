import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { pullSecretCredentials } from "../../src/cluster/pull-secrets.ts";
import { secretValue } from "../../src/cluster/secret-value.ts";
import { warmSignatures } from "../../src/cluster/warm-signatures.ts";
import type { SignatureFacts } from "../../src/facts/signatures/fact.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { registryWords } from "../../src/registry/words.ts";
import { FakeCluster } from "../audit/fake-cluster.ts";
import { pod } from "../audit/objects.ts";

let cluster: FakeCluster;
let client: ClusterClient;
const repository = { host: "registry.example.com", path: "ml/ocr" };

beforeEach(async () => {
  cluster = await FakeCluster.start({ group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true });
  client = new ClusterClient(cluster.kubeConfig());
});

afterEach(async () => {
  vi.useRealTimers();
  client.close();
  await cluster.stop();
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function secret(namespace: string, name: string, data: Readonly<Record<string, string>>): JsonObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace, name }, data: encoded };
}

function login(namespace: string, name: string, host: string, password: string): JsonObject {
  const auths = { [host]: { auth: base64(`puller:${password}`) } };
  return secret(namespace, name, { ".dockerconfigjson": JSON.stringify({ auths }) });
}

function reads(): string[] {
  return cluster.reads.map(({ pathname }) => pathname).filter((path) => path.includes("/secrets"));
}

describe("pull secrets", () => {
  test("give the first login for a registry, read none but those that are named, and each once", async () => {
    cluster.put(login("ml", "other", "other.example.com", "no"), login("ml", "pull", repository.host, "yes"));
    cluster.put(login("ml", "unnamed", repository.host, "never"));
    const source = pullSecretCredentials(client, ["ml/other", "ml/pull"]);
    const found = { kind: "basic", username: "puller", password: "yes" };
    expect(await Promise.all([source.find(repository), source.find(repository)])).toEqual([found, found]);
    expect(await source.find(repository)).toEqual(found);
    expect(reads().sort()).toEqual(["/api/v1/namespaces/ml/secrets/other", "/api/v1/namespaces/ml/secrets/pull"]);
  });

  test("are none where none is named, and then nothing is read", async () => {
    expect(await pullSecretCredentials(client, []).find(repository)).toEqual({ kind: "anonymous" });
    expect(reads()).toEqual([]);
  });

  test("tell why one cannot be read, and are read again soon after", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const source = pullSecretCredentials(client, ["ml/pull"]);
    const refused = await source.find(repository);
    const problem = refused.kind === "anonymous" ? refused.problem?.(registryWords.en) : undefined;
    expect(problem).toContain("the pull secret ml/pull cannot be read");
    cluster.put(login("ml", "pull", repository.host, "late"));
    expect(await source.find(repository)).toMatchObject({ kind: "anonymous" });
    expect(reads()).toHaveLength(1);
    vi.setSystemTime(Date.now() + 11_000);
    expect(await source.find(repository)).toMatchObject({ password: "late" });
  });

  test("are read again when they are old", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    cluster.put(login("ml", "pull", repository.host, "old"));
    const source = pullSecretCredentials(client, ["ml/pull"]);
    expect(await source.find(repository)).toMatchObject({ password: "old" });
    cluster.put(login("ml", "pull", repository.host, "new"));
    expect(await source.find(repository)).toMatchObject({ password: "old" });
    vi.setSystemTime(Date.now() + 301_000);
    expect(await source.find(repository)).toMatchObject({ password: "new" });
  });
});

describe("a key in a Secret", () => {
  test("is its text", async () => {
    cluster.put(secret("ml", "keys", { "cosign.pub": "-----BEGIN PUBLIC KEY-----\n" }));
    const value = await secretValue(client, { namespace: "ml", name: "keys", key: "cosign.pub" });
    expect(value).toBe("-----BEGIN PUBLIC KEY-----\n");
  });

  test("that is not there, or may not be read, is an error that does not repeat the Secret", async () => {
    cluster.put(secret("ml", "keys", { other: "of no concern" }));
    await expect(secretValue(client, { namespace: "ml", name: "keys", key: "cosign.pub" })).rejects.toThrow(
      "the Secret has no key cosign.pub",
    );
    await expect(secretValue(client, { namespace: "ml", name: "none", key: "cosign.pub" })).rejects.toThrow("404");
    cluster.refusals.push((_, url) => (url.pathname.includes("/secrets/") ? 403 : null));
    await expect(secretValue(client, { namespace: "ml", name: "keys", key: "other" })).rejects.toThrow("403");
  });
});

describe("what runs already", () => {
  /** What is asked about is verified. */
  class Asked {
    readonly asked: string[][] = [];

    async facts(images: readonly string[]): Promise<SignatureFacts> {
      this.asked.push([...images]);
      const fact = { state: "verified", reason: null, detail: "", policies: [], digest: null, action: null } as const;
      return Object.fromEntries(images.map((image) => [image, { ...fact, policies: [] }]));
    }
  }

  async function warmed(
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{ asked: string[][]; notes: string[] }> {
    const signatures = new Asked();
    const notes: string[] = [];
    await warmSignatures(client, signatures, (note) => notes.push(note), signal);
    return { asked: signatures.asked, notes };
  }

  test("is asked about once an image, over all pages and kinds of containers", async () => {
    for (let n = 0; n < 600; n++) cluster.put(pod("ml", `web-${n}`, `registry.example.com/web:${n % 3}`));
    const initial = pod("ml", "z-initial", "registry.example.com/web:0");
    cluster.put({
      ...initial,
      spec: {
        initContainers: [{ name: "fetch", image: "registry.example.com/fetch:1" }, { name: "nameless" }],
        containers: [{ name: "main", image: "registry.example.com/web:1" }],
      },
    });
    const { asked, notes } = await warmed();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.toSorted()).toEqual(
      ["fetch:1", "web:0", "web:1", "web:2"].map((image) => `registry.example.com/${image}`),
    );
    expect(notes).toEqual(["of 4 images that run, 4 are verified"]);
  });

  test("is asked about up to a number that registries bear", async () => {
    for (let n = 0; n < 2_100; n++) cluster.put(pod("ml", `web-${n}`, `registry.example.com/web:${n}`));
    const { asked } = await warmed();
    expect(asked.map((images) => images.length)).toEqual([2_000]);
  });

  test("may not be listed: that is noted, and no more", async () => {
    cluster.refusals.push((_, url) => (url.pathname === "/api/v1/pods" ? 403 : null));
    const { asked, notes } = await warmed();
    expect(asked).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^the images that run could not be listed: .*403/)]);
  });

  test("is of no interest to a server that ends", async () => {
    cluster.put(pod("ml", "web", "registry.example.com/web:1"));
    expect(await warmed(AbortSignal.abort())).toEqual({ asked: [], notes: [] });
  });

  test("is not told of where it is of no interest any more", async () => {
    cluster.put(pod("ml", "web", "registry.example.com/web:1"));
    const ended = new AbortController();
    const notes: string[] = [];
    const facts = async (): Promise<SignatureFacts> => {
      ended.abort();
      return {};
    };
    await warmSignatures(client, { facts }, (note) => notes.push(note), ended.signal);
    expect([ended.signal.aborted, notes]).toEqual([true, []]);
  });
});
