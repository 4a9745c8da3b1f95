import { rolesFor } from "../../relations/needs.ts";
import type { RuleMetadata } from "../../rules/metadata.ts";
import type { ListedKind } from "../audit/audited-kinds.ts";
import type { ReportApi } from "../audit/report-api.ts";
import type { ServedAt, WatchedKind } from "../watched-kinds.ts";
import type { Permission } from "./permissions.ts";

/**
 * What a permission is needed for. `objects`: to judge the objects of this kind; `owners`: to see that what these made is
 * judged with what made them; the end of a relation: to judge other objects by those that stand there.
 */
export type Purpose = "objects" | "owners" | "reports" | "keys" | "pull-secrets" | (string & {});

export interface Need extends Permission {
  readonly purpose: Purpose;
  /** The rules that cannot be judged without it, of those that are on; none: every one that is for such objects. */
  readonly rules: readonly string[];
}

/** What an audit is going to ask of a cluster. */
export interface AuditPlan {
  readonly kinds: readonly ListedKind[];
  readonly relations: readonly {
    readonly watched: WatchedKind;
    readonly at: ServedAt;
    readonly clusterScoped: boolean;
  }[];
  /** Null: all of them. */
  readonly namespaces: readonly string[] | null;
  /** Null: no reports are written. */
  readonly reports: ReportApi | null;
  /** The rules that are on. */
  readonly rules: readonly Pick<RuleMetadata, "id" | "needs">[];
  /** In which the keys of signature policies are. */
  readonly keys: readonly { readonly namespace: string; readonly name: string }[];
  /** `namespace/name` */
  readonly pullSecrets: readonly string[];
}

/** The permissions that an audit needs, each once. */
export function needsOf(plan: AuditPlan): readonly Need[] {
  const { kinds, relations, namespaces, reports, rules, keys, pullSecrets } = plan;
  const places = namespaces ?? [null];
  const needs: Need[] = [];
  const on = (wanted: readonly string[]): readonly string[] =>
    wanted.filter((wanted) => rules.some(({ id }) => id === wanted));
  for (const { group, plural, namespaced, role } of kinds) {
    if (!namespaced && namespaces !== null) continue;
    const purpose = role === "link" ? "owners" : "objects";
    for (const namespace of places) {
      // Single objects are read where their owner is found missing.
      const verbs = role === "link" ? (["list"] as const) : (["list", "get"] as const);
      for (const verb of verbs) needs.push({ ...of(group, plural, namespace), verb, purpose, rules: [] });
    }
  }
  for (const { watched, at, clusterScoped } of relations) {
    const judging = rules.filter((rule) => {
      const roles = rolesFor(new Set(rule.needs));
      return watched.roles.some((role) => roles.has(role));
    });
    const need = { purpose: watched.roles[0] ?? "", rules: judging.map(({ id }) => id) };
    const { group, plural } = at;
    if (watched.kind === "Namespace" && namespaces !== null) {
      for (const name of namespaces) needs.push({ ...of(group, plural, name, name), verb: "get", ...need });
    } else {
      for (const namespace of clusterScoped ? [null] : places)
        needs.push({ ...of(group, plural, namespace), verb: "list", ...need });
    }
  }
  if (reports !== null) {
    const both = [...places.map((namespace) => ({ plural: reports.namespaced.plural, namespace }))];
    if (namespaces === null) both.push({ plural: reports.cluster.plural, namespace: null });
    for (const { plural, namespace } of both) {
      for (const verb of ["list", "create", "patch", "delete"] as const)
        needs.push({ ...of(reports.group, plural, namespace), verb, purpose: "reports", rules: [] });
    }
  }
  const secret = { verb: "get", group: "", resource: "secrets" } as const;
  for (const { namespace, name } of keys)
    needs.push({ ...secret, namespace, name, purpose: "keys", rules: on(["signed-image"]) });
  for (const each of pullSecrets) {
    const [namespace = "", name = ""] = each.split("/");
    needs.push({ ...secret, namespace, name, purpose: "pull-secrets", rules: on(["signed-image"]) });
  }
  const once = new Map(
    needs.map((need) => [JSON.stringify([need.verb, need.group, need.resource, need.namespace, need.name]), need]),
  );
  return [...once.values()];
}

function of(
  group: string,
  resource: string,
  namespace: string | null,
  name: string | null = null,
): Omit<Permission, "verb"> {
  return { group, resource, namespace, name };
}
