import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import type { Catalogue, RuleMetadata, RuleText } from "../../src/rules/metadata.ts";
import type { ConfigSchema } from "../schemas/config.ts";

type Schema = Record<string, unknown>;

/** Keys of a rule's mapping that are no parameters. */
const reserved = ["level", "scope"];

/**
 * The configuration's JSON Schema: a template, and for each rule of the catalogue its parameters, so that editors
 * complete and describe them.
 * @param texts the words by rule, for the descriptions.
 * @throws Error where a parameter has the name of a key that every rule has.
 */
export function configSchema(
  catalogue: Pick<Catalogue, "rules">,
  texts: { readonly [rule: string]: Pick<RuleText, "title" | "parameters"> },
): ConfigSchema {
  const template: ConfigSchema & { definitions: { rules: Schema; waiver: { properties: { rule: Schema } } } } =
    JSON.parse(readFileSync(join(import.meta.dirname, "config-schema.template.json"), "utf8"));
  const { rules, waiver } = template.definitions;
  rules.properties = Object.fromEntries(catalogue.rules.map((rule) => [rule.id, ruleSchema(rule, texts[rule.id])]));
  // Completion only: a rule may also come from a bundle of the user's own.
  waiver.properties.rule.anyOf = [{ enum: catalogue.rules.map(({ id }) => id) }, { type: "string" }];
  return template;
}

function ruleSchema(rule: RuleMetadata, text: Pick<RuleText, "title" | "parameters"> | undefined): Schema {
  const parameters: Schema = {};
  for (const [name, schema] of Object.entries(rule.parameters)) {
    if (reserved.includes(name)) throw new Error(`the rule ${rule.id} cannot have a parameter named ${name}`);
    parameters[name] = { description: text?.parameters[name], ...mapping(schema) };
  }
  return {
    description: text?.title ?? rule.id,
    if: { type: "object" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      additionalProperties: false,
      properties: {
        level: { $ref: "#/definitions/level" },
        scope: { $ref: "#/definitions/scope" },
        ...parameters,
      },
    },
    else: { $ref: "#/definitions/level" },
  };
}

function mapping(schema: JsonValue | undefined): JsonObject {
  return isObject(schema) ? schema : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
