import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Coverage } from "../../src/findings/coverage.ts";
import { folder, paddlock, type Run, root } from "./run.ts";

const pod = readFileSync(join(root, "fixtures/cli/good.yaml"), "utf8");
const pipeline = `
apiVersion: example.com/v1
kind: Pipeline
metadata: { name: shape }
spec: { run: { spec: { containers: [{ name: a, image: "registry.example.com/a:1.0.0" }] } } }
`;
const engine = `
apiVersion: example.com/v1
kind: Engine
metadata: { name: flat }
spec: { image: "registry.example.com/a:1.0.0", replicas: 2 }
`;
const service = `
apiVersion: v1
kind: Service
metadata: { name: a }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
`;

function run(files: readonly string[], ...words: readonly string[]): Run {
  const named = Object.fromEntries(files.map((text, index) => [`${index}.yaml`, text]));
  return paddlock(["check", "--fail-on", "never", ...words], { cwd: folder(named) });
}

describe("coverage", () => {
  const files = [pod, pipeline, engine, service];

  test("counts each object once: by its kind, by the shape of its pods, or not", () => {
    const { coverage }: { readonly coverage: Coverage } = JSON.parse(run(files, "--format", "json").stdout).summary;
    expect(coverage).toEqual({
      byRow: 1,
      byShape: 1,
      notJudged: 1,
      kinds: ["example.com/Engine", "example.com/Pipeline"],
    });
  });

  test("is told where not all was seen by its kind, and that too little was seen", () => {
    const { status, stdout } = run(files, "--min-coverage", "67", "--format", "compact");
    expect(status).toBe(1);
    expect(stdout).toContain("1 seen by their kind, 1 by the shape of their pods, 1 not or in part");
    expect(stdout).toContain("Coverage is 66.6 %, below the 67 % of --min-coverage.");
    expect(run(files, "--min-coverage", "66.6").status).toBe(0);
    expect(run([pod], "--min-coverage", "100").stdout).not.toContain("overage");
  });

  test("says so where no workload is among what looks like manifests, and that is no failure", () => {
    const { status, stdout } = run([service], "--min-coverage", "100");
    expect(status).toBe(0);
    expect(stdout).toContain("No workload is among them");
    expect(run([service], "--lang", "zh").stdout).toContain("其中没有工作负载");
  });

  test.each(["101", "-1", "many", "1e1", ""])("asks for no percentage %j", (percent) => {
    const { status, stderr } = run([pod], `--min-coverage=${percent}`);
    expect(status).toBe(2);
    expect(stderr).toContain("--min-coverage is a number of percent from 0 to 100");
  });
});
