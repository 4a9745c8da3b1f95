import { expect, test } from "vitest";
import { listedKinds, mayHoldListedKinds } from "../../src/cluster/audit/audited-kinds.ts";
import type { ServedKind } from "../../src/cluster/discovery.ts";
import { kindsInScopes } from "../../src/judging/judged-kinds.ts";
import { customRows } from "../../src/kinds/custom-kinds.ts";

function served(group: string, version: string, kind: string, verbs: readonly string[] = ["list"]): ServedKind {
  return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: true, verbs };
}

const names = (kinds: readonly ServedKind[], judged = kindsInScopes(new Set(["workload"]), [])): string[] =>
  listedKinds(kinds, judged).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);

test("lists the kinds of the table that are served, owners before what they own", () => {
  const kinds = [
    served("", "v1", "Pod"),
    served("", "v1", "ConfigMap"),
    served("apps", "v1", "ReplicaSet"),
    served("batch", "v1", "Job"),
    served("apps", "v1", "Deployment"),
    served("batch", "v1", "CronJob"),
    served("kubeflow.org", "v1", "PaddleJob"),
    served("kubeflow.org", "v1", "PyTorchJob"),
    served("kubeflow.org", "v1", "Notebook"),
  ];
  const order = names(kinds);
  expect([...order].sort()).toEqual([
    "apps/v1 Deployment",
    "apps/v1 ReplicaSet",
    "batch/v1 CronJob",
    "batch/v1 Job",
    "kubeflow.org/v1 PaddleJob",
    "kubeflow.org/v1 PyTorchJob",
    "v1 Pod",
  ]);
  const before = (owner: string, owned: string): boolean => order.indexOf(owner) < order.indexOf(owned);
  expect(before("kubeflow.org/v1 PaddleJob", "v1 Pod")).toBe(true);
  expect(before("batch/v1 CronJob", "batch/v1 Job")).toBe(true);
  expect(before("batch/v1 Job", "v1 Pod")).toBe(true);
  expect(before("apps/v1 Deployment", "apps/v1 ReplicaSet")).toBe(true);
  expect(order.at(-1)).toBe("v1 Pod");
});

test("lists a kind in one version, the one that the server prefers", () => {
  expect(names([served("batch", "v1", "CronJob"), served("batch", "v1beta1", "CronJob")])).toEqual([
    "batch/v1 CronJob",
  ]);
});

test("does not list the same objects under the old group as well", () => {
  expect(names([served("extensions", "v1beta1", "Deployment"), served("apps", "v1", "Deployment")])).toEqual([
    "apps/v1 Deployment",
  ]);
  expect(names([served("extensions", "v1beta1", "Deployment")])).toEqual(["extensions/v1beta1 Deployment"]);
});

test("leaves out what cannot be listed", () => {
  expect(names([served("apps", "v1", "Deployment", ["get"])])).toEqual([]);
});

test("a kind of the configuration is listed in a version that it names", () => {
  const scopes = new Set(["workload"]);
  const rows = customRows([{ apiVersion: "example.com/v1*", kind: "App", pods: ["spec.template.spec"] }]);
  const custom = kindsInScopes(scopes, rows);
  const kinds = [served("example.com", "v2", "App"), served("example.com", "v1beta1", "App")];
  expect(names(kinds, custom)).toEqual(["example.com/v1beta1 App"]);
  expect(mayHoldListedKinds("example.com", custom)).toBe(true);
  expect(mayHoldListedKinds("example.com", kindsInScopes(scopes, []))).toBe(false);
});

test("Knative's revisions are links, and no workloads", () => {
  const [revision] = listedKinds(
    [served("serving.knative.dev", "v1", "Revision")],
    kindsInScopes(new Set(["workload"]), []),
  );
  expect(revision?.role).toBe("link");
});

test("lists kinds without pods where a rule is for them, and no Secrets, whatever a rule is for", () => {
  const all = [
    ...[served("", "v1", "ConfigMap"), served("", "v1", "Secret"), served("", "v1", "Event"), served("", "v1", "Node")],
    ...[served("autoscaling", "v2", "HorizontalPodAutoscaler"), served("example.com", "v1", "Widget")],
  ];
  const judged = (...scopes: readonly string[]): string[] => names(all, kindsInScopes(new Set(scopes), []));
  expect(judged("workload")).toEqual([]);
  expect(judged("object")).toEqual(["v1 ConfigMap", "autoscaling/v2 HorizontalPodAutoscaler"]);
  expect(judged("/ConfigMap", "/Secret")).toEqual(["v1 ConfigMap"]);
  expect(judged("example.com/W*")).toEqual(["example.com/v1 Widget"]);
  expect(judged("*/*")).toEqual(["v1 ConfigMap", "autoscaling/v2 HorizontalPodAutoscaler", "example.com/v1 Widget"]);
});
