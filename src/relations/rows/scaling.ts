import { listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { controllerReference } from "../../resources/controller-reference.ts";
import { groupAndVersion } from "../../resources/kind-key.ts";
import type { End, Key, Relation, RelationEntry } from "../terms/relation.ts";
import { SCALABLE, type WorkloadData, workloadEnd } from "./workload-end.ts";

/** What sets the number or the size of a workload's pods. Plain data. */
export interface ScalerData {
  /** As written; null where it is not. */
  readonly min: number | null;
  readonly max: number | null;
  /** The resources whose use it looks at, or sets. */
  readonly resources: readonly string[];
  /** The containers whose use alone it looks at. */
  readonly containers: readonly string[];
  /** How a VerticalPodAutoscaler applies what it recommends; null for any other. */
  readonly mode: string | null;
  /** The HorizontalPodAutoscaler that a ScaledObject takes over. */
  readonly adopts: string | null;
  readonly target: { readonly group: string; readonly kind: string; readonly name: string } | null;
}

type Reader = (spec: JsonObject, metadata: JsonObject) => ScalerData;

const READERS: { readonly [kind: string]: Reader } = {
  "autoscaling/HorizontalPodAutoscaler": horizontal,
  "keda.sh/ScaledObject": scaledObject,
  "autoscaling.k8s.io/VerticalPodAutoscaler": vertical,
};

/** What scales workloads; what another scaler made is told by that one. */
export const scalerEnd: End<ScalerData> = {
  role: "scaler",
  kinds: Object.keys(READERS),
  named: true,
  read({ resource }) {
    const { object, group, identity } = resource;
    if (controllerReference(objectOf(object.metadata)) !== null) return null;
    return READERS[`${group}/${identity.kind}`]?.(objectOf(object.spec), objectOf(object.metadata)) ?? null;
  },
  show: ({ min, max, resources, containers, mode, adopts }) => ({ min, max, resources, containers, mode, adopts }),
};

/** Flagger's: it leads a workload's copy, and leaves the number of its pods to a scaler. */
const canaryEnd: End<ScalerData> = {
  role: "canary",
  kinds: ["flagger.app/Canary"],
  named: true,
  read: ({ resource }) => ({ ...nothing, target: targetOf(objectOf(resource.object.spec).targetRef) }),
  show: () => ({}),
};

export const target: Relation<ScalerData, WorkloadData> = {
  name: "target",
  inverse: "scalers",
  from: scalerEnd,
  to: workloadEnd,
  match: { by: "key", from: targetKeys, known: [...SCALABLE, "apps/DaemonSet", "batch/Job", "batch/CronJob"] },
  absence: "missing",
};

export const rivals: Relation<ScalerData, ScalerData> = {
  name: "rivals",
  from: scalerEnd,
  to: scalerEnd,
  match: { by: "sharing", relation: "target" },
  absence: "missing",
};

export const canaryTarget: Relation<ScalerData, WorkloadData> = {
  name: "canaryTarget",
  inverse: "canaries",
  from: canaryEnd,
  to: workloadEnd,
  match: { by: "key", from: targetKeys, known: SCALABLE },
  absence: "missing",
};

function targetKeys({ data }: RelationEntry<ScalerData>): readonly Key[] {
  if (data === null || data.target === null) return [];
  const { group, kind, name } = data.target;
  return [{ of: kindOfTarget(group, kind), name }];
}

/** Deployments and their like were served in another group once. */
function kindOfTarget(group: string, kind: string): string {
  return `${group === "extensions" ? "apps" : group}/${kind}`;
}

const nothing: ScalerData = {
  min: null,
  max: null,
  resources: [],
  containers: [],
  mode: null,
  adopts: null,
  target: null,
};

function horizontal(spec: JsonObject): ScalerData {
  const metrics = listOf(spec.metrics).map(objectOf);
  const resources = metrics.flatMap(({ type, resource }) => named(type, "Resource", resource));
  const perContainer = metrics.flatMap(({ type, containerResource }) =>
    named(type, "ContainerResource", containerResource),
  );
  const containers = metrics.flatMap(({ type, containerResource }) =>
    type === "ContainerResource" ? (textOf(objectOf(containerResource).container) ?? []) : [],
  );
  // Nobody who leaves out the metrics gets none: the API server writes the use of CPU.
  const usual = metrics.length === 0 ? ["cpu"] : [];
  return {
    ...nothing,
    min: integerOf(spec.minReplicas),
    max: integerOf(spec.maxReplicas),
    resources: unique([...resources, ...perContainer, ...usual]),
    containers: unique(containers),
    target: targetOf(spec.scaleTargetRef),
  };
}

function scaledObject(spec: JsonObject, { annotations }: JsonObject): ScalerData {
  const triggers = listOf(spec.triggers)
    .map(objectOf)
    .filter(({ type }) => type === "cpu" || type === "memory");
  const containers = triggers.flatMap(({ metadata }) => textOf(objectOf(metadata).containerName) ?? []);
  const reference = objectOf(spec.scaleTargetRef);
  return {
    ...nothing,
    min: integerOf(spec.minReplicaCount),
    max: integerOf(spec.maxReplicaCount),
    resources: unique(triggers.flatMap(({ type }) => textOf(type) ?? [])),
    containers: unique(containers),
    // https://keda.sh/docs/latest/reference/scaledobject-spec/: a Deployment, unless it says otherwise.
    target: targetOf({
      ...reference,
      apiVersion: reference.apiVersion || "apps/v1",
      kind: reference.kind || "Deployment",
    }),
    // https://keda.sh/docs/latest/reference/scaledobject-spec/#transfer-ownership-of-an-existing-hpa
    adopts:
      objectOf(annotations)["scaledobject.keda.sh/transfer-hpa-ownership"] === "true"
        ? textOf(objectOf(objectOf(spec.advanced).horizontalPodAutoscalerConfig).name)
        : null,
  };
}

function vertical(spec: JsonObject): ScalerData {
  const policies = listOf(objectOf(spec.resourcePolicy).containerPolicies).map(objectOf);
  const controlled = policies.map(({ controlledResources, mode }) => {
    if (mode === "Off") return [];
    const names = listOf(controlledResources).flatMap((name) => textOf(name) ?? []);
    return Array.isArray(controlledResources) ? names : usualResources;
  });
  return {
    ...nothing,
    resources: unique(controlled.length === 0 ? usualResources : controlled.flat()),
    mode: textOf(objectOf(spec.updatePolicy).updateMode) ?? "Auto",
    target: targetOf(spec.targetRef),
  };
}

const usualResources = ["cpu", "memory"];

function named(type: JsonValue | undefined, wanted: string, metric: JsonValue | undefined): readonly string[] {
  const name = textOf(objectOf(metric).name);
  return type === wanted && name !== null ? [name] : [];
}

function targetOf(reference: JsonValue | undefined): ScalerData["target"] {
  const { apiVersion, kind, name } = objectOf(reference);
  const [written, named] = [textOf(kind), textOf(name)];
  if (written === null || named === null || named === "") return null;
  return { group: groupAndVersion(textOf(apiVersion) ?? "").group, kind: written, name: named };
}

function integerOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
