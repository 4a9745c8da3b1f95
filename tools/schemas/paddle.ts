import {
  anything,
  boolean,
  int32,
  integer,
  list,
  map,
  object,
  objectList,
  oneOf,
  openObject,
  quantity,
  string,
  time,
} from "./build-node.ts";
import type { Definitions, RootKind, SchemaCatalogue, SchemaNode } from "./schema-node.ts";

/** Definitions of Kubernetes that Paddle's kinds embed: always the newest, whatever an operator was built against. */
const podTemplate = kubernetes("CoreV1PodTemplateSpec");
const objectReference = kubernetes("CoreV1ObjectReference");
const secretReference = kubernetes("CoreV1SecretReference");
const resources = kubernetes("CoreV1ResourceRequirements");
const volumes = list(kubernetes("CoreV1Volume"));
const volumeMounts = list(kubernetes("CoreV1VolumeMount"));
const tolerations = list(kubernetes("CoreV1Toleration"));
const metadata: SchemaNode = { $ref: "IoK8sApimachineryPkgApisMetaV1ObjectMeta" };
const labelSelector: SchemaNode = { $ref: "IoK8sApimachineryPkgApisMetaV1LabelSelector" };

function kubernetes(name: string): SchemaNode {
  return { $ref: `IoK8sApi${name}` };
}

/** An object of the API, whose status nobody writes and which is therefore hardly judged. */
function kind(spec: SchemaNode, status: SchemaNode): SchemaNode {
  return object({ apiVersion: string, kind: string, metadata, spec, status }, ["spec"]);
}

const conditions = list(
  openObject({ type: string, status: string, reason: string, message: string, lastTransitionTime: anything }),
);

/**
 * The PaddleJob of paddle-operator (`batch.paddlepaddle.org/v1`).
 * https://github.com/PaddleFlow/paddle-operator , docs and API types.
 */
function paddleJob(define: Define): SchemaNode {
  // `requests` and `limits` are bounds of the number of replicas, for elastic jobs.
  const role = define(
    "PaddleJobRole",
    object({ replicas: integer, requests: integer, limits: integer, template: podTemplate }, ["replicas", "template"]),
  );
  const roleStatus = define(
    "PaddleJobRoleStatus",
    object({
      pending: integer,
      starting: integer,
      running: integer,
      failed: integer,
      succeeded: integer,
      unknown: integer,
      refs: list(objectReference),
    }),
  );
  return kind(
    define(
      "PaddleJobSpec",
      object({
        cleanPodPolicy: string,
        elastic: integer,
        intranet: string,
        withGloo: integer,
        schedulingPolicy: define(
          "PaddleJobSchedulingPolicy",
          object({ minAvailable: int32, minResources: map(quantity), priorityClass: string, queue: string }),
        ),
        sampleSetRef: define(
          "PaddleJobSampleSetRef",
          object({ name: string, namespace: string, mountPath: string }, ["name", "mountPath"]),
        ),
        ps: role,
        worker: role,
        heter: role,
      }),
    ),
    define(
      "PaddleJobStatus",
      object({
        phase: string,
        mode: string,
        elastic: string,
        ps: roleStatus,
        worker: roleStatus,
        heter: roleStatus,
        startTime: time,
        completionTime: time,
        observedGeneration: integer,
      }),
    ),
  );
}

/**
 * The PaddleJob of Kubeflow's training operator (`kubeflow.org/v1`), which takes the names of the roles in any case.
 * https://www.kubeflow.org/docs/components/trainer/legacy-v1/user-guides/paddle/
 */
function kubeflowPaddleJob(define: Define): SchemaNode {
  const role = define(
    "KubeflowReplicaSpec",
    object({ replicas: int32, restartPolicy: string, template: podTemplate }, ["template"]),
  );
  const schedulingPolicy = define(
    "KubeflowSchedulingPolicy",
    object({
      minAvailable: int32,
      minResources: map(quantity),
      priorityClass: string,
      queue: string,
      scheduleTimeoutSeconds: int32,
    }),
  );
  const runPolicy = define(
    "KubeflowRunPolicy",
    object({
      activeDeadlineSeconds: integer,
      backoffLimit: int32,
      cleanPodPolicy: string,
      managedBy: string,
      schedulingPolicy,
      suspend: boolean,
      ttlSecondsAfterFinished: int32,
    }),
  );
  const elasticPolicy = define(
    "KubeflowPaddleElasticPolicy",
    object({
      minReplicas: int32,
      maxReplicas: int32,
      maxRestarts: int32,
      metrics: list(kubernetes("AutoscalingV2MetricSpec")),
    }),
  );
  const replicaStatus = define(
    "KubeflowReplicaStatus",
    object({ active: int32, failed: int32, succeeded: int32, selector: string, labelSelector }),
  );
  return kind(
    define(
      "KubeflowPaddleJobSpec",
      object(
        {
          elasticPolicy,
          runPolicy,
          paddleReplicaSpecs: define(
            "KubeflowPaddleReplicaSpecs",
            object({ Master: role, Worker: role, master: role, worker: role }),
          ),
        },
        ["paddleReplicaSpecs"],
      ),
    ),
    define(
      "KubeflowJobStatus",
      object({
        conditions: list(
          define(
            "KubeflowJobCondition",
            object(
              {
                type: string,
                status: string,
                reason: string,
                message: string,
                lastUpdateTime: time,
                lastTransitionTime: time,
              },
              ["type", "status"],
            ),
          ),
        ),
        replicaStatuses: map(replicaStatus),
        startTime: time,
        completionTime: time,
        lastReconcileTime: time,
      }),
    ),
  );
}

/**
 * The PaddleService of ElasticServing, on Knative.
 * https://github.com/PaddleFlow/ElasticServing , docs and API types.
 */
function paddleService(define: Define): SchemaNode {
  const endpoint = define(
    "PaddleServiceEndpoint",
    object({ containerImage: string, tag: string, port: int32, arg: string }, ["containerImage", "tag", "port"]),
  );
  const service = define(
    "PaddleServiceScaling",
    object({
      autoscaler: oneOf("hpa.autoscaling.knative.dev", "kpa.autoscaling.knative.dev"),
      metric: oneOf("concurrency", "cpu", "rps"),
      minScale: integer,
      maxScale: integer,
      target: integer,
      targetUtilization: string,
      window: string,
      panicWindow: string,
      panicThreshold: string,
    }),
  );
  return kind(
    define(
      "PaddleServiceSpec",
      object(
        {
          runtimeVersion: string,
          default: endpoint,
          canary: endpoint,
          canaryTrafficPercent: integer,
          service,
          resources,
          volumes,
          volumeMounts,
          workingDir: string,
        },
        ["default"],
      ),
    ),
    define(
      "PaddleServiceStatus",
      object({
        url: string,
        address: openObject({}),
        annotations: map(string),
        default: openObject({ name: string }),
        canary: openObject({ name: string }),
        conditions,
        observedGeneration: integer,
        replicas: int32,
      }),
    ),
  );
}

/**
 * The TrainingJob of EDL (`paddlepaddle.org/v1`), and the PaddleJob that Kubeflow once made of it. It had many forms:
 * what is known is judged, what is not is left alone.
 */
function trainingJob(define: Define): SchemaNode {
  const trainer = define(
    "TrainingJobTrainer",
    openObject({
      entrypoint: string,
      workspace: string,
      passes: integer,
      "min-instance": integer,
      "max-instance": integer,
      resources,
    }),
  );
  const pserver = define(
    "TrainingJobPserver",
    openObject({ "min-instance": integer, "max-instance": integer, resources }),
  );
  const master = define("TrainingJobMaster", openObject({ "etcd-endpoint": string, resources }));
  return kind(
    define(
      "TrainingJobSpec",
      openObject({
        image: string,
        port: integer,
        ports_num: integer,
        ports_num_for_sparse: integer,
        fault_tolerant: boolean,
        passes: integer,
        volumes,
        trainer,
        pserver,
        master,
      }),
    ),
    openObject({}),
  );
}

/** The AITrainingJob of Baidu's CCE (`kongming.cce.baiudbce.com/v1`), whose definition is not public: open as well. */
function aiTrainingJob(define: Define): SchemaNode {
  const role = define(
    "AITrainingJobRole",
    openObject(
      {
        replicaType: string,
        minReplicas: int32,
        maxReplicas: int32,
        replicas: int32,
        template: podTemplate,
        failPolicy: string,
        completePolicy: string,
        restartLimit: int32,
        restartPolicy: string,
        restartScope: string,
        restartTimeout: int32,
        faultTolerantPolicy: list(
          openObject({ restartPolicy: string, restartScope: string, exitCodes: string, exceptionalEvent: string }),
        ),
      },
      ["template"],
    ),
  );
  return kind(
    define(
      "AITrainingJobSpec",
      openObject(
        {
          frameworkType: string,
          faultTolerant: boolean,
          priority: string,
          schedulerName: string,
          timeLimit: integer,
          cleanPodPolicy: string,
          failPolicy: string,
          completePolicy: string,
          replicaSpecs: map(role),
          plugin: map(list(string)),
        },
        ["replicaSpecs"],
      ),
    ),
    openObject({}),
  );
}

/** The cached data of paddle-operator (`batch.paddlepaddle.org/v1alpha1`). */
function sampleSet(define: Define): SchemaNode {
  const level = define(
    "SampleSetCacheLevel",
    object({ mediumType: oneOf("HDD", "MEM", "SSD"), path: string, cacheSize: integer }, ["mediumType", "path"]),
  );
  return kind(
    define(
      "SampleSetSpec",
      object(
        {
          partitions: int32,
          source: define("SampleSetSource", object({ uri: string, secretRef: secretReference }, ["uri"])),
          secretRef: secretReference,
          noSync: boolean,
          csi: openObject({ driver: string }),
          cache: define("SampleSetCache", object({ levels: list(level) })),
          // Of two types in turn: a pod's, and a volume's.
          nodeAffinity: openObject({}),
          tolerations,
        },
        ["partitions", "secretRef"],
      ),
    ),
    openObject({}),
  );
}

/** Work on such data. Its fields changed from version to version of the operator. */
function sampleJob(define: Define): SchemaNode {
  const reference = openObject({ name: string, namespace: string });
  const paths = openObject({ paths: list(string) });
  return kind(
    define(
      "SampleJobSpec",
      openObject(
        {
          type: oneOf("clear", "rmr", "sync", "warmup"),
          schedule: string,
          sampleset: string,
          sampleSetRef: reference,
          secretRef: reference,
          syncOptions: openObject({ source: string, destination: string }),
          warmupOptions: paths,
          rmrOptions: paths,
          clearOptions: paths,
        },
        ["type"],
      ),
    ),
    openObject({}),
  );
}

type Define = (name: string, schema: SchemaNode) => SchemaNode;

const KINDS: readonly (readonly [
  group: string,
  version: string,
  kind: string,
  schema: (define: Define) => SchemaNode,
])[] = [
  ["batch.paddlepaddle.org", "v1", "PaddleJob", paddleJob],
  ["batch.paddlepaddle.org", "v1alpha1", "SampleSet", sampleSet],
  ["batch.paddlepaddle.org", "v1alpha1", "SampleJob", sampleJob],
  ["kubeflow.org", "v1", "PaddleJob", kubeflowPaddleJob],
  ["elasticserving.paddlepaddle.org", "v1", "PaddleService", paddleService],
  ["serving.paddlepaddle.org", "v1", "PaddleService", paddleService],
  ["paddlepaddle.org", "v1", "TrainingJob", trainingJob],
  ["paddlepaddle.org", "v1", "PaddleJob", trainingJob],
  ["kongming.cce.baiudbce.com", "v1", "AITrainingJob", aiTrainingJob],
];

/** Paddle's kinds and their lists, beside a catalogue of Kubernetes' own, whose definitions they use. */
export function withPaddle(catalogue: SchemaCatalogue): SchemaCatalogue {
  const definitions: Definitions = new Map(catalogue.definitions);
  const roots: RootKind[] = [...catalogue.roots];
  const define: Define = (name, schema) => {
    definitions.set(`Paddle${name}`, schema);
    return { $ref: `Paddle${name}` };
  };
  for (const [group, version, name, schema] of KINDS) {
    const definition = `PaddleRoot_${group.replaceAll(".", "_")}_${version}_${name}`;
    definitions.set(definition, schema(define));
    roots.push({ group, version, kind: name, definition });
    definitions.set(`${definition}List`, objectList);
    roots.push({ group, version, kind: `${name}List`, definition: `${definition}List` });
  }
  return { definitions, roots };
}
