import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { type Gathered, isMissing, textOf, Workspace } from "./workspace.ts";

const fixture = join(import.meta.dirname, "../../fixtures/charts/ocr-serving");

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
});
afterEach(() => {
  vi.unstubAllEnvs();
  space.remove();
});

function chart(name: string, files: { readonly [file: string]: string } = {}, more = ""): void {
  space.write(`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`);
  for (const [file, text] of Object.entries(files)) space.write(`${name}/${file}`, text);
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n";

function fileOf({ files }: Gathered, path: string): SourceFile | undefined {
  return files.find((file) => file.path === path);
}

/** The rendered lines of a file with the line of the template that each comes from. */
function placed(file: SourceFile | undefined): readonly (readonly [number | undefined, string])[] {
  return (textOf(file) ?? "")
    .trimEnd()
    .split("\n")
    .map((line, index) => [file?.lines?.[index + 1], line]);
}

describe("without helm", () => {
  test("a chart is an error, and its files are not read on their own", async () => {
    vi.stubEnv("PADDLOCK_HELM", join(space.root, "no-helm"));
    cpSync(fixture, join(space.root, "chart"), { recursive: true });
    space.write("plain.yaml");
    const { paths, notifications } = await space.gather();
    expect(paths).toEqual(["plain.yaml"]);
    expect(notifications).toEqual([
      {
        level: "error",
        code: "helm-missing",
        message: `this is a Helm chart, and \`${join(space.root, "no-helm")}\` was not found: install helm 3 or newer, or name it in PADDLOCK_HELM`,
        file: "chart/Chart.yaml",
      },
    ]);
  });

  test("a library chart is passed by", async () => {
    vi.stubEnv("PADDLOCK_HELM", join(space.root, "no-helm"));
    chart("common", { "templates/_pod.tpl": pod }, "type: library\n");
    expect(await space.gather()).toMatchObject({ paths: [], notifications: [] });
  });
});

describe.skipIf(isMissing("helm"))("helm (skipped where it is not in PATH)", () => {
  test("renders a chart with its subcharts, CRDs and hooks into one set", async () => {
    cpSync(fixture, join(space.root, "chart"), { recursive: true });
    const gathered = await space.gather();
    expect(gathered.notifications).toEqual([]);
    expect(gathered.paths).toEqual([
      "chart/charts/model-cache/templates/claim.yaml",
      "chart/crds/ocrpipeline.yaml",
      "chart/templates/deployment.yaml",
      "chart/templates/jobs.yaml",
      "chart/templates/network.yaml",
    ]);
    expect(new Set(gathered.files.map(({ rendering }) => rendering))).toEqual(new Set(["helm:chart"]));
    const jobs = fileOf(gathered, "chart/templates/jobs.yaml");
    expect(placed(jobs).filter(([, line]) => /name:|image:/.test(line))).toEqual([
      [-6, "  name: ocr-serving-warm-det"],
      [-13, "        app.kubernetes.io/name: ocr-serving"],
      [17, "        - name: warm"],
      [18, "          image: curlimages/curl"],
      [-6, "  name: ocr-serving-warm-rec"],
      [-13, "        app.kubernetes.io/name: ocr-serving"],
      [17, "        - name: warm"],
      [18, "          image: curlimages/curl"],
    ]);
  });

  test("finds every line of the fixture's deployment in its template", async () => {
    const { files } = await space.gather({ paths: [fixture] });
    const file = files.find(({ path }) => path.endsWith("templates/deployment.yaml"));
    const lines = placed(file);
    expect(lines.slice(1).every(([at]) => at !== 0 && at !== undefined)).toBe(true);
    expect(lines.filter(([, line]) => /image:|OCR_WORKERS|metrics|nvidia|claimName/.test(line))).toEqual([
      [-24, '          image: "registry.example.com/ml/paddle-ocr:3.2.0"'],
      [-34, "            - name: metrics"],
      [-39, "            - name: OCR_WORKERS"],
      [-57, "              nvidia.com/gpu: 1"],
      [-65, "            claimName: ocr-models"],
      [-72, "          key: nvidia.com/gpu"],
    ]);
  });

  test("tells lines apart that say the same, in branches, loops, helpers and documents", async () => {
    chart("c", {
      "templates/_helpers.tpl": '{{- define "labels" }}\na: 1\nb: 2\n{{- end }}\n',
      "templates/x.yaml": [
        "{{- if .Values.own }}",
        "image: {{ .Values.image }}",
        "{{- else }}",
        "image: {{ .Values.image }}",
        "{{- end }}",
        'labels: {{- include "labels" . | nindent 2 }}',
        "list:",
        "{{- range .Values.list }}",
        "- image: {{ . }}",
        "  pull: Always",
        "{{- end }}",
        "args: {{ .Values.image -}}",
        "  ,b",
        "description: a text {{ .Values.image }}",
        "  of two lines",
        "---",
        "kind: A",
        "---",
        "kind: A",
        "image: {{ .Values.image }}",
      ].join("\n"),
      "values.yaml": "image: x\nlist: [one, two]\n",
    });
    const { files, notifications } = await space.gather({ paths: ["c"] });
    expect(notifications).toEqual([]);
    expect(placed(files[0])).toEqual([
      [0, "---"],
      [-4, "image: x"],
      [-6, "labels:"],
      [0, "  "],
      [-6, "  a: 1"],
      [-6, "  b: 2"],
      [7, "list:"],
      [-9, "- image: one"],
      [10, "  pull: Always"],
      [-9, "- image: two"],
      [10, "  pull: Always"],
      [-13, "args: x,b"],
      [-14, "description: a text x"],
      [15, "  of two lines"],
      [0, "---"],
      [17, "kind: A"],
      [0, "---"],
      [19, "kind: A"],
      [-20, "image: x"],
    ]);
  });

  test("prints what helm prints where a template reads another, and where a mark would break one", async () => {
    chart("c", {
      "templates/map.yaml": "data: {{ .Values.a }}\n",
      "templates/pod.yaml": 'sum: {{ include (print $.Template.BasePath "/map.yaml") . | sha256sum }}\n',
      "values.yaml": "a: 1\n",
    });
    chart("d", {
      "templates/x.yaml": 'a: {{ .Values.a }}\nb: {\n  "c": "{{ .Values.a }}\n    d"}\n',
      "values.yaml": "a: 1\n",
    });
    const { files, notifications } = await space.gather({ paths: ["c", "d"] });
    expect(notifications).toEqual([]);
    const sum = createHash("sha256").update("data: 1\n").digest("hex");
    expect(files.map(textOf)).toEqual([
      "---\ndata: 1\n",
      `---\nsum: ${sum}\n`,
      '---\na: 1\nb: {\n  "c": "1\n    d"}\n',
    ]);
    expect(files.map(({ lines }) => lines?.slice(2))).toEqual([[-1], [-1], [-1, 2, -3, 4]]);
  });

  test("takes values files, settings, the namespace and the Kubernetes version", async () => {
    chart("c", {
      "templates/x.yaml":
        "a: {{ .Values.a }}\nb: {{ .Values.b }}\nc: {{ .Release.Namespace }}\nd: {{ .Capabilities.KubeVersion.Version }}\n",
      "values.yaml": "a: 1\nb: 1\n",
    });
    space.write("my,values.yaml", "a: 2\n");
    const helm = { values: ["my,values.yaml"], set: ["b=3,c=4"] };
    const { files, notifications } = await space.gather({
      paths: ["c"],
      helm,
      namespace: "ml",
      kubernetesVersion: "1.31",
    });
    expect(notifications).toEqual([]);
    expect(textOf(files[0])).toBe("---\na: 2\nb: 3\nc: ml\nd: v1.31.0\n");
  });

  test("renders a dependency from the folder that Chart.yaml names, and only through its parent", async () => {
    chart("common", { "templates/_pod.tpl": `{{- define "common.pod" -}}\n${pod}{{- end }}\n` }, "type: library\n");
    chart("redis", { "templates/pod.yaml": `${pod}# {{ .Values.x }}\n` });
    const dependencies = ["common", "redis"].map(
      (name) => `- {name: ${name}, version: 0.1.0, repository: "file://../${name}"}\n`,
    );
    chart("app", { "templates/pod.yaml": '{{ include "common.pod" . }}\n' }, `dependencies:\n${dependencies.join("")}`);
    const gathered = await space.gather();
    expect(gathered.notifications).toEqual([]);
    expect(gathered.paths).toEqual(["app/templates/pod.yaml", "redis/templates/pod.yaml"]);
    expect(gathered.files.map(({ rendering }) => rendering)).toEqual(["helm:app", "helm:app"]);
    expect(existsSync(join(space.root, "app/charts"))).toBe(false);
  });

  test("gives what a packed subchart renders to its archive", async () => {
    chart("app", {}, "dependencies: [{name: cache, version: 0.1.0, alias: store}]\n");
    chart("cache", { "templates/pod.yaml": pod });
    space.write("app/charts/.keep");
    const { execFileSync } = await import("node:child_process");
    execFileSync("tar", ["czf", "app/charts/cache-0.1.0.tgz", "cache"], { cwd: space.root });
    const { files, notifications } = await space.gather({ paths: ["app"] });
    expect(notifications).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(["app/charts/cache-0.1.0.tgz"]);
    expect(textOf(files[0])).toBe(`---\n${pod}`);
  });

  test("renders each chart of a run, and what lies beside it is read as it is", async () => {
    chart("a", { "templates/pod.yaml": pod, "ci/values.yaml": "x: 1\n" });
    chart("b", { "templates/pod.yaml": pod });
    space.write("plain.yaml");
    expect((await space.gather()).paths).toEqual(["a/templates/pod.yaml", "b/templates/pod.yaml", "plain.yaml"]);
  });

  test("renders the chart of a file that is named; a template stands for what it renders to", async () => {
    chart("c", { "templates/a.yaml": pod, "templates/b.yaml": pod, "templates/_c.tpl": "", "values.yaml": "" });
    const template = await space.gather({ paths: ["c/templates/a.yaml"] });
    expect(template.paths).toEqual(["c/templates/a.yaml"]);
    expect((await template.beside()).map(({ path, judged, rendering }) => [path, judged, rendering])).toEqual([
      ["c/templates/b.yaml", false, "helm:c"],
    ]);
    for (const file of ["Chart.yaml", "values.yaml", "templates/_c.tpl"]) {
      expect((await space.gather({ paths: [`c/${file}`] })).paths).toEqual([
        "c/templates/a.yaml",
        "c/templates/b.yaml",
      ]);
    }
    expect((await space.gather({ cwd: join(space.root, "c/templates") })).paths.map((path) => path.slice(-6))).toEqual([
      "a.yaml",
      "b.yaml",
    ]);
    expect((await space.gather({ paths: ["**/b.yaml"] })).paths).toEqual(["c/templates/b.yaml"]);
  });

  test.each([
    ["required", 'a: {{ required "an image is needed" .Values.image }}\n', "an image is needed", 1],
    ["nil pointer", "a: 1\nb: {{ .Values.a.b.c }}\n", "nil pointer evaluating", 2],
    ["syntax", "a: 1\nb: 2\n{{ if }}\n", "missing value for if", 3],
    ["broken YAML", "a: b: c\n", "YAML parse error", undefined],
  ])("what helm says is said of the template: %s", async (_, template, message, line) => {
    chart("c", { "templates/x.yaml": template });
    space.write("plain.yaml");
    const { paths, notifications } = await space.gather();
    expect(paths).toEqual(["plain.yaml"]);
    const place = line === undefined ? {} : { line, column: 1 };
    expect(notifications).toEqual([
      {
        level: "error",
        code: "helm-failed",
        message: expect.stringContaining(message),
        file: "c/templates/x.yaml",
        ...place,
      },
    ]);
  });

  test("a dependency that is not there is not fetched", async () => {
    chart("c", {}, "dependencies: [{name: redis, version: 1.x, repository: 'https://charts.example.com'}]\n");
    const { notifications } = await space.gather();
    expect(notifications).toEqual([
      {
        level: "error",
        code: "helm-failed",
        message: expect.stringContaining("missing in charts/ directory: redis"),
        file: "c/Chart.yaml",
      },
    ]);
  });

  test("leaves nothing behind, neither in the temporary folder nor at home", async () => {
    vi.stubEnv("TMPDIR", join(space.root, "tmp"));
    vi.stubEnv("HOME", join(space.root, "home"));
    space.write("tmp/.keep");
    space.write("home/.keep");
    chart("c", { "templates/a.yaml": pod });
    expect(tmpdir()).toBe(join(space.root, "tmp"));
    await space.gather({ paths: ["c"] });
    expect([readdirSync(join(space.root, "tmp")), readdirSync(join(space.root, "home"))]).toEqual([
      [".keep"],
      [".keep"],
    ]);
  });

  test("renders what is staged of a chart, with the archives that are not committed", async () => {
    space.init();
    chart("c", { "templates/a.yaml": "a: {{ .Values.x }}\n", "values.yaml": "x: committed\n" });
    chart("d", { "templates/a.yaml": pod });
    space.write("c/charts/.gitignore", "*\n");
    space.commit();
    space.write("c/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n");
    space.write("c/charts/sub/templates/b.yaml", "b: 1\n");
    space.write("c/values.yaml", "x: staged\n");
    space.git("add", "c/values.yaml");
    space.write("c/values.yaml", "x: not staged\n");
    space.write("c/templates/a.yaml", "{{ broken\n");
    const { files, notifications } = await space.gather({ staged: true });
    expect(notifications).toEqual([]);
    expect(files.map((file) => [file.path, textOf(file), file.rendering, file.lines])).toEqual([
      ["c/charts/sub/templates/b.yaml", "---\nb: 1\n", "helm:c", [0, 0, 1]],
      ["c/templates/a.yaml", "---\na: staged\n", "helm:c", [0, 0, -1]],
    ]);
  });

  test("renders the charts that changed since a revision, also by what is gone", async () => {
    space.init();
    chart("c", { "templates/a.yaml": pod, "templates/gone.yaml": pod });
    chart("d", { "templates/a.yaml": pod });
    space.commit();
    space.git("rm", "-q", "c/templates/gone.yaml");
    expect((await space.gather({ changedSince: "HEAD" })).paths).toEqual(["c/templates/a.yaml"]);
    expect((await space.gather({ staged: true })).paths).toEqual(["c/templates/a.yaml"]);
  });

  test("what --with names takes part in relations as if it lay in plain files", async () => {
    chart("shared", { "templates/np.yaml": pod });
    space.write("a.yaml");
    const { beside } = await space.gather({ paths: ["a.yaml"], beside: ["shared"] });
    expect((await beside()).map(({ path, judged, rendering }) => [path, judged, rendering])).toEqual([
      ["shared/templates/np.yaml", false, ""],
    ]);
  });
});
