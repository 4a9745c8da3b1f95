import { objectOf, textOf } from "../../../src/json/json.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { WEBHOOK_NAME } from "./webhook.ts";

/** A request that the API server asked us about, as its audit log keeps it. */
export interface AskedEvent {
  readonly verb: string;
  readonly user: string;
  readonly resource: string;
  readonly subresource: string | null;
  readonly name: string | null;
  /** What we wrote there, by key. */
  readonly annotations: { readonly [key: string]: string };
}

/** Such requests about an object, by its name, the newest last. `at least one` of them is waited for. */
export async function askedAbout(cluster: Cluster, name: string, verb?: string): Promise<AskedEvent[]> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = cluster
      .auditEvents()
      .map(asked)
      .filter((event) => event !== null && event.name === name && (verb === undefined || event.verb === verb));
    if (found.length > 0) return found.filter((event) => event !== null);
    await new Promise((settle) => setTimeout(settle, 20));
  }
  throw new Error(`nobody was asked about ${verb ?? "any request"} of ${name}`);
}

function asked(event: JsonObject): AskedEvent | null {
  const annotations: { [key: string]: string } = {};
  for (const [key, value] of Object.entries(objectOf(event.annotations))) {
    if (key.startsWith(`${WEBHOOK_NAME}/`)) annotations[key.slice(WEBHOOK_NAME.length + 1)] = String(value);
  }
  if (Object.keys(annotations).length === 0) return null;
  const reference = objectOf(event.objectRef);
  return {
    verb: textOf(event.verb) ?? "",
    user: textOf(objectOf(event.user).username) ?? "",
    resource: textOf(reference.resource) ?? "",
    subresource: textOf(reference.subresource),
    name: textOf(reference.name),
    annotations,
  };
}
