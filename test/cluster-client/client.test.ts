import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError, TransportError } from "../../src/cluster/api-error.ts";
import { ClusterClient } from "../../src/cluster/client.ts";
import { pathOf, servedKinds } from "../../src/cluster/discovery.ts";
import { readEvents } from "../../src/cluster/event-stream.ts";
import type { PagesOptions } from "../../src/cluster/pages.ts";
import { Transport } from "../../src/cluster/transport.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import { claim } from "./objects.ts";
import { until } from "./until.ts";

const claims = "/api/v1/persistentvolumeclaims";
let server: FakeApiServer;
let client: ClusterClient;

beforeEach(async () => {
  server = await FakeApiServer.start();
  client = new ClusterClient(server.kubeConfig());
});

afterEach(async () => {
  client.close();
  await server.down();
});

async function names(options: PagesOptions = {}): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const page of client.pages(claims, options)) {
    if (page.restarted) found.push("restarted");
    for (const { metadata } of page.items) found.push((metadata as { name: string }).name);
  }
  return found;
}

describe("requests", () => {
  test("carry the kubeconfig's token and say who asks", async () => {
    await client.get(claims);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer secret-token",
      "user-agent": expect.stringMatching(/^paddlock\/\d/),
    });
  });

  test("use one connection again", async () => {
    for (let index = 0; index < 5; index++) await client.get(claims);
    expect(server.connections).toBe(1);
  });

  test("are asked once more where the server closed the kept connection", async () => {
    await client.get(claims);
    server.breakConnections();
    expect(await client.get(claims)).toMatchObject({ items: [] });
  });

  test("tell a refusal by its status and reason", async () => {
    server.refusals.set(claims, 403);
    const error = await client.get(claims).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 403, reason: "Forbidden", message: "403 Forbidden: refused with 403" });
  });

  test("tell that nobody answers", async () => {
    await server.down();
    await expect(client.get(claims)).rejects.toMatchObject({ name: "TransportError", code: "unreachable" });
  });

  test("do not read more than they may", async () => {
    server.put(claim("ml", "x".repeat(2000)));
    await expect(client.get(claims, { most: 1000 })).rejects.toMatchObject({ code: "too-large" });
  });

  test("end when they are given up, and when the client closes", async () => {
    server.refusals.set(claims, "hang");
    const giveUp = new AbortController();
    const first = client.get(claims, { signal: giveUp.signal });
    const second = client.get(claims);
    const outcomes = Promise.allSettled([first, second]);
    await until(() => server.asked(claims) === 2);
    giveUp.abort();
    await expect(first).rejects.toMatchObject({ code: "closed" });
    client.close();
    await expect(second).rejects.toMatchObject({ code: "closed" });
    await expect(client.get(claims)).rejects.toBeInstanceOf(TransportError);
    await outcomes;
    await until(() => server.connections === 0);
  });
});

describe("lists", () => {
  beforeEach(() => {
    for (let index = 0; index < 7; index++) server.put(claim("ml", `claim-${index}`));
  });
  const all = [0, 1, 2, 3, 4, 5, 6].map((index) => `claim-${index}`);

  test("are read by pages, of the state at the first one", async () => {
    server.onPage = (url) => {
      if (url.searchParams.has("continue")) server.put(claim("aa", `later-${server.requests.length}`));
    };
    expect(await names({ limit: 3 })).toEqual(all);
    expect(server.requests.map(({ url }) => url.searchParams.get("limit"))).toEqual(["3", "3", "3"]);
  });

  test("begin anew where they expired, and say so", async () => {
    let pages = 0;
    server.onPage = () => {
      pages++;
      if (pages === 2) server.compact();
    };
    const notes: string[] = [];
    expect(await names({ limit: 3, onNote: (note) => notes.push(note) })).toEqual([
      ...all.slice(0, 3),
      "restarted",
      ...all,
    ]);
    expect(notes).toEqual(["the list expired while it was read; it begins anew (1 of 3)"]);
  });

  test("fail where they expire again and again", async () => {
    server.onPage = (url) => {
      if (url.searchParams.has("continue")) server.compact();
    };
    await expect(names({ limit: 3 })).rejects.toMatchObject({ status: 410 });
  });

  test("ask for fewer objects where a page is too large", async () => {
    const most = 1000;
    const limits = () => server.requests.map(({ url }) => url.searchParams.get("limit"));
    const found: unknown[] = [];
    for await (const page of client.pages(claims, { limit: 6, most })) found.push(...page.items);
    expect(found).toHaveLength(7);
    expect(limits().slice(0, 2)).toEqual(["6", "2"]);
  });

  test("ask for more objects again behind those that are large", async () => {
    for (let index = 7; index < 40; index++) server.put(claim("ml", `claim-${index}`));
    server.put({ ...claim("aa", "first"), data: "x".repeat(5 << 20) });
    expect(await names({ limit: 16 })).toHaveLength(41);
    expect(server.requests.map(({ url }) => url.searchParams.get("limit"))).toEqual([
      "16",
      "4",
      "1",
      "4",
      "16",
      "16",
      "16",
    ]);
  });
});

describe("an answer that goes on", () => {
  const watch = { method: "GET", path: claims, query: { watch: "true", resourceVersion: "1" } } as const;

  test("may be silent for longer than until it begins", async () => {
    const transport = new Transport(server.kubeConfig(), "test");
    const response = await transport.open({ ...watch, headTimeout: 600, idleTimeout: 60_000 });
    await sleep(900);
    server.put(claim("ml", "models"));
    for await (const chunk of response) {
      expect(String(chunk)).toContain("models");
      break;
    }
    transport.close();
  });

  test("and is given up where it is silent for too long", async () => {
    const transport = new Transport(server.kubeConfig(), "test");
    const events = readEvents(await transport.open({ ...watch, headTimeout: 60_000, idleTimeout: 100 }));
    await expect(events.next()).rejects.toMatchObject({ code: "timeout" });
    transport.close();
  });
});

describe("discovery", () => {
  test("finds the kinds of a group, and none of one that is not installed", async () => {
    expect(await servedKinds(client, "cilium.io")).toEqual([]);
    const kind = { group: "cilium.io", version: "v2", kind: "CiliumNetworkPolicy", plural: "ciliumnetworkpolicies" };
    server.install({ ...kind, namespaced: true });
    const [found, ...others] = await servedKinds(client, "cilium.io");
    expect(found).toMatchObject({ ...kind, namespaced: true, verbs: ["get", "list", "patch", "watch"] });
    expect(others).toEqual([]);
  });

  test("names paths", () => {
    const deployments = { group: "apps", version: "v1", plural: "deployments" };
    expect(pathOf(deployments)).toBe("/apis/apps/v1/deployments");
    expect(pathOf(deployments, "ml", "ocr")).toBe("/apis/apps/v1/namespaces/ml/deployments/ocr");
    expect(pathOf({ group: "", version: "v1", plural: "namespaces" }, null, "ml")).toBe("/api/v1/namespaces/ml");
  });
});
