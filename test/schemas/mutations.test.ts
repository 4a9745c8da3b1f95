import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/json/value.ts";
import { check } from "./check-object.ts";
import { type Generated, generated, type Place } from "./generated-object.ts";

/** Removed versions are found as well; that is another test's. */
function fieldErrors(object: Generated["object"]): ReturnType<typeof check> {
  return check(object).filter(({ problem }) => !problem.endsWith("-version") && problem !== "removed-kind");
}

/** What tells an object's type and its name: other rules hold there, and other tests. */
const TYPE_OR_NAME = /^(?:apiVersion|kind)$|(?:^|\.)metadata(?:\.(?:name|generateName))?$/;

/** The places whose fields are all known, and which of their fields are there; not the type itself, nor the name. */
function fieldsOf({ places }: Generated): { place: Place; field: string }[] {
  return places
    .filter(({ schema }) => schema.additionalProperties === false)
    .flatMap((place) =>
      Object.keys(place.value)
        .filter((field) => !TYPE_OR_NAME.test([...place.path, field].join(".")))
        .map((field) => ({ place, field })),
    );
}

test("generated objects of every kind are valid", () => {
  fc.assert(
    fc.property(generated(), ({ object }) => {
      expect(fieldErrors(object)).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

describe("one change gives one error", () => {
  test("a misspelled field", () => {
    fc.assert(
      fc.property(generated(), fc.nat(), fc.nat(), (one, which, where) => {
        const fields = fieldsOf(one).filter(({ field }) => field.length > 4 && /^[a-zA-Z]+$/.test(field));
        fc.pre(fields.length > 0);
        const { place, field } = fields[which % fields.length] as (typeof fields)[number];
        const at = 1 + (where % (field.length - 2));
        const misspelled = field.slice(0, at) + field[at + 1] + field[at] + field.slice(at + 2);
        fc.pre(!Object.hasOwn(place.schema.properties ?? {}, misspelled));
        place.value[misspelled] = place.value[field];
        delete place.value[field];
        expect(fieldErrors(one.object)).toEqual([
          {
            problem: "misspelled-field",
            path: [...place.path, misspelled],
            args: { field: misspelled, suggestion: field },
          },
        ]);
      }),
      { numRuns: 600 },
    );
  });

  test("a field that nobody knows", () => {
    fc.assert(
      fc.property(generated(), fc.nat(), ({ object, places }, which) => {
        const closed = places.filter(({ schema }) => schema.additionalProperties === false);
        fc.pre(closed.length > 0);
        const place = closed[which % closed.length] as Place;
        place.value["zzzz-zzzz-zzzz"] = {};
        expect(fieldErrors(object)).toEqual([
          { problem: "unknown-field", path: [...place.path, "zzzz-zzzz-zzzz"], args: { field: "zzzz-zzzz-zzzz" } },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, JsonValue | undefined]>([
    ["absent", undefined],
    ["null", null],
  ])("a required field that is %s", (_name, nothing) => {
    fc.assert(
      fc.property(generated(), fc.nat(), (one, which) => {
        const fields = fieldsOf(one).filter(({ place, field }) => place.schema.required?.includes(field));
        fc.pre(fields.length > 0);
        const { place, field } = fields[which % fields.length] as (typeof fields)[number];
        place.value[field] = nothing;
        expect(fieldErrors(one.object)).toEqual([
          { problem: "missing-field", path: [...place.path, field], args: { field } },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test("a value of another type", () => {
    fc.assert(
      fc.property(generated(), fc.nat(), (one, which) => {
        const fields = fieldsOf(one).filter(({ place, field }) => {
          const schema = place.schema.properties?.[field];
          return schema?.$ref !== undefined || schema?.type !== undefined;
        });
        fc.pre(fields.length > 0);
        const { place, field } = fields[which % fields.length] as (typeof fields)[number];
        const isList = place.schema.properties?.[field]?.type === "array";
        place.value[field] = isList ? { wrong: true } : [[]];
        const errors = fieldErrors(one.object);
        // A reference may lead to a schema that takes anything.
        if (errors.length === 0) expect(place.schema.properties?.[field]?.$ref).toMatch(/JSON$/);
        else expect(errors).toEqual([{ problem: "type", path: [...place.path, field], args: expect.anything() }]);
      }),
      { numRuns: 300 },
    );
  });

  test("null for what may be left out is none", () => {
    fc.assert(
      fc.property(generated(), (one) => {
        for (const { place, field } of fieldsOf(one)) {
          if (!place.schema.required?.includes(field)) place.value[field] = null;
        }
        expect(fieldErrors(one.object)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
