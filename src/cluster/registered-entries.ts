import { excludedNamespaces } from "../admission/registration/differences.ts";
import {
  type EntrySettings,
  entryNames,
  modeCondition,
  nameLabel,
  objectsEntry,
  type WebhookEntry,
  webhookEntries,
} from "../admission/registration/webhook-entries.ts";
import { listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { ApiError } from "./api-error.ts";
import type { ClusterClient } from "./client.ts";

const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/** In what an entry is not as a configuration asks for; null: it is not there. */
export interface EntryDifference {
  readonly entry: string;
  /** What it chooses, for people: `In [ml]`, `NotIn [ml]`, a condition in CEL. */
  readonly registered: string | null;
  readonly due: string | null;
}

/** The entries of a release's ValidatingWebhookConfiguration, as they are registered. */
export class RegisteredEntries {
  /** The namespaces that it leaves out, whatever the configuration says. */
  readonly excluded: readonly string[];
  readonly #client: ClusterClient;
  readonly #path: string;
  readonly #object: JsonObject;
  readonly #webhooks: readonly JsonObject[];

  private constructor(client: ClusterClient, path: string, object: JsonObject) {
    this.#client = client;
    this.#path = path;
    this.#object = object;
    this.#webhooks = listOf(object.webhooks).map(objectOf);
    this.excluded = excludedNamespaces(this.#webhooks.find((each) => each.name === entryNames[0]));
  }

  /** Null: there is none of this name. @throws ApiError, TransportError */
  static async read(client: ClusterClient, name: string): Promise<RegisteredEntries | null> {
    const path = `${webhooks}/${encodeURIComponent(name)}`;
    try {
      return new RegisteredEntries(client, path, await client.get(path));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  /** In what they are neither as the one configuration asks for nor as the other: somebody made something else of them. */
  differences(before: EntrySettings, after: EntrySettings): readonly EntryDifference[] {
    const [old, due] = [webhookEntries(before, this.excluded), webhookEntries(after, this.excluded)];
    const found: EntryDifference[] = [];
    for (const name of entryNames) {
      // It is the same whatever is enforced.
      if (name === objectsEntry) continue;
      const [was, is] = [old, due].map((entries) => entries.find((entry) => entry.name === name));
      const webhook = this.#webhooks.find((each) => each.name === name);
      const fits = [was, is].some((entry) =>
        webhook === undefined || entry === undefined ? webhook === entry : isEntry(webhook, entry),
      );
      if (fits) continue;
      found.push({
        entry: name,
        registered: webhook === undefined ? null : chosen(requirementsOf(webhook), conditionOf(webhook), this.excluded),
        due:
          was === undefined
            ? null
            : chosen(
                was.matchExpressions.map((each) => ({ ...each })),
                was.condition,
                this.excluded,
              ),
      });
    }
    return found;
  }

  /**
   * Has the API server ask by the changed configuration, if the entries are as the old one asks for. Else nothing is
   * changed: what somebody made of them is his to change, and half of a change could leave a namespace to no entry.
   * @returns what differs
   * @throws ApiError, TransportError
   */
  async follow(before: EntrySettings, after: EntrySettings): Promise<readonly EntryDifference[]> {
    const differences = this.differences(before, after);
    if (differences.length > 0) return differences;
    const due = webhookEntries(after, this.excluded);
    const entryOf = (webhook: JsonObject): WebhookEntry | undefined => due.find(({ name }) => name === webhook.name);
    const isDue = (webhook: JsonObject): boolean => {
      const entry = entryOf(webhook);
      return entry === undefined || isEntry(webhook, entry);
    };
    if (this.#webhooks.every(isDue)) return [];
    const changed = this.#webhooks.map((webhook) => {
      const entry = entryOf(webhook);
      return entry === undefined ? webhook : withEntry(webhook, entry);
    });
    await this.#client.replace(this.#path, { ...this.#object, webhooks: changed });
    return [];
  }
}

function isEntry(webhook: JsonObject, entry: WebhookEntry): boolean {
  const expressions = requirementsOf(webhook).map(requirementText);
  const due = entry.matchExpressions.map((each) => requirementText({ ...each }));
  return JSON.stringify(expressions) === JSON.stringify(due) && conditionOf(webhook) === entry.condition;
}

function requirementsOf(webhook: JsonObject): readonly JsonValue[] {
  return listOf(objectOf(webhook.namespaceSelector).matchExpressions);
}

/** What an entry chooses, but for the namespaces that are always left out, which are in all of them. */
function chosen(requirements: readonly JsonValue[], condition: string | null, excluded: readonly string[]): string {
  const shown = requirements.flatMap((each) => {
    const { key, operator, values } = objectOf(each);
    if (key === nameLabel && operator === "NotIn" && JSON.stringify(values) === JSON.stringify(excluded)) return [];
    return `${key === nameLabel ? "" : `${key} `}${operator} [${listOf(values).join(", ")}]`;
  });
  const all =
    condition === null || (condition === "has(request.namespace)" && shown.length > 0) ? shown : [...shown, condition];
  return all.length === 0 ? "*" : all.join(", ");
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
