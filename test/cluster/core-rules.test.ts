import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { Cluster, type CommandResult } from "../../tools/cluster/cluster.ts";
import { expectGolden } from "../golden.ts";
import { Authority } from "./harness/authority.ts";
import { INFERENCE_SERVICE, installKinds, PADDLE_JOB } from "./harness/custom-kinds.ts";
import { applyAll, createNamespaces } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { askedBy, registerWebhook, WEBHOOK_NAME } from "./harness/webhook.ts";
import {
  type Container,
  closedNamespacePolicy,
  goodJobPod,
  goodPod,
  modelClaim,
  type PodSpec,
  runsToItsEnd,
  WORKLOAD_KINDS,
  type WorkloadKind,
  workload,
} from "./harness/workloads.ts";

const golden = join(import.meta.dirname, "golden/core-rules");

/** Every violation of these is an error here, so that each of them can be seen to deny. */
const CONFIG = `
extends: recommended
rules:
  cpu-memory-resources: error
admission:
  mode: enforce
`;

/** Who stops an object: our webhook, the API server itself before it asks us, or nobody. */
type Verdict = "denied" | "refused" | "admitted";

interface Case {
  readonly rule: string;
  /** Makes a good pod break the rule. */
  readonly spoil?: (container: Container, pod: PodSpec) => void;
  /** The namespace, where that is what breaks it. */
  readonly namespace?: string;
  readonly verdicts: { readonly [Kind in WorkloadKind]: Verdict };
}

const ALL_DENIED = {
  Deployment: "denied",
  Pod: "denied",
  CronJob: "denied",
  PaddleJob: "denied",
  InferenceService: "denied",
} as const;

/** What Kubernetes' own validation says of its own kinds, and of no custom one. */
const REFUSED_WHERE_BUILT_IN = { ...ALL_DENIED, Deployment: "refused", Pod: "refused", CronJob: "refused" } as const;

const CASES: readonly Case[] = [
  {
    rule: "pinned-image",
    spoil: (container) => {
      container.image = "registry.example.com/vision/paddle-ocr:latest";
    },
    verdicts: ALL_DENIED,
  },
  {
    rule: "run-as-non-root",
    spoil: (_container, pod) => {
      pod.securityContext = { seccompProfile: { type: "RuntimeDefault" } };
    },
    verdicts: ALL_DENIED,
  },
  {
    rule: "gpu-requests-equal-limits",
    spoil: (container) => {
      container.resources = {
        requests: { cpu: "2", memory: "8Gi", "nvidia.com/gpu": "1" },
        limits: { memory: "16Gi", "nvidia.com/gpu": "2" },
      };
    },
    verdicts: REFUSED_WHERE_BUILT_IN,
  },
  {
    rule: "probe-delays",
    spoil: (container) => {
      container.startupProbe = { httpGet: { path: "/health", port: 8080 }, periodSeconds: 5, failureThreshold: 3 };
    },
    // What runs to its end serves nobody, whatever probes it has.
    verdicts: { ...ALL_DENIED, CronJob: "admitted", PaddleJob: "admitted" },
  },
  {
    rule: "model-volume",
    spoil: (_container, pod) => {
      pod.volumes = [{ name: "models", emptyDir: {} }];
    },
    verdicts: ALL_DENIED,
  },
  { rule: "network-policy", namespace: "open", verdicts: ALL_DENIED },
  {
    rule: "restricted-container",
    spoil: (container, pod) => {
      pod.hostPID = true;
      container.securityContext = { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } };
    },
    verdicts: ALL_DENIED,
  },
  {
    rule: "cpu-memory-resources",
    spoil: (container) => {
      container.resources = { limits: { "nvidia.com/gpu": "1" } };
    },
    verdicts: ALL_DENIED,
  },
  {
    rule: "schema",
    spoil: (container) => {
      container.imagePullPolcy = "Always";
    },
    // The rule knows the schemas of Kubernetes and of Paddle's own kinds; that of KServe is for KServe.
    verdicts: { ...REFUSED_WHERE_BUILT_IN, InferenceService: "admitted" },
  },
];

let cluster: Cluster;
let server: PaddlockServer;
beforeAll(async () => {
  cluster = await Cluster.start();
  await installKinds(cluster, [PADDLE_JOB, INFERENCE_SERVICE]);
  await createNamespaces(cluster, ["ml", "open"]);
  await applyAll(cluster, [closedNamespacePolicy("ml"), modelClaim("ml"), modelClaim("open")]);
  const authority = await Authority.create();
  server = await PaddlockServer.start(cluster, { config: CONFIG, certificate: await authority.server() });
  await registerWebhook(cluster, { client: { url: `${server.url}/validate` }, ca: authority.ca }, askedBy(server));
});
afterAll(() => cluster?.stop());

test("what every rule agrees with is admitted, of every kind", async () => {
  const told: string[] = [];
  for (const kind of WORKLOAD_KINDS) {
    const name = `good-${kind.toLowerCase()}`;
    const done = await create(workload(kind, name, "ml", podOf(kind)));
    expect({ kind, ...done }).toMatchObject({ status: 0, stderr: "" });
    told.push(tellOf(kind, done));
  }
  expectGolden(join(golden, "admitted.txt"), told.join("\n"));
});

describe.each(CASES)("$rule", ({ rule, spoil, namespace = "ml", verdicts }) => {
  test("stops what breaks it, and says what and why", async () => {
    const told: string[] = [];
    for (const kind of WORKLOAD_KINDS) {
      const pod = podOf(kind);
      for (const container of pod.containers) spoil?.(container, pod);
      const done = await create(workload(kind, `${rule}-${kind.toLowerCase()}`, namespace, pod));
      expect({ kind, verdict: verdictOf(done, rule) }).toEqual({ kind, verdict: verdicts[kind] });
      told.push(tellOf(kind, done));
    }
    expectGolden(join(golden, `${rule}.txt`), told.join("\n"));
  });
});

test("all violations of an object are in one message", async () => {
  const pod = goodPod();
  for (const container of pod.containers) {
    container.image = "registry.example.com/vision/paddle-ocr";
    container.resources = {};
    container.securityContext = { privileged: true };
    delete container.readinessProbe;
    pod.containers.push({ name: "gateway", image: "nginx:latest" });
    break;
  }
  pod.securityContext = {};
  pod.volumes = [{ name: "models", emptyDir: {} }];
  const done = await create(workload("Deployment", "everything-wrong", "open", pod));
  expect(done.status).toBe(1);
  for (const { rule, verdicts } of CASES) {
    if (verdicts.Deployment === "denied") expect(done.stderr).toContain(rule);
  }
  expectGolden(join(golden, "everything-wrong.txt"), tellOf("Deployment", done));
});

function podOf(kind: WorkloadKind): PodSpec {
  return runsToItsEnd(kind) ? goodJobPod() : goodPod();
}

function create(object: JsonObject): Promise<CommandResult> {
  return cluster.kubectl(["create", "-f", "-"], { input: JSON.stringify(object) });
}

/** A denial that names another rule is no denial by this one, and a warning beside admission none at all. */
function verdictOf({ status, stderr }: CommandResult, rule: string): Verdict | string {
  if (status === 0) return "admitted";
  if (!stderr.includes(`admission webhook "${WEBHOOK_NAME}" denied the request: `)) return "refused";
  const others = CASES.filter((each) => each.rule !== rule && stderr.includes(each.rule));
  return stderr.includes(rule) && others.length === 0 ? "denied" : `denied otherwise: ${stderr}`;
}

/** A command and what it printed, as a terminal shows them. */
function tellOf(kind: WorkloadKind, { status, stdout, stderr }: CommandResult): string {
  return `# ${kind}\n$ kubectl create -f -\n${stdout}${stderr}# exit status ${status}\n`;
}
