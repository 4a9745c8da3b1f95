import type { JsonObject } from "../../../src/json/value.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";

/** A kind that some operator brings. */
export interface CustomKind {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  readonly scope?: "Namespaced" | "Cluster";
  /** The plural in lower case; the kind with an s where it is left out. */
  readonly plural?: string;
  /** Of its objects, beside their metadata; any field where it is left out. */
  readonly schema?: JsonObject;
}

export const PADDLE_JOB: CustomKind = { group: "batch.paddlepaddle.org", versions: ["v1"], kind: "PaddleJob" };
export const INFERENCE_SERVICE: CustomKind = {
  group: "serving.kserve.io",
  versions: ["v1beta1"],
  kind: "InferenceService",
};

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export function pluralOf({ kind, plural }: CustomKind): string {
  const lower = kind.toLowerCase();
  return plural ?? (lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`);
}

/** Installs kinds; of those without a schema the API server keeps every field as it is given. Waits until all are served. */
export async function installKinds(cluster: Cluster, kinds: readonly CustomKind[]): Promise<void> {
  for (const kind of kinds) {
    const made = await cluster.client.post(DEFINITIONS, definition(kind));
    if (made.status !== 201) throw new Error(made.text);
  }
  for (const kind of kinds) {
    const path = `/apis/${kind.group}/${kind.versions[0]}/${pluralOf(kind)}?limit=1`;
    for (let attempt = 0; (await cluster.client.get(path)).status !== 200; attempt++) {
      if (attempt === 200) throw new Error(`${path} is not served`);
      await new Promise((settle) => setTimeout(settle, 50));
    }
  }
}

function definition(kind: CustomKind): JsonObject {
  const plural = pluralOf(kind);
  const anything: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: kind.schema ?? anything };
  return {
    metadata: {
      name: `${plural}.${kind.group}`,
      // Groups of the Kubernetes project ask for it.
      annotations: { "api-approved.kubernetes.io": "unapproved, for a test" },
    },
    spec: {
      group: kind.group,
      names: { plural, singular: kind.kind.toLowerCase(), kind: kind.kind },
      scope: kind.scope ?? "Namespaced",
      versions: kind.versions.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
    },
  };
}
