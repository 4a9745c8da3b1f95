import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RelationSnapshot } from "../../src/admission/server/facts.ts";
import type { FakeApiServer } from "./fake-api-server.ts";
import { networkPolicy } from "./objects.ts";
import { until } from "./until.ts";
import { claims, policies, relationRoles, WatchedCluster } from "./watched-cluster.ts";

/** Of those that are watched. */
function unknownRoles({ options }: RelationSnapshot): readonly string[] {
  return (options.unknownRoles ?? []).filter((role) => relationRoles.includes(role));
}

let cluster: WatchedCluster;
let server: FakeApiServer;

beforeEach(async () => {
  cluster = await WatchedCluster.start();
  server = cluster.server;
});
afterEach(() => cluster.close());

describe("permission", () => {
  test("without it a role is unknown, and it is found when it arrives", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.refusals.set(policies, 403);
    cluster.begin();
    await until(() => cluster.relations.synced());
    expect(cluster.relations.states().find(({ kind }) => kind === "NetworkPolicy.networking.k8s.io")).toEqual({
      kind: "NetworkPolicy.networking.k8s.io",
      state: "forbidden",
      detail: "403 Forbidden: refused with 403",
    });
    expect(unknownRoles(cluster.relations.snapshot("ml"))).toEqual(["policy"]);
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("unknown");
    expect(cluster.hasClaim("ml", "models")).toBe("no");
    server.refusals.clear();
    // What is listed counts at once; that it is all there is, only when the watch is open.
    await until(() => unknownRoles(cluster.relations.snapshot("ml")).length === 0);
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
  });

  test("changes what is known of a namespace in which there is nothing", async () => {
    server.refusals.set(claims, 403);
    cluster.begin();
    await until(() => cluster.relations.synced());
    const before = cluster.relations.snapshot("ml");
    expect(unknownRoles(before)).toEqual(["claim"]);
    expect(cluster.hasClaim("ml", "models")).toBe("unknown");
    server.refusals.clear();
    await until(() => cluster.stateOf("PersistentVolumeClaim") === "synced");
    expect(cluster.hasClaim("ml", "models")).toBe("no");
    expect(cluster.relations.snapshot("ml").version).not.toBe(before.version);
  });

  test("to list without that to watch is none", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.refusals.set(`${policies}?watch`, 403);
    cluster.begin();
    const seen = new Set<string>();
    cluster.relations.onChange(({ kind, state }) => {
      if (kind === "NetworkPolicy.networking.k8s.io") seen.add(state);
    });
    await until(() => server.asked(policies, "watch") === 3);
    expect(seen).toEqual(new Set(["forbidden"]));
    server.refusals.clear();
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "isolated");
  });

  test("that is taken away leaves nothing that is out of date", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    server.refusals.set(policies, 403);
    server.breakConnections();
    await until(() => cluster.stateOf("NetworkPolicy.networking.k8s.io") === "forbidden");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("unknown");
  });

  test("that is refused once, as by a server that starts, is no loss", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync();
    const seen = new Set<string>();
    cluster.relations.onChange(({ state }) => seen.add(state));
    const watched = server.asked(policies, "watch");
    server.refusals.set(policies, 403);
    server.breakConnections();
    await until(() => server.asked(policies, "watch") > watched);
    server.refusals.clear();
    await until(() => cluster.stateOf("NetworkPolicy.networking.k8s.io") === "synced");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    expect(seen).toEqual(new Set(["lost", "synced"]));
  });
});

describe("kinds that are not installed", () => {
  const calico = { kind: "NetworkPolicy", plural: "networkpolicies", namespaced: true };
  const policy = (group: string, name: string) => ({
    apiVersion: group,
    kind: "NetworkPolicy",
    metadata: { namespace: "ml", name },
    spec: { selector: "app == 'ocr'", types: ["Ingress"] },
  });

  test("are absent, which leaves nothing unknown, and are found when they are installed", async () => {
    await cluster.inSync();
    expect(unknownRoles(cluster.relations.snapshot("ml"))).toEqual([]);
    expect(cluster.stateOf("NetworkPolicy.crd.projectcalico.org")).toBe("absent");
    server.install({ ...calico, group: "projectcalico.org", version: "v3" });
    server.put(policy("projectcalico.org/v3", "later"));
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "isolated");
  });

  test("are taken from the first group that has them", async () => {
    server.install({ ...calico, group: "projectcalico.org", version: "v3" });
    server.install({ ...calico, group: "crd.projectcalico.org", version: "v1" });
    server.put(policy("projectcalico.org/v3", "shown"));
    server.put(policy("crd.projectcalico.org/v1", "default.shown"));
    await cluster.inSync();
    expect(cluster.relations.snapshot("ml").entries.map(({ name }) => name)).toEqual(["default.shown"]);
  });
});
