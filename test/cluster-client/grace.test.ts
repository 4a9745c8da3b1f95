import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeApiServer } from "./fake-api-server.ts";
import { claim, networkPolicy } from "./objects.ts";
import { until } from "./until.ts";
import { WatchedCluster } from "./watched-cluster.ts";

let cluster: WatchedCluster;
let server: FakeApiServer;

beforeEach(async () => {
  cluster = await WatchedCluster.start();
  server = cluster.server;
});
afterEach(() => cluster.close());

describe("the grace of a deleted policy", () => {
  let now = 0;
  const grace = { networkPolicyGrace: 30, now: () => now };
  beforeEach(() => {
    now = 1_000_000;
  });

  test("ends after its time", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync(grace);
    server.delete(networkPolicy("ml", "ocr", {}));
    server.put(claim("ml", "after"));
    server.put(networkPolicy("web", "after", {}));
    await until(() => cluster.isolated("web", {}) === "isolated");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 29_999;
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 1;
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
  });

  test("is that of the configuration in force", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync(grace);
    cluster.relations.setNetworkPolicyGrace(0);
    server.delete(networkPolicy("ml", "ocr", {}));
    await until(() => cluster.isolated("ml", { app: "ocr" }) === "not-isolated");
    expect(now).toBe(1_000_000);
  });

  test("ends where the policy is created again, even if it selects others", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    await cluster.inSync(grace);
    server.delete(networkPolicy("ml", "ocr", {}));
    server.put(networkPolicy("ml", "ocr", { app: "asr" }));
    await until(() => cluster.isolated("ml", { app: "asr" }) === "isolated");
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
    now += 60_000;
    expect(cluster.isolated("ml", { app: "asr" })).toBe("isolated");
  });

  test("is also for what a list no longer has, and for policies alone", async () => {
    server.put(networkPolicy("ml", "ocr", { app: "ocr" }));
    server.put(claim("ml", "models"));
    await cluster.inSync(grace);
    await server.down();
    server.delete(networkPolicy("ml", "ocr", {}));
    server.delete(claim("ml", "models"));
    server.put(networkPolicy("ml", "other", { app: "asr" }));
    server.compact();
    await server.up();
    await until(
      () => cluster.isolated("ml", { app: "asr" }) === "isolated" && cluster.hasClaim("ml", "models") === "no",
    );
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("isolated");
    now += 30_000;
    expect(cluster.isolated("ml", { app: "ocr" })).toBe("not-isolated");
  });
});
