import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pod, replaced } from "./manifests.ts";
import { brief, copy, folder, report, root } from "./run.ts";

function rulesFound(words: readonly string[], cwd: string): string[] {
  return [...new Set(report(words, { cwd }).findings.map(({ rule }) => rule))].sort();
}

describe("which rules", () => {
  test("--rule judges only these, at the level that is named", () => {
    const cwd = folder();
    copy(cwd, "seed/paddle-ocr.yaml");
    const one = report(["--rule", "pinned-image=error", "--rule", "run-as-non-root=info"], { cwd });
    expect(brief(one.findings)).toEqual(["run-as-non-root info 17", "pinned-image error 18"]);
    expect(one.summary.rules).toBe(2);
    expect(one.skippedRules).toEqual([]);
  });

  test("--rule switches on what the profile has off", () => {
    const cwd = folder();
    copy(cwd, "seed/paddle-ocr.yaml");
    expect(rulesFound(["--profile", "baseline"], cwd)).not.toContain("network-policy");
    expect(rulesFound(["--profile", "baseline", "--rule", "network-policy"], cwd)).toEqual(["network-policy"]);
  });

  test("--skip leaves one out", () => {
    const cwd = folder();
    copy(cwd, "seed/paddle-ocr.yaml");
    const all = rulesFound([], cwd);
    expect(rulesFound(["--skip", "network-policy", "--skip=model-volume"], cwd)).toEqual(
      all.filter((rule) => rule !== "network-policy" && rule !== "model-volume"),
    );
  });

  test("profiles differ as the table of rules says", () => {
    const cwd = folder();
    copy(cwd, "seed/paddle-ocr.yaml");
    expect(brief(report(["--profile", "baseline"], { cwd }).findings)).toEqual(["run-as-non-root error 17"]);
    const strict = report(["--profile", "strict"], { cwd });
    expect(strict.profile).toBe("strict");
    expect(brief(strict.findings)).toEqual(
      expect.arrayContaining([
        "network-policy error 13",
        "pinned-image error 18",
        "run-as-non-root error 17",
        "restricted-container error 17",
        "model-volume warning 48",
      ]),
    );
  });
});

describe("--namespace", () => {
  const good = readFileSync(join(root, "fixtures/cli/good.yaml"), "utf8");
  // The policy names its namespace, the workload does not.
  const cut = replaced(good, "  name: ocr\n  namespace: ocr\nspec:\n  replicas", "  name: ocr\nspec:\n  replicas");

  test("not given: what only the left-out namespace decides is not judged", () => {
    const { findings } = report(["--rule", "network-policy"], { cwd: folder({ "a.yaml": cut }) });
    expect(findings.map(({ outcome, resource }) => [outcome, resource.namespace])).toEqual([["not-judged", null]]);
    expect(findings[0]?.message).toContain("--namespace");
  });

  test("the policy's: nothing to say", () => {
    const cwd = folder({ "a.yaml": cut });
    expect(report(["--rule", "network-policy", "--namespace", "ocr"], { cwd }).findings).toEqual([]);
  });

  test("another: no policy", () => {
    const cwd = folder({ "a.yaml": cut });
    const { findings } = report(["--rule", "network-policy", "--namespace", "other"], { cwd });
    expect(brief(findings)).toContain("network-policy error 13");
  });
});

describe("--kubernetes-version", () => {
  const old = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: ocr}\nspec: {}\n";
  const removed = (version: string | null): string[] => {
    const words = version === null ? [] : ["--kubernetes-version", version];
    const { findings } = report(["--rule", "schema", ...words], { cwd: folder({ "a.yaml": old }) });
    return findings.filter(({ path }) => path === "apiVersion").map(({ message }) => message);
  };

  test("an API version that this version no longer serves is an error that names its successor", () => {
    for (const version of [null, "1.34", "v1.34.2", "1.16"]) {
      expect(removed(version), String(version)).toEqual([expect.stringContaining("apps/v1")]);
    }
  });

  test("one that this version still serves is none", () => {
    expect(removed("1.15")).toEqual([]);
  });
});

describe("standard input", () => {
  test("- is judged as <stdin>", () => {
    const run = report(["-", "--rule", "pinned-image"], { cwd: folder(), input: pod("a", "nginx") });
    expect(run.findings.map(({ file, line }) => [file, line])).toEqual([["<stdin>", 8]]);
    expect([run.status, run.summary.files]).toEqual([1, 1]);
  });

  test("beside files, with which it is one set", () => {
    const cwd = folder();
    copy(cwd, "cli/findings.yaml");
    const input = readFileSync(join(root, "fixtures/cli/good.yaml"), "utf8").split("---\n").slice(1).join("---\n");
    const { findings, summary } = report(["-", "findings.yaml"], { cwd, input });
    expect(summary.files).toBe(2);
    expect(findings.filter(({ rule }) => rule === "network-policy")).toEqual([]);
    expect(findings.filter(({ outcome }) => outcome === "not-judged")).toEqual([]);
  });

  test("empty: passed over", () => {
    const { status, summary, notifications } = report(["-"], { cwd: folder(), input: "" });
    expect([status, summary.files, notifications]).toEqual([0, 1, []]);
  });

  test("broken: could not judge", () => {
    const { status, notifications } = report(["-"], { cwd: folder(), input: "a: [\n" });
    expect([status, notifications[0]?.file]).toEqual([2, "<stdin>"]);
  });
});

describe("--with", () => {
  test("takes part in relations without being judged", () => {
    const cwd = folder();
    copy(cwd, "cli/findings.yaml");
    const given = join(root, "fixtures/cli/good.yaml");
    const { findings, summary } = report(["findings.yaml", "--with", given], { cwd });
    expect(brief(findings)).toEqual(["pinned-image warning 22", "model-volume info 47"]);
    expect(summary).toMatchObject({ files: 1, documents: 1, workloads: 1 });
  });
});
