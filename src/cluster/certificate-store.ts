import {
  type CertificateStore,
  type StoredBundles,
  type StoredLease,
  type StoredSecret,
  StoreError,
  type WebhookConfiguration,
} from "../admission/certificates/store.ts";
import { listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { messageIn } from "../messages/thrown.ts";
import type { NamespacedName } from "../resources/identity.ts";
import { ApiError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";

/** Milliseconds after which a request is given up. */
const patience = 10_000;

const webhooksOf: { readonly [kind in WebhookConfiguration["kind"]]: string } = {
  ValidatingWebhookConfiguration: "validatingwebhookconfigurations",
  MutatingWebhookConfiguration: "mutatingwebhookconfigurations",
};

/**
 * The API server as a store. The Secret, the Lease and the webhook configurations must exist: they are read by name,
 * replaced and patched, and neither listed nor created, so that rights on these few names are enough.
 */
export function certificateStore(
  client: Pick<ClusterClient, "get" | "replace" | "patch">,
  secret: NamespacedName,
  lease: NamespacedName,
): CertificateStore {
  const secretPath = `/api/v1/namespaces/${secret.namespace}/secrets/${secret.name}`;
  const secretName = `Secret ${secret.namespace}/${secret.name}`;
  const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${lease.namespace}/leases/${lease.name}`;
  const leaseName = `Lease ${lease.namespace}/${lease.name}`;

  // What was read last, whole: a write gives back all that it does not change.
  let lastSecret: JsonObject = {};
  let lastLease: JsonObject = {};

  return {
    async readSecret() {
      lastSecret = await asking(`get ${secretName}`, (limit) => client.get(secretPath, limit));
      return storedSecret(lastSecret);
    },

    async writeSecret(data, version) {
      if (versionOf(lastSecret) !== version) throw new StoreError(`${secretName} has changed`, true);
      const merged: { [key: string]: JsonValue | undefined } = { ...objectOf(lastSecret.data) };
      for (const [key, text] of Object.entries(data)) merged[key] = text === null ? undefined : encoded(text);
      const changed = { ...lastSecret, data: merged };
      lastSecret = await asking(`update ${secretName}`, (limit) => client.replace(secretPath, changed, limit));
      return storedSecret(lastSecret);
    },

    async readLease() {
      lastLease = await asking(`get ${leaseName}`, (limit) => client.get(leasePath, limit));
      return storedLease(lastLease);
    },

    async writeLease(wanted, now) {
      if (versionOf(lastLease) !== wanted.version) throw new StoreError(`${leaseName} has changed`, true);
      const spec = {
        ...objectOf(lastLease.spec),
        holderIdentity: wanted.holder,
        leaseDurationSeconds: wanted.durationSeconds,
        leaseTransitions: wanted.transitions,
        renewTime: microTime(now),
        ...(wanted.acquired === null ? {} : { acquireTime: microTime(wanted.acquired) }),
      };
      const changed = { ...lastLease, spec };
      lastLease = await asking(`update ${leaseName}`, (limit) => client.replace(leasePath, changed, limit));
      return storedLease(lastLease);
    },

    async readBundles(configuration) {
      const what = `get ${configuration.kind} ${configuration.name}`;
      return storedBundles(configuration, await asking(what, (limit) => client.get(pathOf(configuration), limit)));
    },

    async writeBundle({ configuration, version, webhooks }, bundle) {
      const what = `patch ${configuration.kind} ${configuration.name}`;
      const value = encoded(bundle);
      const patch = [
        // An older version than the stored one makes this a conflict: whoever decided by it decides again.
        { op: "replace", path: "/metadata/resourceVersion", value: version },
        ...webhooks.map((_, index) => ({ op: "add", path: `/webhooks/${index}/clientConfig/caBundle`, value })),
      ];
      const written = await asking(what, (limit) =>
        client.patch(pathOf(configuration), patch, "application/json-patch+json", limit),
      );
      return storedBundles(configuration, written);
    },
  };
}

async function asking(
  what: string,
  ask: (limit: { readonly signal: AbortSignal }) => Promise<JsonObject>,
): Promise<JsonObject> {
  try {
    return await ask({ signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const isConflict = error instanceof ApiError && error.status === 409;
    throw new StoreError(`cannot ${what}: ${messageIn(error)}`, isConflict);
  }
}

function pathOf({ kind, name }: WebhookConfiguration): string {
  return `/apis/admissionregistration.k8s.io/v1/${webhooksOf[kind]}/${encodeURIComponent(name)}`;
}

function storedSecret(secret: JsonObject): StoredSecret {
  const entries = Object.entries(objectOf(secret.data));
  return {
    data: Object.fromEntries(entries.map(([key, value]) => [key, decoded(value)])),
    version: versionOf(secret),
  };
}

function storedLease(lease: JsonObject): StoredLease {
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = objectOf(lease.spec);
  const acquired = new Date(textOf(acquireTime) ?? "");
  return {
    holder: textOf(holderIdentity) ?? "",
    durationSeconds: typeof leaseDurationSeconds === "number" ? leaseDurationSeconds : 0,
    acquired: Number.isNaN(acquired.getTime()) ? null : acquired,
    transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
    version: versionOf(lease),
  };
}

function storedBundles(configuration: WebhookConfiguration, stored: JsonObject): StoredBundles {
  const webhooks = listOf(stored.webhooks)
    .map(objectOf)
    .map(({ clientConfig, name }) => ({ name: textOf(name) ?? "", bundle: decoded(objectOf(clientConfig).caBundle) }));
  return { configuration, webhooks, version: versionOf(stored) };
}

function versionOf({ metadata }: JsonObject): string {
  return textOf(objectOf(metadata).resourceVersion) ?? "";
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}

function decoded(value: JsonValue | undefined): string {
  return Buffer.from(textOf(value) ?? "", "base64").toString();
}

/** With six digits behind the second, as `MicroTime` of `meta/v1` wants them. */
function microTime(time: Date): string {
  return time.toISOString().replace("Z", "000Z");
}
