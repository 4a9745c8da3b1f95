import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { objectsEntry } from "../../src/admission/registration/webhook-entries.ts";
import { askedBy, type WebhookRule } from "../../src/admission/registration/webhook-rules.ts";
import { patchedAll, patchesOf, profileSettings } from "../../src/config/rule-settings.ts";
import { listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { type JudgedKinds, judgedAs, judgedKinds } from "../../src/judging/judged-kinds.ts";
import type { CustomKind } from "../../src/kinds/custom-kinds.ts";
import { OTHER_KINDS } from "../../src/kinds/other-kinds.ts";
import { pluralOf } from "../../src/kinds/plural.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import type { ProfileName } from "../../src/rules/metadata.ts";
import { chart, helm, type Objects, render, type Values } from "./render.ts";
import { run } from "./tools.ts";

const catalogue = loadCatalogue();
const ids = catalogue.rules.map(({ id }) => id);

const scope = fc.constantFrom(
  ...[
    "object",
    "workload",
    "paddle",
    "accelerated",
    "/ConfigMap",
    "autoscaling/HorizontalPodAutoscaler",
    "argoproj.io/App*",
  ],
  ...["*.k8s.io/*Class", "apps/Deployment", "extensions/Deployment", "example.com/Policy", "example.com/*", "/Secret"],
);
const level = fc.constantFrom("off", "off", "off", "error", "warning");
const scopes = fc.oneof(scope, fc.array(scope, { minLength: 1, maxLength: 3 }));
const setting = fc.oneof(level, fc.record({ level: fc.option(level, { nil: undefined }), scope: scopes }));
const rules = fc.dictionary(fc.constantFrom(...ids), setting, { maxKeys: ids.length });
const off = fc.constant(Object.fromEntries(ids.map((id) => [id, "off"])));
const kinds = fc.constantFrom(
  [],
  [{ apiVersion: "example.com/v1", kind: "Fleet", pods: ["spec.template.spec"] }],
  [
    { apiVersion: "*.example.com/v1", kind: "Proxy", pods: ["spec.template.spec"] },
    { apiVersion: "example.com/v*", kind: "Box", pods: ["spec"] },
  ],
);
const configurations = fc
  .record({
    extends: fc.constantFrom("baseline", "recommended", "strict", undefined),
    rules: fc.oneof(
      rules,
      off,
      fc.tuple(off, rules).map(([all, some]) => ({ ...all, ...some })),
    ),
    overrides: fc.array(fc.record({ namespaces: fc.constant(["ml"]), rules }), { maxLength: 2 }),
    kinds,
  })
  .map((each): Written => JSON.parse(JSON.stringify(each)));

describe.skipIf(helm === null)("what the chart has the webhook and the audit ask about", () => {
  test("are the kinds that the server judges, whatever the configuration says", () => {
    const cases = fc.sample(configurations, { numRuns: 50, seed: 11 });
    const found = templated(cases.map((config) => ({ config })));
    for (const [index, config] of cases.entries()) {
      const judged = judgedBy(config);
      const asked = (entry: "validate.paddlock.dev" | typeof objectsEntry): readonly string[] =>
        resourcesOf(askedBy(entry, { kinds: judged, onUpdate: "new" }).rules);
      expect({ config, ...found[index] }).toMatchObject({
        pods: asked("validate.paddlock.dev"),
        objects: asked(objectsEntry),
        wide: judged.beside.some((pattern) => pattern.includes("*")),
      });
    }
  });

  test("are those of a bundle's rules, where the values say what they are for", () => {
    const config = { rules: Object.fromEntries(ids.map((id) => [id, "off"])) };
    const bundles = [
      { configMap: "ours", key: "a.tar.gz", scopes: ["autoscaling/HorizontalPodAutoscaler", "a.io/Queue"] },
    ];
    expect(templated([{ config, bundles }])[0]).toMatchObject({
      pods: [],
      objects: ["a.io/queues", "autoscaling/horizontalpodautoscalers"],
    });
    const objects = render({ config, bundles });
    expect(audited(objects)).toEqual(expect.arrayContaining(["a.io/queues", "autoscaling/horizontalpodautoscalers"]));
    expect(audited(objects)).not.toContain("/pods");
  });

  test("go with the rules that are for them", () => {
    const objects = render({ config: { rules: { schema: "off" } } });
    expect(askedIn(objects, "objects.paddlock.dev")).not.toContain("/configmaps");
    expect(askedIn(objects, "validate.paddlock.dev")).toContain("/pods");
    expect(audited(objects)).not.toContain("/configmaps");
    expect(audited(render())).toContain("/configmaps");
  });

  test("are nowhere Secrets, nor what the API server asks nobody about", () => {
    const objects = render();
    expect(askedIn(objects, objectsEntry)).toEqual(
      OTHER_KINDS.filter(({ listed, reviewed }) => listed !== false && reviewed !== false)
        .flatMap((row) => row.groups.map((group) => `${group}/${pluralOf(row)}`))
        .filter((each) => !each.startsWith("extensions/"))
        .sort(),
    );
    expect(JSON.stringify(objects.get("ClusterRole/paddlock-audit"))).not.toContain("secrets");
    expect(audited(objects)).toContain("admissionregistration.k8s.io/validatingwebhookconfigurations");
  });

  test("never fail closed for kinds without pods, whatever the values say", () => {
    const objects = render({ config: { admission: { mode: "enforce" } }, webhook: { failurePolicy: "Fail" } });
    const policies = listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks")).map(objectOf);
    expect(policies.map(({ name, failurePolicy }) => [name, failurePolicy])).toEqual([
      ["validate.paddlock.dev", "Fail"],
      ["advise.paddlock.dev", "Fail"],
      [objectsEntry, "Ignore"],
    ]);
  });

  test("cover every kind with allKinds, and spare what would be asked twice or never", () => {
    const objects = render({ config: { rules: { schema: { allKinds: true } } } });
    expect(askedIn(objects, objectsEntry)).toContain("*/*");
    const entries = listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks")).map(objectOf);
    const spared = listOf(entries.at(-1)?.matchConditions).map(objectOf);
    const { expression } = spared.find(({ name }) => name === "not-shown") ?? {};
    for (const each of ["/secrets", "/events", "/pods", "apps/deployments"]) expect(expression).toContain(`"${each}"`);
    expect(audited(objects).filter((each) => each.includes("*"))).toEqual([]);
  });
});

interface Written {
  readonly extends?: ProfileName;
  readonly rules: JsonObject;
  readonly overrides?: readonly { readonly rules: JsonObject }[];
  readonly kinds?: readonly CustomKind[];
}

function judgedBy(written: Written): JudgedKinds {
  const { extends: profile = "recommended", rules, overrides = [], kinds = [] } = written;
  return judgedKinds(catalogue.rules, {
    rules: patchedAll(profileSettings(catalogue, profile), patchesOf(rules)),
    overrides: overrides.map((each) => ({ rules: patchesOf(each.rules) })),
    kinds: kinds.map((each) => ({ serving: true, training: false, paddle: false, ...each })),
  });
}

test("no rule makes Secrets judged in a cluster", () => {
  const kinds = judgedBy({ rules: { schema: { level: "error", scope: "/Secret" } } });
  expect(judgedAs(kinds, { group: "", version: "v1", kind: "Secret" })).toBeNull();
  expect(judgedAs(kinds, { group: "", version: "v1", kind: "Pod" })).toBe("workload");
});

/** The template asked about many values at once: of a copy of the chart, for it takes no such values. */
function templated(cases: readonly Values[]): readonly Values[] {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-kinds-"));
  try {
    const copy = join(folder, "chart");
    cpSync(chart, copy, { recursive: true });
    rmSync(join(copy, "values.schema.json"));
    const asked = '(dict "Files" $.Files "Values" .)';
    const line = `{{- range .Values.cases }}\n- {{ include "paddlock.judged" ${asked} | fromYaml | toJson }}{{ end }}\n`;
    writeFileSync(join(copy, "templates/cases.yaml"), `cases:\n${line}`);
    writeFileSync(join(folder, "values.json"), JSON.stringify({ cases, image: { digest: "sha256:0" } }));
    const words = ["template", "paddlock", copy, "-n", "paddlock-system", "--kube-version", "1.34.0"];
    const text = run(helm, [...words, "--values", join(folder, "values.json"), "--show-only", "templates/cases.yaml"]);
    return listOf(parse(text).cases).map((each) => {
      const { pods, objects, wide } = objectOf(each);
      return { pods: flat(objectOf(pods)), objects: flat(objectOf(objects)), wide };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flat(byGroup: Values): readonly string[] {
  return Object.entries(byGroup)
    .flatMap(([group, all]) => (Array.isArray(all) ? all : []).map((each) => `${group}/${each}`))
    .sort();
}

function resourcesOf(rules: readonly WebhookRule[]): readonly string[] {
  return rules
    .flatMap(({ apiGroups, resources }) =>
      apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
    )
    .sort();
}

function askedIn(objects: Objects, entry: string): readonly string[] {
  const entries = listOf(objects.at("ValidatingWebhookConfiguration/paddlock", "webhooks")).map(objectOf);
  const rules = listOf(entries.find(({ name }) => name === entry)?.rules).map(objectOf);
  return rules
    .flatMap(({ apiGroups, resources }) =>
      listOf(apiGroups).flatMap((group) => listOf(resources).map((resource) => `${group}/${resource}`)),
    )
    .sort();
}

/** What the audit may list. */
function audited(objects: Objects): readonly string[] {
  const rules = listOf(objects.at("ClusterRole/paddlock-audit", "rules")).map(objectOf);
  return rules
    .filter(({ verbs }) => listOf(verbs).includes("list") && listOf(verbs).includes("get"))
    .flatMap(({ apiGroups, resources }) =>
      listOf(apiGroups).flatMap((group) => listOf(resources).map((resource) => `${group}/${resource}`)),
    );
}
