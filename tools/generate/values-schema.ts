import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigSchema } from "../schemas/config.ts";

type Schema = Readonly<Record<string, unknown>>;

/**
 * The schema of the chart's values: a template, in which `config` is what the server takes as its configuration. So helm
 * refuses, with the path, what the server would refuse. Rules of a user's own bundle are known to the bundle alone: with
 * one, a rule of another name is taken with any parameters.
 */
export function valuesSchema(configuration: ConfigSchema): Schema {
  const template = readFileSync(join(import.meta.dirname, "values-schema.template.json"), "utf8");
  const values: Schema & { properties: { config: Schema } } = JSON.parse(template);
  const { $schema: _, $id: __, title: ___, description: ____, definitions, ...root } = configuration;
  const known: Schema & { rules: Schema & { properties: object }; level: Schema & { enum: readonly unknown[] } } =
    record(definitions);
  const ids = Object.keys(known.rules.properties);
  const settings = record<Schema & { extends: Schema }>(root.properties);
  // A word is a profile; whatever else is a file.
  const base = { ...settings.extends, pattern: "^(baseline|recommended|strict|.*[^A-Za-z0-9_].*)$" };
  const config = { ...root, properties: { ...settings, extends: base } };
  const rules = { properties: Object.fromEntries(ids.map((id) => [id, true])), additionalProperties: false };
  const onlyOurs = {
    properties: {
      config: { properties: { rules, overrides: { items: { properties: { rules } } } } },
    },
  };
  return {
    ...values,
    properties: { ...values.properties, config: { ...values.properties.config, ...config } },
    // helm names the place of what stands here, and not of what an allOf says.
    if: { properties: { bundles: { maxItems: 0 } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: onlyOurs,
    definitions: {
      ...known,
      // helm reads off, without quotes, as false; the chart's template turns it back.
      level: { ...known.level, enum: [...known.level.enum, false] },
      rules: { ...known.rules, additionalProperties: { $ref: "#/definitions/setting" } },
    },
  };
}

function record<T>(value: unknown): T {
  return value as T;
}
