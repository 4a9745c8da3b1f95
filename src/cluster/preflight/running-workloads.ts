import { objectOf, textOf } from "../../json/json.ts";
import { kindKey } from "../../resources/kind-key.ts";
import type { ListedKind } from "../audit/audited-kinds.ts";
import { isDisconnection } from "../audit/disconnection.ts";
import { listPages } from "../audit/patience.ts";
import type { ClusterClient } from "../client.ts";
import { pathOf } from "../discovery.ts";

/** A workload of a kind that operators and the cluster's own infrastructure are installed as. */
export interface RunningWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  /** The name of its service account. */
  readonly account: string;
}

const installed: ReadonlySet<string> = new Set(["apps/Deployment", "apps/DaemonSet", "apps/StatefulSet"]);

/**
 * What is installed in a cluster, or in the namespaces that are named, as far as it may be listed.
 * @throws TransportError where the cluster does not answer any more
 */
export async function runningWorkloads(
  client: ClusterClient,
  kinds: readonly ListedKind[],
  namespaces: readonly string[] | null,
): Promise<readonly RunningWorkload[]> {
  const running: RunningWorkload[] = [];
  for (const kind of kinds.filter((each) => installed.has(kindKey(each)))) {
    for (const namespace of namespaces ?? [null]) {
      try {
        for await (const { items } of listPages(client, pathOf(kind, namespace))) {
          for (const { metadata, spec } of items) {
            const { name, namespace: own } = objectOf(metadata);
            const { serviceAccountName } = objectOf(objectOf(objectOf(spec).template).spec);
            running.push({
              ...{ namespace: textOf(own) ?? "", name: textOf(name) ?? "", kind: kind.kind },
              account: textOf(serviceAccountName) ?? "default",
            });
          }
        }
      } catch (error) {
        // What may not be listed is told among the permissions.
        if (isDisconnection(error)) throw error;
      }
    }
  }
  return running;
}

/**
 * Those of the kinds of which there is an object, as `group/Kind`.
 * @throws TransportError where the cluster does not answer any more
 */
export async function kindsInUse(
  client: ClusterClient,
  kinds: readonly ListedKind[],
  namespaces: readonly string[] | null,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const kind of kinds) {
    for (const namespace of kind.namespaced ? (namespaces ?? [null]) : [null]) {
      try {
        const { items } = await client.get(pathOf(kind, namespace), { query: { limit: "1" } });
        if (Array.isArray(items) && items.length > 0) used.add(kindKey(kind));
      } catch (error) {
        if (isDisconnection(error)) throw error;
      }
    }
  }
  return used;
}
