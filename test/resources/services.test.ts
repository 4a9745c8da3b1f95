import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { entries, object, pod, setOf, setOfEntries } from "./relation-builders.ts";

const service = (name: string, selector: JsonObject | null, namespace = "ml"): JsonObject =>
  object("v1", "Service", name, { selector, ports: [{ port: 80 }] }, namespace);

describe("services", () => {
  it("select by all of their labels, in their namespace", () => {
    const set = setOf([
      service("web", { app: "web" }),
      service("front", { app: "web", tier: "front" }),
      service("back", { app: "web", tier: "back" }),
      service("elsewhere", { app: "web" }, "other"),
      service("template", { app: "{{ app }}" }),
    ]);
    expect(set.services(pod({ tier: "front", app: "web", extra: "x" }))).toEqual(["front", "web"]);
    expect(set.services(pod({ app: "web" }, { namespace: "other" }))).toEqual(["elsewhere"]);
    expect(set.services(pod({ app: "web" }, { namespace: null }))).toEqual([]);
    expect(set.services(pod({}))).toEqual([]);
  });

  it("without a selector select nothing", () => {
    const set = setOf([service("none", null), service("empty", {}), object("v1", "Service", "x", {}, "ml")]);
    expect(set.services(pod({ app: "web" }))).toEqual([]);
  });

  it("see the labels that a controller sets", () => {
    const set = setOf([service("job", { "job-name": "train" })]);
    expect(set.services(pod({}, { controllerLabels: { "job-name": "train" } }))).toEqual(["job"]);
    expect(set.services(pod({}, { controllerLabels: { "job-name": null } }))).toEqual([]);
  });

  it("of another rendering do not count", () => {
    const set = setOfEntries([
      ...entries([service("plain", { a: "b" })]),
      ...entries([service("own", { a: "b" })], "x"),
    ]);
    expect(set.services(pod({ a: "b" }, { rendering: "x" }))).toEqual(["own", "plain"]);
    expect(set.services(pod({ a: "b" }, { rendering: "y" }))).toEqual(["plain"]);
  });

  it("are those that holding each against the labels gives", () => {
    const labels = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("x", "y"));
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 8 }), labels, (selectors, have) => {
        const expected = selectors.flatMap((selector, index) => {
          const wanted = Object.entries(selector);
          return wanted.length > 0 && wanted.every(([key, value]) => have[key] === value) ? [`s${index}`] : [];
        });
        const set = setOf(selectors.map((selector, index) => service(`s${index}`, selector)));
        expect(set.services(pod(have))).toEqual(expected);
      }),
    );
  });
});
