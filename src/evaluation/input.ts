import { spend } from "../budget/budget.ts";
import type { Container, Image, Input, Pod, PolicyFact, SchemaError, Workload } from "../contract/input.generated.ts";
import { modelSourcesOf, runsFastDeploy } from "../facts/models/sources.ts";
import { noSignatures, type Signatures } from "../facts/signatures/signatures.ts";
import type { PodQuery, ResourceSet } from "../relations/resource-set.ts";
import { claimNames } from "../relations/rows/workload-end.ts";
import type { Resource } from "../resources/resource.ts";
import type { PodModel, WorkloadModel } from "../workloads/workload-model.ts";

/** What is known of an object before its rules are asked. */
export interface Gathered {
  readonly resource: Resource;
  readonly workload: WorkloadModel | null;
  readonly policy: PolicyFact | null;
  readonly schema: readonly SchemaError[];
  /** The rendering that the object belongs to. */
  readonly rendering: string;
  readonly signatures: Signatures;
  readonly door: Input["door"];
  readonly kubernetesVersion: string | null;
  /** Null: no rule asks for any relation that the object has. */
  readonly related: Input["related"] | null;
}

/** The input of the rules but for its `settings`: the model of the object, and the facts joined to it. */
export function inputOf(gathered: Gathered, set: ResourceSet): Omit<Input, "settings"> {
  const { resource, workload, policy, schema } = gathered;
  const { identity, group, version } = resource;
  return {
    door: gathered.door,
    kubernetesVersion: gathered.kubernetesVersion,
    resource: {
      apiVersion: identity.apiVersion,
      group,
      version,
      kind: identity.kind,
      namespace: identity.namespace,
      name: identity.name,
    },
    ...(workload === null ? {} : { workload: withFacts(workload, gathered, set) }),
    ...(policy === null ? {} : { policy }),
    ...(gathered.related === null || gathered.related === undefined ? {} : { related: gathered.related }),
    ...(schema.length === 0 ? {} : { schema: [...schema] }),
    ...(workload?.unseen === undefined
      ? {}
      : { unseen: workload.unseen.map(({ why, path, args }) => ({ why, path: [...path], args: { ...args } })) }),
  };
}

function withFacts(workload: WorkloadModel, gathered: Gathered, set: ResourceSet): Workload {
  const { serving, training, paddle, accelerated, replicas, pods } = workload;
  const whole: Workload = {
    serving,
    training,
    paddle,
    accelerated,
    replicas,
    pods: pods.map((pod) => podWithFacts(pod, gathered, set)),
  };
  if (pods.length > fewPods) spendSize(whole);
  return whole;
}

/** What pods share is written out for each of them: of many, that may be far more than the object is. */
const fewPods = 8;

function spendSize(value: unknown): void {
  if (typeof value === "string") spend(value.length);
  else if (typeof value === "object" && value !== null) {
    for (const key in value) {
      spend(1 + key.length);
      spendSize((value as { readonly [key: string]: unknown })[key]);
    }
  } else spend(1);
}

function podWithFacts(pod: PodModel, { resource, rendering, signatures }: Gathered, set: ResourceSet): Pod {
  const { raw: _raw, controllerLabels: _labels, aliases: _aliases, containers, ...rest } = pod;
  const query = podQuery(resource, pod, rendering);
  const claimNames = new Set(query.claimNames);
  return {
    ...rest,
    images: signatures === noSignatures ? pod.images : pod.images.map((image) => withSignature(image, signatures)),
    containers: containers.map((container): Container => {
      const { raw, imageFact: _image, ...facts } = container;
      const models = [...modelSourcesOf(resource, pod, container)];
      // a claim may be named by a URI (pvc://…) rather than by a volume
      for (const { claim } of models) if (claim !== undefined) claimNames.add(claim);
      return { ...facts, ...(runsFastDeploy(raw) ? { stack: "FastDeploy" } : {}), models };
    }),
    network: set.network(query),
    claims: set.claims({ ...query, claimNames: [...claimNames] }),
    services: set.services(query),
  };
}

function withSignature(image: Image, signatures: Signatures): Image {
  const signature = signatures(image.reference);
  return signature === null ? image : { ...image, signature };
}

/** What relations need to know of a pod. */
export function podQuery(resource: Resource, pod: PodModel, rendering: string): PodQuery {
  return {
    namespace: resource.identity.namespace,
    labels: pod.labels,
    controllerLabels: pod.controllerLabels,
    rendering,
    claimNames: claimNames(pod.raw),
  };
}
