import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/json/value.ts";
import { calicoExpression } from "../../../src/relations/network/calico-expression.ts";
import { holds } from "../../../src/relations/network/policy.ts";
import { LabelSet } from "../../../src/resources/selectors.ts";
import { object, pod, setOf } from "../relation-builders.ts";

const namespaced = (spec: JsonObject): JsonObject => object("projectcalico.org/v3", "NetworkPolicy", "np", spec, "ml");
const global = (spec: JsonObject): JsonObject => object("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "gnp", spec);

function ingressOf(objects: readonly JsonObject[], labels: JsonObject = { app: "web" }, namespace = "ml"): string {
  const { state, open, reason } = setOf(objects).network(pod(labels, { namespace })).ingress;
  return state === "isolated" && open.length > 0 ? "open" : (reason ?? state);
}

function selects(text: string, labels: JsonObject): unknown {
  const expression = calicoExpression(text, "pod");
  return expression === null ? null : holds(expression, { pod: new LabelSet(labels), namespace: new LabelSet({}) });
}

describe("selectors of Calico", () => {
  const labels = { app: "ocr-web", tier: "front", "app.kubernetes.io/name": "ocr" };
  it.each<[string, boolean | null]>([
    ["", true],
    ["   ", true],
    ["all()", true],
    ["global()", false],
    ["has(app)", true],
    ["has( app )", true],
    ["!has(env)", true],
    ["app == 'ocr-web'", true],
    ['app == "ocr-web"', true],
    ["app=='ocr'", false],
    ["app.kubernetes.io/name == 'ocr'", true],
    ["app != 'ocr'", true],
    ["env != 'dev'", true],
    ["env == 'dev'", false],
    ["tier in { 'front', 'back' }", true],
    ["tier in {'back'}", false],
    ["tier in {}", false],
    ["tier not in {}", true],
    ["tier not in { 'front' }", false],
    ["env not in { 'dev' }", true],
    ["app contains 'r-w'", true],
    ["app starts with 'ocr'", true],
    ["app ends with 'web'", true],
    ["env contains 'x'", false],
    ["app == 'x' || tier == 'front'", true],
    ["app == 'ocr-web' && tier == 'back'", false],
    ["app == 'x' && tier == 'x' || has(tier)", true],
    ["has(tier) || app == 'x' && tier == 'x'", true],
    ["app == 'x' && (tier == 'x' || has(tier))", false],
    ["!(app == 'x')", true],
    ["!!has(app)", true],
    ["projectcalico.org/orchestrator == 'k8s'", true],
    ["in == 'x'", false],
    ["app", null],
    ["app ==", null],
    ["app == ocr", null],
    ["app = 'x'", null],
    ["app == 'x' &&", null],
    ["(app == 'x'", null],
    ["app == 'x')", null],
    ["has()", null],
    ["any()", null],
    ["app like 'x'", null],
    ["app in 'x'", null],
    ["app in { 'x' 'y' }", null],
    ["app starts 'x'", null],
    ["app == 'x", null],
    ["app == 'x' # comment", null],
    ["projectcalico.org/serviceaccount == 'x'", null],
    [`${"(".repeat(10_000)}all()${")".repeat(10_000)}`, null],
    [`${"!".repeat(100_000)}all()`, null],
  ])("%s", (text, expected) => {
    expect(selects(text, labels)).toBe(expected);
  });

  it("says what it was written to say, however it is nested", () => {
    const atom = fc.constantFrom("has(a)", "a == 'x'", "b != 'x'", "b in { 'x', 'y' }", "all()", "a contains 'x'");
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        atom,
        tie("expression").map((inner) => `!(${inner})`),
        fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a}) && (${b})`),
        fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a}) || (${b})`),
      ),
    }));
    const value = fc.constantFrom("x", "y", undefined);
    fc.assert(
      fc.property(expression, value, value, (text, a, b) => {
        const labels = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
        const script = text
          .replaceAll("has(a)", String(a !== undefined))
          .replaceAll("a == 'x'", String(a === "x"))
          .replaceAll("b != 'x'", String(b !== "x"))
          .replaceAll("b in { 'x', 'y' }", String(b !== undefined))
          .replaceAll("all()", "true")
          .replaceAll("a contains 'x'", String(a === "x"));
        expect(selects(text, labels)).toBe(new Function(`return ${script}`)());
      }),
    );
  });

  it("takes any text without falling", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab!=&|(){}' ,\"") }), (text) => {
        expect([true, false, null]).toContain(selects(text, { a: "x" }));
      }),
    );
  });
});

describe("policies of Calico", () => {
  it.each<[string, JsonObject, string]>([
    ["no rules and no types", {}, "isolated"],
    ["rules for egress alone", { egress: [{ action: "Allow" }] }, "not-isolated"],
    ["rules for both", { egress: [{ action: "Allow" }], ingress: [] }, "not-isolated"],
    ["rules for both that are some", { egress: [{ action: "Allow" }], ingress: [{ action: "Deny" }] }, "isolated"],
    ["types without ingress", { types: ["Egress"], ingress: [{ action: "Allow" }] }, "not-isolated"],
    ["types with ingress", { types: ["Ingress", "Egress"] }, "isolated"],
    ["allow without a source", { ingress: [{ action: "Allow" }] }, "open"],
    ["allow from an empty source", { ingress: [{ action: "Allow", source: {} }] }, "open"],
    ["allow every address", { ingress: [{ action: "Allow", source: { nets: ["0.0.0.0/0"] } }] }, "open"],
    ["allow some addresses", { ingress: [{ action: "Allow", source: { nets: ["10.0.0.0/8"] } }] }, "isolated"],
    ["allow a selector", { ingress: [{ action: "Allow", source: { selector: "app == 'gw'" } }] }, "isolated"],
    ["allow the own namespace", { ingress: [{ action: "Allow", source: { selector: "all()" } }] }, "isolated"],
    ["allow every namespace", { ingress: [{ action: "Allow", source: { namespaceSelector: "all()" } }] }, "open"],
    ["allow a protocol", { ingress: [{ action: "Allow", protocol: "TCP" }] }, "isolated"],
    ["allow a port", { ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [80] } }] }, "isolated"],
    ["deny all before", { ingress: [{ action: "Deny" }, { action: "Allow" }] }, "isolated"],
    [
      "deny some before",
      { ingress: [{ action: "Deny", source: { nets: ["1.1.1.1/32"] } }, { action: "Allow" }] },
      "open",
    ],
    ["log before", { ingress: [{ action: "Log" }, { action: "Allow" }] }, "open"],
    ["pass on to what nobody knows", { ingress: [{ action: "Pass" }] }, "selector"],
    ["a service account, which no manifest shows", { serviceAccountSelector: "role == 'x'" }, "selector"],
    ["any service account", { serviceAccountSelector: "all()" }, "isolated"],
  ])("%s", (_, spec, expected) => {
    expect(ingressOf([namespaced({ selector: "app == 'web'", ...spec })])).toBe(expected);
  });

  it("selects by its expression, also where an index cannot follow it", () => {
    const either = namespaced({ selector: "app == 'web' || app starts with 'ocr'" });
    expect(ingressOf([either])).toBe("isolated");
    expect(ingressOf([either], { app: "ocr-det" })).toBe("isolated");
    expect(ingressOf([either], { app: "db" })).toBe("not-isolated");
    expect(ingressOf([namespaced({ selector: "app starts with 'web' && has(app)" })])).toBe("isolated");
    expect(ingressOf([namespaced({ selector: "app is 'web'" })])).toBe("selector");
    expect(ingressOf([namespaced({ selector: "app == '{{ name }}'" })])).toBe("template");
  });

  it("a global one selects in every namespace, or in those that it names", () => {
    expect(ingressOf([global({ selector: "all()" })], {}, "any")).toBe("isolated");
    for (const spec of [
      { selector: "projectcalico.org/namespace == 'ml'" },
      { namespaceSelector: "projectcalico.org/name == 'ml'" },
      { namespaceSelector: "kubernetes.io/metadata.name in { 'ml', 'x' }" },
      { namespaceSelector: "projectcalico.org/name starts with 'm'" },
    ]) {
      expect(ingressOf([global(spec)])).toBe("isolated");
      expect(ingressOf([global(spec)], {}, "other")).toBe("not-isolated");
    }
    expect(ingressOf([global({ namespaceSelector: "global()" })])).toBe("not-isolated");
    expect(ingressOf([global({ namespaceSelector: "team == 'x'" })])).toBe("namespace-labels");
    expect(ingressOf([global({ ingress: [{ action: "Allow", source: { selector: "all()" } }] })])).toBe("open");
  });

  it("one that is about hosts selects no pods", () => {
    expect(ingressOf([global({ selector: "all()", doNotTrack: true, applyOnForward: true })])).toBe("not-isolated");
    expect(ingressOf([global({ selector: "all()", preDNAT: true, applyOnForward: true })])).toBe("not-isolated");
  });
});
