import fc from "fast-check";
import { expect, test } from "vitest";
import { ClusterClient } from "../../src/cluster/client.ts";
import { ClusterRelations } from "../../src/cluster/relations.ts";
import type { JsonObject } from "../../src/json/value.ts";
import type { ResourceSet } from "../../src/relations/resource-set.ts";
import { setOf } from "../resources/relation-builders.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import { claim, namespace, networkPolicy, pod, service } from "./objects.ts";
import { until } from "./until.ts";
import { relationRoles } from "./watched-cluster.ts";

const namespaces = ["ml", "web", "batch"];
const name = fc.constantFrom("a", "b", "c");
const place = fc.constantFrom(...namespaces);
const labels = fc.constantFrom<JsonObject>({}, { app: "ocr" }, { app: "asr" }, { app: "ocr", tier: "gold" });

const calico = { group: "crd.projectcalico.org", version: "v1" };

/** Selects by the labels of the namespace, too. */
function globalPolicy(called: string, team: string): JsonObject {
  return {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "GlobalNetworkPolicy",
    metadata: { name: called },
    spec: { selector: "app == 'ocr'", namespaceSelector: `team == '${team}'`, types: ["Egress"] },
  };
}

const object = fc.oneof(
  fc.tuple(place, fc.constantFrom<JsonObject>({}, { team: "a" }, { team: "b" })).map(([a, b]) => namespace(a, b)),
  fc.tuple(place, name, fc.constantFrom("ReadWriteOnce", "ReadWriteMany")).map(([a, b, c]) => claim(a, b, c)),
  fc.tuple(place, name, labels).map(([a, b, c]) => service(a, b, c)),
  fc.tuple(place, name, labels).map(([a, b, c]) => networkPolicy(a, b, c)),
  fc.tuple(name, fc.constantFrom("a", "b")).map(([a, b]) => globalPolicy(a, b)),
);
const step = fc.oneof(
  { weight: 6, arbitrary: object.map((value) => ({ kind: "put" as const, value })) },
  { weight: 3, arbitrary: object.map((value) => ({ kind: "delete" as const, value })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("compact", "bookmark", "break", "end", "restart", "wait").map((kind) => ({ kind })),
  },
);

/** All that relations say of pods with any of the labels that a sequence deals in. */
function sayings(set: ResourceSet, where: string): unknown {
  return [{ app: "ocr" }, { app: "asr" }, { app: "ocr", tier: "gold" }, {}].map((each) => {
    const asked = pod(where, each, ["a", "b", "c"]);
    return { network: set.network(asked), claims: set.claims(asked), services: set.services(asked) };
  });
}

test("whatever happens, relations are those of the objects that are there in the end", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(object, { maxLength: 8 }), fc.array(step, { maxLength: 25 }), async (first, steps) => {
      const server = await FakeApiServer.start();
      server.install({ ...calico, kind: "GlobalNetworkPolicy", plural: "globalnetworkpolicies", namespaced: false });
      const client = new ClusterClient(server.kubeConfig());
      const timing = { recheck: 20, firstRetry: 2, mostRetry: 10 };
      const relations = new ClusterRelations({ roles: relationRoles, networkPolicyGrace: 0, timing });
      try {
        for (const each of first) server.put(each);
        relations.start(client);
        for (const each of steps) {
          if (each.kind === "put") server.put(each.value);
          else if (each.kind === "delete") server.delete(each.value);
          else await happen(server, relations, each.kind);
          // Asked in between, so that what is kept has to be found out of date.
          for (const where of namespaces) relations.relations(where);
        }
        await settled(server, relations);
        const whole = setOf(server.all().sort(byRank), { namespaceGiven: true, cluster: true });
        for (const where of namespaces) {
          expect(sayings(relations.relations(where), where)).toEqual(sayings(whole, where));
          const known = server.all().find(({ kind, metadata }) => kind === "Namespace" && nameOf(metadata) === where);
          expect(relations.namespaceLabels(where)).toEqual(known === undefined ? null : labelsOf(known));
        }
      } finally {
        await relations.close();
        client.close();
        await server.down();
      }
    }),
    { numRuns: 40 },
  );
});

async function happen(server: FakeApiServer, relations: ClusterRelations, what: string): Promise<void> {
  if (what === "compact") server.compact();
  else if (what === "bookmark") server.bookmark();
  else if (what === "break") server.breakConnections();
  else if (what === "end") server.endWatches();
  else if (what === "wait") await until(() => relations.synced());
  else {
    await server.down();
    await server.up();
  }
}

/** Each watch is known to have told all when it told what was done last. */
async function settled(server: FakeApiServer, relations: ClusterRelations): Promise<void> {
  server.put(namespace("last", { mark: "last" }));
  server.put(claim("last", "last"));
  server.put(service("last", "last", { app: "last" }));
  server.put(networkPolicy("last", "last", { app: "last" }));
  server.put(globalPolicy("last", "last"));
  await until(() => relations.snapshot("last").entries.length === 5 + globalsBut(server, "last"));
  await until(() => relations.snapshot(null).entries.some((entry) => entry.name === "last"));
  await until(() => relations.synced());
}

function globalsBut(server: FakeApiServer, called: string): number {
  return server.all().filter(({ kind, metadata }) => kind === "GlobalNetworkPolicy" && nameOf(metadata) !== called)
    .length;
}

function nameOf(metadata: unknown): unknown {
  return (metadata as { name: string }).name;
}

function labelsOf({ metadata }: JsonObject): unknown {
  return (metadata as { labels: JsonObject }).labels;
}

/** The order in which relations name policies: what is about all namespaces first, then by kind and name. */
function byRank(a: JsonObject, b: JsonObject): number {
  return rankOf(a) < rankOf(b) ? -1 : 1;
}

function rankOf({ kind, metadata }: JsonObject): string {
  return `${kind === "GlobalNetworkPolicy" ? 0 : 1} ${kind} ${nameOf(metadata)}`;
}
