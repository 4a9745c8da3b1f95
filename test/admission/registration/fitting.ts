import type { WebhookEntry } from "../../../src/admission/registration/webhook-entries.ts";

/** A request as entries see it; namespace null: the object lives in none. */
export interface Asked {
  readonly namespace: string | null;
  readonly labels: { readonly [name: string]: string };
}

/**
 * The entries that the API server would call about a request. Of an object that lives in no namespace it does not ask the
 * selector. Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
export function fitting(entries: readonly WebhookEntry[], { namespace, labels }: Asked): readonly WebhookEntry[] {
  const all: { readonly [name: string]: string } = { ...labels, "kubernetes.io/metadata.name": namespace ?? "" };
  return entries.filter(({ matchExpressions, condition }) => {
    const selected =
      namespace === null ||
      matchExpressions.every(({ key, operator, values }) => values.includes(all[key] ?? "") === (operator === "In"));
    return selected && (condition === null || evaluated(condition, namespace));
  });
}

/** What a condition says, by the words of CEL that conditions are made of; an unknown namespace must not be asked for. */
function evaluated(condition: string, namespace: string | null): boolean {
  const script = condition
    .replaceAll("has(request.namespace)", String(namespace !== null))
    .replaceAll(/request\.namespace in (\[[^\]]*\])/g, "$1.includes(name())")
    .replaceAll(/request\.namespace\.matches\("([^"]*)"\)/g, "/$1/.test(name())");
  const name = (): string => {
    if (namespace === null) throw new Error("no such key: namespace");
    return namespace;
  };
  return Boolean(new Function("name", `return ${script}`)(name));
}
