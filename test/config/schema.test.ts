import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, it } from "vitest";
import { schemaProblems } from "../../src/config/schema-errors.ts";
import { configurationWords } from "../../src/config/words.ts";
import { packageRoot } from "../../src/package/root.ts";
import { loadCatalogue, loadTexts } from "../../src/rules/catalogue.ts";
import { configSchema } from "../../tools/generate/config-schema.ts";
import { catalogue, schema, validator } from "./small-catalogue.ts";

it("describes a catalogue for editors", async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot("golden/config.schema.json");
});

it("is a JSON Schema of draft 7, whose every key tells what it is for", () => {
  const ajv = new Ajv({ strict: false });
  expect(ajv.validateSchema(schema)).toBe(true);
  const { properties } = schema as { properties?: Record<string, { description?: string; $ref?: string }> };
  const silent = Object.entries(properties ?? {}).filter(([, { description, $ref }]) => !description && !$ref);
  expect(silent).toEqual([]);
});

it("allows no parameter that would hide a key of every rule", () => {
  const [rule] = catalogue.rules;
  if (rule === undefined) throw new Error("the catalogue is empty");
  expect(() => configSchema({ rules: [{ ...rule, parameters: { level: { default: 1 } } }] }, {})).toThrow(
    "heavy-anchor cannot have a parameter named level",
  );
});

it("compiles into one file that needs no other", () => {
  // The helper loads it from a folder of its own, where nothing else can be required.
  const { configuration, setting } = validator();
  expect(configuration({ rules: { "white-sail": "off" } })).toBe(true);
  expect(configuration({ namespace: "" })).toBe(false);
  expect(setting({ level: "info", anything: 1 })).toBe(true);
  expect(setting("loud")).toBe(false);
});

it("has a word for whatever a schema may refuse", () => {
  const values = fc.object({
    key: fc.constantFrom("extends", "rules", "overrides", "waivers", "kinds", "namespace", "with", "heavy-anchor", "x"),
    maxDepth: 4,
  });
  const rules = new Set(catalogue.rules.map(({ id }) => id));
  fc.assert(
    fc.property(values, (value) => {
      const problems = schemaProblems(value, validator(), rules, configurationWords.en);
      expect(problems.length > 0).toBe(!validator().configuration(value));
      expect(problems.every(({ message }) => !message.includes("undefined"))).toBe(true);
    }),
  );
});

it("says one thing of a value", () => {
  const rules = new Set(catalogue.rules.map(({ id }) => id));
  const value = { extends: 5, rules: { "white-sail": { scope: 5 } } };
  expect(schemaProblems(value, validator(), rules, configurationWords.en)).toEqual([
    { path: ["extends"], message: '"extends" must be text' },
    { path: ["rules", "white-sail", "scope"], message: '"rules.white-sail.scope" must be text' },
  ]);
});

it("is committed as the catalogue of rules makes it", () => {
  const committed = readFileSync(join(packageRoot(), "schemas", "config.schema.json"), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(configSchema(loadCatalogue(), loadTexts("en")))));
});

it("allows what every profile sets", () => {
  const { rules, profiles } = loadCatalogue();
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(configSchema({ rules }, loadTexts("en")));
  for (const settings of Object.values(profiles)) {
    const flat = Object.entries(settings).map(([id, { parameters, ...rest }]) => [id, { ...rest, ...parameters }]);
    expect(validate({ rules: Object.fromEntries(flat) }), JSON.stringify(validate.errors)).toBe(true);
  }
});
