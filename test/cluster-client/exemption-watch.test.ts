import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeRecord } from "../../src/admission/exemption-record.ts";
import { ClusterClient } from "../../src/cluster/client.ts";
import { ExemptionWatch } from "../../src/cluster/exemption-watch.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { FakeApiServer } from "./fake-api-server.ts";
import { until } from "./until.ts";

const place = { namespace: "paddlock-system", name: "paddlock-exemptions" };
const path = "/api/v1/namespaces/paddlock-system/configmaps";
const record = {
  ...{ group: "apps", kind: "Deployment", namespace: "ml", name: "ocr", reason: "hotfix", by: "dana" },
  ...{ from: Date.parse("2026-11-30T16:00:00Z"), until: Date.parse("2026-11-30T18:00:00Z") },
};

let server: FakeApiServer;
let client: ClusterClient;
let watch: ExemptionWatch;
let broken: string[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  const plural = path.slice("/api/v1/".length);
  server.install({ group: "", version: "v1", kind: "ConfigMap", plural, namespaced: true });
  client = new ClusterClient(server.kubeConfig());
  broken = [];
  watch = new ExemptionWatch(client, {
    place,
    timing: { firstRetry: 20, mostRetry: 50, recheck: 50 },
    onBroken: ({ key }) => broken.push(key),
    onNote: () => {},
  });
});
afterEach(async () => {
  await watch.close();
  client.close();
  await server.down();
});

function configMap(data: JsonObject, name: string = place.name): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { ...place, name }, data };
}

describe("the records of break-glass", () => {
  test("are those of the one ConfigMap, by namespace, as it is now", async () => {
    server.put(configMap({ a: writeRecord({ ...record, name: "other" }) }, "another"));
    watch.start();
    await until(() => watch.state.state === "synced");
    expect(watch.of("ml")).toEqual([]);
    server.put(configMap({ a: writeRecord(record) }));
    await until(() => watch.of("ml").length === 1);
    expect(watch.of("ml")).toEqual([record]);
    expect([watch.of("other"), watch.of(null)]).toEqual([[], []]);
    server.delete(configMap({}));
    await until(() => watch.of("ml").length === 0);
    const asked = server.requests.filter(({ url }) => url.pathname === path);
    expect(new Set(asked.map(({ url }) => url.searchParams.get("fieldSelector")))).toEqual(
      new Set(["metadata.name=paddlock-exemptions"]),
    );
  });

  test("let nothing in while the watch is broken, and do again when it is not", async () => {
    server.put(configMap({ a: writeRecord(record) }));
    watch.start();
    await until(() => watch.of("ml").length === 1);
    await server.down();
    await until(() => watch.state.state === "lost");
    expect(watch.of("ml")).toEqual([]);
    await server.up();
    await until(() => watch.of("ml").length === 1);
  });

  test("are none without permission, and that is to be seen", async () => {
    server.put(configMap({ a: writeRecord(record) }));
    server.refusals.set(path, 403);
    watch.start();
    await until(() => watch.state.state === "forbidden");
    expect(watch.of("ml")).toEqual([]);
    expect(watch.state.detail).toContain("403");
  });

  test("that are broken are told once, and again when they are broken otherwise", async () => {
    server.put(configMap({ a: "{}", b: writeRecord(record) }));
    watch.start();
    await until(() => watch.of("ml").length === 1);
    server.put(configMap({ a: "{}", b: writeRecord({ ...record, reason: "longer" }) }));
    await until(() => watch.of("ml")[0]?.reason === "longer");
    expect(broken).toEqual(["a"]);
    server.put(configMap({ a: "no", b: writeRecord(record) }));
    await until(() => watch.of("ml")[0]?.reason === "hotfix");
    expect(broken).toEqual(["a", "a"]);
    expect(watch.state.broken).toMatchObject([{ key: "a", reason: "it is no JSON" }]);
  });
});
