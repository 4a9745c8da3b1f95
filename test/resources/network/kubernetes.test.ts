import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { networkPolicy, object, pod, setOf } from "../relation-builders.ts";

const web = { app: "web", tier: "front" };

/** `isolated`, `open` (isolated, and a policy allows everything), `not-isolated`, or the reason why it is unknown. */
function ingressOf(objects: readonly JsonObject[], labels: JsonObject = web): string {
  const { state, open, reason } = setOf(objects).network(pod(labels)).ingress;
  return state === "isolated" && open.length > 0 ? "open" : (reason ?? state);
}

function egressOf(objects: readonly JsonObject[]): string {
  const { state, open, reason } = setOf(objects).network(pod(web)).egress;
  return state === "isolated" && open.length > 0 ? "open" : (reason ?? state);
}

describe("which directions a NetworkPolicy isolates", () => {
  it.each<[string, JsonObject, string, string]>([
    ["without types and rules", { podSelector: {} }, "isolated", "not-isolated"],
    ["without types, with null rules", { podSelector: {}, ingress: null, egress: null }, "isolated", "not-isolated"],
    ["without types, with an empty egress", { podSelector: {}, egress: [] }, "isolated", "not-isolated"],
    [
      "without types, with egress rules",
      { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
      "isolated",
      "isolated",
    ],
    ["with an empty list of types", { podSelector: {}, policyTypes: [], egress: [{}] }, "isolated", "open"],
    ["deny all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "isolated", "isolated"],
    ["egress alone", { podSelector: {}, policyTypes: ["Egress"] }, "not-isolated", "isolated"],
    ["egress alone, with a rule for ingress", { policyTypes: ["Egress"], ingress: [{}] }, "not-isolated", "isolated"],
    ["ingress alone, with a rule for egress", { policyTypes: ["Ingress"], egress: [{}] }, "isolated", "not-isolated"],
    ["without a podSelector", { policyTypes: ["Ingress"] }, "isolated", "not-isolated"],
    ["a type that does not exist", { podSelector: {}, policyTypes: ["ingress"] }, "selector", "selector"],
    ["a type from a template", { podSelector: {}, policyTypes: ["{{ . }}"] }, "template", "template"],
    ["types that are no list", { podSelector: {}, policyTypes: "Ingress" }, "selector", "selector"],
  ])("%s", (_, spec, ingress, egress) => {
    expect([ingressOf([networkPolicy(spec)]), egressOf([networkPolicy(spec)])]).toEqual([ingress, egress]);
  });

  it("a policy without a spec cannot be judged", () => {
    expect(ingressOf([networkPolicy(null)])).toBe("selector");
  });
});

describe("which rules allow everything", () => {
  const narrow = { podSelector: { matchLabels: { app: "gateway" } } };
  it.each<[string, JsonValue, string]>([
    ["no rules", [], "isolated"],
    ["an empty rule", [{}], "open"],
    ["a rule that is null", [null], "open"],
    ["null peers", [{ from: null }], "open"],
    ["empty peers", [{ from: [] }], "open"],
    ["empty peers and empty ports", [{ from: [], ports: [] }], "open"],
    ["ports alone", [{ ports: [{ port: 8080 }] }], "isolated"],
    ["every pod of the own namespace", [{ from: [{ podSelector: {} }] }], "isolated"],
    ["every namespace", [{ from: [{ namespaceSelector: {} }] }], "open"],
    ["every namespace and pod", [{ from: [{ namespaceSelector: {}, podSelector: {} }] }], "open"],
    [
      "every namespace, written as one that has a name",
      [
        {
          from: [
            { namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] } },
          ],
        },
      ],
      "open",
    ],
    ["every namespace, with ports", [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }], "isolated"],
    ["some pods of every namespace", [{ from: [{ namespaceSelector: {}, ...narrow }] }], "isolated"],
    ["some namespaces", [{ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] }], "isolated"],
    ["every IPv4 address", [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }], "open"],
    ["every IPv6 address", [{ from: [{ ipBlock: { cidr: "::/0" } }] }], "open"],
    ["another way to write every address", [{ from: [{ ipBlock: { cidr: "10.0.0.0/0" } }] }], "open"],
    ["every address but some", [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }], "isolated"],
    ["every address but none", [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: [] } }] }], "open"],
    ["some addresses", [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }], "isolated"],
    ["addresses from a template", [{ from: [{ ipBlock: { cidr: "{{ .Values.cidr }}" } }] }], "template"],
    ["one of several peers is everyone", [{ from: [narrow, { namespaceSelector: {} }] }], "open"],
    ["one of several rules is everyone", [{ from: [narrow] }, {}], "open"],
    ["everyone beside a template", [{ from: ["{{ .peer }}"] }, {}], "open"],
    ["an empty peer, which no API server takes", [{ from: [{}] }], "selector"],
    ["rules from a template", "{{ .Values.ingress }}", "template"],
  ])("%s", (_, ingress, expected) => {
    expect(ingressOf([networkPolicy({ podSelector: {}, ingress })])).toBe(expected);
  });

  it("judges egress by its own peers", () => {
    const spec = { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] };
    expect(egressOf([networkPolicy(spec)])).toBe("open");
    expect(egressOf([networkPolicy({ ...spec, egress: [{ from: [], to: [{ podSelector: {} }] }] })])).toBe("isolated");
  });
});

describe("policies as a union", () => {
  const closed = networkPolicy({ podSelector: { matchLabels: web } }, { name: "closed" });
  const open = networkPolicy({ podSelector: {}, ingress: [{}] }, { name: "open" });

  it("one that opens undoes what the others isolate, and is named", () => {
    const { ingress } = setOf([closed, open]).network(pod(web));
    const named = (name: string): JsonObject => ({ kind: "NetworkPolicy", namespace: "ml", name });
    expect(ingress).toEqual({
      state: "isolated",
      reason: null,
      policies: [named("closed"), named("open")],
      open: [named("open")],
    });
  });

  it("one that opens other pods does not matter", () => {
    const other = networkPolicy({ podSelector: { matchLabels: { app: "db" } }, ingress: [{}] }, { name: "other" });
    expect(ingressOf([closed, other])).toBe("isolated");
  });

  it("one that may open makes the answer unknown, one that may isolate does not", () => {
    const perhaps = { podSelector: { matchLabels: { app: "{{ app }}" } } };
    expect(ingressOf([closed, networkPolicy({ ...perhaps, ingress: [{}] }, { name: "perhaps" })])).toBe("template");
    expect(ingressOf([closed, networkPolicy(perhaps, { name: "perhaps" })])).toBe("isolated");
    expect(ingressOf([open, networkPolicy({ ...perhaps, ingress: [{}] }, { name: "perhaps" })])).toBe("open");
  });

  it("a selector that cannot be evaluated is not judged, and named", () => {
    const broken = networkPolicy({
      podSelector: { matchExpressions: [{ key: "app", operator: "Is", values: ["web"] }] },
    });
    expect(setOf([broken]).network(pod(web)).ingress).toMatchObject({
      state: "unknown",
      reason: "selector",
      detail: "NetworkPolicy/policy",
    });
  });

  it("no more than ten are named, and always the first", () => {
    const many = Array.from({ length: 40 }, (_, index) => {
      const podSelector = { matchExpressions: [{ key: `k${index}`, operator: "DoesNotExist" }] };
      return networkPolicy({ podSelector, ingress: [{}] }, { name: `p${index}` });
    });
    const set = setOf(many);
    const names = (labels: JsonObject): string[] => set.network(pod(labels)).ingress.open.map(({ name }) => name);
    const first = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => `p${index}`);
    expect(names({ app: "a" })).toEqual(first);
    expect(names({ app: "b" })).toEqual(first);
    expect(names({ k0: "" })).toEqual([...first.slice(1), "p10"]);
  });

  it("other kinds of the same name are not policies", () => {
    expect(ingressOf([object("v1", "NetworkPolicy", "x", { podSelector: {} }, "ml")])).toBe("not-isolated");
    expect(ingressOf([object("example.com/v1", "NetworkPolicy", "x", { podSelector: {} }, "ml")])).toBe("not-isolated");
  });
});
