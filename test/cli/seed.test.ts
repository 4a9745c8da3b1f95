import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copy, folder, report, root } from "./run.ts";

describe("the practice's own example", () => {
  test("shows what the rules imply, each under its line", () => {
    const cwd = folder();
    copy(cwd, "seed/paddle-ocr.yaml");
    const { status, findings, notifications, summary, skippedRules } = report([], { cwd });
    expect(status).toBe(1);
    expect(findings.map(({ rule, level, outcome, line, path }) => [rule, level, outcome, line, path])).toEqual([
      ["network-policy", "error", "violation", 13, "spec.template.metadata.labels"],
      ["run-as-non-root", "error", "violation", 17, "spec.template.spec.containers[0]"],
      ["pinned-image", "warning", "violation", 18, "spec.template.spec.containers[0].image"],
      ["model-volume", "info", "violation", 43, "spec.template.spec.containers[0].volumeMounts[0]"],
      ["model-volume", "info", "not-judged", 48, "spec.template.spec.volumes[0].persistentVolumeClaim.claimName"],
    ]);
    expect(findings.find(({ rule }) => rule === "pinned-image")?.args.class).toBe("partial");
    expect(notifications).toEqual([]);
    expect(summary).toMatchObject({ errors: 2, warnings: 1, infos: 1, notJudged: 1, waived: 0, baselined: 0 });
    expect(skippedRules.map(({ rule }) => rule)).toEqual(["signed-image"]);
  });

  test.skipIf(!existsSync(join(root, "fixtures/seed-fixed")))(
    "put right leaves nothing to say but of signatures",
    () => {
      const cwd = folder();
      cpSync(join(root, "fixtures/seed-fixed"), cwd, { recursive: true });
      const { status, findings, notifications, profile } = report(["--profile", "strict"], { cwd });
      expect(findings).toEqual([]);
      expect(notifications.map(({ level, code }) => [level, code])).toEqual([["warning", "no-signature-policy"]]);
      expect([status, profile]).toEqual([0, "strict"]);
    },
  );
});
