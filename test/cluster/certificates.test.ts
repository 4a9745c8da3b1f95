import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PemPair } from "../../tools/cluster/admission-files.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { Authority } from "./harness/authority.ts";
import { ChartRelease } from "./harness/chart-release.ts";
import { RELEASE_NAMESPACE } from "./harness/helm.ts";
import { loadDuring } from "./harness/load.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, modelClaim } from "./harness/workloads.ts";

const SECRET = "webhook-certificate";
const HOST = `paddlock.${RELEASE_NAMESPACE}.svc`;

let cluster: Cluster;
let release: ChartRelease;
beforeAll(async () => {
  cluster = await Cluster.start({ controllers: true });
  release = await ChartRelease.in(cluster);
  await createNamespaces(cluster, ["ml", RELEASE_NAMESPACE]);
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml")]);
});
afterAll(async () => {
  await release?.stop();
  await cluster?.stop();
});

describe("the chart with certificate files of somebody's own", () => {
  let authority: Authority;

  test("serves with what the Secret holds, to an API server that knows its CA", async () => {
    authority = await Authority.create();
    const pair = await authority.server([HOST]);
    await keep(pair);
    await install(authority.ca);
    await release.run(2, SECRET);
    expect(await release.serials()).toEqual([serialOf(pair), serialOf(pair)]);
    await waitUntil("the API server asks the webhook", async () => {
      const { created, denied, failed } = await loadDuring(cluster, "ml", async () => {}, 4);
      return created > 0 && denied > 0 && failed.length === 0;
    });
  });

  test("takes another certificate without a failed call", async () => {
    const pair = await authority.server([HOST]);
    const load = await loadDuring(cluster, "ml", () => rotate(pair), 200);
    expect(load).toMatchObject({ failed: [], slipped: [] });
    expect(load.denied).toBeGreaterThan(0);
  });

  test("goes over to another CA as the guide says, without a failed call", async () => {
    const next = await Authority.create("Next CA");
    const pair = await next.server([HOST]);
    const load = await loadDuring(cluster, "ml", async () => {
      await install(authority.ca + next.ca);
      await rotate(pair);
      await install(next.ca);
    });
    expect(load).toMatchObject({ failed: [], slipped: [] });
    authority = next;
  });

  test("keeps what it has where the next pair cannot be used, and says so", async () => {
    const before = await release.serials();
    const [one, other] = [await authority.server([HOST]), await authority.server([HOST])];
    const load = await loadDuring(cluster, "ml", async () => {
      await keep({ cert: one.cert, key: other.key });
      for (const server of release.servers) {
        await waitUntil("the pair is refused", async () =>
          JSON.stringify(server.log()).includes("serving certificate"),
        );
      }
    });
    expect(load).toMatchObject({ failed: [], slipped: [] });
    expect(await release.serials()).toEqual(before);
    await rotate(other);
  });
});

function install(ca: string): Promise<void> {
  return release.install({
    config: { extends: "recommended", admission: { namespaces: [{ match: ["ml"], mode: "enforce" }] } },
    certificates: { mode: "files", files: { secretName: SECRET, ca } },
  });
}

/** Puts a pair into the Secret, and waits until every replica shows it. */
async function rotate(pair: PemPair): Promise<void> {
  await keep(pair);
  await waitUntil("all replicas show the new certificate", async () => {
    return (await release.serials()).every((serial) => serial === serialOf(pair));
  });
}

async function keep({ cert, key }: PemPair): Promise<void> {
  const metadata = { name: SECRET, namespace: RELEASE_NAMESPACE };
  const stringData = { "tls.crt": cert, "tls.key": key };
  await applyAll(cluster, [{ apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", stringData }]);
}

function serialOf({ cert }: PemPair): string {
  return new X509Certificate(cert).serialNumber;
}
