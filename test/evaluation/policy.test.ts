import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Input } from "../../src/contract/input.generated.ts";
import { CompiledRules } from "../../src/evaluation/policy.ts";
import { isPolicyError } from "../../src/evaluation/wasm-policy.ts";
import { loadWasm } from "../../src/rules/catalogue.ts";

const settings = {
  only: {
    rules: [{ id: "run-as-non-root", category: "security" }],
    parameters: { "run-as-non-root": { requireExplicit: false, userNamespaces: false } },
  },
  none: { rules: [], parameters: {} },
};

const pod = (containers: number): Input => ({
  settings: "only",
  door: "check",
  kubernetesVersion: "1.37",
  resource: { apiVersion: "v1", group: "", version: "v1", kind: "Pod", namespace: null, name: "a" },
  workload: {
    serving: true,
    training: false,
    paddle: false,
    accelerated: false,
    replicas: null,
    pods: [
      {
        path: ["spec"],
        name: "template",
        labelsPath: ["metadata", "labels"],
        labels: {},
        annotations: {},
        serving: true,
        readinessByController: false,
        cannotExpress: [],
        spec: {},
        containers: Array.from({ length: containers }, (_, index) => ({
          path: ["spec", "containers", index],
          name: `c${index}`,
          role: "container",
          spec: { description: "x".repeat(1000) },
          resources: { requests: {}, limits: {} },
          accelerators: [],
          paddleSign: false,
          models: [],
        })),
        images: [],
        network: {
          ingress: { state: "isolated", reason: null, policies: [], open: [] },
          egress: { state: "isolated", reason: null, policies: [], open: [] },
        },
        claims: {},
        claimTemplates: [],
        services: [],
      },
    ],
  },
});

describe("the compiled rules", () => {
  test("judge by the settings that the input names, and by no other", () => {
    const policy = new CompiledRules(loadWasm());
    policy.configure(settings);
    const places = policy.evaluate(pod(2)).map(({ rule, path }) => `${rule} ${path.join(".")}`);
    expect(places.sort()).toEqual(["run-as-non-root spec.containers.0", "run-as-non-root spec.containers.1"]);
    expect(policy.evaluate({ ...pod(2), settings: "none" })).toEqual([]);
    expect(policy.evaluate({ ...pod(2), settings: "unknown" })).toEqual([]);
  });

  test("give the same after an input that fills the memory, with the settings that were set", () => {
    const policy = new CompiledRules(loadWasm());
    policy.configure(settings);
    const before = policy.evaluate(pod(1));
    expect(policy.evaluate(pod(4_000))).toHaveLength(4_000);
    expect(policy.evaluate(pod(1))).toEqual(before);
  });

  test("bytes that are no Wasm, or no policy, are refused", () => {
    expect(() => new CompiledRules(new Uint8Array([1, 2, 3]))).toThrow();
    // A module without anything: it lacks what every policy exports.
    vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => void vi.restoreAllMocks());
    expect(() => new CompiledRules(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).toThrow();
  });

  test("errors are known by their name, whoever made them", () => {
    class PolicyError extends Error {
      override name = "PolicyError";
    }
    expect(isPolicyError(new PolicyError("x"))).toBe(true);
    expect(isPolicyError(new Error("x"))).toBe(false);
    expect(isPolicyError("PolicyError")).toBe(false);
  });
});
