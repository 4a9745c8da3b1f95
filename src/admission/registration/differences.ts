import { compileNamespaceGlobs, namespaceMatch } from "../../config/namespace-globs.ts";
import { listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import {
  type EntrySettings,
  entryNames,
  modeCondition,
  nameLabel,
  objectsEntry,
  type WebhookEntry,
  webhookEntries,
} from "./webhook-entries.ts";
import { type AskedSettings, askedBy } from "./webhook-rules.ts";

/**
 * In what a registered entry is not what the configuration asks for. `absent`: it is missing; `stray`: it should not be
 * there; `failurePolicy`: where it enforces, it lets in what nobody judged, or a cluster without the webhook cannot write
 * what it needs to come up; `namespaces`, `objects`, `condition`: it chooses other ones; `rules`: there are kinds that it
 * is not asked about; `excluded`: the configuration enforces a namespace that is not asked about.
 */
export interface RegistrationDifference {
  readonly entry: string;
  readonly what: "absent" | "stray" | "failurePolicy" | "namespaces" | "objects" | "condition" | "rules" | "excluded";
  /** Of `excluded`. */
  readonly namespace?: string;
  /** Of `rules`: `apps/deployments` each. */
  readonly missing?: readonly string[];
}

/**
 * Compares a ValidatingWebhookConfiguration with what a configuration asks for. Which namespaces are excluded, and which
 * further conditions and kinds stand in it, is for whoever registered it to say; that an entry for kinds with pods fails
 * closed without need, too.
 * @param asked null: which kinds are asked about is not compared
 */
export function registrationDifferences(
  registered: JsonObject,
  settings: EntrySettings,
  asked: AskedSettings | null,
): readonly RegistrationDifference[] {
  const byName = new Map(listOf(registered.webhooks).map((each) => [textOf(objectOf(each).name), objectOf(each)]));
  const excluded = excludedNamespaces(byName.get(entryNames[0]));
  const due = webhookEntries(settings, excluded);
  const found: RegistrationDifference[] = [];
  for (const entry of due) {
    const there = byName.get(entry.name);
    if (there === undefined) found.push({ entry: entry.name, what: "absent" });
    else found.push(...differences(there, entry), ...unasked(there, entry.name, asked));
  }
  for (const entry of entryNames)
    if (byName.has(entry) && !due.some(({ name }) => name === entry)) found.push({ entry, what: "stray" });
  for (const namespace of excluded)
    if (isEnforced(namespace, settings)) found.push({ entry: entryNames[0], what: "excluded", namespace });
  return found;
}

/** Whether an entry enforces just this namespace, or some: one that enforces the control plane's own too means all the rest. */
function isEnforced(namespace: string, { namespaces }: EntrySettings): boolean {
  const entry = namespaces.find(({ match }) => compileNamespaceGlobs(match)(namespace));
  if (entry?.mode !== "enforce") return false;
  return (
    namespaceMatch(entry.match).wanted.names.includes(namespace) || !compileNamespaceGlobs(entry.match)("kube-system")
  );
}

/** The namespaces that an entry as it is registered leaves out whatever the configuration says. */
export function excludedNamespaces(registered: JsonObject | undefined): readonly string[] {
  const [first] = listOf(objectOf(objectOf(registered).namespaceSelector).matchExpressions);
  const { key, operator, values } = objectOf(first);
  return key === nameLabel && operator === "NotIn" ? listOf(values).map(String) : [];
}

function* differences(registered: JsonObject, due: WebhookEntry): Generator<RegistrationDifference> {
  const entry = due.name;
  const { failurePolicy, namespaceSelector, objectSelector, matchConditions } = registered;
  const isWrong =
    due.failurePolicy === "Fail"
      ? failurePolicy === "Ignore"
      : entry === objectsEntry && failurePolicy !== undefined && failurePolicy !== "Ignore";
  if (isWrong) yield { entry, what: "failurePolicy" };
  const { matchExpressions, matchLabels } = objectOf(namespaceSelector);
  const same = canonical(listOf(matchExpressions)) === canonical(due.matchExpressions.map((each) => ({ ...each })));
  if (!same || Object.keys(objectOf(matchLabels)).length > 0) yield { entry, what: "namespaces" };
  const { matchExpressions: byLabel, matchLabels: byLabels } = objectOf(objectSelector);
  if (listOf(byLabel).length > 0 || Object.keys(objectOf(byLabels)).length > 0) yield { entry, what: "objects" };
  const own = listOf(matchConditions).find((condition) => objectOf(condition).name === modeCondition);
  if ((textOf(objectOf(own).expression) ?? null) !== due.condition) yield { entry, what: "condition" };
}

/** What is to be asked about, in both operations and in any version, and by no rule of the entry is. */
function unasked(
  registered: JsonObject,
  entry: WebhookEntry["name"],
  asked: AskedSettings | null,
): readonly RegistrationDifference[] {
  if (asked === null) return [];
  const rules = listOf(registered.rules).map(objectOf);
  const isAsked = (group: string, resource: string): boolean =>
    rules.some(({ apiGroups, apiVersions, operations, resources, scope }) => {
      const both = listOf(operations).includes("CREATE") && listOf(operations).includes("UPDATE");
      return (
        holds(apiGroups, group) &&
        holds(apiVersions, "*") &&
        (both || holds(operations, "*")) &&
        (holds(resources, resource) || holds(resources, "*/*")) &&
        (scope === undefined || scope === "*")
      );
    });
  const missing = askedBy(entry, asked).rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) =>
      resources.filter((resource) => !isAsked(group, resource)).map((each) => `${group}/${each}`),
    ),
  );
  return missing.length === 0 ? [] : [{ entry, what: "rules", missing }];
}

/** Whether a list of a rule holds a word; `*` stands for every one, but for no subresource. */
function holds(list: JsonValue | undefined, word: string): boolean {
  const all = listOf(list);
  return all.includes(word) || (all.includes("*") && !word.includes("/"));
}

/** Requirements in an order of their own: all of them hold, whichever comes first. */
function canonical(expressions: readonly JsonValue[]): string {
  const all = expressions.map((each) => {
    const { key, operator, values } = objectOf(each);
    return JSON.stringify([key, operator, listOf(values).map(String).sort()]);
  });
  return JSON.stringify(all.sort());
}
