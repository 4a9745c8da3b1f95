import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeApiServer } from "./fake-api-server.ts";
import { claim, networkPolicy, service } from "./objects.ts";
import { until } from "./until.ts";
import { claims, policies, quick, services, WatchedCluster } from "./watched-cluster.ts";

let cluster: WatchedCluster;
let server: FakeApiServer;

beforeEach(async () => {
  cluster = await WatchedCluster.start();
  server = cluster.server;
});
afterEach(() => cluster.close());

describe("trouble", () => {
  test("a watch that ends in time goes on from there", async () => {
    await cluster.inSync();
    server.endWatches();
    server.put(claim("ml", "models"));
    await until(() => cluster.hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
    expect(cluster.stateOf("PersistentVolumeClaim")).toBe("synced");
  });

  test("a bookmark moves the place from where the watch goes on", async () => {
    await cluster.inSync();
    for (let index = 0; index < 3; index++) server.put(service("ml", `service-${index}`, { app: "ocr" }));
    server.compact();
    server.bookmark();
    server.endWatches();
    server.put(claim("ml", "last"));
    await until(() => cluster.hasClaim("ml", "last") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
  });

  test("a place that is gone (410) is listed again; what was deleted meanwhile disappears", async () => {
    server.put(claim("ml", "old"));
    server.put(claim("ml", "kept"));
    await cluster.inSync();
    await server.down();
    server.delete(claim("ml", "old"));
    server.put(claim("ml", "new"));
    server.compact();
    await server.up();
    await until(() => cluster.hasClaim("ml", "new") === "yes");
    expect(cluster.hasClaim("ml", "old")).toBe("no");
    expect(cluster.hasClaim("ml", "kept")).toBe("yes");
    expect(cluster.notes).toContain(
      "PersistentVolumeClaim: the place in the watch is no longer known; the objects are listed again",
    );
  });

  test("while nobody answers the last content stays in use, and the state says so", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    const seen: string[] = [];
    const others = new Set<string>();
    const end = cluster.relations.onChange(({ kind, state }) => {
      if (kind === "NetworkPolicy.networking.k8s.io") seen.push(state);
      else others.add(`${kind} ${state}`);
    });
    await server.down();
    await until(() => cluster.stateOf("NetworkPolicy.networking.k8s.io") === "lost");
    // Long enough for a look at what is not installed.
    await sleep(3 * quick.recheck);
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    expect(cluster.relations.synced()).toBe(true);
    expect(others).toEqual(new Set(["Namespace lost", "PersistentVolumeClaim lost", "Service lost"]));
    await server.up();
    await until(() => cluster.stateOf("NetworkPolicy.networking.k8s.io") === "synced");
    end();
    expect(seen).toEqual(["lost", "synced"]);
    expect(server.asked(policies, "list")).toBe(1);
  });

  test("what is lost for too long is unknown, and is listed again when somebody answers", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.put(claim("ml", "models"));
    server.put({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "ml", labels: { "paddlock.dev/mode": "enforce" } },
    });
    await cluster.inSync({ timing: { ...quick, stale: 100 } });
    await server.down();
    await until(
      () => cluster.isolated("ml", { app: "ocr" }) === "unknown" && cluster.hasClaim("ml", "models") === "unknown",
    );
    // Nobody is to get out of the mode of his namespace by it.
    expect(cluster.relations.namespaceLabels("ml")).toMatchObject({ "paddlock.dev/mode": "enforce" });
    server.delete(networkPolicy("ml", "ocr", { app: "ocr" }));
    await server.up();
    await until(() => cluster.stateOf("NetworkPolicy.networking.k8s.io") === "synced");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
    await until(() => cluster.hasClaim("ml", "models") === "yes");
    expect(server.asked(policies, "list")).toBe(2);
  });

  test("a line that is no event is not passed over", async () => {
    await cluster.inSync();
    server.tell(claims, '{"type":"ADDED","object":{"metadata":\n');
    await until(() => server.asked(claims, "watch") === 2);
    server.put(claim("ml", "models"));
    await until(() => cluster.hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
  });

  test("watches that tell nothing but nonsense lead to a list", async () => {
    await cluster.inSync();
    server.scripts.set(claims, ["nonsense\n", '{"type":"ADDED"}\n', '{"type":"ADDED","obj']);
    server.tell(claims, "[]\n");
    await until(() => server.asked(claims, "list") === 2);
  });

  test("a connection that is silent for too long is given up", async () => {
    await cluster.inSync({ timing: { ...quick, silence: 500 } });
    const seen = new Set<string>();
    cluster.relations.onChange(({ state }) => seen.add(state));
    await until(() => server.asked(claims, "watch") > 2);
    server.put(claim("ml", "models"));
    await until(() => cluster.hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
    expect(seen).toEqual(new Set());
  });

  test("a server that takes the connection and never answers is not waited for", async () => {
    server.refusals.set(claims, "hang");
    cluster.begin({ timing: { ...quick, silence: 50 } });
    await until(() => server.asked(claims) === 1);
    server.breakConnections();
    server.refusals.delete(claims);
    await until(() => cluster.stateOf("PersistentVolumeClaim") === "synced");
  });

  test("an overloaded server (429, 503) is asked again", async () => {
    server.refusals.set(claims, 429);
    server.refusals.set(services, 503);
    cluster.begin();
    await until(() => cluster.relations.states().some(({ detail }) => detail?.startsWith("429") === true));
    expect(cluster.stateOf("PersistentVolumeClaim")).toBe("syncing");
    expect(cluster.relations.synced()).toBe(false);
    server.refusals.clear();
    await until(() => cluster.relations.synced());
    expect(cluster.stateOf("Service")).toBe("synced");
  });
});

describe("closing", () => {
  test("ends every connection, and asks no more", async () => {
    await cluster.inSync();
    await cluster.relations.close();
    cluster.client.close();
    await until(() => server.connections === 0);
    const asked = server.requests.length;
    await sleep(3 * quick.recheck);
    expect(server.requests.length).toBe(asked);
  });

  test("ends what waits for a server that does not answer", async () => {
    server.refusals.set(claims, "hang");
    cluster.begin();
    await until(() => server.asked(claims) === 1);
    await cluster.relations.close();
    cluster.client.close();
    await until(() => server.connections === 0);
  });
});
