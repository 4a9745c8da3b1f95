import type { KindRow } from "./pods/kind-row.ts";

/** A kind that a configuration adds to the table. */
export interface CustomKind {
  /** `example.com/v1`; `*` stands for any characters, and without a slash it is a version of the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Paths of pod specs: `spec.template.spec`, `spec.roles[].template.spec`, `spec.replicas.*.template.spec`. */
  readonly pods: readonly string[];
  /** Default true, unless the kind trains. */
  readonly serving?: boolean;
  readonly training?: boolean;
  /** Whether the kind itself makes a workload Paddle. */
  readonly paddle?: boolean;
}

/** The rows of the kinds table for the kinds of a configuration; they come before our own. */
export function customRows(kinds: readonly CustomKind[]): readonly KindRow[] {
  return kinds.map((custom): KindRow => {
    const slash = custom.apiVersion.lastIndexOf("/");
    const anyGroup = custom.apiVersion === "*";
    return {
      groups: [anyGroup ? "*" : slash < 0 ? "" : custom.apiVersion.slice(0, slash)],
      versions: [custom.apiVersion.slice(slash + 1)],
      kind: custom.kind,
      nature: custom.training ? "training" : custom.serving === false ? "batch" : "serving",
      ...(custom.paddle ? { paddle: true } : {}),
      pods: custom.pods.map((at) => ({ at })),
      replicas: custom.pods.length === 1 && custom.pods[0] === "spec.template.spec" ? ["spec.replicas"] : [],
    };
  });
}
