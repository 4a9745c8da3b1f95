import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/json/value.ts";
import { check, lines } from "./check-object.ts";

function typed(apiVersion: JsonValue | undefined, kind: JsonValue | undefined): string[] {
  return lines(
    check({
      ...(apiVersion !== undefined && { apiVersion }),
      ...(kind !== undefined && { kind }),
      metadata: { name: "a" },
    }),
  );
}

describe("a kind under the wrong apiVersion", () => {
  test.each([
    ["v1", "Deployment", "apps/v1"],
    ["apps/v1", "Pod", "v1"],
    ["batch/v1", "Deployment", "apps/v1"],
    ["extensions/v1beta1", "Job", "batch/v1"],
    ["v1beta1", "Deployment", "apps/v1"],
    ["apps", "Deployment", "apps/v1"],
    ["app/v1", "Deployment", "apps/v1"],
    ["Apps/v1", "Deployment", "apps/v1"],
    ["network.k8s.io/v1", "NetworkPolicy", "networking.k8s.io/v1"],
    ["v1", "PaddleJob", "batch.paddlepaddle.org/v1"],
    ["paddlepaddle.org/v1", "PaddleService", "elasticserving.paddlepaddle.org/v1"],
  ])("%s %s belongs to %s", (apiVersion, kind, expected) => {
    expect(typed(apiVersion, kind)).toEqual([
      `wrong-group apiVersion ${JSON.stringify({ apiVersion, kind, expected })}`,
    ]);
  });

  test.each([
    ["apps/v2", "Deployment", "apps/v1"],
    ["apps/v1.0", "Deployment", "apps/v1"],
    ["v2", "Pod", "v1"],
    ["batch.paddlepaddle.org/v2", "PaddleJob", "batch.paddlepaddle.org/v1"],
    ["batch.paddlepaddle.org/v1", "SampleSet", "batch.paddlepaddle.org/v1alpha1"],
  ])("there is no %s of %s, but %s", (apiVersion, kind, expected) => {
    expect(typed(apiVersion, kind)).toEqual([
      `unknown-version apiVersion ${JSON.stringify({ apiVersion, kind, expected })}`,
    ]);
  });
});

describe("a kind that is not there", () => {
  test.each([
    ["apps/v1", "Deploymnet", "Deployment"],
    ["v1", "pod", "Pod"],
    ["v1", "Service account", "ServiceAccount"],
    ["networking.k8s.io/v1", "NetworkPolcy", "NetworkPolicy"],
    ["batch.paddlepaddle.org/v1", "PaddelJob", "PaddleJob"],
    ["kubeflow.org/v1", "PaddleJobs", "PaddleJob"],
    ["batch/v1beta1", "CornJob", "CronJob"],
  ])("%s %s: did you mean %s?", (apiVersion, kind, suggestion) => {
    expect(typed(apiVersion, kind)).toEqual([
      `misspelled-kind kind ${JSON.stringify({ apiVersion, kind, suggestion })}`,
    ]);
  });

  test("nothing near", () => {
    expect(typed("v1", "Inference")).toEqual(['unknown-kind kind {"apiVersion":"v1","kind":"Inference"}']);
  });
});

describe("an incomplete type", () => {
  test.each<[JsonValue | undefined, JsonValue | undefined, string]>([
    ["apps/v1", "", 'no-kind kind {"apiVersion":"apps/v1"}'],
    ["apps/v1", null, 'no-kind kind {"apiVersion":"apps/v1"}'],
    ["apps/v1", undefined, 'no-kind kind {"apiVersion":"apps/v1"}'],
    [undefined, "Deployment", 'no-api-version-known apiVersion {"kind":"Deployment","expected":"apps/v1"}'],
    [undefined, "deployment", 'no-api-version apiVersion {"kind":"deployment"}'],
    [undefined, "Inference", 'no-api-version apiVersion {"kind":"Inference"}'],
    ["", "Deployment", 'no-api-version-known apiVersion {"kind":"Deployment","expected":"apps/v1"}'],
    ["apps/v1/beta", "Deployment", 'malformed-api-version apiVersion {"apiVersion":"apps/v1/beta"}'],
    ["/v1", "Pod", 'malformed-api-version apiVersion {"apiVersion":"/v1"}'],
    ["v1 ", "Pod", 'malformed-api-version apiVersion {"apiVersion":"v1 "}'],
    ["v1", ["Pod"], 'type kind {"expected":"string","actual":"array"}'],
    [1, "Pod", 'type apiVersion {"expected":"string","actual":"integer"}'],
    ["v1", "{{ .Values.kind }}", 'template kind {"value":"{{ .Values.kind }}"}'],
    ["{{ .Values.version }}", "Deployment", 'template apiVersion {"value":"{{ .Values.version }}"}'],
  ])("%j %j", (apiVersion, kind, expected) => {
    expect(typed(apiVersion, kind)).toEqual([expected]);
  });
});

describe("what others own is not judged", () => {
  test.each<[JsonValue | undefined, JsonValue | undefined]>([
    ["serving.knative.dev/v1", "Service"],
    ["serving.kserve.io/v1beta1", "InferenceService"],
    ["batch.volcano.sh/v1alpha1", "Job"],
    ["argoproj.io/v1alpha1", "Rollout"],
    ["leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"],
    ["jobset.x-k8s.io/v1alpha2", "JobSet"],
    ["cilium.io/v2", "CiliumNetworkPolicy"],
    ["crd.projectcalico.org/v1", "NetworkPolicy"],
    ["projectcalico.org/v3", "NetworkPolicy"],
    ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
    ["gateway.networking.k8s.io/v1", "Gateway"],
    ["snapshot.storage.k8s.io/v1", "VolumeSnapshot"],
    ["metrics.k8s.io/v1beta1", "NodeMetrics"],
    ["kubeflow.org/v1", "PyTorchJob"],
    ["kubeflow.org/v1", "Notebook"],
    ["kustomize.config.k8s.io/v1beta1", "Kustomization"],
    ["resource.k8s.io/v1beta1", "ResourceClaim"],
    ["admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy"],
    ["certificates.k8s.io/v1beta1", "ClusterTrustBundle"],
    ["coordination.k8s.io/v1beta1", "LeaseCandidate"],
    ["apiextensions.k8s.io/v1", "ConversionReview"],
    ["v1", "Config"],
    ["example.com/v1", "Deployment"],
    [undefined, "pipeline"],
    [1, undefined],
  ])("%j %j", (apiVersion, kind) => {
    expect(typed(apiVersion, kind)).toEqual([]);
  });

  test("a Helm chart says apiVersion and is no object", () => {
    expect(check({ apiVersion: "v2", name: "ocr", version: "1.0.0", dependencies: [] })).toEqual([]);
  });
});
