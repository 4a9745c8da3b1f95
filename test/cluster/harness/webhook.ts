import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import type { PaddlockServer } from "./paddlock-server.ts";

export const WEBHOOK_NAME = "validate.paddlock.dev";
const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/** Every object of a namespace that is no everyday record of the control plane's own. */
const EVERYTHING: readonly JsonObject[] = [
  {
    apiGroups: ["*"],
    apiVersions: ["*"],
    operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
    resources: ["*/*"],
    scope: "Namespaced",
  },
];

export interface Webhook {
  /** `{url: "https://127.0.0.1:PORT/validate"}`, or a Service. */
  readonly client: { readonly url: string } | { readonly service: JsonObject };
  /** The CA of its certificate, in PEM. */
  readonly ca: string;
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly timeoutSeconds?: number;
  readonly rules?: readonly JsonObject[];
  /** Namespaces whose objects are not asked about, beside the control plane's own. */
  readonly exceptNamespaces?: readonly string[];
}

/** The configuration as a client of the API sends it. */
export function webhookConfiguration(webhook: Webhook): JsonObject {
  const {
    client,
    ca,
    failurePolicy = "Fail",
    timeoutSeconds = 10,
    rules = EVERYTHING,
    exceptNamespaces = [],
  } = webhook;
  const except: JsonValue = ["kube-system", "kube-node-lease", "paddlock-system", ...exceptNamespaces];
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "paddlock" },
    webhooks: [
      {
        name: WEBHOOK_NAME,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        matchPolicy: "Equivalent",
        failurePolicy,
        timeoutSeconds,
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: except }],
        },
        matchConditions: [{ name: "not-an-event", expression: 'request.resource.resource != "events"' }],
        rules: [...rules],
        clientConfig: { ...client, caBundle: Buffer.from(ca).toString("base64") },
      },
    ],
  };
}

/**
 * Registers it in place of an earlier one, and waits until the API server asks it: `isAsked` says whether it was, after
 * each try-out of an object in namespace default.
 */
export async function registerWebhook(
  cluster: Cluster,
  webhook: Webhook,
  isAsked: () => Promise<boolean> | boolean,
): Promise<void> {
  await unregisterWebhook(cluster);
  const made = await cluster.client.post(CONFIGURATIONS, webhookConfiguration(webhook));
  if (made.status !== 201) throw new Error(made.text);
  for (let attempt = 0; attempt < 500; attempt++) {
    await cluster.client.post("/api/v1/namespaces/default/configmaps?dryRun=All", { metadata: { name: "try-out" } });
    if (await isAsked()) return;
    await new Promise((settle) => setTimeout(settle, 10));
  }
  throw new Error("the API server does not ask the webhook");
}

/** Whether a server of ours has been asked since this was called. */
export function askedBy(server: PaddlockServer): () => Promise<boolean> {
  const before = server.metric("paddlock_requests_total");
  return async () => (await server.metric("paddlock_requests_total")) > (await before);
}

/** Takes it away, if there is one. */
export async function unregisterWebhook(cluster: Cluster): Promise<void> {
  await cluster.client.delete(`${CONFIGURATIONS}/paddlock`);
}
