import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeApiServer } from "./fake-api-server.ts";
import { claim, namespace, networkPolicy, pod, service } from "./objects.ts";
import { until } from "./until.ts";
import { claims, WatchedCluster } from "./watched-cluster.ts";

let cluster: WatchedCluster;
let server: FakeApiServer;

beforeEach(async () => {
  cluster = await WatchedCluster.start();
  server = cluster.server;
});
afterEach(() => cluster.close());

describe("what is there at the start", () => {
  test("is unknown until it is listed", () => {
    cluster.begin();
    expect(cluster.relations.synced()).toBe(false);
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("unknown");
    expect(cluster.hasClaim("ml", "models")).toBe("unknown");
    expect(cluster.relations.namespaceLabels("ml")).toBeNull();
    expect(new Set(cluster.relations.states().map(({ state }) => state))).toEqual(new Set(["syncing"]));
  });

  test("is known by namespace once it is", async () => {
    server.put(namespace("ml", { team: "vision" }));
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.put(claim("ml", "models", "ReadOnlyMany"));
    server.put(service("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    expect(cluster.isolated("ml", { app: "other" })).toBe("not-isolated");
    expect(cluster.isolated("web", { app: "ocr" })).toBe("not-isolated");
    expect(cluster.relations.relations("ml").claims(pod("ml", {}, ["models"]))).toEqual({
      models: { found: "yes", accessModes: ["ReadOnlyMany"] },
    });
    expect(cluster.hasClaim("web", "models")).toBe("no");
    expect(cluster.relations.relations("ml").services(pod("ml", { app: "ocr" }))).toEqual(["ocr"]);
    expect(cluster.relations.namespaceLabels("ml")).toEqual({ team: "vision" });
    expect(cluster.relations.namespaceLabels("web")).toBeNull();
  });

  test("is listed by pages", async () => {
    for (let index = 0; index < 1100; index++) server.put(claim("ml", `claim-${index}`));
    await cluster.inSync();
    expect(server.asked(claims, "list")).toBe(3);
    expect(cluster.hasClaim("ml", "claim-1099")).toBe("yes");
  });

  test("is what the list says that began anew, where the first one expired", async () => {
    for (let index = 0; index < 600; index++) server.put(claim("ml", `claim-${index}`));
    let pages = 0;
    server.onPage = (url) => {
      if (url.pathname !== claims || ++pages !== 2) return;
      server.delete(claim("ml", "claim-0"));
      server.compact();
    };
    await cluster.inSync();
    expect(cluster.hasClaim("ml", "claim-0")).toBe("no");
    expect(cluster.hasClaim("ml", "claim-599")).toBe("yes");
    expect(cluster.notes).toContain(
      "PersistentVolumeClaim: the list expired while it was read; it begins anew (1 of 3)",
    );
  });

  test("is watched with bookmarks from where the list ended", async () => {
    server.put(claim("ml", "models"));
    await cluster.inSync();
    const watch = server.requests.find(({ url }) => url.pathname === claims && url.searchParams.has("watch"));
    expect(Object.fromEntries(watch?.url.searchParams ?? [])).toEqual({
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: "2",
      timeoutSeconds: expect.stringMatching(/^(?:[3-5]\d|60)$/),
    });
  });
});

describe("changes", () => {
  test("come by the watch", async () => {
    await cluster.inSync();
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "isolated");
    server.put(networkPolicy("ml", "ocr", { app: "asr" }));
    await until(() => cluster.isolated("ml", { app: "asr" }) === "isolated");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
    server.delete(networkPolicy("ml", "ocr", {}));
    await until(() => cluster.isolated("ml", { app: "asr" }) === "not-isolated");
  });

  test("a Service that no longer selects is forgotten", async () => {
    server.put(service("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    server.put(service("ml", "ocr", {}));
    await until(() => cluster.relations.relations("ml").services(pod("ml", { app: "ocr" })).length === 0);
  });

  test("touch the index of their own namespace alone, and only where they matter", async () => {
    server.put(claim("ml", "models"));
    server.put(claim("web", "assets"));
    await cluster.inSync();
    const [ml, web] = [cluster.relations.relations("ml"), cluster.relations.relations("web")];
    const { version } = cluster.relations.snapshot("ml");
    server.put(claim("web", "assets", "ReadWriteMany"));
    server.put({ ...claim("ml", "models"), status: { phase: "Bound" } });
    server.put(claim("web", "last"));
    await until(() => cluster.hasClaim("web", "last") === "yes");
    expect(cluster.relations.relations("ml")).toBe(ml);
    expect(cluster.relations.snapshot("ml").version).toBe(version);
    expect(cluster.relations.relations("web")).not.toBe(web);
  });

  test("of what is about all namespaces touch each", async () => {
    const cilium = { group: "cilium.io", version: "v2", namespaced: false };
    server.install({ ...cilium, kind: "CiliumClusterwideNetworkPolicy", plural: "ciliumclusterwidenetworkpolicies" });
    await cluster.inSync();
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
    server.put({
      apiVersion: "cilium.io/v2",
      kind: "CiliumClusterwideNetworkPolicy",
      metadata: { name: "all" },
      spec: { endpointSelector: {}, ingress: [{}], egress: [{}] },
    });
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "isolated");
    expect(cluster.relations.relations("web").network(pod("web", {})).ingress.policies).toEqual([
      { kind: "CiliumClusterwideNetworkPolicy", namespace: null, name: "all" },
    ]);
    expect(cluster.relations.snapshot(null).entries).toHaveLength(1);
  });

  test("of a policy that is longer than any that is meant nothing is kept but that nobody knows whom it selects", async () => {
    const values = Array.from({ length: 100_000 }, (_, index) => index.toString(36));
    server.put({
      ...networkPolicy("ml", "large", {}),
      spec: { podSelector: { matchExpressions: [{ key: "app", operator: "In", values }] } },
    });
    await cluster.inSync();
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "unknown");
    expect(JSON.stringify(cluster.relations.snapshot("ml").entries).length).toBeLessThan(2_000);
    expect(cluster.isolated("web", { app: "ocr" })).not.toBe("unknown");
  });

  test("a namespace remembers what it said of few pods, for those of Jobs are all different", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    const set = cluster.relations.relations("ml");
    const first = set.network(pod("ml", { app: "ocr" }));
    expect(set.network(pod("ml", { app: "ocr" }))).toBe(first);
    for (let index = 0; index < 10_000; index++) set.network(pod("ml", { app: `job-${index}` }));
    expect(set.network(pod("ml", { app: "ocr" }))).not.toBe(first);
    expect(set.network(pod("ml", { app: "ocr" }))).toEqual(first);
  });

  test("make no difference to a snapshot's order", async () => {
    await cluster.inSync();
    for (const name of ["c", "a", "b"]) server.put(networkPolicy("ml", name, {}));
    await until(() => cluster.relations.snapshot("ml").entries.length === 3);
    const named = cluster.relations.snapshot("ml").entries.map((entry) => entry.name);
    expect(named).toEqual(["a", "b", "c"]);
    expect(structuredClone(cluster.relations.snapshot("ml"))).toEqual(cluster.relations.snapshot("ml"));
  });
});
