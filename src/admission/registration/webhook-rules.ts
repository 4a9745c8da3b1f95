import type { AdmissionSettings } from "../../config/admission.ts";
import type { JudgedKinds } from "../../judging/judged-kinds.ts";
import { KINDS } from "../../kinds/kinds.ts";
import { MACHINE_KINDS, OTHER_KINDS } from "../../kinds/other-kinds.ts";
import { pluralOf, possiblePlurals } from "../../kinds/plural.ts";
import { objectsEntry, type WebhookEntry } from "./webhook-entries.ts";

/** One of a webhook's `rules` (admissionregistration.k8s.io/v1). */
export interface WebhookRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ("CREATE" | "UPDATE")[];
  readonly resources: readonly string[];
  readonly scope: "*";
}

/** One of a webhook's `matchConditions`: CEL that must hold for it to be asked. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** What an entry asks about, and of that what it spares. */
export interface Asked {
  /** None: it is asked about nothing. */
  readonly rules: readonly WebhookRule[];
  readonly spares: readonly MatchCondition[];
}

/** What of a configuration decides on what is asked about. */
export interface AskedSettings {
  readonly kinds: JudgedKinds;
  readonly onUpdate: AdmissionSettings["onUpdate"];
}

/** The chart's templates of `_kinds.tpl` say the same in their language, of a table that is made of this file's. */
export function askedBy(entry: WebhookEntry["name"], { kinds, onUpdate }: AskedSettings): Asked {
  // With `all`, whoever raises replicas is told that no Pods will come.
  return entry === objectsEntry
    ? { rules: objectRules(kinds), spares: objectConditions(kinds) }
    : { rules: workloadRules(kinds, onUpdate === "all"), spares: sparingConditions };
}

/** Where Pods change without being made. */
export const podSubresources: readonly string[] = ["pods/ephemeralcontainers", "pods/resize"];

/**
 * What a webhook asks to be shown of kinds with pods: their creation and change, a rule for each group, ours first.
 * @param scales whether who raises replicas is judged
 */
function workloadRules({ withPods, custom }: JudgedKinds, scales: boolean): readonly WebhookRule[] {
  const groups = new Resources();
  for (const row of withPods) {
    for (const group of row.groups) groups.add(group, [pluralOf(row)]);
    if (row.kind === "Pod") groups.add("", podSubresources);
  }
  // A rule has no patterns in a group, only all of them: what is shown beyond the pattern is passed over.
  for (const { groups: patterns, kind } of custom) {
    for (const group of patterns) groups.add(group.includes("*") ? "*" : group, possiblePlurals(kind));
  }
  return groups.rules(scales ? ["*/scale"] : []);
}

/** The same of kinds without pods. */
function objectRules({ withoutPods, beside }: JudgedKinds): readonly WebhookRule[] {
  const groups = new Resources();
  for (const row of withoutPods) {
    if (row.listed === false || row.reviewed === false) continue;
    for (const group of row.groups) groups.add(group, [pluralOf(row)]);
  }
  for (const pattern of beside) {
    const [group = "", kind = ""] = pattern.split("/");
    groups.add(group.includes("*") ? "*" : group, kind.includes("*") ? ["*"] : possiblePlurals(kind));
  }
  return groups.rules([]);
}

class Resources {
  readonly #byGroup = new Map<string, Set<string>>();

  add(group: string, resources: readonly string[]): void {
    // The API server serves nothing in that group any more.
    if (group === "extensions") return;
    const found = this.#byGroup.get(group) ?? new Set();
    for (const resource of resources) found.add(resource);
    this.#byGroup.set(group, found);
  }

  rules(further: readonly string[]): readonly WebhookRule[] {
    return [...this.#byGroup].map(([group, resources]) => ({
      apiGroups: [group],
      apiVersions: ["*"],
      operations: ["CREATE", "UPDATE"],
      resources: [...resources, ...further],
      scope: "*",
    }));
  }
}

/** What no entry is asked about, however wide somebody makes its rules. */
export const sparingConditions: readonly MatchCondition[] = [
  {
    name: "not-a-lease",
    expression: '!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leases")',
  },
  {
    name: "not-a-review",
    expression: '!(request.resource.group in ["authentication.k8s.io", "authorization.k8s.io"])',
  },
];

/** What the entry of kinds without pods is not asked about: what the control plane and controllers write by themselves. */
export const ofObjects: readonly MatchCondition[] = [
  ...sparingConditions,
  // Its own roles and flow schemas, at each start.
  { name: "not-the-api-server", expression: 'request.userInfo.username != "system:apiserver"' },
  {
    // The cluster's CA, in each namespace; and the ConfigMaps by which replicas choose a leader, in which is nothing else.
    name: "not-a-config-map-of-machines",
    expression:
      '!(request.resource.group == "" && request.resource.resource == "configmaps" && ' +
      '(has(request.name) && request.name == "kube-root-ca.crt" || ' +
      "!has(object.data) && !has(object.binaryData) && has(object.metadata.annotations) && " +
      '"control-plane.alpha.kubernetes.io/leader" in object.metadata.annotations))',
  },
  {
    // Controllers tell so how far they are, where the status has no path of its own.
    name: "not-a-status",
    expression:
      '!(request.operation == "UPDATE" && has(object.spec) && has(oldObject.spec) && ' +
      "object.spec == oldObject.spec && " +
      "has(object.metadata.labels) == has(oldObject.metadata.labels) && " +
      "(!has(object.metadata.labels) || object.metadata.labels == oldObject.metadata.labels) && " +
      "has(object.metadata.annotations) == has(oldObject.metadata.annotations) && " +
      "(!has(object.metadata.annotations) || object.metadata.annotations == oldObject.metadata.annotations))",
  },
];

/** Where a rule names whole groups, what is in them all the same: the rules of other entries, and what nobody is to see. */
export const ofWholeGroups: MatchCondition = {
  name: "not-shown",
  expression: `!((request.resource.group + "/" + request.resource.resource) in ${JSON.stringify(
    [...MACHINE_KINDS, ...OTHER_KINDS.filter(({ listed }) => listed === false), ...KINDS].flatMap((row) =>
      row.groups.map((group) => `${group}/${pluralOf(row)}`),
    ),
  )})`,
};

function objectConditions({ beside }: JudgedKinds): readonly MatchCondition[] {
  return beside.some((pattern) => pattern.includes("*")) ? [...ofObjects, ofWholeGroups] : ofObjects;
}
