import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import type { WatchState, WatchTiming } from "../../src/cluster/kind-watch.ts";
import { ClusterRelations, type ClusterRelationsOptions } from "../../src/cluster/relations.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import { claim, namespace, networkPolicy, pod, service } from "./objects.ts";
import { until } from "./until.ts";

const timing: WatchTiming = { watch: 60_000, silence: 60_000, recheck: 50, firstRetry: 10, mostRetry: 40 };
const policies = "/apis/networking.k8s.io/v1/networkpolicies";
const claims = "/api/v1/persistentvolumeclaims";
const services = "/api/v1/services";
const namespaces = "/api/v1/namespaces";
const paths = [policies, claims, services, namespaces];

let server: FakeApiServer;
let client: ClusterClient;
let relations: ClusterRelations;
let notes: string[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  client = new ClusterClient(server.kubeConfig());
  notes = [];
});

afterEach(async () => {
  await relations.close();
  client.close();
  await server.down();
});

function begin(options: Partial<ClusterRelationsOptions> = {}): void {
  relations = new ClusterRelations({
    networkPolicyGrace: 0,
    timing,
    onNote: (kind, note) => notes.push(`${kind}: ${note}`),
    ...options,
  });
  relations.start(client);
}

async function inSync(options: Partial<ClusterRelationsOptions> = {}): Promise<void> {
  begin(options);
  await until(() => relations.synced() && paths.every((path) => server.watches(path) === 1));
}

function stateOf(kind: string): WatchState | undefined {
  return relations.states().find((each) => each.kind === kind)?.state;
}

function isolated(where: string, labels: Record<string, string>): string {
  return relations.relations(where).network(pod(where, labels)).ingress.state;
}

function hasClaim(where: string, name: string): string | undefined {
  return relations.relations(where).claims(pod(where, {}, [name]))[name]?.found;
}

describe("what is there at the start", () => {
  test("is unknown until it is listed", () => {
    begin();
    expect(relations.synced()).toBe(false);
    expect(isolated("ml", { app: "ocr" })).toBe("unknown");
    expect(hasClaim("ml", "models")).toBe("unknown");
    expect(relations.namespaceLabels("ml")).toBeNull();
    expect(new Set(relations.states().map(({ state }) => state))).toEqual(new Set(["syncing"]));
  });

  test("is known by namespace once it is", async () => {
    server.put(namespace("ml", { team: "vision" }));
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.put(claim("ml", "models", "ReadOnlyMany"));
    server.put(service("ml", "ocr", { app: "ocr" }));
    await inSync();
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
    expect(isolated("ml", { app: "other" })).toBe("not-isolated");
    expect(isolated("web", { app: "ocr" })).toBe("not-isolated");
    expect(relations.relations("ml").claims(pod("ml", {}, ["models"]))).toEqual({
      models: { found: "yes", accessModes: ["ReadOnlyMany"] },
    });
    expect(hasClaim("web", "models")).toBe("no");
    expect(relations.relations("ml").services(pod("ml", { app: "ocr" }))).toEqual(["ocr"]);
    expect(relations.namespaceLabels("ml")).toEqual({ team: "vision" });
    expect(relations.namespaceLabels("web")).toBeNull();
  });

  test("is listed by pages", async () => {
    for (let index = 0; index < 1100; index++) server.put(claim("ml", `claim-${index}`));
    await inSync();
    expect(server.asked(claims, "list")).toBe(3);
    expect(hasClaim("ml", "claim-1099")).toBe("yes");
  });

  test("is what the list says that began anew, where the first one expired", async () => {
    for (let index = 0; index < 600; index++) server.put(claim("ml", `claim-${index}`));
    let pages = 0;
    server.onPage = (url) => {
      if (url.pathname !== claims || ++pages !== 2) return;
      server.delete(claim("ml", "claim-0"));
      server.compact();
    };
    await inSync();
    expect(hasClaim("ml", "claim-0")).toBe("no");
    expect(hasClaim("ml", "claim-599")).toBe("yes");
    expect(notes).toContain("PersistentVolumeClaim: the list expired while it was read; it begins anew (1 of 3)");
  });

  test("is watched with bookmarks from where the list ended", async () => {
    server.put(claim("ml", "models"));
    await inSync();
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
    await inSync();
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await until(() => isolated("ml", { app: "ocr" }) === "isolated");
    server.put(networkPolicy("ml", "ocr", { app: "asr" }));
    await until(() => isolated("ml", { app: "asr" }) === "isolated");
    expect(isolated("ml", { app: "ocr" })).toBe("not-isolated");
    server.delete(networkPolicy("ml", "ocr", {}));
    await until(() => isolated("ml", { app: "asr" }) === "not-isolated");
  });

  test("a Service that no longer selects is forgotten", async () => {
    server.put(service("ml", "ocr", { app: "ocr" }));
    await inSync();
    server.put(service("ml", "ocr", {}));
    await until(() => relations.relations("ml").services(pod("ml", { app: "ocr" })).length === 0);
  });

  test("touch the index of their own namespace alone, and only where they matter", async () => {
    server.put(claim("ml", "models"));
    server.put(claim("web", "assets"));
    await inSync();
    const [ml, web] = [relations.relations("ml"), relations.relations("web")];
    const { version } = relations.snapshot("ml");
    server.put(claim("web", "assets", "ReadWriteMany"));
    server.put({ ...claim("ml", "models"), status: { phase: "Bound" } });
    server.put(claim("web", "last"));
    await until(() => hasClaim("web", "last") === "yes");
    expect(relations.relations("ml")).toBe(ml);
    expect(relations.snapshot("ml").version).toBe(version);
    expect(relations.relations("web")).not.toBe(web);
  });

  test("of what is about all namespaces touch each", async () => {
    const cilium = { group: "cilium.io", version: "v2", namespaced: false };
    server.install({ ...cilium, kind: "CiliumClusterwideNetworkPolicy", plural: "ciliumclusterwidenetworkpolicies" });
    await inSync();
    expect(isolated("ml", { app: "ocr" })).toBe("not-isolated");
    server.put({
      apiVersion: "cilium.io/v2",
      kind: "CiliumClusterwideNetworkPolicy",
      metadata: { name: "all" },
      spec: { endpointSelector: {}, ingress: [{}], egress: [{}] },
    });
    await until(() => isolated("ml", { app: "ocr" }) === "isolated");
    expect(relations.relations("web").network(pod("web", {})).ingress.policies).toEqual([
      { kind: "CiliumClusterwideNetworkPolicy", namespace: null, name: "all" },
    ]);
    expect(relations.snapshot(null).entries).toHaveLength(1);
  });

  test("a namespace remembers what it said of few pods, for those of Jobs are all different", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync();
    const set = relations.relations("ml");
    const first = set.network(pod("ml", { app: "ocr" }));
    expect(set.network(pod("ml", { app: "ocr" }))).toBe(first);
    for (let index = 0; index < 64; index++) set.network(pod("ml", { app: `job-${index}` }));
    expect(set.network(pod("ml", { app: "ocr" }))).not.toBe(first);
    expect(set.network(pod("ml", { app: "ocr" }))).toEqual(first);
  });

  test("make no difference to a snapshot's order", async () => {
    await inSync();
    for (const name of ["c", "a", "b"]) server.put(networkPolicy("ml", name, {}));
    await until(() => relations.snapshot("ml").entries.length === 3);
    const named = relations.snapshot("ml").entries.map((entry) => entry.name);
    expect(named).toEqual(["a", "b", "c"]);
    expect(structuredClone(relations.snapshot("ml"))).toEqual(relations.snapshot("ml"));
  });
});

describe("trouble", () => {
  test("a watch that ends in time goes on from there", async () => {
    await inSync();
    server.endWatches();
    server.put(claim("ml", "models"));
    await until(() => hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
    expect(stateOf("PersistentVolumeClaim")).toBe("synced");
  });

  test("a bookmark moves the place from where the watch goes on", async () => {
    await inSync();
    for (let index = 0; index < 3; index++) server.put(service("ml", `service-${index}`, { app: "ocr" }));
    server.compact();
    server.bookmark();
    server.endWatches();
    server.put(claim("ml", "last"));
    await until(() => hasClaim("ml", "last") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
  });

  test("a place that is gone (410) is listed again; what was deleted meanwhile disappears", async () => {
    server.put(claim("ml", "old"));
    server.put(claim("ml", "kept"));
    await inSync();
    await server.down();
    server.delete(claim("ml", "old"));
    server.put(claim("ml", "new"));
    server.compact();
    await server.up();
    await until(() => hasClaim("ml", "new") === "yes");
    expect(hasClaim("ml", "old")).toBe("no");
    expect(hasClaim("ml", "kept")).toBe("yes");
    expect(notes).toContain(
      "PersistentVolumeClaim: the place in the watch is no longer known; the objects are listed again",
    );
  });

  test("while nobody answers the last content stays in use, and the state says so", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync();
    const seen: string[] = [];
    const others = new Set<string>();
    const end = relations.onChange(({ kind, state }) => {
      if (kind === "NetworkPolicy.networking.k8s.io") seen.push(state);
      else others.add(`${kind} ${state}`);
    });
    await server.down();
    await until(() => stateOf("NetworkPolicy.networking.k8s.io") === "lost");
    // Long enough for a look at what is not installed.
    await sleep(3 * timing.recheck);
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
    expect(relations.synced()).toBe(true);
    expect(others).toEqual(new Set(["Namespace lost", "PersistentVolumeClaim lost", "Service lost"]));
    await server.up();
    await until(() => stateOf("NetworkPolicy.networking.k8s.io") === "synced");
    end();
    expect(seen).toEqual(["lost", "synced"]);
    expect(server.asked(policies, "list")).toBe(1);
  });

  test("a line that is no event is not passed over", async () => {
    await inSync();
    server.tell(claims, '{"type":"ADDED","object":{"metadata":\n');
    await until(() => server.asked(claims, "watch") === 2);
    server.put(claim("ml", "models"));
    await until(() => hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
  });

  test("watches that tell nothing but nonsense lead to a list", async () => {
    await inSync();
    server.scripts.set(claims, ["nonsense\n", '{"type":"ADDED"}\n', '{"type":"ADDED","obj']);
    server.tell(claims, "[]\n");
    await until(() => server.asked(claims, "list") === 2);
  });

  test("a connection that is silent for too long is given up", async () => {
    await inSync({ timing: { ...timing, silence: 500 } });
    const seen = new Set<string>();
    relations.onChange(({ state }) => seen.add(state));
    await until(() => server.asked(claims, "watch") > 2);
    server.put(claim("ml", "models"));
    await until(() => hasClaim("ml", "models") === "yes");
    expect(server.asked(claims, "list")).toBe(1);
    expect(seen).toEqual(new Set());
  });

  test("a server that takes the connection and never answers is not waited for", async () => {
    server.refusals.set(claims, "hang");
    begin({ timing: { ...timing, silence: 50 } });
    await until(() => server.asked(claims) === 1);
    server.breakConnections();
    server.refusals.delete(claims);
    await until(() => stateOf("PersistentVolumeClaim") === "synced");
  });

  test("an overloaded server (429, 503) is asked again", async () => {
    server.refusals.set(claims, 429);
    server.refusals.set(services, 503);
    begin();
    await until(() => relations.states().some(({ detail }) => detail?.startsWith("429") === true));
    expect(stateOf("PersistentVolumeClaim")).toBe("syncing");
    expect(relations.synced()).toBe(false);
    server.refusals.clear();
    await until(() => relations.synced());
    expect(stateOf("Service")).toBe("synced");
  });
});

describe("permission", () => {
  test("without it a role is unknown, and it is found when it arrives", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.refusals.set(policies, 403);
    begin();
    await until(() => relations.synced());
    expect(relations.states().find(({ kind }) => kind === "NetworkPolicy.networking.k8s.io")).toEqual({
      kind: "NetworkPolicy.networking.k8s.io",
      state: "forbidden",
      detail: "403 Forbidden: refused with 403",
    });
    expect(relations.snapshot("ml").options.unknownRoles).toEqual(["policy"]);
    expect(isolated("ml", { app: "ocr" })).toBe("unknown");
    expect(hasClaim("ml", "models")).toBe("no");
    server.refusals.clear();
    await until(() => isolated("ml", { app: "ocr" }) === "isolated");
    expect(relations.snapshot("ml").options.unknownRoles).toEqual([]);
  });

  test("changes what is known of a namespace in which there is nothing", async () => {
    server.refusals.set(claims, 403);
    begin();
    await until(() => relations.synced());
    const before = relations.snapshot("ml");
    expect(before.options.unknownRoles).toEqual(["claim"]);
    expect(hasClaim("ml", "models")).toBe("unknown");
    server.refusals.clear();
    await until(() => stateOf("PersistentVolumeClaim") === "synced");
    expect(hasClaim("ml", "models")).toBe("no");
    expect(relations.snapshot("ml").version).not.toBe(before.version);
  });

  test("that is taken away leaves nothing that is out of date", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync();
    server.refusals.set(policies, 403);
    server.breakConnections();
    await until(() => stateOf("NetworkPolicy.networking.k8s.io") === "forbidden");
    expect(isolated("ml", { app: "ocr" })).toBe("unknown");
  });

  test("that is refused once, as by a server that starts, is no loss", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync();
    const seen = new Set<string>();
    relations.onChange(({ state }) => seen.add(state));
    const watched = server.asked(policies, "watch");
    server.refusals.set(policies, 403);
    server.breakConnections();
    await until(() => server.asked(policies, "watch") > watched);
    server.refusals.clear();
    await until(() => stateOf("NetworkPolicy.networking.k8s.io") === "synced");
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
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
    await inSync();
    expect(relations.snapshot("ml").options.unknownRoles).toEqual([]);
    expect(stateOf("NetworkPolicy.crd.projectcalico.org")).toBe("absent");
    server.install({ ...calico, group: "projectcalico.org", version: "v3" });
    server.put(policy("projectcalico.org/v3", "later"));
    await until(() => isolated("ml", { app: "ocr" }) === "isolated");
  });

  test("are taken from the first group that has them", async () => {
    server.install({ ...calico, group: "projectcalico.org", version: "v3" });
    server.install({ ...calico, group: "crd.projectcalico.org", version: "v1" });
    server.put(policy("projectcalico.org/v3", "shown"));
    server.put(policy("crd.projectcalico.org/v1", "default.shown"));
    await inSync();
    expect(relations.snapshot("ml").entries.map(({ name }) => name)).toEqual(["default.shown"]);
  });
});

describe("the grace of a deleted policy", () => {
  let now = 0;
  const grace = { networkPolicyGrace: 30, now: () => now };
  beforeEach(() => {
    now = 1_000_000;
  });

  test("ends after its time", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync(grace);
    server.delete(networkPolicy("ml", "ocr", {}));
    server.put(claim("ml", "after"));
    server.put(networkPolicy("web", "after", {}));
    await until(() => isolated("web", {}) === "isolated");
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 29_999;
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 1;
    expect(isolated("ml", { app: "ocr" })).toBe("not-isolated");
  });

  test("ends where the policy is created again, even if it selects others", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await inSync(grace);
    server.delete(networkPolicy("ml", "ocr", {}));
    server.put(networkPolicy("ml", "ocr", { app: "asr" }));
    await until(() => isolated("ml", { app: "asr" }) === "isolated");
    expect(isolated("ml", { app: "ocr" })).toBe("not-isolated");
    now += 60_000;
    expect(isolated("ml", { app: "asr" })).toBe("isolated");
  });

  test("is also for what a list no longer has, and for policies alone", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.put(claim("ml", "models"));
    await inSync(grace);
    await server.down();
    server.delete(networkPolicy("ml", "ocr", {}));
    server.delete(claim("ml", "models"));
    server.put(networkPolicy("ml", "other", { app: "asr" }));
    server.compact();
    await server.up();
    await until(() => isolated("ml", { app: "asr" }) === "isolated" && hasClaim("ml", "models") === "no");
    expect(isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 30_000;
    expect(isolated("ml", { app: "ocr" })).toBe("not-isolated");
  });
});

describe("closing", () => {
  test("ends every connection, and asks no more", async () => {
    await inSync();
    await relations.close();
    client.close();
    await until(() => server.connections === 0);
    const asked = server.requests.length;
    await sleep(3 * timing.recheck);
    expect(server.requests.length).toBe(asked);
  });

  test("ends what waits for a server that does not answer", async () => {
    server.refusals.set(claims, "hang");
    begin();
    await until(() => server.asked(claims) === 1);
    await relations.close();
    client.close();
    await until(() => server.connections === 0);
  });
});
