/** What the controllers of one project make, and as whom they do it where the project's own manifests install them. */
export interface Operator {
  /** How the configuration names it. */
  readonly preset: string;
  /** `namespace/name`. */
  readonly accounts: readonly string[];
  /** By the owner's kind the kinds that are made for it, all as `group/Kind`. Only what stands for pods. */
  readonly makes: { readonly [owner: string]: readonly string[] };
}

const POD = ["/Pod"] as const;

/**
 * The operators whose kinds are known. None is trusted unless the configuration names it. Each was read in the project's
 * own sources: what it makes where it writes controller references, its account where it installs itself.
 */
export const OPERATORS: readonly Operator[] = [
  {
    // PaddleFlow/paddle-operator: controllers/paddlejob_controller.go; deploy/v1/operator.yaml
    preset: "paddle-operator",
    accounts: ["paddle-system/paddle-manager-sa"],
    makes: { "batch.paddlepaddle.org/PaddleJob": POD },
  },
  {
    // PaddleFlow/ElasticServing: pkg/controllers/elasticserving/reconcilers/knative/service_reconciler.go;
    // assets/elasticserving_operator.yaml
    preset: "elastic-serving",
    accounts: ["elasticserving-system/default"],
    makes: { "elasticserving.paddlepaddle.org/PaddleService": ["serving.knative.dev/Service"] },
  },
  {
    // kubeflow/training-operator, v1: pkg/controller.v1/common/pod.go; manifests/base/rbac, manifests/overlays/standalone
    preset: "training-operator",
    accounts: ["kubeflow/training-operator"],
    makes: {
      "kubeflow.org/PaddleJob": POD,
      "kubeflow.org/PyTorchJob": POD,
      "kubeflow.org/TFJob": POD,
      "kubeflow.org/MPIJob": POD,
      "kubeflow.org/MXJob": POD,
      "kubeflow.org/XGBoostJob": POD,
      "kubeflow.org/JAXJob": POD,
    },
  },
  {
    // kubeflow/trainer: pkg/runtime/framework/plugins/jobset/jobset.go; manifests/base/rbac, manifests/overlays/manager
    preset: "trainer",
    accounts: ["kubeflow-system/kubeflow-trainer-controller-manager"],
    makes: { "trainer.kubeflow.org/TrainJob": ["jobset.x-k8s.io/JobSet"] },
  },
  {
    // kserve/kserve: pkg/controller/v1beta1/inferenceservice, v1alpha1/inferencegraph, v1alpha2/llmisvc; config/rbac
    preset: "kserve",
    accounts: ["kserve/kserve-controller-manager", "kserve/llmisvc-controller-manager"],
    makes: {
      "serving.kserve.io/InferenceService": ["apps/Deployment", "serving.knative.dev/Service"],
      "serving.kserve.io/InferenceGraph": ["apps/Deployment", "serving.knative.dev/Service"],
      "serving.kserve.io/LLMInferenceService": ["apps/Deployment", "leaderworkerset.x-k8s.io/LeaderWorkerSet"],
    },
  },
  {
    // knative/serving: pkg/reconciler/{service,configuration,revision}/resources; config/core/200-serviceaccount.yaml
    preset: "knative",
    accounts: ["knative-serving/controller"],
    makes: {
      "serving.knative.dev/Service": ["serving.knative.dev/Configuration"],
      "serving.knative.dev/Configuration": ["serving.knative.dev/Revision"],
      "serving.knative.dev/Revision": ["apps/Deployment"],
    },
  },
  {
    // volcano-sh/volcano: pkg/controllers/{job,cronjob,jobflow}; installer/helm/chart/volcano/templates/controllers.yaml
    preset: "volcano",
    accounts: ["volcano-system/volcano-controllers"],
    makes: {
      "batch.volcano.sh/Job": POD,
      "batch.volcano.sh/CronJob": ["batch.volcano.sh/Job"],
      "flow.volcano.sh/JobFlow": ["batch.volcano.sh/Job"],
    },
  },
  {
    // argoproj/argo-workflows: workflow/controller/{workflowpod,agent,artifact_gc}.go, workflow/common/convert.go;
    // manifests/cluster-install-no-crds
    preset: "argo-workflows",
    accounts: ["argo/argo"],
    makes: {
      "argoproj.io/CronWorkflow": ["argoproj.io/Workflow"],
      "argoproj.io/Workflow": POD,
      "argoproj.io/WorkflowArtifactGCTask": POD,
    },
  },
  {
    // argoproj/argo-rollouts: rollout/sync.go, experiments/replicaset.go, metricproviders/job/job.go; manifests/install.yaml
    preset: "argo-rollouts",
    accounts: ["argo-rollouts/argo-rollouts"],
    makes: {
      "argoproj.io/Rollout": ["apps/ReplicaSet"],
      "argoproj.io/Experiment": ["apps/ReplicaSet"],
      "argoproj.io/AnalysisRun": ["batch/Job"],
    },
  },
  {
    // kubernetes-sigs/lws: pkg/controllers/{leaderworkerset,pod}_controller.go, where a leader's Pod owns its workers' set;
    // config/default, charts/lws
    preset: "lws",
    accounts: ["lws-system/lws-controller-manager"],
    makes: {
      "leaderworkerset.x-k8s.io/LeaderWorkerSet": ["apps/StatefulSet"],
      "/Pod": ["apps/StatefulSet"],
      "disaggregatedset.x-k8s.io/DisaggregatedSet": ["leaderworkerset.x-k8s.io/LeaderWorkerSet"],
    },
  },
  {
    // kubernetes-sigs/jobset: pkg/controllers/jobset_controller.go; config/default, charts/jobset
    preset: "jobset",
    accounts: ["jobset-system/jobset-controller-manager", "jobset-system/jobset-controller"],
    makes: { "jobset.x-k8s.io/JobSet": ["batch/Job"] },
  },
  {
    // ray-project/kuberay: ray-operator/controllers/ray; ray-operator/config/default, config/default-with-webhooks
    preset: "kuberay",
    accounts: ["default/kuberay-operator", "ray-system/kuberay-operator"],
    makes: {
      "ray.io/RayCluster": ["/Pod", "batch/Job"],
      "ray.io/RayJob": ["ray.io/RayCluster", "batch/Job"],
      "ray.io/RayService": ["ray.io/RayCluster"],
      "ray.io/RayCronJob": ["ray.io/RayJob"],
    },
  },
  {
    // NVIDIA/k8s-nim-operator: internal/controller/{platform,nimcache,nimpipeline,nimbuild};
    // deployments/helm/k8s-nim-operator, config/default
    preset: "nim",
    accounts: ["nim-operator/k8s-nim-operator", "k8s-nim-operator-system/k8s-nim-operator-controller-manager"],
    makes: {
      "apps.nvidia.com/NIMService": [
        "apps/Deployment",
        "leaderworkerset.x-k8s.io/LeaderWorkerSet",
        "serving.kserve.io/InferenceService",
      ],
      "apps.nvidia.com/NIMPipeline": ["apps.nvidia.com/NIMService"],
      "apps.nvidia.com/NIMCache": ["/Pod", "batch/Job"],
      "apps.nvidia.com/NIMBuild": POD,
    },
  },
];
