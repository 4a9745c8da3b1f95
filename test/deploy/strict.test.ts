import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { report } from "../cli/run.ts";
import { withImage } from "./overlay.ts";
import { chart, helm } from "./render.ts";
import { pinnedTool, root } from "./tools.ts";

const kustomize = pinnedTool("kustomize");
const env = {
  PATH: [helm, kustomize]
    .map((tool) => dirname(tool ?? ""))
    .concat(process.env.PATH ?? "")
    .join(":"),
};
const words = ["--profile", "strict", "--fail-on", "info", "--fail-on-not-judged", "--kubernetes-version", "1.34"];

/**
 * Clean: no finding of any level, nothing left unjudged, nothing unreadable. What remains is said of every run that has no
 * signature policy, and ours cannot have one: whose signature to trust is for each cluster to say.
 */
const clean = {
  status: 0,
  findings: [],
  notifications: [{ code: "no-signature-policy" }],
  skippedRules: [{ rule: "signed-image" }],
};

describe("our own strict profile finds nothing", () => {
  test.skipIf(helm === null).each(["default", "enforce", "files"])("in the chart with %s values", (name) => {
    const values = join(chart, "ci", `${name}-values.yaml`);
    const found = report([chart, "--values", values, ...words], { cwd: root, env });
    expect(found).toMatchObject(clean);
    expect(found.summary.workloads).toBe(name === "files" ? 1 : 2);
  });

  test.skipIf(kustomize === null).each(["warn", "enforce"])("in kustomize's overlay %s", async (name) => {
    await withImage(name, (overlay) => {
      const found = report([overlay, ...words], { cwd: root, env });
      expect(found).toMatchObject(clean);
      expect(found.summary.workloads).toBe(2);
    });
  });
});
