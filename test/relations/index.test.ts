import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import { identityOf, RelationIndex } from "../../src/relations/relation-index.ts";
import type { Relation, RelationEntry } from "../../src/relations/terms/relation.ts";
import { LabelSet, labelSelector, type Selector, selects } from "../../src/resources/selectors.ts";

interface Data {
  readonly of: string;
  readonly labels: JsonObject;
  readonly controllerLabels: { readonly [key: string]: string | null };
  readonly selector: Selector;
}

const end = { role: "any", kinds: ["*"], read: () => null };
const byName: Relation<Data, Data> = {
  name: "byName",
  from: end,
  to: end,
  match: { by: "key", from: ({ data }) => (data === null ? [] : [{ of: "apps/Deployment", name: data.of }]) },
  absence: "missing",
};
const byLabels: Relation<Data, Data> = {
  name: "byLabels",
  from: end,
  to: end,
  match: { by: "selector", from: ({ data }) => data, to: ({ data }) => (data === null ? [] : [data]) },
  absence: "missing",
};

const labels = fc.dictionary(fc.constantFrom("a", "b", "c/d"), fc.constantFrom("x", "y", "{{ z }}"), { maxKeys: 3 });
const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom("a", "b", "c/d"),
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.array(fc.constantFrom("x", "y", "{{ z }}"), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom("a", "b", "c/d"), operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
const selector = fc
  .record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) })
  .map((value) => labelSelector(value));
const entry: fc.Arbitrary<RelationEntry<Data>> = fc
  .record({
    namespace: fc.constantFrom(null, "default", "ml"),
    name: fc.constantFrom("m", "n"),
    file: fc.constantFrom("x", "a/x", "a/b/x", "a/b/y", "ab/x", "c/x"),
    rendering: fc.constantFrom("", "", "r", "s"),
    of: fc.constantFrom("m", "n"),
    labels,
    controllerLabels: fc.constantFrom<Data["controllerLabels"]>({}, { a: null }, { "c/*": null }, { b: "x" }),
    selector,
  })
  .map(({ of, labels, controllerLabels, selector, ...place }) => ({
    ...{ role: "any", apiVersion: "apps/v1", group: "apps", kind: "Deployment", line: 1, column: 1 },
    ...place,
    data: { of, labels, controllerLabels, selector },
  }));
const options = fc.record({
  defaultNamespace: fc.constant("default"),
  namespaceGiven: fc.boolean(),
  cluster: fc.constant(false),
});

const directoryOf = (file: string): string => file.slice(0, Math.max(0, file.lastIndexOf("/")));
const isAround = (a: string, b: string): boolean => a === "" || a === b || b.startsWith(`${a}/`);
const isNear = (a: RelationEntry, b: RelationEntry): boolean =>
  isAround(directoryOf(a.file), directoryOf(b.file)) || isAround(directoryOf(b.file), directoryOf(a.file));

/** Yes, no, or nobody can say. */
function live(a: RelationEntry, b: RelationEntry, namespaceGiven: boolean): boolean | null {
  if (a.rendering !== b.rendering && a.rendering !== "" && b.rendering !== "") return false;
  const [own, other] = [a, b].map(({ namespace }) => namespace ?? "default");
  if (namespaceGiven || (a.namespace !== null && b.namespace !== null)) return own === other;
  if (own !== other) return null;
  const together = a.rendering !== "" && a.rendering === b.rendering;
  return together || isNear(a, b) || null;
}

function distance(a: RelationEntry, b: RelationEntry): number {
  if (a.rendering !== b.rendering) return 3;
  return a.rendering !== "" || a.file === b.file ? 0 : isNear(a, b) ? 1 : 2;
}

function fits(from: RelationEntry<Data>, to: RelationEntry<Data>, relation: Relation<Data, Data>): boolean | null {
  if (from.data === null || to.data === null) return false;
  if (relation === byName) return from.data.of === to.name;
  const set = new LabelSet(to.data.labels);
  for (const [key, value] of Object.entries(to.data.controllerLabels)) set.setByController(key, value);
  const verdict = selects(from.data.selector, set);
  return typeof verdict === "boolean" ? verdict : null;
}

/** Every object held against every other. */
function naive(
  side: "from" | "to",
  asking: RelationEntry<Data>,
  others: readonly RelationEntry<Data>[],
  relation: Relation<Data, Data>,
  namespaceGiven: boolean,
): { readonly entries: ReadonlySet<RelationEntry>; readonly doubt: boolean } {
  const sure: RelationEntry[] = [];
  let doubt = false;
  for (const other of others) {
    const met = live(asking, other, namespaceGiven);
    const fit = side === "from" ? fits(asking, other, relation) : fits(other, asking, relation);
    if (met === false || fit === false) continue;
    if (met === true && fit === true) sure.push(other);
  }
  for (const other of others) {
    const met = live(asking, other, namespaceGiven);
    const fit = side === "from" ? fits(asking, other, relation) : fits(other, asking, relation);
    if (met === false || fit === false || (met === true && fit === true)) continue;
    doubt = true;
  }
  const nearest = sure.filter((each) =>
    sure.every((twin) => identityOf(twin) !== identityOf(each) || distance(asking, twin) >= distance(asking, each)),
  );
  return { entries: new Set(nearest), doubt };
}

describe("the index finds what holding everything against everything finds", () => {
  it.each([
    ["by name", byName],
    ["by labels", byLabels],
  ])("%s", (_, relation) => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 30 }),
        fc.array(entry, { maxLength: 30 }),
        options,
        (froms, tos, given) => {
          const index = new RelationIndex(relation, given);
          index.add("from", froms);
          index.add("to", tos);
          for (const [side, asking, others] of [
            ...froms.map((each) => ["from", each, tos] as const),
            ...tos.map((each) => ["to", each, froms] as const),
          ]) {
            const answer = index.answer(side, asking);
            const expected = naive(side, asking, others, relation, given.namespaceGiven);
            expect(new Set(answer.entries)).toEqual(expected.entries);
            if (expected.entries.size === 0) expect(answer.doubt !== null).toBe(expected.doubt);
            if (answer.doubt !== null) expect(expected.doubt).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what a stranger may make of the index", () => {
  const many = 10_000;
  const made = (index: number, more: Partial<RelationEntry<Data>> & { readonly data: Data }): RelationEntry<Data> => ({
    ...{ role: "any", apiVersion: "apps/v1", group: "apps", kind: "Deployment", namespace: "ml", name: `n${index}` },
    ...{ file: `${index}/x`, rendering: "", line: 1, column: 1 },
    ...more,
  });
  const data = (labels: JsonObject, matched: JsonObject, of = ""): Data => ({
    ...{ of, labels, controllerLabels: {}, selector: labelSelector(matched) },
  });
  const steps = (relation: Relation<Data, Data>, make: (index: number) => RelationEntry<Data>): number => {
    const all = Array.from({ length: many }, (_, index) => make(index));
    const index = new RelationIndex(relation, { defaultNamespace: "default", namespaceGiven: false, cluster: false });
    const began = process.cpuUsage().user;
    index.add("from", all);
    index.add("to", all);
    for (const each of all.slice(0, 200)) for (const side of ["from", "to"] as const) index.answer(side, each);
    return (process.cpuUsage().user - began) / 1000;
  };

  it.each<[string, Relation<Data, Data>, (index: number) => RelationEntry<Data>]>([
    ["selectors that all select all", byLabels, (index) => made(index, { data: data({ a: "x" }, {}) })],
    [
      "selectors that nobody meets, each in a way of its own",
      byLabels,
      (index) =>
        made(index, {
          data: data(
            { a: "x", b: "y" },
            {
              matchLabels: { a: "x" },
              matchExpressions: [{ key: "b", operator: "NotIn", values: ["y", `v${index}`] }],
            },
          ),
        }),
    ],
    [
      "references to one name, in as many directories",
      byName,
      (index) => made(index, { name: "n", data: data({}, {}, "n") }),
    ],
    [
      "references to one name, without a namespace",
      byName,
      (index) => made(index, { name: "n", namespace: null, data: data({}, {}, "n") }),
    ],
  ])(
    "%s: ten thousand cost no product",
    (_, relation, make) => {
      // A product would be a hundred million steps for these questions' share alone: a minute and more.
      expect(steps(relation, make)).toBeLessThan(5_000);
    },
    60_000,
  );
});
