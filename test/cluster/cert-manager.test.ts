import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { type CertificateIssuer, playCertManager, startCertManager } from "./harness/cert-manager.ts";
import { ChartRelease } from "./harness/chart-release.ts";
import { RELEASE_NAMESPACE } from "./harness/helm.ts";
import { loadDuring } from "./harness/load.ts";
import { applyAll, createNamespaces, textAt } from "./harness/objects.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { closedNamespacePolicy, modelClaim } from "./harness/workloads.ts";

const SECRET = `/api/v1/namespaces/${RELEASE_NAMESPACE}/secrets/paddlock-tls`;
const HOOK = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";
const VALUES = {
  config: { extends: "recommended", admission: { namespaces: [{ match: ["ml"], mode: "enforce" }] } },
  certificates: { mode: "cert-manager" },
};

/** Its programs take minutes to build, so most runs have them played. */
const issuers = [
  ["played by the API", playCertManager],
  ...(process.env.PADDLOCK_CERT_MANAGER === undefined ? [] : ([["itself", startCertManager]] as const)),
] as const;

describe.each(issuers)("the chart with cert-manager %s", (_, start) => {
  let cluster: Cluster;
  let issuer: CertificateIssuer;
  let release: ChartRelease;
  beforeAll(async () => {
    cluster = await Cluster.start({ controllers: true });
    issuer = await start(cluster);
    release = await ChartRelease.in(cluster);
    await createNamespaces(cluster, ["ml"]);
    await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml")]);
  });
  afterAll(async () => {
    issuer?.stop();
    await release?.stop();
    await cluster?.stop();
  });

  test("serves with the certificate that is issued, to an API server that was given its CA", async () => {
    await release.install(VALUES);
    await release.run(2, "paddlock-tls");
    await waitUntil("the CA is in every entry of the webhook", async () => {
      const ca = await authority();
      return ca !== "" && (await bundles()).every((bundle) => bundle === ca);
    });
    expect((await bundles()).length).toBeGreaterThan(1);
    await waitUntil("the API server asks the webhook", async () => {
      const { created, denied, failed } = await loadDuring(cluster, "ml", async () => {}, 4);
      return created > 0 && denied > 0 && failed.length === 0;
    });
  });

  test("takes a renewed certificate without a failed call", async () => {
    const before = await release.serials();
    const load = await loadDuring(
      cluster,
      "ml",
      async () => {
        await issuer.renew(RELEASE_NAMESPACE, "paddlock");
        await waitUntil(
          "all replicas show the new certificate",
          async () => {
            return (await release.serials()).every((serial) => !before.includes(serial));
          },
          60,
        );
      },
      200,
    );
    expect(load).toMatchObject({ failed: [], slipped: [] });
    expect(load.denied).toBeGreaterThan(0);
  });

  test("keeps the CA over an upgrade of the chart, without a failed call", async () => {
    const before = await bundles();
    const load = await loadDuring(cluster, "ml", async () => {
      await release.install({ ...VALUES, webhook: { timeoutSeconds: 5 } });
    });
    expect(load).toMatchObject({ failed: [], slipped: [] });
    expect(await bundles()).toEqual(before);
  });

  async function authority(): Promise<string> {
    return textAt((await cluster.client.get(SECRET)).body, "data", "ca.crt");
  }

  async function bundles(): Promise<readonly unknown[]> {
    const { body } = await cluster.client.get(HOOK);
    return listOf(body.webhooks)
      .filter(isObject)
      .map(({ clientConfig }) => objectOf(clientConfig).caBundle);
  }
});
