import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Metrics } from "../../src/admission/server/metrics.ts";
import { root } from "./tools.ts";

const alerts = readFileSync(join(root, "deploy/alerts/paddlock.rules.yaml"), "utf8");
const dashboard = readFileSync(join(root, "deploy/dashboards/paddlock.json"), "utf8");

/** What the API server itself counts of webhooks: stable or long-standing metrics of k8s.io/apiserver. */
const ofTheApiServer = [
  "apiserver_admission_webhook_admission_duration_seconds_bucket",
  "apiserver_admission_webhook_fail_open_count",
  "apiserver_admission_webhook_rejection_count",
];

describe("every metric that is asked for is one that /metrics shows", () => {
  test.each([
    ["the alerts", expressions(parse(alerts), "expr")],
    ["the dashboard", expressions(JSON.parse(dashboard), "expr")],
  ])("in %s", async (_, queries) => {
    const shown = await namesOf();
    expect(queries.length).toBeGreaterThan(10);
    const asked = new Set(queries.flatMap(metricsOf));
    expect([...asked].filter((name) => !shown.has(name) && !ofTheApiServer.includes(name))).toEqual([]);
  });

  test("but those of the API server are asked for as such", () => {
    const asked = new Set(
      [...expressions(parse(alerts), "expr"), ...expressions(JSON.parse(dashboard), "expr")].flatMap(metricsOf),
    );
    expect([...asked].filter((name) => name.startsWith("apiserver_")).sort()).toEqual(ofTheApiServer);
  });
});

describe("the labels that are asked for are those that /metrics shows", () => {
  test("of every paddlock metric", async () => {
    const labels = await labelsOf();
    for (const query of [...expressions(parse(alerts), "expr"), ...expressions(JSON.parse(dashboard), "expr")])
      for (const [, metric = "", list = ""] of query.matchAll(/\b(paddlock_\w+)\{([^}]*)\}/g))
        for (const [, label = ""] of list.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
          expect([...(labels.get(metric) ?? []), "namespace"], `${metric} in ${query}`).toContain(label);
  });
});

describe("the alerts", () => {
  test("say what is wrong and what to do, and how urgent it is", () => {
    for (const group of parse(alerts).groups)
      for (const rule of group.rules) {
        expect(rule.labels.severity).toMatch(/^(critical|warning|info)$/);
        expect(rule.annotations.summary).toMatch(/\.$/);
        expect(rule.annotations.description).toMatch(/\.$/);
      }
  });

  test("send to guides that are there", () => {
    for (const [file] of alerts.matchAll(/docs\/[\w./-]+\.md/g))
      expect(readFileSync(join(root, file), "utf8").length).toBeGreaterThan(0);
  });
});

describe("the dashboard", () => {
  test("has panels that do not lie upon each other, each with an id and a query", () => {
    const { panels } = JSON.parse(dashboard);
    const taken = new Set<string>();
    const ids = new Set<number>();
    for (const { id, gridPos, type, targets, description } of panels) {
      expect(ids.has(id)).toBe(false);
      ids.add(id);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      if (type === "row") continue;
      expect(targets.length).toBeGreaterThan(0);
      expect(description).toMatch(/\.$/);
    }
  });
});

/** The values of a key anywhere in a tree. */
function expressions(tree: unknown, key: string): readonly string[] {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) =>
    name === key && typeof value === "string" ? [value] : expressions(value, key),
  );
}

/** The metrics of a query: names with an underscore that are no label and no variable. */
function metricsOf(query: string): readonly string[] {
  const bare = query
    .replaceAll(/"[^"]*"/g, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(?:by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)/g, "");
  return bare.match(/\b[a-z]+(?:_[a-z0-9]+)+\b(?!\s*\()/g) ?? [];
}

/** Everything that the server's registry can show, histograms by their series. */
async function namesOf(): Promise<ReadonlySet<string>> {
  const text = await registered().text();
  const names = new Set<string>();
  for (const [, name = "", type = ""] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    names.add(name);
    if (type === "histogram") for (const suffix of ["bucket", "sum", "count"]) names.add(`${name}_${suffix}`);
  }
  return names;
}

/** The labels of each metric, where a review, a refusal and an informer have been counted. */
async function labelsOf(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = registered();
  metrics.refused(429);
  metrics.decided({
    durationMs: 1,
    arrivedAt: 0,
    traceParent: undefined,
    record: {
      uid: "1",
      operation: "CREATE",
      kind: "Pod",
      group: "",
      subResource: null,
      namespace: "ml",
      name: "a",
      user: "ann",
      dryRun: false,
      mode: "enforce",
      allowed: false,
      outcome: "failed",
      reason: "deadline",
      findings: [
        { rule: "pinned-image", level: "error", outcome: "violation", count: 1 },
        { rule: "pinned-image", level: "info", outcome: "not-judged", count: 1 },
        { rule: "pinned-image", level: "error", outcome: "waived", count: 1 },
      ],
    },
  });
  const labels = new Map<string, Set<string>>();
  for (const [, name = "", list = ""] of (await metrics.text()).matchAll(/^(paddlock_\w+)(?:\{(.*)\})? /gm)) {
    const known = labels.get(name) ?? new Set();
    for (const [, label = ""] of list.matchAll(/(\w+)="/g)) known.add(label);
    labels.set(name, known);
  }
  return labels;
}

function registered(): Metrics {
  return new Metrics({
    informers: () => [{ kind: "Namespace", state: "synced" }],
    configuration: () => ({ file: null, loadedAt: new Date(0), refused: null }),
    registrations: () => [{ name: "paddlock", state: "agrees", differences: [] }],
    certificateExpires: () => new Date(0),
    reviewsInFlight: () => 0,
    exemptions: () => ({ configMap: "a/b", state: "synced", inForce: 0, ended: 0, broken: [] }),
  });
}
