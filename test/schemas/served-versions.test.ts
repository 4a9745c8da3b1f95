import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/facts/schema/kinds.generated.ts";
import { homesOf, isPreview, kindsOf } from "../../src/facts/schema/object-type.ts";
import { minorOf, NEWEST_MINOR, serviceOf } from "../../src/facts/schema/served-versions.ts";
import { check, lines } from "./check-object.ts";

function versionErrors(apiVersion: string, kind: string, kubernetes?: string): string[] {
  return lines(check({ apiVersion, kind, metadata: { name: "a" } }, kubernetes)).filter((line) =>
    / apiVersion /.test(line),
  );
}

describe("removed versions", () => {
  test.each([
    ["extensions/v1beta1", "Deployment", "1.16", "apps/v1"],
    ["apps/v1beta1", "StatefulSet", "1.16", "apps/v1"],
    ["apps/v1beta2", "DaemonSet", "1.16", "apps/v1"],
    ["extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"],
    ["extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"],
    ["networking.k8s.io/v1beta1", "IngressClass", "1.22", "networking.k8s.io/v1"],
    ["rbac.authorization.k8s.io/v1beta1", "ClusterRole", "1.22", "rbac.authorization.k8s.io/v1"],
    ["batch/v1beta1", "CronJob", "1.25", "batch/v1"],
    ["policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"],
    ["autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.25", "autoscaling/v2"],
    ["autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2"],
    ["storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27", "storage.k8s.io/v1"],
    ["flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "flowcontrol.apiserver.k8s.io/v1"],
    ["batch/v1beta1", "CronJobList", "1.25", "batch/v1"],
  ])("%s %s: until %s, then %s", (apiVersion, kind, removed, replacement) => {
    const error = `removed-version apiVersion ${JSON.stringify({ apiVersion, kind, removed, replacement })}`;
    expect(versionErrors(apiVersion, kind)).toEqual([error]);
    expect(versionErrors(apiVersion, kind, removed)).toEqual([error]);
    expect(versionErrors(apiVersion, kind, `1.${Number(removed.slice(2)) - 1}`)).toEqual([]);
  });

  test("without a replacement", () => {
    const args = { apiVersion: "policy/v1beta1", kind: "PodSecurityPolicy", removed: "1.25" };
    expect(versionErrors(args.apiVersion, args.kind)).toEqual([`removed-kind apiVersion ${JSON.stringify(args)}`]);
    expect(versionErrors(args.apiVersion, args.kind, "1.24")).toEqual([]);
  });

  test("their fields are judged as they were", () => {
    const object = {
      apiVersion: "extensions/v1beta1",
      kind: "Deployment",
      metadata: { name: "a" },
      spec: {
        rollbackTo: { revision: 1 },
        template: { spec: { containers: [{ name: "a", image: "a", imagePullPolcy: "" }] } },
      },
    };
    expect(check(object, "1.15").map(({ problem, path }) => [problem, path.at(-1)])).toEqual([
      ["misspelled-field", "imagePullPolcy"],
    ]);
  });
});

describe("versions to come", () => {
  test.each([
    ["batch/v1", "CronJob", "1.21"],
    ["autoscaling/v2", "HorizontalPodAutoscaler", "1.23"],
    ["resource.k8s.io/v1", "ResourceClaim", "1.34"],
  ])("%s %s: since %s", (apiVersion, kind, since) => {
    const kubernetesVersion = `1.${Number(since.slice(2)) - 1}`;
    const args = { apiVersion, kind, since, kubernetesVersion };
    expect(versionErrors(apiVersion, kind, kubernetesVersion)).toEqual([
      `future-version apiVersion ${JSON.stringify(args)}`,
    ]);
    expect(versionErrors(apiVersion, kind, since)).toEqual([]);
  });
});

describe("the table", () => {
  const known = Object.keys(KINDS).flatMap((apiVersion) => kindsOf(apiVersion).map((kind) => ({ apiVersion, kind })));

  test("what replaces a removed version is served by the newest Kubernetes and has a schema", () => {
    for (const { apiVersion, kind } of known) {
      const replacement = serviceOf(apiVersion, kind)?.replacement;
      if (replacement === undefined || /^(?:Scale|DeploymentRollback)$/.test(kind)) continue;
      expect(kindsOf(replacement), `${apiVersion} ${kind}`).toContain(kind);
      expect(serviceOf(replacement, kind)?.until, `${replacement} ${kind}`).toBeUndefined();
    }
  });

  test("every beta that has a schema, and a stable successor, is removed", () => {
    const betas = known.filter(
      ({ apiVersion, kind }) => isPreview(apiVersion) && homesOf(kind).some((home) => !isPreview(home)),
    );
    expect(betas.length).toBeGreaterThan(40);
    for (const { apiVersion, kind } of betas) {
      // The subresource that evicts pods is not in the deprecation guide.
      if (kind === "Eviction") continue;
      expect(serviceOf(apiVersion, kind)?.until, `${apiVersion} ${kind}`).toBeLessThanOrEqual(NEWEST_MINOR);
    }
  });
});

test.each([
  ["1.34", 34],
  ["v1.34.2", 34],
  ["1.34+", 34],
  ["1.9", 9],
  ["2.0", undefined],
  ["1", undefined],
  ["latest", undefined],
])("the minor of %s is %s", (version, minor) => {
  expect(minorOf(version)).toBe(minor);
});
