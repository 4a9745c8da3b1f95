import { excludedNamespaces } from "../admission/registration/differences.ts";
import {
  type EntrySettings,
  entryNames,
  modeCondition,
  type WebhookEntry,
  webhookEntries,
} from "../admission/registration/webhook-entries.ts";
import type { JsonObject, JsonValue } from "../documents/document.ts";
import { listOf, objectOf, textOf } from "../resources/json.ts";
import { ApiError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";

/** The key of the ConfigMap that holds the configuration. */
const key = "paddlock.yaml";
const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/** The configuration of a release, as the cluster keeps it. */
export class ReleaseConfiguration {
  readonly #client: ClusterClient;
  readonly #path: string;
  #object: JsonObject = {};

  constructor(client: ClusterClient, { namespace, name }: { readonly namespace: string; readonly name: string }) {
    this.#client = client;
    this.#path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  }

  /** Its text; null where the ConfigMap has none. @throws ApiError, TransportError */
  async read(): Promise<string | null> {
    this.#object = await this.#client.get(this.#path);
    return textOf(objectOf(this.#object.data)[key]);
  }

  /** Writes another text in place of that which was read. @throws ApiError: 409 where somebody else has written meanwhile */
  async write(text: string): Promise<void> {
    const data = { ...objectOf(this.#object.data), [key]: text };
    this.#object = await this.#client.replace(this.#path, { ...this.#object, data });
  }
}

/** What became of the registered entries; `excluded`: they leave the namespace out, whatever the configuration says. */
export type Registered = "follows" | "differs" | "absent" | "excluded";

/**
 * Has the API server ask by the changed configuration. Only entries that are as the old one asks for are changed: what
 * somebody made of the others is his to change.
 * @param namespace that the change is about
 * @throws ApiError, TransportError
 */
export async function registerEntries(
  client: ClusterClient,
  name: string,
  namespace: string,
  before: EntrySettings,
  after: EntrySettings,
): Promise<Registered> {
  const path = `${webhooks}/${encodeURIComponent(name)}`;
  const registered = await found(client.get(path));
  if (registered === null) return "absent";
  const all = listOf(registered.webhooks).map(objectOf);
  const excluded = excludedNamespaces(all.find((each) => each.name === entryNames[0]));
  if (excluded.includes(namespace)) return "excluded";
  const [old, due] = [webhookEntries(before, excluded), webhookEntries(after, excluded)];
  if (due.length !== old.length) return "differs";
  let complete = true;
  const changed = all.map((webhook) => {
    const [was, is] = [old, due].map((entries) => entries.find((entry) => entry.name === webhook.name));
    if (was === undefined || is === undefined) return webhook;
    if (!isEntry(webhook, was)) {
      complete &&= isEntry(webhook, is);
      return webhook;
    }
    return withEntry(webhook, is);
  });
  complete &&= due.every((entry) => all.some((webhook) => webhook.name === entry.name));
  await client.replace(path, { ...registered, webhooks: changed });
  return complete ? "follows" : "differs";
}

function isEntry(webhook: JsonObject, entry: WebhookEntry): boolean {
  const expressions = listOf(objectOf(webhook.namespaceSelector).matchExpressions).map(requirementText);
  const due = entry.matchExpressions.map((each) => requirementText({ ...each }));
  return JSON.stringify(expressions) === JSON.stringify(due) && conditionOf(webhook) === entry.condition;
}

function requirementText(written: JsonValue): string {
  const { key, operator, values } = objectOf(written);
  return JSON.stringify([key, operator, listOf(values)]);
}

function conditionOf(webhook: JsonObject): string | null {
  const own = listOf(webhook.matchConditions).find((each) => objectOf(each).name === modeCondition);
  return textOf(objectOf(own).expression);
}

function withEntry(webhook: JsonObject, { matchExpressions, condition }: WebhookEntry): JsonObject {
  const others = listOf(webhook.matchConditions).filter((each) => objectOf(each).name !== modeCondition);
  const own = condition === null ? [] : [{ name: modeCondition, expression: condition }];
  return {
    ...webhook,
    namespaceSelector: { matchExpressions: matchExpressions.map((each) => ({ ...each, values: [...each.values] })) },
    matchConditions: [...others, ...own],
  };
}

async function found(answer: Promise<JsonObject>): Promise<JsonObject | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
