import { listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { End, Key, Relation, RelationEntry } from "../terms/relation.ts";
import { type ScalerData, scalerEnd } from "./scaling.ts";

/** The number of replicas of which objects an application of Argo CD leaves to others. Plain data. */
interface LeftReplicas {
  readonly of: readonly {
    /** `*`: any. */
    readonly group: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string | null;
  }[];
  /** It leaves them alone when it syncs, too, and not only when it compares. */
  readonly respected: boolean;
}

const applicationEnd: End<LeftReplicas> = {
  role: "application",
  kinds: ["argoproj.io/Application", "argoproj.io/ApplicationSet"],
  named: true,
  everywhere: true,
  read({ resource }) {
    const own = objectOf(resource.object.spec);
    const spec = resource.identity.kind === "ApplicationSet" ? objectOf(objectOf(own.template).spec) : own;
    const of = listOf(spec.ignoreDifferences).map(objectOf).filter(leavesReplicas).map(objectsOf);
    const options = listOf(objectOf(spec.syncPolicy).syncOptions);
    return of.length === 0 ? null : { of, respected: options.includes("RespectIgnoreDifferences=true") };
  },
  show: ({ respected }) => ({ respected }),
};

/** The applications that leave the replicas of a scaler's target to it (https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/). */
export const replicasOwner: Relation<ScalerData, LeftReplicas> = {
  name: "replicasOwner",
  from: scalerEnd,
  to: applicationEnd,
  match: { by: "key", from: asked, to: left },
  absence: "unknown",
};

function leavesReplicas({ jsonPointers, jqPathExpressions, managedFieldsManagers }: JsonObject): boolean {
  return (
    listOf(jsonPointers).some((pointer) => pointer === "/spec/replicas" || pointer === "/spec") ||
    listOf(jqPathExpressions).some((expression) => expression === ".spec.replicas" || expression === ".spec") ||
    listOf(managedFieldsManagers).length > 0
  );
}

function objectsOf({ group, kind, name, namespace }: JsonObject): LeftReplicas["of"][number] {
  const any = (text: JsonValue | undefined): string => textOf(text) || "*";
  return { group: textOf(group) ?? "", kind: any(kind), name: any(name), namespace: textOf(namespace) || null };
}

function left({ data }: RelationEntry<LeftReplicas>): readonly Key[] {
  return (data?.of ?? []).map(({ group, kind, name, namespace }) => ({ of: `${group}/${kind}`, name, namespace }));
}

function asked({ data }: RelationEntry<ScalerData>): readonly Key[] {
  const target = data?.target;
  if (target === undefined || target === null) return [];
  const groups = target.group === "" ? ["", "*"] : [target.group, "*"];
  return groups.flatMap((group) =>
    [target.kind, "*"].flatMap((kind) => [target.name, "*"].map((name) => ({ of: `${group}/${kind}`, name }))),
  );
}
