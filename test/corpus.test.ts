import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { check } from "../src/commands/check/check.ts";
import type { Finding } from "../src/findings/finding.ts";
import { paddlock } from "./cli/run.ts";

/** Real manifests and definitions that are not ours to copy; whoever has them says where. */
const corpus = process.env.PADDLOCK_CORPUS;
const data = process.env.PADDLOCK_DATA;

const unset = "PADDLOCK_CORPUS is unset: real manifests were not judged";

describe.skipIf(corpus === undefined)(corpus === undefined ? unset : "real manifests (PADDLOCK_CORPUS)", () => {
  const folder = corpus ?? "";
  const files = corpus === undefined ? [] : readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));

  const judged = async (paths: readonly string[]) => {
    const { report } = await check({ cwd: folder, paths, alone: true });
    return { ...report, findings: [...report.findings] };
  };

  test("there are some", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files)("%s is judged, alone", async (file) => {
    const { findings, notifications, summary } = await judged([file]);
    expect(notifications.filter(({ level }) => level === "error")).toEqual([]);
    expect(summary).toMatchObject({ files: 1, unreadable: 0, passedOver: 0 });
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    for (const finding of findings) {
      const line = lines[finding.line - 1] ?? "";
      const at = `${file}:${finding.line}:${finding.column} ${finding.rule}`;
      // A region is never empty, never out of the file, and never begins in white space.
      expect(finding.endLine > finding.line || finding.endColumn > finding.column, at).toBe(true);
      expect(line.charAt(finding.column - 1), at).toMatch(/\S/);
      for (const words of [finding.message, finding.remedy])
        expect(words, at).not.toMatch(/\{[a-z]+\}|undefined|\[object/);
    }
  });

  test("no schema is broken that the definition of the kind does not say so of", async () => {
    const { findings } = await judged(files);
    const broken = findings.filter(({ rule }) => rule === "schema");
    // The autoscaling fields of the PaddleService in two READMEs: its definition wants texts there, and full class names.
    const paths = ["spec.service.autoscaler", "spec.service.panicWindow", "spec.service.targetUtilization"];
    expect(broken.filter(({ path, resource }) => resource.kind !== "PaddleService" || !paths.includes(path))).toEqual(
      [],
    );
  });

  test("verdicts by rule, of the files that were read by hand", async () => {
    const { findings } = await judged(files);
    const of = (rule: string, part: string): readonly Finding[] =>
      findings.filter((finding) => finding.rule === rule && finding.file.includes(part));
    const classes = (part: string): unknown[] => [...new Set(of("pinned-image", part).map(({ args }) => args.class))];
    const known = (part: string): boolean => files.some((file) => file.includes(part));
    const expected: Readonly<Record<string, readonly string[]>> = {
      "paddle-operator__config__samples__batch_v1_paddlejob": ["untagged"],
      "paddle-operator__config__samples__pod_test": ["untagged"],
      "paddle-operator__deploy__elastic__etcd": ["partial"],
      "paddle-operator__deploy__elastic__resnet": ["opaque"],
      "paddle-operator__deploy__examples__resnet": ["partial"],
      "paddle-operator__deploy__examples__simple": [],
      docs__en__examples__bert: ["floating"],
      "docs__en__examples__wide_deep.md__5": [],
      "docs__en__examples__wide_deep.md__6": [],
      "paddlepaddle__simple-cpu": [],
      "paddlepaddle__simple-gpu": [],
      "kserve-paddleserver.yaml": ["opaque"],
      "paddleserving-custom": ["opaque"],
    };
    for (const [part, expectedClasses] of Object.entries(expected)) {
      if (known(part)) expect(classes(part), part).toEqual(expectedClasses);
    }

    // Every example asks for accelerators by their limit alone, which Kubernetes allows.
    expect(findings.filter(({ rule }) => rule === "gpu-requests-equal-limits")).toEqual([]);
    // KServe's own runtime is the only one that says which user it runs as.
    expect(of("run-as-non-root", "kserve-paddleserver.yaml")).toEqual([]);
    expect(
      of("run-as-non-root", "ElasticServing")
        .filter(({ resource }) => resource.kind === "PaddleService")
        .every(({ outcome }) => outcome === "not-judged"),
    ).toBe(true);
    // Training is asked neither for probes nor for a claim; what serves is.
    expect(of("probe-delays", "paddle-operator")).toEqual([]);
    expect(of("probe-delays", "paddlepaddle__simple")).toEqual([]);
    expect(of("model-volume", "paddle-operator")).toEqual([]);
    const levels = (part: string): string[] =>
      of("model-volume", part).map(({ level, outcome, line }) => `${level} ${outcome} ${line}`);
    if (known("wide_deep.md__6")) expect(levels("wide_deep.md__6")).toEqual(["error violation 8"]);
    if (known("v1beta1__paddle__paddle")) expect(levels("v1beta1__paddle__paddle")).toEqual(["error violation 8"]);
    if (known("elastic__etcd")) {
      expect(of("cpu-memory-resources", "elastic__etcd").map(({ line }) => line)).toEqual([26, 28]);
      expect(of("model-volume", "elastic__etcd")).toEqual([]);
    }
    // A host path of a training job is the business of the rule on containers.
    if (known("elastic__resnet")) {
      expect(of("restricted-container", "elastic__resnet").map(({ path }) => path)).toEqual([
        "spec.worker.template.spec.volumes[1].hostPath",
      ]);
    }
  });

  test("every workload without a policy is told so, once for each part", async () => {
    const { findings, summary } = await judged(files);
    const policies = findings.filter(({ rule }) => rule === "network-policy");
    const told = new Set(policies.map(({ file, resource }) => `${file} ${resource.kind} ${resource.name}`));
    expect(told.size).toBe(summary.workloads);
  });
});

describe.skipIf(data === undefined)(
  data === undefined ? "PADDLOCK_DATA is unset: real definitions were not read" : "real definitions (PADDLOCK_DATA)",
  () => {
    test("custom resource definitions are valid objects, without pods", async () => {
      const { report } = await check({ cwd: data ?? "", paths: ["crds"], alone: true });
      // One is of an API version that clusters no longer serve.
      expect([...report.findings].filter(({ rule, path }) => rule !== "schema" || path !== "apiVersion")).toEqual([]);
      expect(report.notifications.filter(({ level }) => level === "error")).toEqual([]);
      expect(report.summary.workloads).toBe(0);
      expect(report.summary.documents).toBeGreaterThan(0);
    });

    test.skipIf(corpus === undefined)("the SARIF of real findings obeys the real schema", () => {
      const schema: object = JSON.parse(readFileSync(join(data ?? "", "sarif-schema-2.1.0.json"), "utf8"));
      const { stdout, stderr } = paddlock(["check", "--format", "sarif"], { cwd: corpus ?? "" });
      expect(stderr).toBe("");
      const ajv = new Ajv({ strict: false, allErrors: true });
      addFormats.default(ajv);
      const validate = ajv.compile({ ...schema, $schema: undefined, id: undefined });
      validate(JSON.parse(stdout));
      expect(validate.errors).toBeNull();
    });
  },
);
