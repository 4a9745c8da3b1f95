import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { FakeApiServer } from "../../cluster-client/fake-api-server.ts";
import { claim, networkPolicy } from "../../cluster-client/objects.ts";
import { ask, post } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Command, certifiedFolder } from "./process.ts";
import { reviewBody } from "./reviews.ts";

it("judges by what it watches in the cluster, small reviews and large ones, and stays ready when it loses it", async () => {
  const cluster = await FakeApiServer.start();
  onTestFinished(() => cluster.down());
  cluster.put(claim("ml", "models", "ReadOnlyMany"));
  const { folder, ca, words } = await certifiedFolder();
  writeFileSync(join(folder, "kubeconfig"), cluster.kubeConfig().exportConfig());
  writeFileSync(join(folder, "paddlock.yaml"), "rules: { network-policy: error }\nadmission: { mode: enforce }");
  const command = new Command([
    ...words.filter((word) => word !== "--no-cluster"),
    ...[
      "--kubeconfig",
      join(folder, "kubeconfig"),
      "--config",
      join(folder, "paddlock.yaml"),
      "--shutdown-delay",
      "0s",
    ],
  ]);
  const { listening } = JSON.parse(await command.firstLine());
  const readyz = () => ask(`${listening}/readyz`, { ca });
  await eventually(async () => (await readyz()).status).toBe(200);
  const { informers } = JSON.parse((await readyz()).body);
  expect(informers).toContainEqual(
    expect.objectContaining({ kind: expect.stringContaining("NetworkPolicy"), state: "synced" }),
  );
  // Only rules of users ask for Services.
  expect(informers).not.toContainEqual(expect.objectContaining({ kind: "Service" }));
  const denied = async (padding: number): Promise<string> => {
    const { body } = await post(`${listening}/validate`, reviewBody({ padding }), { ca });
    return JSON.parse(body).response.status?.message ?? "allowed";
  };
  expect(await denied(0)).toContain("network-policy");
  expect(await denied(300_000)).toContain("network-policy");
  cluster.put(networkPolicy("ml", "ocr", { app: "ocr" }));
  await eventually(() => denied(0)).toBe("allowed");
  expect(await denied(300_000)).toBe("allowed");
  await cluster.down();
  await eventually(async () => (await readyz()).body).toContain('"lost"');
  expect((await readyz()).status).toBe(200);
  expect(await denied(0)).toBe("allowed");
  command.signal("SIGTERM");
  expect(await command.exited).toBe(0);
}, 60_000);

it("does not start where its cluster cannot be told, and says so", async () => {
  const { folder, words } = await certifiedFolder();
  mkdirSync(join(folder, "home"));
  const options = words.filter((word) => word !== "--no-cluster");
  const nowhere = new Command(options, { HOME: join(folder, "home") });
  expect(await nowhere.exited).toBe(2);
  expect(nowhere.stderr).toMatch(/^paddlock: .*kubeconfig/i);
  const absent = new Command([...options, "--kubeconfig", join(folder, "absent")]);
  expect(await absent.exited).toBe(2);
  expect(absent.stderr).toContain(join(folder, "absent"));
});
