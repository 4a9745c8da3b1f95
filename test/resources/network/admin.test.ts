import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { networkPolicy, object, pod, setOf } from "../relation-builders.ts";

const everywhere = { namespaces: {} };
const admin = (ingress: JsonValue, subject: JsonValue = everywhere): JsonObject =>
  object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "anp", { priority: 10, subject, ingress });
const baseline = (ingress: JsonValue): JsonObject =>
  object("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "default", {
    subject: everywhere,
    ingress,
  });
const cluster = (tier: string, ingress: JsonValue): JsonObject =>
  object("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "cnp", { tier, subject: everywhere, ingress });

function ingressOf(objects: readonly JsonObject[], namespace = "ml"): string {
  const { state, open, reason } = setOf(objects).network(pod({ app: "web" }, { namespace })).ingress;
  return state === "isolated" && open.length > 0 ? "open" : (reason ?? state);
}

const from = [everywhere];
const denyAll = { action: "Deny", from };
const allowAll = { action: "Allow", from };
const allowSome = { action: "Allow", from: [{ namespaces: { matchLabels: { team: "a" } } }] };

describe("policies of the administrator", () => {
  it.each<[string, JsonValue, string]>([
    ["deny all", [denyAll], "isolated"],
    [
      "deny all pods, written with both selectors",
      [{ action: "Deny", from: [{ pods: { namespaceSelector: {}, podSelector: {} } }] }],
      "isolated",
    ],
    ["allow some, deny the rest", [allowSome, denyAll], "isolated"],
    ["deny some", [{ action: "Deny", from: allowSome.from }], "not-isolated"],
    [
      "deny all, but only on some ports",
      [{ ...denyAll, ports: [{ portNumber: { protocol: "TCP", port: 80 } }] }],
      "not-isolated",
    ],
    [
      "deny some pods of every namespace",
      [{ action: "Deny", from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { a: "b" } } } }] }],
      "not-isolated",
    ],
    ["allow some alone", [allowSome], "not-isolated"],
    ["allow all alone", [allowAll], "not-isolated"],
    ["allow all before deny all", [allowAll, denyAll], "open"],
    ["deny all before allow all", [denyAll, allowAll], "isolated"],
    ["pass all before deny all", [{ action: "Pass", from }, denyAll], "not-isolated"],
    ["an unknown action", [{ action: "Refuse", from }], "selector"],
    ["a template", "{{ rules }}", "template"],
    ["nothing", null, "not-isolated"],
  ])("%s", (_, ingress, expected) => {
    expect(ingressOf([admin(ingress)])).toBe(expected);
  });

  it("selects by the labels of namespaces and pods", () => {
    const named = { namespaces: { matchLabels: { "kubernetes.io/metadata.name": "ml" } } };
    expect(ingressOf([admin([denyAll], named)])).toBe("isolated");
    expect(ingressOf([admin([denyAll], named)], "other")).toBe("not-isolated");
    const pods = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "db" } } } };
    expect(ingressOf([admin([denyAll], pods)])).toBe("not-isolated");
    const labelled = { namespaces: { matchLabels: { team: "a" } } };
    expect(ingressOf([admin([denyAll], labelled)])).toBe("namespace-labels");
    expect(ingressOf([admin([denyAll], {})])).toBe("selector");
  });

  it("comes before the policies of the namespace, the baseline after them", () => {
    const open = networkPolicy({ podSelector: {}, ingress: [{}] });
    const closed = networkPolicy({ podSelector: {} });
    expect(ingressOf([open, admin([denyAll])])).toBe("isolated");
    expect(ingressOf([closed, admin([allowAll])])).toBe("open");
    expect(ingressOf([open, baseline([denyAll])])).toBe("open");
    expect(ingressOf([closed, baseline([allowAll])])).toBe("isolated");
    expect(ingressOf([baseline([denyAll])])).toBe("isolated");
    expect(ingressOf([baseline([allowAll, denyAll])])).toBe("not-isolated");
  });

  it("a ClusterNetworkPolicy is either, by its tier", () => {
    const open = networkPolicy({ podSelector: {}, ingress: [{}] });
    expect(ingressOf([open, cluster("Admin", [denyAll])])).toBe("isolated");
    expect(ingressOf([open, cluster("Baseline", [denyAll])])).toBe("open");
    expect(ingressOf([cluster("Admin", [{ action: "Accept", from }, denyAll])])).toBe("open");
  });

  it("of egress, every address is everyone, every pod is not", () => {
    const spec = (to: JsonValue): JsonObject => ({
      priority: 1,
      subject: everywhere,
      egress: [{ action: "Deny", to }],
    });
    const egressOf = (to: JsonValue): string =>
      setOf([object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "anp", spec(to))]).network(pod({}))
        .egress.state;
    expect(egressOf([{ networks: ["0.0.0.0/0"] }])).toBe("isolated");
    expect(egressOf([{ namespaces: {} }])).toBe("not-isolated");
  });
});
