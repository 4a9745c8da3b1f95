import type { ModeOf } from "../../admission/mode.ts";
import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import { labelSelector, selects } from "../../resources/selectors.ts";
import { isDisconnection } from "../audit/disconnection.ts";
import type { ClusterClient } from "../client.ts";
import type { RunningWorkload } from "./running-workloads.ts";

/** What a cluster cannot do without, so that its pods must come up before the webhook does. */
export type Infrastructure = "network" | "storage" | "certificates";

/**
 * Whether an outage of the webhook keeps the pods of a namespace from being made: `excluded`: it is not asked about them;
 * `open`: it is asked, and nothing waits for it; `closed`: they are not made; `unknown`: it is not registered, or its
 * registration may not be read.
 */
export type Exposure = "excluded" | "open" | "closed" | "unknown";

export interface InfrastructureNamespace {
  readonly namespace: string;
  readonly parts: readonly Infrastructure[];
  /** By which they were known: `DaemonSet calico-node`. */
  readonly found: readonly string[];
  readonly exposure: Exposure;
}

/** By the names under which the projects' own manifests install themselves. */
const known: readonly (readonly [Infrastructure, RegExp])[] = [
  [
    "network",
    /^(?:calico-|cilium|canal$|kube-flannel|antrea-|weave-net|kube-router|aws-node$|azure-cni|ovnkube|kube-ovn|ovs-ovn|kube-multus|multus|terway|tigera-operator$|kube-proxy$|coredns)/,
  ],
  ["storage", /(?:^|-)csi(?:-|$)|^csi|^longhorn-manager$|^rook-ceph-operator$|^openebs-/],
  ["certificates", /^(?:cert-manager|trust-manager|spire-server|spire-agent)(?:-|$)/],
];

/**
 * The namespaces in which such parts run.
 * @param registered the webhook's own entries; null: they are not known
 */
export function infrastructureNamespaces(
  running: readonly RunningWorkload[],
  registered: readonly JsonObject[] | null,
  modeOf: ModeOf,
): readonly InfrastructureNamespace[] {
  const byNamespace = new Map<string, { readonly parts: Set<Infrastructure>; readonly found: string[] }>();
  for (const { namespace, kind, name } of running) {
    const part = known.find(([, pattern]) => pattern.test(name))?.[0];
    if (part === undefined) continue;
    const entry = byNamespace.get(namespace) ?? { parts: new Set(), found: [] };
    entry.parts.add(part);
    entry.found.push(`${kind} ${name}`);
    byNamespace.set(namespace, entry);
  }
  return [...byNamespace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, { parts, found }]) => {
      return { namespace, parts: [...parts].sort(), found, exposure: exposureOf(namespace, registered, modeOf) };
    });
}

/** Where the registration says "fail" of a namespace that the configuration decides on, the configuration decides. */
function exposureOf(namespace: string, registered: readonly JsonObject[] | null, modeOf: ModeOf): Exposure {
  if (registered === null || registered.length === 0) return "unknown";
  const about = registered.filter((entry) => mayConcern(entry, namespace));
  if (about.length === 0) return "excluded";
  const closed = about.some(({ failurePolicy, matchConditions }) => {
    if (failurePolicy === "Ignore") return false;
    const chosen = listOf(matchConditions).some((each) => objectOf(each).name === MODE_CONDITION);
    return !chosen || modeOf(namespace, () => null) === "enforce";
  });
  return closed ? "closed" : "open";
}

/** Of a namespace only its name is known here: what depends on other labels may concern it. */
function mayConcern({ namespaceSelector }: JsonObject, namespace: string): boolean {
  const labels = {
    get: (key: string) =>
      key === "kubernetes.io/metadata.name"
        ? namespace
        : ({ reason: "namespace-labels", detail: namespace, present: false } as const),
  };
  return selects(labelSelector(namespaceSelector), labels) !== false;
}

const MODE_CONDITION = "mode-of-the-namespace";

/**
 * The webhook's own entries as the API server has them; null where they may not be read.
 * @throws TransportError where the cluster does not answer any more
 */
export async function registeredWebhooks(client: ClusterClient): Promise<readonly JsonObject[] | null> {
  try {
    const list = await client.get("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations");
    return listOf(list.items)
      .flatMap((item) => listOf(objectOf(item).webhooks))
      .filter(isObject)
      .filter(({ name }) => textOf(name)?.endsWith(".paddlock.dev") === true);
  } catch (error) {
    if (isDisconnection(error)) throw error;
    return null;
  }
}
