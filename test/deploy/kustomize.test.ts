import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type EntrySettings, modeCondition, webhookEntries } from "../../src/admission/registration/webhook-entries.ts";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { overlayImage, withImage } from "./overlay.ts";
import { chart, helm, nameOf, type Objects, objectsOf } from "./render.ts";
import { pinnedTool, root, run } from "./tools.ts";

const kustomize = pinnedTool("kustomize");
const folder = join(root, "deploy/kustomize");
const hook = "ValidatingWebhookConfiguration/paddlock";

function built(name: string): Objects {
  return objectsOf(run(kustomize, ["build", join(folder, name)]));
}

function builtOverlay(name: string): Promise<Objects> {
  return withImage(name, (overlay) => objectsOf(run(kustomize, ["build", overlay])));
}

describe.skipIf(helm === null)("the kustomize base", () => {
  test("is what tools/deploy.ts renders from the chart", () => {
    expect(() =>
      execFileSync(process.execPath, [join(root, "tools/deploy.ts"), "--check"], { cwd: root, stdio: "pipe" }),
    ).not.toThrow();
  });

  test.skipIf(kustomize === null)("builds the objects that helm installs, and their namespace", () => {
    const values = join(folder, "values.yaml");
    const words = ["template", "paddlock", chart, "-n", "paddlock-system", "--kube-version", "1.34.0"];
    const byHelm = objectsOf(run(helm, [...words, "--values", values]));
    const byKustomize = built("base");
    expect(byKustomize.names).toEqual([...byHelm.names, "Namespace/paddlock-system"].sort());
    for (const object of byHelm.all) expect(byKustomize.get(nameOf(object))).toEqual(withoutImage(withoutHelm(object)));
  });
});

describe.skipIf(kustomize === null)("the overlays", () => {
  const configurations = {
    warn: { mode: "warn" },
    "enforce-namespace": { mode: "warn", namespaces: [{ match: ["team-a"], mode: "enforce" }] },
    enforce: { mode: "enforce" },
  } as const;
  const names = ["warn", "enforce-namespace", "enforce"] as const;

  test.each(names)("%s: registers the entries that its configuration asks for", async (name) => {
    const objects = await builtOverlay(name);
    const admission = configurations[name];
    expect(configuration(objects)).toEqual({ extends: "recommended", admission });
    const settings: EntrySettings = { namespaces: [], modeLabel: false, ...admission };
    const spared = ["kube-system", "kube-node-lease", "paddlock-system"];
    const entries = listOf(objects.at(hook, "webhooks")).map(objectOf);
    expect(
      entries.map(({ name, failurePolicy, namespaceSelector, matchConditions }) => ({
        name,
        failurePolicy,
        matchExpressions: objectOf(namespaceSelector).matchExpressions,
        condition:
          listOf(matchConditions)
            .map(objectOf)
            .find((each) => each.name === modeCondition)?.expression ?? null,
      })),
    ).toEqual(webhookEntries(settings, spared));
    for (const { matchConditions } of entries)
      expect(listOf(matchConditions).map((each) => objectOf(each).name)).toEqual(
        expect.arrayContaining(["not-a-lease", "not-a-review"]),
      );
  });

  test("differ from the base in nothing but that and the image, which each container gets", async () => {
    const base = built("base");
    for (const name of names) {
      const overlay = await builtOverlay(name);
      expect(overlay.names).toEqual(base.names);
      const other = overlay.all.filter((object) => JSON.stringify(object) !== JSON.stringify(base.get(nameOf(object))));
      const workloads = ["Deployment/paddlock", "CronJob/paddlock-audit"];
      expect([hook, "ConfigMap/paddlock-config", ...workloads]).toEqual(expect.arrayContaining(other.map(nameOf)));
      for (const workload of workloads) {
        expect(JSON.stringify(overlay.get(workload)).replaceAll(`"image":"${overlayImage}"`, '"image":""')).toBe(
          JSON.stringify(base.get(workload)),
        );
        expect(JSON.stringify(overlay.get(workload))).not.toContain('"image":""');
      }
    }
  });

  test.each(names)("%s: is not built until its user names an image", (name) => {
    expect(() => built(`overlays/${name}`)).toThrow("data.image");
  });
});

function configuration(objects: Objects): unknown {
  return parse(String(objects.at("ConfigMap/paddlock-config", "data", "paddlock.yaml")));
}

/** Which image it is, an overlay says. */
function withoutImage(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value).replaceAll(/"image":"[^"]+"/g, '"image":""'));
}

/** An object as it is without what only helm has use for. */
function withoutHelm(value: JsonObject): JsonValue {
  return JSON.parse(JSON.stringify(value), (key, each: JsonValue) =>
    isObject(each) && (key === "labels" || key === "annotations")
      ? Object.fromEntries(
          Object.entries(each).filter(
            ([label]) => label !== "helm.sh/chart" && label !== "app.kubernetes.io/managed-by",
          ),
        )
      : each,
  );
}
