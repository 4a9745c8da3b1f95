import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { ClusterClient } from "./client.ts";

/** Where paddlock is installed: the names of its objects begin with that of its Service. */
export interface Release {
  readonly namespace: string;
  readonly name: string;
}

/** What the guide installs, for whoever may not look. */
export const usualRelease: Release = { namespace: "paddlock-system", name: "paddlock" };

/**
 * Where paddlock is installed, told from the webhooks that are registered: they are nobody's who has but rights in
 * namespaces, so a tenant cannot lead an administrator to objects of his own. None: no such webhook names a Service.
 *
 * @throws ApiError where they may not be listed (403), TransportError where there is no answer
 */
export async function findReleases(client: ClusterClient): Promise<readonly Release[]> {
  const found = new Map<string, Release>();
  for await (const { items } of client.pages("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations")) {
    for (const webhook of items.flatMap(({ webhooks }) => listOf(webhooks)).filter(isObject)) {
      if (textOf(webhook.name)?.endsWith(".paddlock.dev") !== true) continue;
      const service = objectOf(objectOf(webhook.clientConfig).service);
      const [namespace, name] = [textOf(service.namespace), textOf(service.name)];
      if (namespace !== null && name !== null) found.set(`${namespace}/${name}`, { namespace, name });
    }
  }
  return [...found.values()];
}
