import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  registrationDifferences as differencesOf,
  type RegistrationDifference,
} from "../../../src/admission/registration/differences.ts";
import {
  type EntrySettings,
  modeCondition,
  type WebhookEntry,
  webhookEntries,
} from "../../../src/admission/registration/webhook-entries.ts";
import { askedBy } from "../../../src/admission/registration/webhook-rules.ts";
import { listOf } from "../../../src/json/json.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import { type JudgedKinds, kindsInScopes } from "../../../src/judging/judged-kinds.ts";
import { settings } from "./configurations.ts";

const spared = ["kube-system", "paddlock-system"];
const listed: EntrySettings = { mode: "warn", namespaces: [{ match: ["ml"], mode: "enforce" }], modeLabel: false };

/** As far as entries choose. */
function registrationDifferences(registered: JsonObject, settings: EntrySettings): readonly RegistrationDifference[] {
  return differencesOf(registered, settings, null);
}

/** As it is registered, with what is not compared. */
function registration(
  settings: EntrySettings,
  change: (entry: JsonObject) => JsonObject = (entry) => entry,
): JsonObject {
  return {
    metadata: { name: "paddlock" },
    webhooks: webhookEntries(settings, spared).map(({ name, failurePolicy, matchExpressions, condition }) =>
      change({
        name,
        failurePolicy,
        namespaceSelector: {
          matchExpressions: matchExpressions.map((each) => ({ ...each, values: [...each.values] })),
        },
        objectSelector: {},
        matchConditions: [
          { name: "not-a-lease", expression: "true" },
          ...(condition === null ? [] : [{ name: modeCondition, expression: condition }]),
        ],
        clientConfig: { caBundle: "" },
      }),
    ),
  };
}

/** The same, but for one entry. */
function changed(entry: string, change: JsonObject): JsonObject {
  return registration(listed, (each) => (each.name === entry ? { ...each, ...change } : each));
}

describe("a registration", () => {
  test("agrees with the configuration that it was made of, and differs from every other that asks for other entries", () => {
    fc.assert(
      fc.property(settings, settings, (made, inForce) => {
        const isExcluded = (each: EntrySettings): boolean =>
          registrationDifferences(registration(each), each).some(({ what }) => what === "excluded");
        fc.pre(!isExcluded(made) && !isExcluded(inForce));
        const same = JSON.stringify(webhookEntries(made, spared)) === JSON.stringify(webhookEntries(inForce, spared));
        expect(registrationDifferences(registration(made), made)).toEqual([]);
        expect(registrationDifferences(registration(made), inForce).length === 0).toBe(
          same || equalByOrder(made, inForce),
        );
      }),
    );
  });

  const enforcing = "validate.paddlock.dev";
  test.each<[string, JsonObject, string]>([
    ["lets in what nobody judged", { failurePolicy: "Ignore" }, "failurePolicy"],
    ["leaves a namespace out", { namespaceSelector: { matchExpressions: [] } }, "namespaces"],
    ["asks for a label of namespaces", { namespaceSelector: { matchLabels: { team: "a" } } }, "namespaces"],
    ["leaves objects out", { objectSelector: { matchLabels: { judged: "yes" } } }, "objects"],
    ["has lost its condition", { matchConditions: [] }, "condition"],
    ["has another condition", { matchConditions: [{ name: modeCondition, expression: "false" }] }, "condition"],
  ])("differs where an entry %s", (_, change, what) => {
    expect(registrationDifferences(changed(enforcing, change), listed)).toContainEqual({ entry: enforcing, what });
  });

  test("may fail closed where it need not, and have further conditions", () => {
    const further = { matchConditions: [{ name: "mine", expression: "request.name != 'a'" }], failurePolicy: "Fail" };
    expect(registrationDifferences(changed("advise.paddlock.dev", further), listed)).toEqual([]);
  });

  test("differs where an entry is missing, or stands there that should not", () => {
    const one = { webhooks: listOf(registration(listed).webhooks).slice(0, 1) };
    expect(registrationDifferences(one, listed)).toEqual([
      { entry: "advise.paddlock.dev", what: "absent" },
      { entry: "objects.paddlock.dev", what: "absent" },
    ]);
    expect(registrationDifferences({}, listed).map(({ what }) => what)).toEqual(["absent", "absent", "absent"]);
    const labelled = registration({ ...listed, modeLabel: true });
    expect(registrationDifferences(labelled, listed)).toContainEqual({
      entry: "validate-labelled.paddlock.dev",
      what: "stray",
    });
  });

  test("differs where the entry of kinds without pods fails closed, for it is to let a cluster come up", () => {
    const entry = "objects.paddlock.dev";
    const closed = changed(entry, { failurePolicy: "Fail" });
    expect(registrationDifferences(closed, listed)).toEqual([{ entry, what: "failurePolicy" }]);
  });

  test.each<[string, EntrySettings["namespaces"], readonly string[]]>([
    ["by a glob", [{ match: ["paddlock-*"], mode: "enforce" }], ["paddlock-system"]],
    [
      "by an entry before which another stands",
      [
        { match: ["paddlock-*"], mode: "warn" },
        { match: ["p*"], mode: "enforce" },
      ],
      [],
    ],
    ["with all others", [{ match: ["*"], mode: "enforce" }], []],
  ])("differs where a namespace is excluded that is enforced %s", (_, namespaces, expected) => {
    const settings: EntrySettings = { ...listed, namespaces };
    const found = registrationDifferences(registration(settings), settings);
    expect(found).toEqual(expected.map((namespace) => ({ entry: enforcing, what: "excluded", namespace })));
  });

  test("differs where a namespace is to be enforced that it is not asked about", () => {
    const settings: EntrySettings = { ...listed, namespaces: [{ match: ["ml", "kube-system"], mode: "enforce" }] };
    expect(registrationDifferences(registration(settings), settings)).toEqual([
      { entry: enforcing, what: "excluded", namespace: "kube-system" },
    ]);
  });
});

describe("the rules of a registration", () => {
  const kinds = (...scopes: readonly string[]): JudgedKinds => kindsInScopes(new Set(scopes), []);
  const asked = (entry: WebhookEntry["name"], scopes: readonly string[]): JsonObject[] =>
    askedBy(entry, { kinds: kinds(...scopes), onUpdate: "new" }).rules.map((rule) => JSON.parse(JSON.stringify(rule)));
  const registered = (change: (rules: JsonObject[], entry: unknown) => JsonObject[]): JsonObject =>
    registration(listed, (entry) => ({
      ...entry,
      rules: change(asked(entry.name as WebhookEntry["name"], ["workload", "/ConfigMap"]), entry.name),
    }));
  const found = (object: JsonObject, ...scopes: readonly string[]): readonly RegistrationDifference[] =>
    differencesOf(object, listed, { kinds: kinds(...scopes), onUpdate: "new" });

  test("agree where every kind is asked about that a rule is for, and may ask about more", () => {
    const all = registered((rules) => rules);
    expect(found(all, "workload", "/ConfigMap")).toEqual([]);
    expect(found(all, "workload")).toEqual([]);
    const wide = { apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] };
    expect(
      found(
        registered(() => [wide]),
        "object",
        "example.com/Widget",
      ),
    ).toEqual([]);
  });

  test("differ by each kind that nobody is asked about", () => {
    const all = registered((rules) => rules);
    const missing = ["autoscaling/horizontalpodautoscalers", "example.com/widgets"];
    const scopes = ["workload", "/ConfigMap", "autoscaling/HorizontalPodAutoscaler", "example.com/Widget"];
    expect(found(all, ...scopes)).toEqual([{ entry: "objects.paddlock.dev", what: "rules", missing }]);
  });

  test.each<[string, JsonObject]>([
    ["created alone", { operations: ["CREATE"] }],
    ["in one version", { apiVersions: ["v1"] }],
    ["in namespaces alone", { scope: "Namespaced" }],
    ["in another group", { apiGroups: ["apps"] }],
  ])("differ where a kind is asked about %s", (_, change) => {
    const some = registered((rules, entry) =>
      rules.map((rule) => (entry === "objects.paddlock.dev" ? { ...rule, ...change } : rule)),
    );
    expect(found(some, "workload", "/ConfigMap")).toEqual([
      { entry: "objects.paddlock.dev", what: "rules", missing: ["/configmaps"] },
    ]);
  });

  test("do not ask about subresources by all resources", () => {
    const all = registered((rules) => rules.map((rule) => ({ ...rule, resources: ["*"] })));
    expect(found(all, "workload").map(({ missing }) => missing)).toEqual([
      ["/pods/ephemeralcontainers", "/pods/resize"],
      ["/pods/ephemeralcontainers", "/pods/resize"],
    ]);
  });
});

/** Lists of names in another order choose the same. */
function equalByOrder(one: EntrySettings, other: EntrySettings): boolean {
  const sorted = (settings: EntrySettings): string =>
    JSON.stringify(
      webhookEntries(settings, spared).map(({ matchExpressions, ...entry }) => ({
        ...entry,
        matchExpressions: matchExpressions.map((each) => ({ ...each, values: each.values.toSorted() })),
      })),
    );
  return sorted(one) === sorted(other);
}
