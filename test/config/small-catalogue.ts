import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigurationValidator } from "../../src/config/validator.ts";
import type { Catalogue, RuleMetadata, RuleSetting } from "../../src/rules/metadata.ts";
import { configSchema } from "../../tools/generate/config-schema.ts";
import { buildConfigValidator, type ConfigSchema } from "../../tools/schemas/config.ts";

const rule = (id: string, parameters: RuleMetadata["parameters"] = {}): RuleMetadata => ({
  id,
  category: "harbour",
  scope: "workload",
  needs: [],
  ownedPods: "deny",
  mendedLater: [],
  level: "error",
  parameters,
  references: [],
});

const anchor = rule("heavy-anchor", {
  kilograms: { type: "integer", minimum: 1, default: 10 },
  metals: {
    type: "array",
    items: { enum: ["iron", "steel", "lead"] },
    default: ["iron"],
  },
});

const level = (name: RuleSetting["level"], parameters: RuleSetting["parameters"] = {}): RuleSetting => ({
  level: name,
  parameters,
});

/** Three rules that no real catalogue has. `tight-rope` is off in the baseline profile. */
export const catalogue: Catalogue = {
  rules: [anchor, rule("tight-rope"), rule("white-sail")],
  profiles: {
    baseline: { "heavy-anchor": level("as written"), "white-sail": level("as written") },
    recommended: {
      "heavy-anchor": level("as written", { kilograms: 20 }),
      "tight-rope": level("warning"),
      "white-sail": level("as written"),
    },
    strict: {
      "heavy-anchor": level("error", { kilograms: 40 }),
      "tight-rope": level("error"),
      "white-sail": level("error"),
    },
  },
};

/** The schema of the small catalogue. */
export const schema: ConfigSchema = configSchema(catalogue, {
  "heavy-anchor": {
    title: "The anchor holds",
    parameters: { kilograms: "The least weight.", metals: "What it may be made of." },
  },
  "tight-rope": { title: "Ropes are tight", parameters: {} },
});

let compiled: ConfigurationValidator | undefined;

/** That schema, compiled as the build compiles the real one. */
export function validator(): ConfigurationValidator {
  if (compiled === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "paddlock-schema-"));
    buildConfigValidator(folder, schema);
    const loaded: ConfigurationValidator = createRequire(import.meta.url)(join(folder, "config.cjs"));
    compiled = loaded;
  }
  return compiled;
}
