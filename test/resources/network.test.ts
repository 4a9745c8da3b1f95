import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import type { PolicyData } from "../../src/relations/network/policy-entry.ts";
import type { PodQuery } from "../../src/relations/resource-set.ts";
import {
  entries,
  entriesIn,
  networkPolicy,
  object,
  pod,
  resource,
  resources,
  setOf,
  setOfEntries,
} from "./relation-builders.ts";

const file = { path: "set.yaml", rendering: "" };
const isolating = { podSelector: { matchLabels: { app: "web" } } };

function reasonOf(objects: readonly JsonObject[], query: PodQuery, options = {}): string {
  const { state, reason } = setOf(objects, options).network(query).ingress;
  return reason ?? state;
}

describe("where policies and pods live", () => {
  const inNamespace = (namespace?: string | null): JsonObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "policy", ...(namespace === undefined ? {} : { namespace }) },
    spec: isolating,
  });
  it.each<[string, string | null | undefined, string | null, string, string]>([
    ["the same", "ml", "ml", "isolated", "isolated"],
    ["two different ones", "ml", "other", "not-isolated", "not-isolated"],
    ["both name none", undefined, null, "isolated", "isolated"],
    ["empty is none", "", null, "isolated", "isolated"],
    ["null is none", null, "", "isolated", "isolated"],
    ["none is default", "", "default", "isolated", "not-isolated"],
    ["default is none", "default", null, "isolated", "not-isolated"],
    ["only the policy names none", undefined, "ml", "namespace-option", "isolated"],
    ["only the pod names none", "ml", null, "namespace-option", "isolated"],
    ["one from a template", "{{ .Release.Namespace }}", "ml", "template", "template"],
    ["a pod's from a template", "ml", "{{ .Release.Namespace }}", "template", "template"],
  ])("%s", (_, policy, podNamespace, without, given) => {
    const query = pod({ app: "web" }, { namespace: podNamespace });
    expect(reasonOf([inNamespace(policy)], query)).toBe(without);
    expect(reasonOf([inNamespace(policy)], query, { namespaceGiven: true, defaultNamespace: "ml" })).toBe(given);
  });

  it("the namespace left out is no excuse where the labels do not match, nor needed where another policy does", () => {
    const query = pod({ app: "db" }, { namespace: "ml" });
    expect(reasonOf([inNamespace(undefined)], query)).toBe("not-isolated");
    expect(reasonOf([inNamespace("ml"), inNamespace(undefined)], pod({ app: "web" }))).toBe("isolated");
    const detail = setOf([inNamespace(undefined)]).network(pod({ app: "web" })).ingress.detail;
    expect(detail).toBe("--namespace");
  });

  it("a policy of the cluster that names a namespace may mean the pod that names none", () => {
    const policy = object("projectcalico.org/v3", "GlobalNetworkPolicy", "gnp", {
      selector: "projectcalico.org/namespace == 'ml' && app == 'web'",
    });
    expect(reasonOf([policy], pod({ app: "web" }, { namespace: null }))).toBe("namespace-option");
    expect(reasonOf([policy], pod({ app: "db" }, { namespace: null }))).toBe("not-isolated");
    expect(reasonOf([policy], pod({ app: "web" }, { namespace: null }), { defaultNamespace: "ml" })).toBe("isolated");
    expect(reasonOf([policy], pod({ app: "web" }, { namespace: null }), { namespaceGiven: true })).toBe("not-isolated");
  });

  it("a rendering sees itself and the plain files, plain files only themselves", () => {
    const set = setOfEntries([
      ...entries([networkPolicy(isolating, { name: "plain" })]),
      ...entries([networkPolicy({ podSelector: { matchLabels: { app: "db" } } }, { name: "chart" })], "chart"),
    ]);
    const state = (app: string, rendering: string): string => set.network(pod({ app }, { rendering })).ingress.state;
    expect([state("web", ""), state("web", "chart"), state("web", "other")]).toEqual([
      "isolated",
      "isolated",
      "isolated",
    ]);
    expect([state("db", ""), state("db", "chart"), state("db", "other")]).toEqual([
      "not-isolated",
      "isolated",
      "not-isolated",
    ]);
  });
});

describe("labels that a controller sets", () => {
  it("are not judged where their value cannot be told, and count where it can", () => {
    const policy = networkPolicy({ podSelector: { matchLabels: { "job-name": "train" } } });
    const query = (value: string | null): PodQuery => pod({}, { controllerLabels: { "job-name": value } });
    expect(setOf([policy]).network(query(null)).ingress).toMatchObject({
      reason: "controller-label",
      detail: "job-name",
    });
    expect(reasonOf([policy], query("train"))).toBe("isolated");
    expect(reasonOf([policy], query("other"))).toBe("not-isolated");
    expect(reasonOf([policy], pod({}))).toBe("not-isolated");
    expect(reasonOf([policy, networkPolicy({ podSelector: {} })], query(null))).toBe("isolated");
    const family = pod({}, { controllerLabels: { "job-*": null } });
    expect(reasonOf([policy], family)).toBe("controller-label");
  });
});

describe("policies that select nothing", () => {
  const objects = [
    networkPolicy(isolating, { name: "web" }),
    networkPolicy({ podSelector: { matchLabels: { app: "db" } } }, { name: "db" }),
    networkPolicy({ podSelector: { matchLabels: { "job-name": "x" } } }, { name: "job" }),
    networkPolicy({ podSelector: { matchLabels: { app: "{{ x }}" } } }, { name: "template" }),
    networkPolicy({ podSelector: { matchLabels: { app: 1 } } }, { name: "broken" }),
    object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", "nodes", { nodeSelector: {}, ingress: [{}] }),
    object("v1", "Service", "svc", { selector: { app: "web" } }, "ml"),
  ];
  const facts = (set: ReturnType<typeof setOf>): unknown[] =>
    objects.map((each, index) => set.policyFact(resource(each, index), file)?.selects ?? null);

  it("are told from those that do, or may", () => {
    const set = setOf(objects);
    expect(facts(set)).toEqual(["nothing", "nothing", "nothing", "unknown", "unknown", null, null]);
    set.network(pod({ app: "web" }, { controllerLabels: { "job-name": null } }));
    expect(facts(set)).toEqual(["pods", "nothing", "unknown", "unknown", "unknown", null, null]);
    set.network(pod({ "job-name": "x" }));
    expect(facts(set)).toEqual(["pods", "nothing", "pods", "unknown", "unknown", null, null]);
  });

  it("say where the selector is, and why it cannot be read", () => {
    const set = setOf(objects);
    const path = ["spec", "podSelector"];
    expect(set.policyFact(resource(objects[0] as JsonObject, 0), file)).toEqual({ selects: "nothing", path });
    expect(set.policyFact(resource(objects[3] as JsonObject, 3), file)).toEqual({
      selects: "unknown",
      path,
      reason: "template",
    });
    expect(set.policyFact(resource(objects[4] as JsonObject, 4), file)).toEqual({
      selects: "unknown",
      path,
      reason: "selector",
    });
  });

  it("are known across threads", () => {
    const given = entries(objects);
    const [one, other] = [setOfEntries(given), setOfEntries(structuredClone(given))];
    one.network(pod({ app: "web" }));
    other.network(pod({ app: "db" }, { controllerLabels: { "job-name": null } }));
    one.merge(structuredClone([one.learnt(), other.learnt()]));
    expect(facts(one)).toEqual(["pods", "pods", "unknown", "unknown", "unknown", null, null]);
    expect(facts(other)).toEqual(["nothing", "pods", "unknown", "unknown", "unknown", null, null]);
  });

  it("are found in lists, and in files that a chart renders several times", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [networkPolicy(isolating), networkPolicy({}, { name: "all" })],
    };
    const [, second] = resources(list);
    const rendered = { path: "chart/templates/policy.yaml", rendering: "chart" };
    const same = [networkPolicy(isolating, { name: "one" }), networkPolicy({}, { name: "two" })].map((each) =>
      resource(each),
    );
    const given = [second, ...same].flatMap((each) => (each === undefined ? [] : entriesIn(each, rendered)));
    const set = setOfEntries(given);
    set.network(pod({ app: "db" }, { rendering: "chart" }));
    expect(second && set.policyFact(second, rendered)?.selects).toBe("pods");
    expect(same.map((each) => set.policyFact(each, rendered)?.selects)).toEqual(["nothing", "pods"]);
    expect(same[0] && set.policyFact(same[0], file)).toBeNull();
  });

  it("many alike, and many that select all, are all found", () => {
    const same = Array.from({ length: 30 }, (_, index) => networkPolicy(isolating, { name: `s${index}` }));
    const negative = Array.from({ length: 30 }, (_, index) =>
      networkPolicy({ podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [`v${index}`] }] } }),
    );
    const set = setOf([...same, ...negative]);
    set.network(pod({ app: "web" }));
    expect(set.learnt().selected).toHaveLength(60);
    const other = setOf([...same, ...negative]);
    other.network(pod({ app: "v7" }));
    expect(other.learnt().selected).toHaveLength(29);
    other.network(pod({ app: "v8" }));
    expect(other.learnt().selected).toHaveLength(30);
  });
});

describe("the index", () => {
  const keys = fc.constantFrom("app", "tier", "env");
  const values = fc.constantFrom("a", "b", "c");
  const namespaces = fc.constantFrom(null, "", "default", "ml", "x");
  const renderings = fc.constantFrom("", "", "chart", "other");
  const expressions = fc.array(
    fc.oneof(
      fc.record({
        key: keys,
        operator: fc.constantFrom("In", "NotIn"),
        values: fc.array(values, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ key: keys, operator: fc.constantFrom("Exists", "DoesNotExist") }),
    ),
    { maxLength: 2 },
  );
  const policies = fc.array(
    fc.record({
      namespace: namespaces,
      rendering: renderings,
      matchLabels: fc.dictionary(keys, values, { maxKeys: 2 }),
      matchExpressions: expressions,
      opens: fc.boolean(),
      type: fc.constantFrom("Ingress", "Ingress", "Egress"),
    }),
    { maxLength: 12 },
  );
  const pods = fc.array(
    fc.record({ namespace: namespaces, rendering: renderings, labels: fc.dictionary(keys, values) }),
    { maxLength: 8 },
  );
  type Generated = typeof policies extends fc.Arbitrary<(infer Policy)[]> ? Policy : never;

  function selects({ matchLabels, matchExpressions }: Generated, labels: Record<string, string>): boolean {
    return (
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
      matchExpressions.every((each) => {
        const value = labels[each.key];
        const among = "values" in each && value !== undefined && each.values.some((one) => one === value);
        if (each.operator === "In") return among;
        return each.operator === "NotIn" ? !among : (value !== undefined) === (each.operator === "Exists");
      })
    );
  }

  it("says the same as holding every pod against every policy", () => {
    fc.assert(
      fc.property(policies, pods, fc.boolean(), (given, asked, namespaceGiven) => {
        const made = given.flatMap(({ namespace, rendering, matchLabels, matchExpressions, opens, type }, index) =>
          entries(
            [
              networkPolicy(
                { podSelector: { matchLabels, matchExpressions }, policyTypes: [type], ingress: opens ? [{}] : [] },
                { name: `p${String(index).padStart(2, "0")}`, namespace },
              ),
            ],
            rendering,
          ).map((entry) => ({ ...entry, data: { ...(entry.data as PolicyData), document: String(index) } })),
        );
        const set = setOfEntries(made, { namespaceGiven });
        const sure = new Set<number>();
        const perhaps = new Set<number>();
        for (const { namespace, rendering, labels } of asked) {
          const near = given
            .map((policy, index) => ({ ...policy, index }))
            .filter((policy) => (policy.rendering === "" || policy.rendering === rendering) && selects(policy, labels));
          const here = near.filter((policy) => (policy.namespace || "default") === (namespace || "default"));
          const elsewhere = near.filter((policy) => !here.includes(policy) && !(policy.namespace && namespace));
          for (const { index } of here) sure.add(index);
          if (!namespaceGiven) for (const { index } of elsewhere) perhaps.add(index);
          const isolates = here.filter(({ type }) => type === "Ingress");
          const displaced = !namespaceGiven && elsewhere.some(({ type }) => type === "Ingress");
          const { ingress } = set.network(pod(labels, { namespace, rendering }));
          expect(ingress.state).toBe(isolates.length > 0 ? "isolated" : displaced ? "unknown" : "not-isolated");
          const numbers = (names: readonly { name: string }[]): number[] =>
            names.map(({ name }) => Number(name.slice(1)));
          expect(numbers(ingress.policies)).toEqual(isolates.map(({ index }) => index).slice(0, 10));
          expect(numbers(ingress.open)).toEqual(
            isolates
              .filter(({ opens }) => opens)
              .map(({ index }) => index)
              .slice(0, 10),
          );
        }
        const marks = set.learnt().selected.map((each) => ({ index: each >> 2, mark: each & 3 }));
        const expected = [...new Set([...sure, ...perhaps])].sort((a, b) => a - b);
        expect(marks).toEqual(expected.map((index) => ({ index, mark: sure.has(index) ? 2 : 1 })));
      }),
      { numRuns: 400 },
    );
  });

  it("does not depend on the order in which threads hand in their entries", () => {
    fc.assert(
      fc.property(policies, fc.dictionary(keys, values), (given, labels) => {
        const made = given.flatMap(({ matchLabels, matchExpressions, opens }, index) =>
          entries([
            networkPolicy(
              { podSelector: { matchLabels, matchExpressions }, ingress: opens ? [{}] : [] },
              { name: `p${index}` },
            ),
          ]).map((entry) => ({ ...entry, data: { ...(entry.data as PolicyData), document: String(index) } })),
        );
        const facts = [made, [...made].reverse()].map((each) => setOfEntries(each).network(pod(labels)));
        expect(facts[0]).toEqual(facts[1]);
      }),
    );
  });

  it("answers for pods that are alike with one fact", () => {
    const set = setOf([networkPolicy(isolating)]);
    expect(set.network(pod({ app: "web" }))).toBe(set.network(pod({ app: "web" })));
  });
});
