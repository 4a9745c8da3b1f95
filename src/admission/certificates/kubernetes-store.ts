import {
  AdmissionregistrationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  type KubeConfig,
  Observable,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  setHeaderOptions,
  type V1Lease,
  V1MicroTime,
  type V1MutatingWebhookConfiguration,
  type V1ObjectMeta,
  type V1Secret,
  type V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";
import type { NamespacedName } from "../../resources/identity.ts";
import {
  type CertificateStore,
  type StoredBundles,
  type StoredLease,
  type StoredSecret,
  StoreError,
  type WebhookConfiguration,
} from "./store.ts";
import { failureOf } from "./store-failure.ts";

/** Milliseconds after which a request is given up. */
const patience = 10_000;

type RequestOptions = ReturnType<typeof setHeaderOptions>;

/**
 * The API server as a store. The Secret, the Lease and the webhook configurations must exist: they are read by name,
 * replaced and patched, and neither listed nor created, so that rights on these few names are enough.
 */
export function kubernetesStore(
  kubeConfig: KubeConfig,
  secret: NamespacedName,
  lease: NamespacedName,
): CertificateStore {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const coordination = kubeConfig.makeApiClient(CoordinationV1Api);
  const admission = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const secretName = `Secret ${secret.namespace}/${secret.name}`;
  const leaseName = `Lease ${lease.namespace}/${lease.name}`;

  // What was read last, whole: a write gives back all that it does not change.
  let lastSecret: V1Secret = {};
  let lastLease: V1Lease = {};

  return {
    readSecret: () =>
      asking(`get ${secretName}`, async (options) => {
        lastSecret = await core.readNamespacedSecret({ ...secret }, options);
        return storedSecret(lastSecret);
      }),

    writeSecret: (data, version) =>
      asking(`update ${secretName}`, async (options) => {
        if (versionOf(lastSecret) !== version) throw new StoreError(`${secretName} has changed`, true);
        const merged = { ...lastSecret.data };
        for (const [key, text] of Object.entries(data))
          if (text === null) delete merged[key];
          else merged[key] = Buffer.from(text).toString("base64");
        const body = { ...lastSecret, data: merged };
        lastSecret = await core.replaceNamespacedSecret({ ...secret, body }, options);
        return storedSecret(lastSecret);
      }),

    readLease: () =>
      asking(`get ${leaseName}`, async (options) => {
        lastLease = await coordination.readNamespacedLease({ ...lease }, options);
        return storedLease(lastLease);
      }),

    writeLease: (wanted, now) =>
      asking(`update ${leaseName}`, async (options) => {
        if (versionOf(lastLease) !== wanted.version) throw new StoreError(`${leaseName} has changed`, true);
        const spec = {
          ...lastLease.spec,
          holderIdentity: wanted.holder,
          leaseDurationSeconds: wanted.durationSeconds,
          leaseTransitions: wanted.transitions,
          renewTime: new V1MicroTime(now),
          ...(wanted.acquired === null ? {} : { acquireTime: new V1MicroTime(wanted.acquired) }),
        };
        const body = { ...lastLease, spec };
        lastLease = await coordination.replaceNamespacedLease({ ...lease, body }, options);
        return storedLease(lastLease);
      }),

    readBundles: (configuration) =>
      asking(`get ${configuration.kind} ${configuration.name}`, async (options) => {
        const { kind, name } = configuration;
        const read =
          kind === "MutatingWebhookConfiguration"
            ? await admission.readMutatingWebhookConfiguration({ name }, options)
            : await admission.readValidatingWebhookConfiguration({ name }, options);
        return storedBundles(configuration, read);
      }),

    writeBundle: ({ configuration, version, webhooks }, bundle) =>
      asking(`patch ${configuration.kind} ${configuration.name}`, async (options) => {
        const { kind, name } = configuration;
        const value = Buffer.from(bundle).toString("base64");
        const body = [
          // An older version than the stored one makes this a conflict: whoever decided by it decides again.
          { op: "replace", path: "/metadata/resourceVersion", value: version },
          ...webhooks.map((_, index) => ({ op: "add", path: `/webhooks/${index}/clientConfig/caBundle`, value })),
        ];
        const patch = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch, options);
        const written =
          kind === "MutatingWebhookConfiguration"
            ? await admission.patchMutatingWebhookConfiguration({ name, body }, patch)
            : await admission.patchValidatingWebhookConfiguration({ name, body }, patch);
        return storedBundles(configuration, written);
      }),
  };
}

async function asking<T>(what: string, ask: (options: RequestOptions) => Promise<T>): Promise<T> {
  try {
    return await ask(withPatience());
  } catch (error) {
    throw error instanceof StoreError ? error : failureOf(what, error);
  }
}

/** Options that give up a request which takes too long; the client has no limit of its own. */
function withPatience(): RequestOptions {
  const limit = {
    pre(context: RequestContext): Observable<RequestContext> {
      context.setSignal(AbortSignal.timeout(patience));
      return new Observable(Promise.resolve(context));
    },
    post: (context: ResponseContext) => new Observable(Promise.resolve(context)),
  };
  return { middleware: [limit], middlewareMergeStrategy: "append" };
}

function storedSecret(secret: V1Secret): StoredSecret {
  const entries = Object.entries(secret.data ?? {});
  return {
    data: Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString()])),
    version: versionOf(secret),
  };
}

function storedLease({ metadata, spec }: V1Lease): StoredLease {
  return {
    holder: spec?.holderIdentity ?? "",
    durationSeconds: spec?.leaseDurationSeconds ?? 0,
    acquired: spec?.acquireTime ?? null,
    transitions: spec?.leaseTransitions ?? 0,
    version: versionOf({ metadata }),
  };
}

function storedBundles(
  configuration: WebhookConfiguration,
  stored: V1ValidatingWebhookConfiguration | V1MutatingWebhookConfiguration,
): StoredBundles {
  const webhooks = (stored.webhooks ?? []).map(({ clientConfig, name }) => ({
    name,
    bundle: Buffer.from(clientConfig.caBundle ?? "", "base64").toString(),
  }));
  return { configuration, webhooks, version: versionOf(stored) };
}

function versionOf({ metadata }: { metadata?: V1ObjectMeta | undefined }): string {
  return metadata?.resourceVersion ?? "";
}
