import { afterEach, beforeEach, expect, test } from "vitest";
import { parseFile } from "../../src/documents/parse-file.ts";
import { valueDocument } from "../../src/documents/value-document.ts";
import { objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { rolesFor } from "../../src/relations/needs.ts";
import { resourceOf } from "../../src/resources/unpack.ts";
import { workloadOf } from "../../src/workloads/workload.ts";
import { deployment, hpa } from "../relations/files.ts";
import { until } from "./until.ts";
import { WatchedCluster } from "./watched-cluster.ts";

const needs = ["target", "rivals", "scalers", "replicasOwner"];
const roles = rolesFor(new Set(needs.map((name) => `related.${name}`)));

let cluster: WatchedCluster;
beforeEach(async () => {
  cluster = await WatchedCluster.start();
  cluster.server.install(
    { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true },
    {
      group: "autoscaling",
      version: "v2",
      kind: "HorizontalPodAutoscaler",
      plural: "horizontalpodautoscalers",
      namespaced: true,
    },
    { group: "argoproj.io", version: "v1alpha1", kind: "Application", plural: "applications", namespaced: true },
  );
});
afterEach(() => cluster.close());

function objectFrom(yaml: string): JsonObject {
  return objectOf(parseFile(yaml, "yaml", "en").documents[0]?.value);
}

const application = (ignored: string): JsonObject =>
  objectFrom(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ml, namespace: argocd }
spec: { ignoreDifferences: ${ignored} }
`);
const leaving = "[{ group: apps, kind: Deployment, jsonPointers: [/spec/replicas] }]";

/** The names of what belongs to an object, or why that is not known. */
function related(object: JsonObject, name: string): readonly string[] | string {
  const resource = resourceOf(valueDocument(object), object, []);
  const set = cluster.relations.relations(resource.identity.namespace);
  const found = set.related({ resource, workload: workloadOf(resource) }, { path: "", rendering: "" }, [name])?.[name];
  return found?.why ?? found?.objects.map((each) => `${each.kind}/${each.namespace}/${each.name}`) ?? "no end of it";
}

test("the objects of a cluster belong together as those of files do", async () => {
  const [server, scaler] = [objectFrom(deployment("ocr", "ml")), objectFrom(hpa("ocr", "ocr", "ml"))];
  for (const each of [server, scaler, objectFrom(deployment("ocr", "other")), application(leaving)])
    cluster.server.put(each);
  cluster.begin({ roles });
  await until(() => cluster.relations.synced());
  expect(related(scaler, "target")).toEqual(["Deployment/ml/ocr"]);
  expect(related(server, "scalers")).toEqual(["HorizontalPodAutoscaler/ml/ocr"]);
  expect(related(scaler, "rivals")).toEqual([]);
  // An application speaks of what lives in other namespaces than its own.
  expect(related(scaler, "replicasOwner")).toEqual(["Application/argocd/ml"]);

  cluster.server.put(objectFrom(hpa("again", "ocr", "ml")));
  await until(() => related(scaler, "rivals").length === 1);
  expect(related(scaler, "rivals")).toEqual(["HorizontalPodAutoscaler/ml/again"]);
  cluster.server.put(application("[]"));
  await until(() => related(scaler, "replicasOwner").length === 0);
  cluster.server.delete(server);
  await until(() => related(scaler, "target").length === 0);
  // It is not there yet, and looks at what is.
  expect(related(objectFrom(hpa("new", "ocr", "ml")), "rivals")).toHaveLength(2);
});

test("what may not be read, or is not watched, is unknown", async () => {
  const scaler = objectFrom(hpa("ocr", "ocr", "ml"));
  cluster.server.put(scaler);
  cluster.server.refusals.set("/apis/apps/v1/deployments", 403);
  cluster.begin({ roles: ["scaler"] });
  await until(() => cluster.relations.synced());
  expect(related(scaler, "rivals")).toEqual([]);
  expect(related(scaler, "target")).toBe("no-cluster");
  cluster.relations.watch(roles);
  await until(() => cluster.stateOf("Deployment.apps") === "forbidden");
  expect(related(scaler, "target")).toBe("no-cluster");
  cluster.server.refusals.clear();
  await until(() => related(scaler, "target").length === 0);
  cluster.server.put(objectFrom(deployment("ocr", "ml")));
  await until(() => related(scaler, "target").length === 1);
  expect(related(scaler, "target")).toEqual(["Deployment/ml/ocr"]);
});

test("of an object that is far too large only what it is called is kept", async () => {
  const large = objectFrom(deployment("ocr", "ml"));
  const template = objectOf(objectOf(objectOf(large.spec).template).spec);
  const containers = Array.from({ length: 200 }, (_, index) => ({ name: `container-${index}`, image: "nginx" }));
  const spec = { ...objectOf(large.spec), template: { spec: { ...template, containers } } };
  cluster.server.put({ ...large, spec });
  cluster.begin({ roles });
  await until(() => cluster.relations.synced());
  const scaler = objectFrom(hpa("ocr", "ocr", "ml"));
  await until(() => related(scaler, "target") === "too-large");
});
