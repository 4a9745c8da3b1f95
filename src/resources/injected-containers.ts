import type { JsonValue, Path } from "../documents/document.ts";

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
  /** All of it; null: there is none. */
  readonly command: readonly string[] | null;
  /** What the first arguments are, one each. */
  readonly args: readonly RegExp[];
  /** Options that name a program to run, with what they may name. */
  readonly programs?: { readonly [option: string]: readonly string[] };
  /** Where alone volumes are mounted; absent: anywhere. */
  readonly mounts?: readonly string[];
  /** Its names of environment variables; absent: any. */
  readonly environment?: RegExp;
  readonly excuses: readonly Excuse[];
}

const absent = undefined;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";

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
/** The loader of programs, shells and iptables take code from where these say. */
const ISTIO_ENVIRONMENT =
  /^(?!LD_|PATH$|XTABLES_|IPTABLES_LIB|IP6TABLES_LIB|GCONV_PATH$|BASH_ENV$|ENV$)[A-Z][A-Z0-9_]*$/;

/**
 * What each container is excused of is what its injector writes by itself, and nothing more. The version of any of their
 * images may be a tag. Whoever runs programs of his own as one of them would have its privileges: so what decides
 * which program runs must fit, too. Nobody is excused of a privileged container, of the node's namespaces and folders, or
 * of an image that is untagged, invalid or moves.
 */
export const INJECTED_CONTAINERS: readonly InjectedContainer[] = [
  // istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml
  {
    name: "istio-init",
    roles: ["initContainer"],
    images: ISTIO,
    command: null,
    args: [/^istio-iptables$/],
    mounts: [TOKEN],
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
    args: [/^istio-iptables$/],
    excuses: [noSeccomp],
  },
  {
    name: "istio-proxy",
    roles: ["container", "sidecar"],
    images: ISTIO,
    command: null,
    args: [/^proxy$/, /^(?:sidecar|router)$/],
    excuses: [noSeccomp],
  },
  // linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl, _network-validator.tpl, _proxy.tpl
  {
    name: "linkerd-init",
    roles: ["initContainer"],
    images: LINKERD_INIT,
    versions: LINKERD_VERSIONS,
    command: ["/usr/lib/linkerd/linkerd2-proxy-init"],
    args: [],
    programs: {
      "--firewall-bin-path": ["iptables", "iptables-nft", "iptables-legacy"],
      "--firewall-save-bin-path": ["iptables-save", "iptables-nft-save", "iptables-legacy-save"],
    },
    mounts: ["/run", TOKEN],
    environment: /^$/,
    excuses: [capabilities, dropsNothing, noResources],
  },
  {
    name: "linkerd-network-validator",
    roles: ["initContainer"],
    images: LINKERD_INIT,
    versions: LINKERD_VERSIONS,
    command: ["/usr/lib/linkerd/linkerd2-network-validator"],
    args: [],
    excuses: [noResources],
  },
  {
    name: "linkerd-proxy",
    roles: ["container", "sidecar"],
    images: LINKERD,
    versions: LINKERD_VERSIONS,
    command: null,
    args: [],
    excuses: [dropsNothing, noResources],
  },
  // hashicorp/vault-k8s: agent-inject/agent/container_init_sidecar.go, container_sidecar.go
  ...(["vault-agent-init", "vault-agent"] as const).map(
    (name): InjectedContainer => ({
      name,
      roles: name === "vault-agent" ? ["container", "sidecar"] : ["initContainer"],
      images: VAULT,
      command: ["/bin/sh", "-ec"],
      args: [
        /^(?:echo \$\{VAULT_CONFIG\?\} \| base64 -d > \/home\/vault\/config\.json|touch \/home\/vault\/\.vault-token) && vault agent -config=\/[\w./-]+$/,
      ],
      excuses: [noSeccomp],
    }),
  ),
  // knative/serving: pkg/reconciler/revision/resources/queue.go
  {
    name: "queue-proxy",
    roles: ["container"],
    images: ["gcr.io/knative-releases/knative.dev/serving/cmd/queue"],
    command: null,
    args: [],
    excuses: [
      { rule: "cpu-memory-resources", field: ["resources"], values: [absent, {}, { requests: { cpu: "25m" } }] },
    ],
  },
  // kserve/kserve: pkg/utils/storage.go, pkg/webhook/admission/pod/agent_injector.go; its image has a user of its own
  {
    name: "storage-initializer",
    roles: ["initContainer"],
    images: ["docker.io/kserve/storage-initializer"],
    command: null,
    args: [],
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
    args: [],
    excuses: [noSeccomp],
  },
  // dapr/dapr: pkg/injector/patcher/sidecar_container.go
  {
    name: "daprd",
    roles: ["container", "sidecar"],
    images: ["docker.io/daprio/daprd", "ghcr.io/dapr/daprd"],
    command: null,
    args: [/^\/daprd$/],
    excuses: [dropsNothing, noSeccomp, noResources],
  },
];
