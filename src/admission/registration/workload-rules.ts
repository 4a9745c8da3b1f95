import type { KindRow } from "../../kinds/kind-row.ts";
import { KINDS } from "../../kinds/kinds.ts";
import { pluralOf, possiblePlurals } from "../../kinds/plural.ts";

/** One of a webhook's `rules` (admissionregistration.k8s.io/v1). */
export interface WebhookRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ("CREATE" | "UPDATE")[];
  readonly resources: readonly string[];
  readonly scope: "*";
}

/** Where Pods change without being made. */
const podSubresources = ["pods/ephemeralcontainers", "pods/resize"];

/**
 * What a webhook asks to be shown: creation and change of every kind that carries pods, a rule for each group, ours first.
 * `custom` are the rows of a configuration's own kinds. The chart's `paddlock.workloadKinds` says the same in its language.
 */
export function workloadRules(custom: readonly KindRow[]): readonly WebhookRule[] {
  const byGroup = new Map<string, Set<string>>();
  const add = (group: string, resources: readonly string[]): void => {
    const found = byGroup.get(group) ?? new Set();
    for (const resource of resources) found.add(resource);
    byGroup.set(group, found);
  };
  for (const row of KINDS) {
    // The API server serves no workload in that group any more.
    for (const group of row.groups) if (group !== "extensions") add(group, [pluralOf(row)]);
  }
  add("", podSubresources);
  // A rule has no patterns in a group, only all of them: what is shown beyond the pattern is passed over.
  for (const { groups, kind } of custom) {
    for (const group of groups) add(group.includes("*") ? "*" : group, possiblePlurals(kind));
  }
  return [...byGroup].map(([group, resources]) => ({
    apiGroups: [group],
    apiVersions: ["*"],
    operations: ["CREATE", "UPDATE"],
    resources: [...resources],
    scope: "*",
  }));
}
