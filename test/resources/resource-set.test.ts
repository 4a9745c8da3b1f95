import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endsOf } from "../../src/relations/entries.ts";
import { ENDS } from "../../src/relations/relations-table.ts";
import { textHint } from "../../src/relations/text-hints.ts";
import { entries, entriesIn, networkPolicy, object, resource } from "./relation-builders.ts";

describe("which objects take part in relations", () => {
  const file = { path: "a.yaml", rendering: "" };
  it.each<[string, string, string | null]>([
    ["networking.k8s.io/v1", "NetworkPolicy", "policy"],
    ["extensions/v1beta1", "NetworkPolicy", "policy"],
    ["cilium.io/v2", "CiliumNetworkPolicy", "policy"],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolicy", "policy"],
    ["crd.projectcalico.org/v1", "NetworkPolicy", "policy"],
    ["crd.projectcalico.org/v1", "GlobalNetworkPolicy", "policy"],
    ["projectcalico.org/v3", "NetworkPolicy", "policy"],
    ["projectcalico.org/v3", "GlobalNetworkPolicy", "policy"],
    ["projectcalico.org/v3", "StagedNetworkPolicy", null],
    ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "policy"],
    ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "policy"],
    ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "policy"],
    ["v1", "PersistentVolumeClaim", "claim"],
    ["v1", "Namespace", "namespace"],
    ["v1", "Service", "service"],
    ["serving.knative.dev/v1", "Service", null],
    ["v1", "NetworkPolicy", null],
    ["apps/v1", "Deployment", null],
  ])("%s %s", (apiVersion, kind, role) => {
    const spec = { selector: { app: "x" }, subject: { namespaces: {} }, endpointSelector: {} };
    expect(entriesIn(resource(object(apiVersion, kind, "x", spec, "ml")), file)[0]?.role ?? null).toBe(role);
  });

  it("an entry is plain data", () => {
    const [entry] = entries([networkPolicy({ podSelector: { matchLabels: { app: "x" } } })]);
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
  });

  it("what has the wrong shape is still read", () => {
    for (const spec of [null, 1, "x", [], [null], { podSelector: 1, ingress: 1, egress: [1], policyTypes: 1 }]) {
      for (const [apiVersion, kind] of [
        ["networking.k8s.io/v1", "NetworkPolicy"],
        ["cilium.io/v2", "CiliumNetworkPolicy"],
        ["projectcalico.org/v3", "GlobalNetworkPolicy"],
        ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"],
        ["v1", "Service"],
      ] as const) {
        const given = resource({ apiVersion, kind, metadata: { name: "x" }, spec });
        expect(() => entriesIn(given, file)).not.toThrow();
      }
    }
  });
});

function mayHoldRelations(text: string, roles: Iterable<string> = ENDS.keys()): boolean {
  return textHint(endsOf(roles))(text);
}

describe("the scan of a text", () => {
  it.each<[string, boolean]>([
    ["kind: NetworkPolicy", true],
    ["kind: CiliumClusterwideNetworkPolicy", true],
    ['{"kind":"NetworkPolicyList"}', true],
    ["kind: PersistentVolumeClaim", true],
    ["kind: !!str Service # the Service", true],
    ["kind: 'Service'", true],
    ["{kind: Service}", true],
    ["kind: &kind\n  Service", true],
    ["kind: >-\n  Namespace", true],
    ["? kind\n: Namespace", true],
    ["kind: ServiceList", true],
    ['kind: "Ser\\u0076ice"', true],
    ['kind: "\\x4eamespace"', true],
    ['kind: "Ser\\\n  vice"', true],
    ['kind: "\\\r\n  Service"', true],
    ["kind: !!binary U2VydmljZQ==", true],
    ["kind: !<tag:yaml.org,2002:binary> U2VydmljZQ==", true],
    ["kind: Deployment\nspec: {template: {spec: {serviceAccountName: x}}}", false],
    ["kind: ServiceAccount", false],
    ["kind: PaddleService", false],
    ["kind: InferenceService", false],
    ["volumes:\n- persistentVolumeClaim: {claimName: x}", false],
    ["args:\n- |\n  run --a \\\n    --b", false],
    ['args: ["a\\nb"]', false],
    ["", false],
  ])("%j", (text, expected) => {
    expect(mayHoldRelations(text)).toBe(expected);
  });

  it("can be about some of the relations", () => {
    expect(mayHoldRelations("kind: Service", ["policy", "claim"])).toBe(false);
    expect(mayHoldRelations("kind: NetworkPolicy", ["policy", "claim"])).toBe(true);
    expect(mayHoldRelations('kind: "\\x53ervice"', ["policy"])).toBe(true);
  });

  it("never misses a kind, whichever of its characters are escaped", () => {
    const kind = fc.constantFrom("Service", "Namespace", "NetworkPolicy", "PersistentVolumeClaim");
    const write = fc.constantFrom(
      (letter: string) => letter,
      (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
      (letter: string) => `\\x${letter.charCodeAt(0).toString(16)}`,
      (letter: string) => `\\\n  ${letter}`,
    );
    fc.assert(
      fc.property(kind, fc.array(write, { minLength: 21, maxLength: 21 }), (text, writers) => {
        const written = [...text].map((letter, index) => writers[index]?.(letter) ?? letter).join("");
        expect(mayHoldRelations(`apiVersion: v1\nkind: "${written}"\n`)).toBe(true);
      }),
    );
  });
});
