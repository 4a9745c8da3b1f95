import { isObject, listOf, objectOf, textOf, valueAt } from "../../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { certManagerKinds, certManagerPrograms } from "../../../tools/cert-manager/binaries.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { freePort } from "../../../tools/cluster/free-ports.ts";
import { Authority } from "./authority.ts";
import { type CustomKind, installKinds } from "./custom-kinds.ts";
import { applyAll, listOfObjects, textAt } from "./objects.ts";
import { waitUntil } from "./wait-until.ts";

const GROUP = "cert-manager.io";
const CERTIFICATES = "/apis/cert-manager.io/v1/certificates";
const WEBHOOKS = ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].map(
  (plural) => `/apis/admissionregistration.k8s.io/v1/${plural}`,
);

/** What issues the chart's certificates, and puts their CA into its webhooks. */
export interface CertificateIssuer {
  /** Has another certificate issued before the last one ends. */
  renew(namespace: string, certificate: string): Promise<void>;
  stop(): void;
}

/** cert-manager's own programs, by their own definitions. */
export async function startCertManager(cluster: Cluster): Promise<CertificateIssuer> {
  await applyAll(cluster, certManagerKinds());
  await waitUntil("its kinds are served", async () => (await cluster.client.get(CERTIFICATES)).status === 200);
  const { controller, cainjector } = certManagerPrograms();
  const common = ["--kubeconfig", cluster.kubeconfig, "--leader-elect=false"];
  const metrics = `--metrics-listen-address=127.0.0.1:${await freePort()}`;
  const issuing = cluster.processes.start({ name: "cert-manager", command: controller, words: [...common, metrics] });
  const injecting = cluster.processes.start({ name: "cainjector", command: cainjector, words: common });
  return {
    async renew(namespace, certificate) {
      for (const each of [issuing, injecting]) if (!each.running) throw new Error(`${each.name}: ${each.lastWords()}`);
      const path = `/apis/${GROUP}/v1/namespaces/${namespace}/certificates/${certificate}`;
      const { body } = await cluster.client.get(path);
      const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const issue = {
        type: "Issuing",
        status: "True",
        reason: "ManuallyTriggered",
        message: "asked for",
        lastTransitionTime,
      };
      const status = objectOf(body.status);
      const conditions = [...listOf(status.conditions), issue];
      const asked = await cluster.client.ask("PUT", `${path}/status`, {
        body: { ...body, status: { ...status, conditions } },
      });
      if (asked.status !== 200) throw new Error(asked.text);
    },
    stop() {
      issuing.signal("SIGKILL");
      injecting.signal("SIGKILL");
    },
  };
}

const kinds: readonly CustomKind[] = ["Issuer", "Certificate"].map((kind) => ({
  group: GROUP,
  versions: ["v1"],
  kind,
}));

/**
 * Does by the API what cert-manager does: the Secret of each Certificate, and the CA in every webhook whose configuration is
 * annotated for it. Sources: https://cert-manager.io/docs/usage/certificate/, https://cert-manager.io/docs/concepts/ca-injector/
 */
export async function playCertManager(cluster: Cluster): Promise<CertificateIssuer> {
  await installKinds(cluster, kinds);
  const authority = await Authority.create();
  const issue = async (certificate: JsonObject): Promise<void> => {
    const { namespace, name } = objectOf(certificate.metadata);
    const spec = objectOf(certificate.spec);
    const names = listOf(spec.dnsNames).map(String);
    const { cert, key } = await authority.server(names);
    const stringData = { "ca.crt": authority.ca, "tls.crt": cert, "tls.key": key };
    const annotations = { "cert-manager.io/certificate-name": name ?? "" };
    const metadata = { name: spec.secretName ?? "", namespace: namespace ?? "", annotations };
    await applyAll(cluster, [{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata, stringData }]);
  };
  const issued = new Set<string>();
  let busy = false;
  const look = async (): Promise<void> => {
    for (const certificate of await listOfObjects(cluster, CERTIFICATES)) {
      const uid = textAt(certificate, "metadata", "uid");
      if (!issued.has(uid)) await issue(certificate);
      issued.add(uid);
    }
    for (const path of WEBHOOKS)
      for (const each of await listOfObjects(cluster, path)) await inject(cluster, path, each);
  };
  const looking = setInterval(() => {
    if (busy) return;
    busy = true;
    void look()
      .catch(() => {})
      .finally(() => {
        busy = false;
      });
  }, 200);
  return {
    async renew(namespace, certificate) {
      await issue(
        (await cluster.client.get(`/apis/${GROUP}/v1/namespaces/${namespace}/certificates/${certificate}`)).body,
      );
    },
    stop: () => clearInterval(looking),
  };
}

async function inject(cluster: Cluster, path: string, configuration: JsonObject): Promise<void> {
  const wanted = textAt(configuration, "metadata", "annotations", "cert-manager.io/inject-ca-from");
  const [namespace, name] = wanted.split("/");
  if (namespace === undefined || name === undefined) return;
  const { body } = await cluster.client.get(`/apis/${GROUP}/v1/namespaces/${namespace}/certificates/${name}`);
  const secret = `/api/v1/namespaces/${namespace}/secrets/${textAt(body, "spec", "secretName")}`;
  const caBundle = textOf(valueAt((await cluster.client.get(secret)).body, ["data", "ca.crt"]));
  if (caBundle === null) return;
  const webhooks = listOf(configuration.webhooks).filter(isObject);
  if (webhooks.every(({ clientConfig }) => objectOf(clientConfig).caBundle === caBundle)) return;
  const injected = webhooks.map(
    (each): JsonValue => ({ ...each, clientConfig: { ...objectOf(each.clientConfig), caBundle } }),
  );
  await cluster.client.ask("PUT", `${path}/${textAt(configuration, "metadata", "name")}`, {
    body: { ...configuration, webhooks: injected },
  });
}
