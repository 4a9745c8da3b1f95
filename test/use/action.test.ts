import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { githubWorkflow } from "../../src/commands/init/init-templates.ts";
import { readAction, scriptOf } from "./action-steps.ts";
import { project } from "./project-copy.ts";

const folder = mkdtempSync(join(tmpdir(), "paddlock-action-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: string;
  readonly summary: string;
}

/** Runs the step that judges as a runner of GitHub does, in a work tree that holds the seed. */
function judge(given: { readonly [input: string]: string }): Ran {
  const tree = mkdtempSync(join(folder, "tree-"));
  cpSync(join(project, "fixtures/seed"), join(tree, "deploy"), { recursive: true });
  const temp = mkdtempSync(join(folder, "temp-"));
  const files = { GITHUB_OUTPUT: join(temp, "output"), GITHUB_STEP_SUMMARY: join(temp, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  const { script, env } = scriptOf("check", given, project);
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: tree,
    encoding: "utf8",
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: temp,
      LC_ALL: "C.UTF-8",
      GITHUB_ACTIONS: "true",
      RUNNER_TEMP: temp,
      ...files,
      ...env,
    },
  });
  const read = (file: string): string => readFileSync(file, "utf8");
  return { status, stdout, stderr, outputs: read(files.GITHUB_OUTPUT), summary: read(files.GITHUB_STEP_SUMMARY) };
}

function outputsOf(text: string): { readonly [name: string]: string } {
  return Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

describe("action.yml", () => {
  const action = readAction();

  test("is a composite action whose inputs are described", () => {
    expect(action.runs.using).toBe("composite");
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).not.toBe("");
      expect(input.default, name).toBeTypeOf("string");
    }
  });

  test("lets no expression into the text of a script", () => {
    for (const step of action.runs.steps) {
      if (step.run === undefined) continue;
      expect(step.run).not.toContain("${{");
      expect(step.shell).toBe("bash");
    }
  });

  test("uses every input", () => {
    const written = JSON.stringify(action.runs);
    for (const name of Object.keys(action.inputs)) expect(written).toContain(`inputs.${name} `);
  });

  test("uploads SARIF also where there are findings", () => {
    const upload = action.runs.steps.find((step) => step.uses?.startsWith("github/codeql-action/upload-sarif@"));
    expect(upload?.if).toContain("always()");
    expect(upload?.with?.sarif_file).toBe("${{ steps.check.outputs.sarif }}");
  });

  test("is what `paddlock init` writes into a workflow", () => {
    const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    expect(githubWorkflow(version)).toContain(`uses: paddlock/paddlock@v${version}`);
  });
});

describe("its script", () => {
  test("annotates, writes SARIF and the step summary, and fails on errors", () => {
    const { status, stdout, outputs, summary } = judge({});
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=deploy\/paddle-ocr\.yaml,line=17,.*run-as-non-root/m);
    expect(stdout).toMatch(/^::warning file=deploy\/paddle-ocr\.yaml,line=18,.*pinned-image/m);
    expect(summary).toContain("network-policy");
    const { status: output, sarif = "" } = outputsOf(outputs);
    expect(output).toBe("1");
    const log = JSON.parse(readFileSync(sarif, "utf8"));
    expect(log.version).toBe("2.1.0");
    expect(log.runs[0].results.map((result: { ruleId: string }) => result.ruleId)).toContain("network-policy");
  });

  test("hands over profile, arguments and paths, one a line", () => {
    const { status, stdout } = judge({
      profile: "baseline",
      "fail-on": "info",
      args: "--skip\nrun-as-non-root\n",
      paths: "deploy/paddle-ocr.yaml\n",
    });
    expect(stdout).not.toContain("run-as-non-root");
    expect(stdout).not.toContain("network-policy");
    expect(status).toBe(0);
  });

  test("takes nothing in an input for a command, nor a path for an option", () => {
    const marker = join(folder, "marker");
    const hostile = `$(touch ${marker}) \`touch ${marker}\`"; touch ${marker}; "`;
    const { status, outputs } = judge({ paths: `${hostile}\n--profile=strict`, config: "" });
    expect(existsSync(marker)).toBe(false);
    expect(status).toBe(2);
    expect(outputsOf(outputs).status).toBe("2");
  });

  test("says that a configuration is wrong, and leaves nothing to upload", () => {
    const { status, stderr, outputs } = judge({ config: "missing.yaml" });
    expect(status).toBe(2);
    expect(stderr).toContain("missing.yaml");
    expect(outputsOf(outputs).sarif).toBeUndefined();
  });

  test("runs in a working directory", () => {
    mkdirSync(join(folder, "unused"), { recursive: true });
    expect(readAction().runs.steps.find((step) => step.id === "check")).toHaveProperty(
      "working-directory",
      "${{ inputs.working-directory }}",
    );
  });
});
