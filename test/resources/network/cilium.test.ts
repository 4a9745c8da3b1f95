import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/json/value.ts";
import { networkPolicy, object, pod, setOf } from "../relation-builders.ts";

const namespaced = (spec: JsonObject): JsonObject => object("cilium.io/v2", "CiliumNetworkPolicy", "cnp", spec, "ml");
const clusterwide = (spec: JsonObject): JsonObject =>
  object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", "ccnp", spec);
const namespaceObject = (name: string, labels: JsonObject): JsonObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

function ingressOf(objects: readonly JsonObject[], labels: JsonObject = { app: "web" }, namespace = "ml"): string {
  const { state, open, reason } = setOf(objects).network(pod(labels, { namespace })).ingress;
  return state === "isolated" && open.length > 0 ? "open" : (reason ?? state);
}

describe("policies of Cilium", () => {
  it.each<[string, JsonObject, string]>([
    ["an empty rule isolates and allows nothing", { ingress: [{}] }, "isolated"],
    ["a section without rules does nothing", { ingress: [] }, "not-isolated"],
    ["no section for ingress", { egress: [{}] }, "not-isolated"],
    ["a section that denies", { ingressDeny: [{ fromEntities: ["world"] }] }, "isolated"],
    ["without default deny", { enableDefaultDeny: { ingress: false }, ingress: [{}] }, "not-isolated"],
    ["without default deny of egress", { enableDefaultDeny: { egress: false }, ingress: [{}] }, "isolated"],
    ["default deny from a template", { enableDefaultDeny: { ingress: "{{ x }}" }, ingress: [{}] }, "template"],
    ["all entities", { ingress: [{ fromEntities: ["all"] }] }, "open"],
    ["the world", { ingress: [{ fromEntities: ["world"] }] }, "open"],
    ["the cluster", { ingress: [{ fromEntities: ["cluster"] }] }, "open"],
    ["a host", { ingress: [{ fromEntities: ["host", "remote-node"] }] }, "isolated"],
    ["all entities, with ports", { ingress: [{ fromEntities: ["all"], toPorts: [{ ports: [] }] }] }, "isolated"],
    ["every address", { ingress: [{ fromCIDR: ["0.0.0.0/0"] }] }, "open"],
    ["a set of every address", { ingress: [{ fromCIDRSet: [{ cidr: "::/0" }] }] }, "open"],
    ["but some", { ingress: [{ fromCIDRSet: [{ cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] }] }] }, "isolated"],
    ["all endpoints of the namespace", { ingress: [{ fromEndpoints: [{}] }] }, "isolated"],
    [
      "all endpoints of any namespace",
      {
        ingress: [
          { fromEndpoints: [{ matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: "Exists" }] }] },
        ],
      },
      "open",
    ],
    [
      "deny outweighs allow",
      { ingress: [{ fromEntities: ["all"] }], ingressDeny: [{ fromEntities: ["all"] }] },
      "isolated",
    ],
  ])("%s", (_, rule, expected) => {
    expect(ingressOf([namespaced({ endpointSelector: {}, ...rule })])).toBe(expected);
  });

  it.each<[string, JsonObject, boolean | string]>([
    ["a plain label", { matchLabels: { app: "web" } }, true],
    ["the source k8s", { matchLabels: { "k8s:app": "web" } }, true],
    ["any source", { matchLabels: { "any:app": "web" } }, true],
    ["another value", { matchLabels: { "k8s:app": "db" } }, false],
    ["a reserved label", { matchExpressions: [{ key: "reserved:host", operator: "Exists" }] }, false],
    ["not a reserved label", { matchExpressions: [{ key: "reserved:host", operator: "DoesNotExist" }] }, true],
    ["a label that Cilium sets", { matchLabels: { "io.cilium.k8s.policy.serviceaccount": "ocr" } }, "selector"],
    ["another source", { matchLabels: { "container:app": "web" } }, "selector"],
    ["its own namespace, whatever it says", { matchLabels: { "k8s:io.kubernetes.pod.namespace": "other" } }, true],
    ["an invalid operator", { matchExpressions: [{ key: "app", operator: "Gt", values: ["1"] }] }, "selector"],
  ])("selects by %s", (_, endpointSelector, selected) => {
    const expected = typeof selected === "string" ? selected : selected ? "isolated" : "not-isolated";
    expect(ingressOf([namespaced({ endpointSelector, ingress: [{}] })])).toBe(expected);
  });

  it("counts every rule of specs", () => {
    const policy = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "many", namespace: "ml" },
      specs: [
        { endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] },
        { endpointSelector: { matchLabels: { app: "web" } }, ingress: [{}] },
      ],
    };
    const set = setOf([policy]);
    expect(set.network(pod({ app: "web" })).ingress.policies).toEqual([
      { kind: "CiliumNetworkPolicy", namespace: "ml", name: "many" },
    ]);
    expect(ingressOf([policy], { app: "cache" })).toBe("not-isolated");
  });

  it("is about no pods where it selects nodes", () => {
    expect(ingressOf([clusterwide({ nodeSelector: {}, ingress: [{}] })])).toBe("not-isolated");
    expect(ingressOf([clusterwide({ ingress: [{}] })])).toBe("selector");
  });

  it("a policy of the cluster selects in every namespace, or in those that it names", () => {
    expect(ingressOf([clusterwide({ endpointSelector: {}, ingress: [{}] })], {}, "any")).toBe("isolated");
    const named = clusterwide({
      endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "ml", app: "web" } },
      ingress: [{}],
    });
    expect(ingressOf([named])).toBe("isolated");
    expect(ingressOf([named], { app: "web" }, "other")).toBe("not-isolated");
    expect(ingressOf([clusterwide({ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] })])).toBe("open");
  });

  it("asks for labels of the namespace", () => {
    const labelled = clusterwide({
      endpointSelector: { matchLabels: { "io.cilium.k8s.namespace.labels.team": "vision" } },
      ingress: [{}],
    });
    expect(ingressOf([labelled])).toBe("namespace-labels");
    expect(ingressOf([labelled, namespaceObject("ml", { team: "vision" })])).toBe("isolated");
    expect(ingressOf([labelled, namespaceObject("ml", { team: "speech" })])).toBe("not-isolated");
  });

  it("its denying everyone outweighs what another policy allows", () => {
    const open = networkPolicy({ podSelector: {}, ingress: [{}] });
    expect(ingressOf([open, namespaced({ endpointSelector: {}, ingressDeny: [{ fromEntities: ["all"] }] })])).toBe(
      "isolated",
    );
    expect(ingressOf([open, namespaced({ endpointSelector: {}, ingress: [{}] })])).toBe("open");
  });
});
