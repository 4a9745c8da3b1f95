import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CheckOptions, check } from "../../src/commands/check/check.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { Report } from "../../src/findings/report.ts";
import { paddlock } from "../audit/run.ts";
import { newSigner } from "../signatures/hand-made.ts";
import { ServedRegistry } from "../signatures/served-registry.ts";
import { pod, replaced } from "./manifests.ts";
import { folder } from "./run.ts";

let registry: ServedRegistry;

beforeAll(async () => {
  registry = await ServedRegistry.start();
});

afterAll(async () => {
  await registry.close();
});

beforeEach(() => {
  registry.content.refusals.clear();
});

interface Judged {
  readonly report: Report;
  /** Those of the rule on signatures. */
  readonly findings: readonly Finding[];
  /** How many requests the registry got. */
  readonly requests: number;
}

/** Judges files by the rule on signatures, with a policy for the registry. */
async function judged(
  files: Readonly<Record<string, string>>,
  {
    more = "",
    config = registry.configuration({ more }),
    ...options
  }: Omit<CheckOptions, "config"> & { more?: string; config?: string } = {},
): Promise<Judged> {
  const cwd = folder({ ...files, ".paddlock.yaml": config });
  const before = registry.asked.length;
  const { report } = await check({ cwd, rules: ["signed-image"], ...options });
  return { report, findings: [...report.findings], requests: registry.asked.length - before };
}

function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ outcome, level, message }) => `${outcome} ${level}: ${message}`);
}

describe("with a signature policy", () => {
  test("a signed image is nothing to speak of, and the rule is not skipped any more", async () => {
    const { image } = registry.signed("ml/ocr");
    const { report, findings } = await judged({ "a.yaml": pod("a", image) });
    expect(findings).toEqual([]);
    expect(report.skippedRules).toEqual([]);
    expect(report.summary).toMatchObject({ rules: 1, workloads: 1, errors: 0, notJudged: 0 });
  });

  test("without one the rule is skipped, no registry is asked, and the strict profile says so", async () => {
    const files = { "a.yaml": pod("a", registry.unsigned("ml/bare").image) };
    const { report, requests } = await judged(files, { config: "extends: recommended\n" });
    expect(report.skippedRules).toEqual([{ rule: "signed-image", reason: "no signature policy" }]);
    expect(report.notifications).toEqual([]);
    expect(requests).toBe(0);
    const strict = await judged(files, { config: "extends: strict\n" });
    expect(strict.report.notifications).toMatchObject([{ level: "warning", code: "no-signature-policy" }]);
  });

  test("an unsigned image, one signed by another key, and one that is not there are errors on their fields", async () => {
    const { image } = registry.unsigned("ml/bare");
    const theirs = registry.signed("ml/theirs", "1", newSigner()).image;
    const gone = `${registry.host}/ml/ocr:none`;
    const { findings } = await judged({
      "a.yaml": pod("a", image),
      "b.yaml": pod("b", theirs),
      "c.yaml": pod("c", gone),
    });
    expect(brief(findings)).toEqual([
      `violation error: image "${image}" is not signed`,
      `violation error: image "${theirs}" is signed, but by none of the keys that its policy trusts`,
      `violation error: image "${gone}" is not in its registry`,
    ]);
    expect(findings[0]).toMatchObject({ path: "spec.containers[0].image", line: 8, args: { reason: "unsigned" } });
  });

  test.each([
    ["deny", "violation", "error"],
    ["warn", "violation", "warning"],
    ["allow", "not-judged", "info"],
  ])("onError: %s makes a registry's failure a %s of level %s", async (onError, outcome, level) => {
    const { image } = registry.signed("ml/broken");
    registry.content.refusals.set("manifest ml/broken", "server");
    const { report, findings } = await judged({ "a.yaml": pod("a", image) }, { more: `onError: ${onError}` });
    expect(findings).toMatchObject([{ outcome, level, args: { image, reason: "server" } }]);
    expect(findings[0]?.message).toContain(`whether image "${image}" is signed could not be found out (server)`);
    expect(report.summary.notJudged).toBe(outcome === "not-judged" ? 1 : 0);
  });

  test("a refusal of access is an error whatever onError says", async () => {
    const { image } = registry.signed("ml/secret");
    registry.content.refusals.set("manifest ml/secret", "forbidden");
    const { findings } = await judged({ "a.yaml": pod("a", image) }, { more: "onError: allow" });
    expect(findings).toMatchObject([{ outcome: "violation", level: "error", args: { reason: "forbidden" } }]);
  });

  test.each([
    ["", "recommended", ["violation warning"]],
    ["", "strict", ["violation error"]],
    ["noMatch: deny", "recommended", ["violation error"]],
    ["noMatch: warn", "strict", ["violation warning"]],
    ["noMatch: allow", "strict", []],
  ])("an image of no policy with {%s} in the profile %s: %j", async (more, profile, expected) => {
    const config = `extends: ${profile}\n${registry.configuration({ more })}`;
    const { findings, requests } = await judged({ "a.yaml": pod("a", "docker.io/library/nginx:1") }, { config });
    expect(findings.map(({ outcome, level }) => `${outcome} ${level}`)).toEqual(expected);
    expect(requests).toBe(0);
  });

  test("--offline asks nobody and judges nothing", async () => {
    const { image } = registry.signed("ml/ocr");
    const offline = { more: "onError: allow", offline: true };
    const { findings, requests } = await judged({ "a.yaml": pod("a", image) }, offline);
    expect(findings).toMatchObject([{ outcome: "not-judged", args: { reason: "offline" } }]);
    expect(requests).toBe(0);
  });

  test("an image that a template fills in is not judged", async () => {
    const { findings, requests } = await judged({ "a.yaml": pod("a", `"${registry.host}/ml/\${NAME}:1"`) });
    expect(findings).toMatchObject([{ outcome: "not-judged", level: "info" }]);
    expect(findings[0]?.message).toContain("is filled in from a template");
    expect(requests).toBe(0);
  });

  test("a waiver by annotation waives it", async () => {
    const { image } = registry.unsigned("ml/bare");
    const waived = replaced(
      pod("a", image),
      "  name: a\n",
      '  name: a\n  annotations:\n    paddlock.dev/waive.signed-image: "built here, signed soon"\n',
    );
    const { report, findings } = await judged({ "a.yaml": waived });
    expect(findings).toMatchObject([{ outcome: "waived", waiver: { reason: "built here, signed soon" } }]);
    expect(report.summary).toMatchObject({ errors: 0, waived: 1 });
  });

  test("no registry is asked where the rule is off", async () => {
    const files = { "a.yaml": pod("a", registry.unsigned("ml/bare").image) };
    const { requests } = await judged(files, { rules: ["pinned-image"] });
    expect(requests).toBe(0);
  });
});

describe("many manifests", () => {
  test("ask for each image once", async () => {
    const { image } = registry.signed("ml/shared");
    const alone = await judged({ "a.yaml": pod("a", image) });
    const names = Array.from({ length: 40 }, (_, n) => `p${n}`);
    const many = await judged(Object.fromEntries(names.map((name) => [`${name}.yaml`, pod(name, image)])));
    expect(many.report.summary.workloads).toBe(40);
    expect(many.findings).toEqual([]);
    expect(many.requests).toBe(alone.requests);
  });

  test("get the same findings from several threads", async () => {
    const [good, bad] = [registry.signed("ml/ocr").image, registry.unsigned("ml/bare").image];
    // More than two threads' worth of files.
    const files = Object.fromEntries(
      Array.from({ length: 700 }, (_, n) => [`p${n}.yaml`, pod(`p${n}`, n % 7 === 0 ? bad : good)]),
    );
    const one = await judged(files, { threads: 1 });
    const two = await judged(files, { threads: 2 });
    expect(two.findings).toEqual(one.findings);
    expect(two.findings).toHaveLength(100);
    expect(two.requests).toBe(one.requests);
  });
});

describe("the program", () => {
  test("reads the key beside its configuration, and exits with 1 for what is not signed", async () => {
    const cwd = folder({
      "config/cosign.pub": registry.signer.pem,
      "config/paddlock.yaml": registry.configuration({ file: "cosign.pub" }),
      "good/a.yaml": pod("a", registry.signed("ml/ocr").image),
      "bad/a.yaml": pod("a", registry.unsigned("ml/bare").image),
    });
    const words = ["--config", join("config", "paddlock.yaml"), "--rule", "signed-image"];
    expect(await paddlock(["check", "good", ...words], cwd)).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout, stderr } = await paddlock(["check", "bad", ...words], cwd);
    expect(stdout).toContain("is not signed");
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  test("exits with 2 for a key that cannot be read", async () => {
    const cwd = folder({
      ".paddlock.yaml": registry.configuration({ file: "cosign.pub" }),
      "a.yaml": pod("a", registry.signed("ml/ocr").image),
    });
    const { status, stdout, stderr } = await paddlock(["check"], cwd);
    expect(stdout).toBe("");
    expect(stderr).toContain("cosign.pub");
    expect(status).toBe(2);
  });
});
