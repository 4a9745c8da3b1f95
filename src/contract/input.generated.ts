// Generated from policies/input.schema.json by `npm run generate`. Do not edit.

/**
 * A place in the object: keys and indices.
 */
export type Path = (string | number)[];
/**
 * A place in the object: keys and indices.
 */
export type Path1 = (string | number)[];
/**
 * A place in the object: keys and indices.
 */
export type Path2 = (string | number)[];

/**
 * What a rule is given: one Kubernetes object, read and resolved. The object's workload carries what needed other objects, the network or a parser (facts); a fact that could not be known says so. The settings are in data.settings[input.settings]: {rules: [{id, category}], parameters: {<rule>: {…}}, levels: {<rule>: level}}.
 */
export interface Input {
  /**
   * Key of data.settings: the rules that apply to this object, and their parameters.
   */
  settings: string;
  resource: ResourceFact;
  /**
   * Where the object comes by: files, the API server's question, or what a cluster holds. That a companion is absent is judged at check and audit only: at admission it may be applied a moment later.
   */
  door: "check" | "admission" | "audit";
  /**
   * The version whose API is asked for: 1.37. Null: nobody said.
   */
  kubernetesVersion: string | null;
  /**
   * The object as it was read: always for a user's own bundle, else where a rule names the object's kind in its scope. Of kinds that may be large a part: of a ConfigMap the metadata and the data, values above 8 KiB as null; of a CustomResourceDefinition all but the schemas.
   */
  object?: {
    [k: string]: unknown;
  };
  workload?: Workload;
  policy?: PolicyFact;
  /**
   * By the name of a relation, the other objects that belong to this one: those relations that a rule for this object names under needs (related.target), and at whose end the object stands.
   */
  related?: {
    [k: string]: Related;
  };
  /**
   * What the schema of the object's kind does not allow.
   */
  schema?: SchemaError[];
  /**
   * What of the object makes pods, or changes them, and cannot be read.
   */
  unseen?: UnseenPods[];
}
export interface ResourceFact {
  apiVersion: string;
  /**
   * Empty for the core group.
   */
  group: string;
  version: string;
  kind: string;
  /**
   * As the object says.
   */
  namespace: string | null;
  name: string | null;
}
/**
 * An object that carries pods, or fields that become pods.
 */
export interface Workload {
  /**
   * Not a Job, CronJob or training kind.
   */
  serving: boolean;
  training: boolean;
  /**
   * Recognised as Paddle by kind, image, label, command or environment.
   */
  paddle: boolean;
  /**
   * A container asks for an accelerator.
   */
  accelerated: boolean;
  /**
   * As written; null where the kind has none or the value is absent or no number.
   */
  replicas: number | null;
  pods: Pod[];
}
/**
 * One pod template of a workload, or the part of a kind without containers that becomes one.
 */
export interface Pod {
  path: Path;
  /**
   * The part's name: template, worker, predictor, …
   */
  name: string;
  labelsPath: Path;
  labels: {
    [k: string]: unknown;
  };
  annotations: {
    [k: string]: unknown;
  };
  /**
   * The workload serves, and this pod neither ends by itself (restartPolicy Never, OnFailure) nor is a worker behind a leader.
   */
  serving: boolean;
  /**
   * The controller adds a readiness probe.
   */
  readinessByController: boolean;
  /**
   * The controller sets CPU and memory where they are absent.
   */
  defaultsByController?: boolean;
  /**
   * What this kind has no field for: securityContext, probes, resources, volumes, network.
   */
  cannotExpress: string[];
  /**
   * The pod spec without its lists of containers.
   */
  spec: {
    [k: string]: unknown;
  };
  containers: Container[];
  /**
   * Every image of the pod: containers and image volumes.
   */
  images: Image[];
  network?: NetworkFact;
  /**
   * Where rules need them (claims). By claim name.
   */
  claims?: {
    [k: string]: ClaimFact;
  };
  /**
   * Names of the claims that the workload itself makes (volumeClaimTemplates).
   */
  claimTemplates: string[];
  /**
   * Where rules need them (services). Names of the Services of the set that select the pod.
   */
  services?: string[];
}
export interface Container {
  path: Path;
  name: string;
  /**
   * container, initContainer, sidecar, ephemeralContainer, or the part's own: predictor, default, canary, …
   */
  role: string;
  /**
   * The reference of its image, as in the pod's images; null where the kind takes it from elsewhere.
   */
  image?: string | null;
  /**
   * The controller adds a readiness probe to this very container.
   */
  readinessByController?: boolean;
  /**
   * What is left out of this very container is completed by others: a runtime, a configuration.
   */
  defaultsByController?: true;
  /**
   * The container as written, without command, args, env, envFrom, resources and image.
   */
  spec: {
    [k: string]: unknown;
  };
  resources: {
    requests: {
      [k: string]: Quantity;
    };
    limits: {
      [k: string]: Quantity;
    };
  };
  /**
   * The extended resources that are accelerators or belong to one.
   */
  accelerators: Accelerator[];
  /**
   * Image, command or environment of this very container say Paddle.
   */
  paddleSign: boolean;
  /**
   * The model server that its command names, whatever its image is called: FastDeploy.
   */
  stack?: string;
  /**
   * Where rules need them (models).
   */
  models?: ModelSource[];
}
export interface Quantity {
  /**
   * As written.
   */
  raw: string;
  /**
   * The canonical decimal: equal quantities have equal values (1, "1" and 1000m are "1"). Null where it is no quantity.
   */
  value: string | null;
  template: boolean;
}
export interface Accelerator {
  name: string;
  /**
   * Null for resources without a vendor (rdma/hca, sharing).
   */
  vendor: string | null;
  /**
   * Counts whole devices (nvidia.com/gpu), not memory or cores of one.
   */
  device: boolean;
}
/**
 * Where a container's models come from, as far as the manifest tells.
 */
export interface ModelSource {
  /**
   * claim, claimTemplate (a claim that the workload or its controller makes), hostPath, emptyDir, memory, csi, nfs, ephemeral, image, oci, s3, gs, hf, https, other, none (no mount), inferenceService (brought by the InferenceServices that use a runtime), template.
   */
  kind: string;
  /**
   * What named the model path.
   */
  how: "flag" | "env" | "mount" | "default" | "download" | "field";
  /**
   * The flag, variable, mount or stack that named it, the program that fetches it; offline for an image that holds its models.
   */
  evidence: string;
  /**
   * The model path in the container, or the URI.
   */
  at: string | null;
  path: Path;
  mountPath?: Path;
  volume?: string;
  volumePath?: Path1;
  claim?: string;
  readOnly: boolean;
  /**
   * Something is fetched to this place when the container starts.
   */
  download: boolean;
}
export interface Image {
  path: Path;
  /**
   * As written; for split fields joined by a colon.
   */
  reference: string;
  class: "invalid" | "template" | "untagged" | "floating" | "partial" | "opaque" | "version" | "commit" | "digest";
  /**
   * For the class invalid: empty-tag, upper-case, digest, syntax; template where nobody fills one in any more.
   */
  problem?: string;
  /**
   * With its registry, without tag and digest, as written.
   */
  repository: string | null;
  tag: string | null;
  digest: string | null;
  /**
   * Numbers in the version that was found: 2 for 16.3; 0 where there is none.
   */
  components: number;
  /**
   * As written; else IfNotPresent where the API server writes that into the pod.
   */
  pullPolicy: string | null;
  signature?: SignatureFact;
}
/**
 * What was found out about the image's signatures before the rules were asked; absent where there is no signature policy, or the image is a template.
 */
export interface SignatureFact {
  state: "verified" | "failed" | "unknown" | "unmatched";
  /**
   * Why failed or unknown: unsigned, wrong-key, wrong-identity, timeout, …
   */
  reason: string | null;
  /**
   * More about the reason, in the language of the run; may be empty.
   */
  detail: string;
  /**
   * Names of the signature policies that are for the image.
   */
  policies: string[];
  /**
   * The digest that the reference stood for, where it was found out.
   */
  digest: string | null;
  /**
   * What the configuration makes of unknown and unmatched; null: the rule's parameter decides.
   */
  action: "allow" | "warn" | "deny" | null;
}
/**
 * Where rules need it (network).
 */
export interface NetworkFact {
  ingress: Isolation;
  egress: Isolation;
}
export interface Isolation {
  state: "isolated" | "not-isolated" | "unknown";
  /**
   * Why unknown: controller-label, namespace-option, namespace-labels, selector, template, no-cluster.
   */
  reason: string | null;
  /**
   * The label key, option or policy behind the reason.
   */
  detail?: string;
  policies: PolicyName[];
  /**
   * Those of them that allow all traffic.
   */
  open: PolicyName[];
}
export interface PolicyName {
  kind: string;
  namespace: string | null;
  name: string;
}
export interface ClaimFact {
  /**
   * unknown: not in the set, and there is no cluster to ask.
   */
  found: "yes" | "no" | "unknown";
  accessModes: string[];
}
/**
 * For an object that is itself a network policy.
 */
export interface PolicyFact {
  /**
   * Whether it selects a pod of the set.
   */
  selects: "pods" | "nothing" | "unknown";
  path: Path2;
  /**
   * Why unknown, where the policy itself is the cause: selector, template.
   */
  reason?: string;
}
export interface Related {
  /**
   * Known: these are all that there are, as far as the set or the cluster tells. Unknown: there may be others.
   */
  state: "known" | "unknown";
  /**
   * Why unknown: template, reference (it names nothing), selector, controller-label, namespace-option (an object names no namespace), kind (objects of the kind are not known), not-in-set (it is probably kept elsewhere), no-cluster, too-many, too-large.
   */
  why: string | null;
  /**
   * Where nothing belongs to a reference by name: the name of another of its kind that was probably meant.
   */
  suggestion: string | null;
  /**
   * Those that surely belong, whatever the state; the first hundred by their place.
   */
  objects: RelatedObject[];
}
/**
 * Another object: what it is, where it stands, and what the relation hands on of it.
 */
export interface RelatedObject {
  apiVersion: string;
  /**
   * Empty for the core group.
   */
  group: string;
  kind: string;
  /**
   * As the object says.
   */
  namespace: string | null;
  name: string;
  /**
   * As reports show it; empty in a cluster.
   */
  file: string;
  /**
   * Of metadata.name; 0 where it is not known.
   */
  line: number;
  column: number;
  [k: string]: unknown;
}
export interface SchemaError {
  /**
   * type, unknown-field, missing-field, enum, format, range, removed-version, unknown-kind, no-kind, …
   */
  problem: string;
  path: Path;
  args: {
    [k: string]: unknown;
  };
}
export interface UnseenPods {
  /**
   * kind-version, patch-template, patch-unreadable, manifest-template, manifest-unreadable, manifest-elsewhere, flat, partial, reference, text, wrapped.
   */
  why: string;
  path: Path;
  args: {
    [k: string]: unknown;
  };
}
