import type { JsonValue, Path } from "../json/value.ts";
import { configuresNoBinary, configuresNoCommand } from "./injected-configuration.ts";
import type { InjectedArguments, InjectedMount, OptionValues } from "./injected-fields.ts";

/** Something that a rule refuses and that an injected container has: the rule, the field, and the field's values. */
export interface Excuse {
  readonly rule: string;
  /** In the container. A list stands for each of its items. */
  readonly field: Path;
  /** Undefined: the field is not there. */
  readonly values: readonly (JsonValue | undefined)[];
}

/** A container that a mesh or an operator adds to the pods of others, and what it is excused of. */
export interface InjectedContainer {
  /** Its name, by which the configuration's `like` means it as well. */
  readonly name: string;
  readonly roles: readonly ("container" | "initContainer" | "sidecar")[];
  /** Complete repositories, with their registry. */
  readonly images: readonly string[];
  /** Tags that are its versions, where their names look like something else. */
  readonly versions?: RegExp;
  /** The first release whose image has a user of its own other than root, where nobody says who runs it. */
  readonly ownUserSince?: readonly [major: number, minor: number];
  /** All of it; null: there is none. */
  readonly command: readonly string[] | null;
  readonly args: InjectedArguments;
  readonly mounts: readonly InjectedMount[];
  /** The names of all of its environment variables. */
  readonly environment: RegExp;
  /** Variables whose value decides what runs: they are literal, and these agree with them. */
  readonly values?: { readonly [variable: string]: (value: string) => boolean };
  /** The commands of its lifecycle, joined by blanks. */
  readonly lifecycle?: { readonly [hook in "postStart" | "preStop"]?: RegExp };
  readonly excuses: readonly Excuse[];
}

const absent = undefined;

function lacks(rule: string, ...field: readonly string[]): Excuse {
  return { rule, field, values: [absent] };
}

const capabilities: Excuse = {
  rule: "restricted-container",
  field: ["securityContext", "capabilities", "add"],
  values: ["NET_ADMIN", "NET_RAW"],
};
const noSeccomp = lacks("restricted-container", "securityContext", "seccompProfile");
const dropsNothing = lacks("restricted-container", "securityContext", "capabilities", "drop");
const noResources: Excuse = { rule: "cpu-memory-resources", field: ["resources"], values: [absent, {}] };

const ISTIO = ["registry.istio.io/release/proxyv2", "docker.io/istio/proxyv2", "gcr.io/istio-release/proxyv2"];
const LINKERD = ["cr.l5d.io/linkerd/proxy", "ghcr.io/linkerd/proxy"];
const LINKERD_INIT = [...LINKERD, "cr.l5d.io/linkerd/proxy-init", "ghcr.io/linkerd/proxy-init"];
const LINKERD_VERSIONS = /^(?:edge|stable)-\d{1,2}(?:\.\d{1,2}){2}$/;
const VAULT = ["docker.io/hashicorp/vault", "docker.io/hashicorp/vault-enterprise"];

const PORTS = /^(?:\*|[\d,:-]*)$/;
const NUMBER = /^\d{1,10}$/;
const RANGES = /^(?:\*|[\da-fA-F.:/,]*)$/;
const INTERFACES = /^(?:\w[\w.]*(?:,\w[\w.]*)*)?$/;
const LEVELS = /^[\w:,.=]+$/;
const WORD = /^[\w.:-]+$/;
const PRINTABLE = /^[^\p{Cc}]*$/u;
const FLAG = null;

function options(value: RegExp | null, ...names: readonly string[]): OptionValues {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const nothing: InjectedArguments = { first: [], options: {} };

const IPTABLES: OptionValues = {
  ...options(NUMBER, "-p", "-z", "-u", "-g"),
  "-m": /^(?:REDIRECT|TPROXY|NONE)$/,
  ...options(RANGES, "-i", "-x"),
  ...options(PORTS, "-b", "-d", "-q", "-o"),
  ...options(INTERFACES, "-k", "-c"),
  "--log_output_level": LEVELS,
  ...options(FLAG, "--log_as_json", "--native-nftables"),
};

/** What a mesh or the API server gives all of its containers: who they are to the API server. */
const identity: InjectedMount = {
  at: /^\/var\/run\/secrets\/kubernetes\.io\/serviceaccount$/,
  volumes: ["projected"],
};
/** Tokens for others than the API server. */
const tokens: InjectedMount = { at: /^\/var\/run\/secrets\/tokens$/, volumes: ["projected"] };

/** What Istio's agent knows, beyond what is its mesh's. None of them is an option of istio-iptables. */
const ISTIO_ENVIRONMENT =
  /^(?:ISTIO_META(?:JSON)?_[A-Z0-9_]+|JWT_POLICY|ISTIO_(?:PROMETHEUS_ANNOTATIONS|CPU_LIMIT|KUBE_APP_PROBERS|AGENT_[A-Z_]+)|PILOT_(?:CERT_PROVIDER|SKIP_VALIDATE_TRUST_DOMAIN)|CA_(?:ADDR|ROOT_CA|PROVIDER)|XDS_ROOT_CA|POD_(?:NAME|NAMESPACE)|INSTANCE_IP|HOST_IP|SERVICE_ACCOUNT|PROXY_CONFIG|PROXY_XDS_VIA_AGENT|TRUST_DOMAIN|GOMEMLIMIT|GOMAXPROCS|TERMINATION_DRAIN_DURATION_SECONDS|EXIT_ON_ZERO_ACTIVE_CONNECTIONS|MINIMUM_DRAIN_DURATION|SECRET_TTL|BOOTSTRAP_XDS_AGENT|INVALID_DROP|DUAL_STACK)$/;
/** What reaches a store of models. A file of AWS's configuration names programs: none may be chosen. */
const STORE_ENVIRONMENT =
  /^(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|DEFAULT_REGION|REGION|ENDPOINT_URL|CA_BUNDLE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS)|awsAnonymousCredential|S3_[A-Z_]+|AZURE_(?:TENANT_ID|CLIENT_ID|CLIENT_SECRET|SUBSCRIPTION_ID|STORAGE_ACCESS_KEY|FEDERATED_TOKEN_FILE|AUTHORITY_HOST)|AZ_(?:TENANT_ID|CLIENT_ID|CLIENT_SECRET|SUBSCRIPTION_ID)|GOOGLE_APPLICATION_CREDENTIALS|HF_(?:TOKEN|HUB_ENABLE_HF_TRANSFER|HUB_DISABLE_TELEMETRY|ENDPOINT)|STORAGE_(?:CONFIG|OVERRIDE_CONFIG)|CA_BUNDLE_(?:CONFIGMAP_NAME|VOLUME_MOUNT_POINT)|(?:HTTPS?|NO)_PROXY)$/;
const KNATIVE_ENVIRONMENT =
  /^(?:SERVING_[A-Z_]+|QUEUE_SERVING(?:_TLS)?_PORT|CONTAINER_CONCURRENCY|REVISION_[A-Z_]+|POD_(?:NAME|IP)|HOST_IP|SYSTEM_NAMESPACE|USER_PORT|METRICS_[A-Z_]+|TRACING_CONFIG_[A-Z_]+|OBSERVABILITY_CONFIG|ROOT_CA|ENABLE_[A-Z0-9_]+)$/;
const NO_ENVIRONMENT = /^$/;

/**
 * What each container is excused of is what its injector writes by itself, and nothing more. The version of any of their
 * images may be a tag. Whoever runs programs of his own as one of them would have its privileges: so all that decides
 * which program runs must fit, too, and all that is not told here must be absent. Nobody is excused of a privileged
 * container, of the node's namespaces and folders, or of an image that is untagged, invalid or moves.
 */
export const INJECTED_CONTAINERS: readonly InjectedContainer[] = [
  // istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml
  {
    name: "istio-init",
    roles: ["initContainer"],
    images: ISTIO,
    command: null,
    args: { first: [/^istio-iptables$/], options: IPTABLES },
    mounts: [identity],
    environment: ISTIO_ENVIRONMENT,
    excuses: [
      { rule: "run-as-non-root", field: ["securityContext", "runAsUser"], values: [0] },
      { rule: "run-as-non-root", field: ["securityContext", "runAsGroup"], values: [0] },
      { rule: "restricted-container", field: ["securityContext", "readOnlyRootFilesystem"], values: [false] },
      capabilities,
      noSeccomp,
    ],
  },
  {
    name: "istio-validation",
    roles: ["initContainer"],
    images: ISTIO,
    command: null,
    args: {
      first: [/^istio-iptables$/],
      options: { ...IPTABLES, ...options(FLAG, "--run-validation", "--skip-rule-apply") },
    },
    mounts: [identity],
    environment: ISTIO_ENVIRONMENT,
    excuses: [noSeccomp],
  },
  {
    name: "istio-proxy",
    roles: ["container", "sidecar"],
    images: ISTIO,
    command: null,
    args: {
      first: [/^proxy$/, /^(?:sidecar|router)$/],
      options: {
        "--domain": /^(?:\$\(POD_NAMESPACE\)|[\w-]+)(?:\.[\w-]+)*$/,
        ...options(LEVELS, "--proxyLogLevel", "--proxyComponentLogLevel", "--log_output_level"),
        "--serviceCluster": /^[\w.-]+(?:\.\$\(POD_NAMESPACE\))?$/,
        "--trust-domain": WORD,
        ...options(NUMBER, "--stsPort", "--concurrency"),
        "--log_as_json": FLAG,
      },
    },
    mounts: [
      identity,
      tokens,
      { at: /^\/etc\/istio\/proxy$/, volumes: ["emptyDir"] },
      { at: /^\/var\/lib\/istio\/data$/, volumes: ["emptyDir"] },
      { at: /^\/etc\/istio\/pod$/, volumes: ["downwardAPI"] },
      { at: /^\/var\/run\/secrets\/istio$/, volumes: ["configMap", "projected"] },
      {
        at: /^\/var\/run\/secrets\/(?:workload-spiffe-uds|workload-spiffe-credentials|credential-uds)$/,
        volumes: ["emptyDir"],
      },
      { at: /^\/etc\/certs\/?$/, volumes: ["secret"] },
    ],
    environment: ISTIO_ENVIRONMENT,
    values: { PROXY_CONFIG: configuresNoBinary },
    lifecycle: {
      postStart: /^pilot-agent wait$/,
      preStop: /^pilot-agent request --debug-port=\d{1,5} POST drain$/,
    },
    excuses: [noSeccomp],
  },
  // linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl, _network-validator.tpl, _proxy.tpl
  {
    name: "linkerd-init",
    roles: ["initContainer"],
    images: LINKERD_INIT,
    versions: LINKERD_VERSIONS,
    command: ["/usr/lib/linkerd/linkerd2-proxy-init"],
    args: {
      first: [],
      options: {
        "--firewall-bin-path": /^iptables(?:-nft|-legacy)?$/,
        "--firewall-save-bin-path": /^iptables(?:-nft|-legacy)?-save$/,
        ...options(FLAG, "--ipv6", "-w", "--use-wait-flag"),
        ...options(NUMBER, "--incoming-proxy-port", "--outgoing-proxy-port", "--proxy-uid", "--proxy-gid"),
        "--timeout-close-wait-secs": NUMBER,
        ...options(PORTS, "--inbound-ports-to-ignore", "--outbound-ports-to-ignore"),
        "--subnets-to-ignore": RANGES,
        ...options(LEVELS, "--log-level", "--log-format"),
      },
    },
    mounts: [identity, { at: /^\/run$/, volumes: ["emptyDir"] }],
    environment: NO_ENVIRONMENT,
    excuses: [capabilities, dropsNothing, noResources],
  },
  {
    name: "linkerd-network-validator",
    roles: ["initContainer"],
    images: LINKERD_INIT,
    versions: LINKERD_VERSIONS,
    command: ["/usr/lib/linkerd/linkerd2-network-validator"],
    args: {
      first: [],
      options: options(WORD, "--log-format", "--log-level", "--connect-addr", "--listen-addr", "--timeout"),
    },
    mounts: [identity],
    environment: NO_ENVIRONMENT,
    excuses: [noResources],
  },
  {
    name: "linkerd-proxy",
    roles: ["container", "sidecar"],
    images: LINKERD,
    versions: LINKERD_VERSIONS,
    command: null,
    args: nothing,
    mounts: [
      identity,
      tokens,
      { at: /^\/var\/run\/linkerd\/identity\/end-entity$/, volumes: ["emptyDir"] },
      { at: /^\/?var\/run\/linkerd\/podinfo$/, volumes: ["downwardAPI"] },
      { at: /^\/var\/run\/linkerd\/identity\/trust-roots\/?$/, volumes: ["configMap"] },
    ],
    environment: /^(?:LINKERD2_PROXY_[A-Z0-9_]+|_pod_(?:name|ns|nodeName|uid|sa|ip|containerName)|_l5d_[a-z]+)$/,
    lifecycle: {
      postStart: /^\/usr\/lib\/linkerd\/linkerd-await --timeout=\d+[ms](?: --port=\d{1,5})?$/,
      preStop: /^\/bin\/(?:bash -c )?sleep \d+$/,
    },
    excuses: [dropsNothing, noResources],
  },
  // hashicorp/vault-k8s: agent-inject/agent/container_init_sidecar.go, container_sidecar.go. With a configuration of the
  // tenant's in a config map, which may name commands and cannot be read here, it is excused of nothing.
  ...(["vault-agent-init", "vault-agent"] as const).map(
    (name): InjectedContainer => ({
      name,
      roles: name === "vault-agent" ? ["container", "sidecar"] : ["initContainer"],
      images: VAULT,
      command: ["/bin/sh", "-ec"],
      args: {
        first: [
          /^echo \$\{VAULT_CONFIG\?\} \| base64 -d > \/home\/vault\/config\.json && vault agent -config=\/home\/vault\/config\.json$/,
        ],
        options: {},
      },
      mounts: [
        identity,
        { at: /^\/home\/vault$/, volumes: ["emptyDir"] },
        { at: /^\/vault\/(?:secrets|agent\/[\w-]+)$/, volumes: ["emptyDir"], shared: true },
        { at: /^\/vault\/tls$/, volumes: ["secret"] },
      ],
      environment:
        /^(?:VAULT_(?:CONFIG|ADDR|NAMESPACE|CACERT|CAPATH|TLS_SERVER_NAME|SKIP_VERIFY|LOG_LEVEL|LOG_FORMAT|CLIENT_TIMEOUT|MAX_RETRIES|EXTERNAL_ADDR)|NAMESPACE|HOST_IP|POD_IP|(?:HTTPS?|NO)_PROXY|GOMAXPROCS|AWS_(?:REGION|DEFAULT_REGION|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|STS_REGIONAL_ENDPOINTS))$/,
      values: { VAULT_CONFIG: configuresNoCommand },
      lifecycle: {
        preStop: /^\/bin\/sh -c \/bin\/sleep \d+ && \/bin\/vault token revoke(?: -[a-z-]+=[\w./:-]+)* -self$/,
      },
      excuses: [noSeccomp],
    }),
  ),
  // knative/serving: pkg/reconciler/revision/resources/queue.go
  {
    name: "queue-proxy",
    roles: ["container"],
    images: ["gcr.io/knative-releases/knative.dev/serving/cmd/queue"],
    command: null,
    args: nothing,
    mounts: [
      identity,
      { at: /^\/var\/run\/secrets\/tokens$/, volumes: ["projected"] },
      { at: /^\/var\/lib\/knative\/certs$/, volumes: ["secret"] },
      { at: /^\/etc\/podinfo$/, volumes: ["downwardAPI"] },
    ],
    environment: KNATIVE_ENVIRONMENT,
    excuses: [
      { rule: "cpu-memory-resources", field: ["resources"], values: [absent, {}, { requests: { cpu: "25m" } }] },
    ],
  },
  // kserve/kserve: pkg/utils/storage.go, pkg/webhook/admission/pod/agent_injector.go. Where it writes to is held to
  // /mnt: its own programs belong to its user.
  {
    name: "storage-initializer",
    roles: ["initContainer"],
    images: ["docker.io/kserve/storage-initializer"],
    // The image of 0.7 runs as root; of those before 0.11 nothing is assumed.
    ownUserSince: [0, 11],
    command: null,
    args: {
      first: [],
      options: {},
      pairs: [
        /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s\p{Cc}]+|\/mnt\/pvc(?:\/[^\s\p{Cc}]*)?)$/u,
        /^\/mnt(?!\/pvc(?:\/|$))(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+\/?$/,
      ],
    },
    mounts: [
      identity,
      { at: /^\/mnt\/models$/, volumes: ["emptyDir"], shared: true },
      { at: /^\/mnt\/pvc$/, volumes: ["persistentVolumeClaim"] },
      { at: /^\/var\/secrets(?:\/kserve-hdfscreds)?\/?$/, volumes: ["secret"] },
    ],
    environment: STORE_ENVIRONMENT,
    excuses: [
      { rule: "run-as-non-root", field: [], values: [] },
      lacks("restricted-container", "securityContext", "allowPrivilegeEscalation"),
      lacks("restricted-container", "securityContext", "readOnlyRootFilesystem"),
      dropsNothing,
      noSeccomp,
    ],
  },
  {
    name: "agent",
    roles: ["container"],
    images: ["docker.io/kserve/agent"],
    command: null,
    args: {
      first: [],
      options: {
        ...options(PRINTABLE, "--log-url", "--source-uri", "--inference-service", "--namespace", "--endpoint"),
        ...options(PRINTABLE, "--component", "--log-mode", "--metadata-headers", "--metadata-annotations"),
        ...options(NUMBER, "--component-port", "--max-batchsize", "--max-latency"),
        ...options(FLAG, "--enable-batcher", "--enable-puller"),
        "--config-dir": /^\/mnt\/configs$/,
        "--model-dir": /^\/mnt\/models$/,
      },
    },
    mounts: [identity, { at: /^\/mnt\/models$/, volumes: ["emptyDir"], shared: true }],
    environment: new RegExp(`${STORE_ENVIRONMENT.source}|${KNATIVE_ENVIRONMENT.source}`),
    excuses: [noSeccomp],
  },
  // dapr/dapr: pkg/injector/patcher/sidecar_container.go
  {
    name: "daprd",
    roles: ["container", "sidecar"],
    images: ["docker.io/daprio/daprd", "ghcr.io/dapr/daprd"],
    command: null,
    args: {
      first: [/^\/daprd$/],
      options: {
        ...options(NUMBER, "--dapr-http-port", "--dapr-grpc-port", "--dapr-internal-grpc-port", "--dapr-public-port"),
        ...options(NUMBER, "--app-port", "--app-max-concurrency", "--metrics-port", "--profile-port"),
        ...options(NUMBER, "--dapr-graceful-shutdown-seconds", "--app-health-threshold"),
        ...options(NUMBER, "--app-health-probe-interval", "--app-health-probe-timeout"),
        ...options(WORD, "--dapr-http-max-request-size", "--dapr-http-read-buffer-size", "--max-body-size"),
        ...options(WORD, "--read-buffer-size", "--dapr-block-shutdown-duration", "--app-id", "--app-protocol"),
        ...options(WORD, "--config", "--log-level"),
        "--mode": /^kubernetes$/,
        "--unix-domain-socket": /^\/(?:var\/run|tmp)\/dapr[\w-]*$/,
        ...options(PRINTABLE, "--dapr-listen-addresses", "--control-plane-address", "--sentry-address"),
        ...options(PRINTABLE, "--placement-host-address", "--scheduler-host-address", "--actors-service"),
        ...options(PRINTABLE, "--reminders-service", "--app-health-check-path", "--allowed-origins"),
        ...options(PRINTABLE, "--app-channel-address"),
        ...options(FLAG, "--enable-metrics", "--enable-mtls", "--disable-init-endpoints", "--enable-profiling"),
        ...options(FLAG, "--log-as-json", "--enable-api-logging", "--app-ssl", "--enable-app-health-check"),
        ...options(FLAG, "--disable-builtin-k8s-secret-store"),
      },
    },
    mounts: [
      identity,
      { at: /^\/var\/run\/secrets\/dapr\.io\/(?:sentrytoken|tls)$/, volumes: ["projected"] },
      { at: /^\/(?:var\/run|tmp)\/dapr[\w/-]*$/, volumes: ["emptyDir"], shared: true },
    ],
    environment:
      /^(?:DAPR_(?!.*(?:PATH|COMPONENTS))[A-Z0-9_]+|NAMESPACE|POD_(?:NAME|IP)|APP_API_TOKEN|SENTRY_LOCAL_IDENTITY|GOMEMLIMIT|GOMAXPROCS)$/,
    excuses: [dropsNothing, noSeccomp, noResources],
  },
];
