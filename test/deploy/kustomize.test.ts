import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { JsonObject, JsonValue } from "../../src/documents/document.ts";
import { isObject } from "../../src/resources/json.ts";
import { chart, helm, nameOf, type Objects, objectsOf } from "./render.ts";
import { pinnedTool, root, run } from "./tools.ts";

const kustomize = pinnedTool("kustomize");
const folder = join(root, "deploy/kustomize");
const hook = "ValidatingWebhookConfiguration/paddlock";

function built(name: string): Objects {
  return objectsOf(run(kustomize, ["build", join(folder, name)]));
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
    for (const object of byHelm.all) expect(byKustomize.get(nameOf(object))).toEqual(withoutHelm(object));
  });
});

describe.skipIf(kustomize === null)("the overlays", () => {
  test("warn: denies nothing, and lets in what cannot be judged", () => {
    const objects = built("overlays/warn");
    expect(objects.at(hook, "webhooks", 0, "failurePolicy")).toBe("Ignore");
    expect(configuration(objects)).toEqual({ extends: "recommended", admission: { mode: "warn" } });
  });

  test("enforce: denies, and lets in nothing that was not judged", () => {
    const objects = built("overlays/enforce");
    expect(objects.at(hook, "webhooks", 0, "failurePolicy")).toBe("Fail");
    expect(configuration(objects)).toEqual({ extends: "recommended", admission: { mode: "enforce" } });
  });

  test("differ from the base in nothing else", () => {
    const base = built("base");
    for (const overlay of [built("overlays/warn"), built("overlays/enforce")]) {
      expect(overlay.names).toEqual(base.names);
      const other = overlay.all.filter((object) => JSON.stringify(object) !== JSON.stringify(base.get(nameOf(object))));
      expect([hook, "ConfigMap/paddlock-config"]).toEqual(expect.arrayContaining(other.map(nameOf)));
    }
  });

  test("name an image that cannot be pulled until the real digest is put in", () => {
    for (const name of ["warn", "enforce"]) {
      const text = readFileSync(join(folder, "overlays", name, "kustomization.yaml"), "utf8");
      expect(parse(text)).toMatchObject({
        images: [{ name: "ghcr.io/paddlock/paddlock", digest: `sha256:${"0".repeat(64)}` }],
      });
    }
  });
});

function configuration(objects: Objects): unknown {
  return parse(String(objects.at("ConfigMap/paddlock-config", "data", "paddlock.yaml")));
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
