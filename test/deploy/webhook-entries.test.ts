import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  type EntrySettings,
  modeCondition,
  objectsEntry,
  webhookEntries,
} from "../../src/admission/registration/webhook-entries.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import { settings } from "../admission/registration/configurations.ts";
import { chart, helm, type Objects, render, type Values } from "./render.ts";
import { run } from "./tools.ts";

const spared = ["kube-system", "kube-node-lease", "paddlock-system"];

describe.skipIf(helm === null)("the entries that the chart renders", () => {
  test("are those that the configuration asks for, whatever it says", () => {
    const cases = fc.sample(settings, { numRuns: 400, seed: 9 });
    expect(templated(cases)).toEqual(cases.map((each) => derived(each, spared)));
  });

  const ml = { match: ["ml"], mode: "enforce" } as const;
  const globs = { match: ["{a,b}-[0-9]*", "!a-0"], mode: "audit" } as const;
  test.each<[string, Values | undefined, EntrySettings]>([
    ["nothing", undefined, { mode: "warn", namespaces: [], modeLabel: false }],
    ["no more than an empty block", {}, { mode: "warn", namespaces: [], modeLabel: false }],
    [
      "a name without a list",
      { namespaces: [{ ...ml, match: "ml" }] },
      { mode: "warn", namespaces: [ml], modeLabel: false },
    ],
    ["a label", { modeLabel: true, namespaces: [ml] }, { mode: "warn", namespaces: [ml], modeLabel: true }],
    [
      "all but some",
      { mode: "enforce", namespaces: [globs] },
      { mode: "enforce", namespaces: [globs], modeLabel: false },
    ],
  ])("stand in its webhook configuration where it says %s", (_, admission, settings) => {
    const config = admission === undefined ? { extends: "strict" } : { admission };
    const objects = render({ config, webhook: { excludedNamespaces: ["calico-system"] } });
    expect(registered(objects)).toEqual(derived(settings, [...spared, "calico-system"]));
  });

  test("take the failurePolicy of the values instead, where they give one", () => {
    for (const failurePolicy of ["Fail", "Ignore"]) {
      const objects = render({ config: { admission: { mode: "enforce" } }, webhook: { failurePolicy } });
      expect(registered(objects)).toMatchObject([
        { failurePolicy },
        { failurePolicy },
        { name: objectsEntry, failurePolicy: "Ignore" },
      ]);
    }
  });
});

/** The template asked about many configurations at once: of a copy of the chart, for it takes no such values. */
function templated(cases: readonly EntrySettings[]): unknown {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-entries-"));
  try {
    const copy = join(folder, "chart");
    cpSync(chart, copy, { recursive: true });
    rmSync(join(copy, "values.schema.json"));
    const asked =
      '(dict "Values" (dict "config" (dict "admission" .) "webhook" $.Values.webhook) "Release" $.Release "Chart" $.Chart)';
    const line = `{{- range .Values.cases }}\n- {{ include "paddlock.webhookEntries" ${asked} | fromYamlArray | toJson }}{{ end }}\n`;
    writeFileSync(join(copy, "templates/cases.yaml"), `cases:\n${line}`);
    writeFileSync(join(folder, "values.json"), JSON.stringify({ cases, image: { digest: "sha256:0" } }));
    const words = ["template", "paddlock", copy, "-n", "paddlock-system", "--kube-version", "1.34.0"];
    const text = run(helm, [...words, "--values", join(folder, "values.json"), "--show-only", "templates/cases.yaml"]);
    return parse(text).cases;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the template says them: in its words, no condition is an empty one. */
function derived(settings: EntrySettings, excluded: readonly string[]): unknown {
  return webhookEntries(settings, excluded).map((entry) => ({ ...entry, condition: entry.condition ?? "" }));
}

function registered(objects: Objects): unknown {
  return listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks")).map((each) => {
    const { name, failurePolicy, namespaceSelector, matchConditions } = objectOf(each);
    const own = listOf(matchConditions).find((condition) => objectOf(condition).name === modeCondition);
    return {
      name,
      failurePolicy,
      matchExpressions: objectOf(namespaceSelector).matchExpressions,
      condition: objectOf(own).expression ?? "",
    };
  });
}
