import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { LabelSet, labelMap, labelSelector, selects } from "../../src/resources/selectors.ts";

function verdict(selector: JsonValue | undefined, labels: JsonObject, controller: Record<string, string | null> = {}) {
  const set = new LabelSet(labels);
  for (const [key, value] of Object.entries(controller)) set.setByController(key, value);
  return selects(labelSelector(selector), set);
}

const expression = (key: string, operator: string, values?: JsonValue): JsonObject => ({
  matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
});

describe("label selectors", () => {
  it.each<[string, JsonValue | undefined, JsonObject, boolean]>([
    ["an empty one selects everything", {}, { app: "ocr" }, true],
    ["an empty one selects a pod without labels", {}, {}, true],
    ["an absent one is empty", undefined, { app: "ocr" }, true],
    ["null is empty", null, { app: "ocr" }, true],
    ["empty parts are empty", { matchLabels: {}, matchExpressions: [] }, {}, true],
    ["null parts are empty", { matchLabels: null, matchExpressions: null }, {}, true],
    ["one label", { matchLabels: { app: "ocr" } }, { app: "ocr" }, true],
    ["an unrelated extra label of the pod", { matchLabels: { app: "ocr" } }, { app: "ocr", tier: "web" }, true],
    ["two labels", { matchLabels: { app: "ocr", tier: "web" } }, { tier: "web", app: "ocr" }, true],
    [
      "two labels of which one differs",
      { matchLabels: { app: "ocr", tier: "web" } },
      { app: "ocr", tier: "db" },
      false,
    ],
    ["two labels of which one is absent", { matchLabels: { app: "ocr", tier: "web" } }, { app: "ocr" }, false],
    ["a value that only begins alike", { matchLabels: { app: "ocr" } }, { app: "ocr-2" }, false],
    ["values are told apart by case", { matchLabels: { app: "ocr" } }, { app: "OCR" }, false],
    ["null is the empty value", { matchLabels: { app: null } }, { app: "" }, true],
    ["the empty value is not an absent key", { matchLabels: { app: "" } }, {}, false],
    ["In", expression("app", "In", ["det", "ocr"]), { app: "ocr" }, true],
    ["In without it", expression("app", "In", ["det", "cls"]), { app: "ocr" }, false],
    ["In of an absent key", expression("app", "In", ["det"]), {}, false],
    ["NotIn", expression("app", "NotIn", ["det"]), { app: "ocr" }, true],
    ["NotIn with it", expression("app", "NotIn", ["det", "ocr"]), { app: "ocr" }, false],
    ["NotIn of an absent key", expression("app", "NotIn", ["det"]), {}, true],
    ["Exists", expression("app", "Exists"), { app: "" }, true],
    ["Exists of an absent key", expression("app", "Exists"), {}, false],
    ["Exists with an empty list of values", expression("app", "Exists", []), { app: "x" }, true],
    ["DoesNotExist", expression("app", "DoesNotExist"), {}, true],
    ["DoesNotExist of a key that is there", expression("app", "DoesNotExist"), { app: "x" }, false],
    [
      "labels and expressions together",
      { matchLabels: { app: "ocr" }, ...expression("env", "NotIn", ["dev"]) },
      { app: "ocr", env: "dev" },
      false,
    ],
    ["a key that every object has", { matchLabels: { toString: "x" } }, {}, false],
    ["a key named __proto__", expression("__proto__", "Exists"), {}, false],
  ])("%s", (_, selector, labels, expected) => {
    expect(verdict(selector, labels)).toBe(expected);
  });

  it.each<[string, JsonValue]>([
    ["an unknown operator", expression("app", "Equals", ["ocr"])],
    ["an operator in lower case", expression("app", "in", ["ocr"])],
    ["In without values", expression("app", "In", [])],
    ["NotIn without values", expression("app", "NotIn")],
    ["Exists with values", expression("app", "Exists", ["ocr"])],
    ["values that are no list", expression("app", "In", "ocr")],
    ["a value that is no text", expression("app", "In", [1])],
    ["a label that is a number", { matchLabels: { app: 1 } }],
    ["a label that no API server takes", { matchLabels: { app: "my app" } }],
    ["a value that is too long", { matchLabels: { app: "a".repeat(64) } }],
    ["an expression without a key", { matchExpressions: [{ operator: "Exists" }] }],
    ["labels that are a list", { matchLabels: ["app"] }],
    ["expressions that are a mapping", { matchExpressions: { key: "app" } }],
    ["a text", "app=ocr"],
  ])("%s cannot be evaluated", (_, selector) => {
    expect(verdict(selector, { app: "ocr" })).toEqual({ reason: "selector", detail: "" });
  });

  it("says template where a template would decide, and only there", () => {
    const doubt = { reason: "template", detail: "" };
    expect(verdict({ matchLabels: { app: "{{ .Values.name }}" } }, { app: "ocr" })).toEqual(doubt);
    expect(verdict({ matchLabels: { app: "{{ .Values.name }}" } }, {})).toBe(false);
    expect(verdict({ matchLabels: { app: `\${NAME}`, tier: "web" } }, { app: "ocr", tier: "db" })).toBe(false);
    expect(verdict(expression("app", "In", ["ocr", "$(NAME)"]), { app: "ocr" })).toBe(true);
    expect(verdict(expression("app", "NotIn", ["$(NAME)"]), { app: "ocr" })).toEqual(doubt);
    expect(verdict(expression("app", "NotIn", ["$(NAME)"]), {})).toBe(true);
    expect(verdict({ matchLabels: { app: "ocr" } }, { app: "{{ name }}" })).toMatchObject({
      reason: "template",
      detail: "app",
    });
    expect(verdict(expression("app", "Exists"), { app: "{{ name }}" })).toBe(true);
    expect(verdict({ matchLabels: { tier: "web" } }, { "{{ key }}": "x" })).toMatchObject({ reason: "template" });
    expect(verdict({ matchLabels: { "{{ key }}": "web" } }, { tier: "web" })).toEqual(doubt);
    expect(verdict("{{ toYaml .Values.selector }}", { app: "ocr" })).toEqual(doubt);
  });

  it("doubts labels that a controller sets to what cannot be told", () => {
    const doubt = { reason: "controller-label", detail: "job-name", present: false };
    expect(verdict({ matchLabels: { "job-name": "train" } }, {}, { "job-name": null })).toEqual(doubt);
    expect(verdict(expression("job-name", "Exists"), {}, { "job-name": null })).toEqual(doubt);
    expect(verdict({ matchLabels: { "job-name": "train" } }, {}, { "job-name": "train" })).toBe(true);
    expect(verdict({ matchLabels: { "job-name": "other" } }, {}, { "job-name": "train" })).toBe(false);
    expect(verdict({ matchLabels: { "job-name": "x", app: "a" } }, { app: "b" }, { "job-name": null })).toBe(false);
    expect(verdict({ matchLabels: { app: "a" } }, { app: "b" }, { app: "a" })).toBe(true);
    expect(verdict(expression("k.dev/rev", "Exists"), {}, { "k.dev/*": null })).toMatchObject({ detail: "k.dev/rev" });
    expect(verdict(expression("app", "Exists"), {}, { "k.dev/*": null })).toBe(false);
  });

  it("finds a value in a long list as in a short one", () => {
    const values = Array.from({ length: 100 }, (_, index) => `v${index}`);
    expect(verdict(expression("app", "In", values), { app: "v99" })).toBe(true);
    expect(verdict(expression("app", "In", values), { app: "v100" })).toBe(false);
    expect(verdict(expression("app", "NotIn", values), { app: "v100" })).toBe(true);
  });

  it("doubts a pod's label that is no text", () => {
    expect(verdict({ matchLabels: { version: "2" } }, { version: 2 })).toMatchObject({
      reason: "selector",
      detail: "version",
    });
    expect(verdict({ matchLabels: { app: "x" } }, { version: 2 })).toBe(false);
  });

  it("reads the selector of a Service as labels", () => {
    expect(labelMap({ b: "2", a: "1" }).requirements.map(({ key }) => key)).toEqual(["b", "a"]);
  });

  const keys = fc.constantFrom("app", "tier", "env");
  const values = fc.constantFrom("a", "b", "c", "");
  const labels = fc.dictionary(keys, values);
  const expressions = fc.array(
    fc.oneof(
      fc.record({ key: keys, operator: fc.constantFrom("In", "NotIn"), values: fc.array(values, { minLength: 1 }) }),
      fc.record({ key: keys, operator: fc.constantFrom("Exists", "DoesNotExist") }),
    ),
  );

  it("agrees with the definition of every operator", () => {
    fc.assert(
      fc.property(labels, fc.dictionary(keys, values), expressions, (have, matchLabels, matchExpressions) => {
        const expected =
          Object.entries(matchLabels).every(([key, value]) => have[key] === value) &&
          matchExpressions.every((each) => {
            const value = have[each.key];
            const among = "values" in each && value !== undefined && each.values.includes(value);
            if (each.operator === "In") return among;
            if (each.operator === "NotIn") return !among;
            return (value !== undefined) === (each.operator === "Exists");
          });
        expect(verdict({ matchLabels, matchExpressions }, have)).toBe(expected);
      }),
    );
  });

  it("In and NotIn, Exists and DoesNotExist are opposites, also in doubt", () => {
    const doubtful = fc.constantFrom("{{ x }}", "a", "b");
    fc.assert(
      fc.property(fc.dictionary(keys, doubtful), keys, fc.array(doubtful, { minLength: 1 }), (have, key, list) => {
        const opposite = (answer: ReturnType<typeof verdict>) => (typeof answer === "boolean" ? !answer : answer);
        expect(verdict(expression(key, "NotIn", list), have)).toEqual(
          opposite(verdict(expression(key, "In", list), have)),
        );
        expect(verdict(expression(key, "DoesNotExist"), have)).toEqual(
          opposite(verdict(expression(key, "Exists"), have)),
        );
      }),
    );
  });
});

describe("labels whose keys are templates", () => {
  it("are one doubt, however many there are: each policy would be asked for each of them", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`{{a${index}}}`, "b"]));
    const labels = new LabelSet({ ...many, app: "ocr" });
    expect(labels.prefixes).toEqual([""]);
    expect(labels.get("app")).toBe("ocr");
    expect(labels.get("other")).toMatchObject({ reason: "template", detail: "{{a0}}", present: false });
  });
});
