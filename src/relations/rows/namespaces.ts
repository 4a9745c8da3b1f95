import { objectOf } from "../../json/json.ts";
import type { JsonObject } from "../../json/value.ts";
import type { End, Relation } from "../terms/relation.ts";

/** The labels of a Namespace. Plain data. */
export interface NamespaceData {
  readonly labels: JsonObject;
}

export const namespaceEnd: End<NamespaceData> = {
  role: "namespace",
  kinds: ["/Namespace"],
  growsNotOld: true,
  read: ({ resource }) => ({ labels: objectOf(objectOf(resource.object.metadata).labels) }),
  show: ({ labels }) => ({ labels }),
  withoutBulk: () => ({ labels: {} }),
};

const inhabitantEnd: End<Record<string, never>> = {
  role: "inhabitant",
  kinds: ["*"],
  asksOnly: true,
  read: () => ({}),
};

/** The Namespace that any object lives in. */
export const namespace: Relation<Record<string, never>, NamespaceData> = {
  name: "namespace",
  from: inhabitantEnd,
  to: namespaceEnd,
  match: {
    by: "key",
    from: (entry) => (entry.namespace ? [{ of: "/Namespace", name: entry.namespace }] : []),
    to: ({ name }) => [{ of: "/Namespace", name, namespace: null }],
  },
  absence: "unknown",
};
