import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";
import { isMissing, textOf, Workspace } from "./workspace.ts";

const fixture = join(import.meta.dirname, "../../fixtures/kustomize");

let space: Workspace;
beforeEach(() => {
  space = new Workspace();
});
afterEach(() => {
  vi.unstubAllEnvs();
  space.remove();
});

const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

function placed(file: SourceFile | undefined): readonly (readonly [number | undefined, string])[] {
  return (textOf(file) ?? "")
    .trimEnd()
    .split("\n")
    .map((line, index) => [file?.lines?.[index + 1], line]);
}

describe("without kustomize and kubectl", () => {
  beforeEach(() => vi.stubEnv("PATH", space.root));

  test("a kustomization is an error, and what it names is not read on its own", async () => {
    cpSync(fixture, join(space.root, "app"), { recursive: true });
    space.write("app/base/other.yaml");
    const { paths, notifications } = await space.gather({ paths: ["app/base"] });
    expect(paths).toEqual(["app/base/other.yaml"]);
    expect(notifications).toEqual([
      {
        level: "error",
        code: "kustomize-missing",
        message:
          "this is a kustomization, and `kustomize` / `kubectl kustomize` was not found: install kustomize or kubectl, or name it in PADDLOCK_KUSTOMIZE",
        file: "app/base/kustomization.yaml",
      },
    ]);
  });

  test("only those are built to which no other refers", async () => {
    cpSync(fixture, join(space.root, "app"), { recursive: true });
    const { paths, notifications } = await space.gather();
    expect(paths).toEqual([]);
    expect(notifications.map(({ file }) => file)).toEqual([
      "app/overlays/production/kustomization.yaml",
      "app/overlays/staging/kustomization.yaml",
    ]);
  });

  test("of those that refer to each other one is built, and says so", async () => {
    space.write("a/kustomization.yaml", "resources: [../b]\n");
    space.write("b/kustomization.yaml", "resources: [../a]\n");
    expect((await space.gather()).codes).toEqual(["kustomize-missing"]);
  });

  test("remote resources are never fetched: each is an error on its line", async () => {
    const remote = [
      "https://example.com/install.yaml",
      "github.com/owner/repository//deploy?ref=v1.0.0",
      "git@github.com:owner/repository.git",
      "ssh://git@example.com/x.git",
      "git::https://example.com/x",
    ];
    space.write("base/kustomization.yaml", `# the base\nresources:\n${remote.map((each) => `  - ${each}\n`).join("")}`);
    space.write("kustomization.yaml", "resources: [base, local.d/x.yaml]\n");
    const { notifications } = await space.gather();
    expect(notifications.map(({ code, file, line }) => [code, file, line])).toEqual(
      remote.map((_, index) => ["kustomize-remote", "base/kustomization.yaml", index + 3]),
    );
    expect(notifications[0]?.message).toBe(
      "`https://example.com/install.yaml` is remote and nothing is fetched from there, so the kustomization could not be judged: bring it into the repository",
    );
  });

  test("a chart that would have to be fetched is remote, too", async () => {
    space.write("kustomization.yaml", "helmCharts:\n  - name: redis\n    repo: https://charts.example.com\n");
    const { notifications } = await space.gather();
    expect(notifications).toMatchObject([{ code: "kustomize-remote", file: "kustomization.yaml", line: 3 }]);
  });

  test("somebody else's object in a file of that name is a manifest", async () => {
    space.write("kustomization.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n");
    expect(await space.gather()).toMatchObject({ paths: ["kustomization.yaml"], notifications: [] });
  });

  test("a file that is named is read as it is where it is a resource, but a patch says nothing by itself", async () => {
    cpSync(fixture, join(space.root, "app"), { recursive: true });
    const resource = await space.gather({ paths: ["app/base/deployment.yaml"] });
    expect(resource).toMatchObject({ paths: ["app/base/deployment.yaml"], notifications: [] });
    for (const file of ["non-root.yaml", "kustomization.yaml"]) {
      const { paths, notifications } = await space.gather({ paths: [`app/overlays/production/${file}`] });
      expect([paths, notifications.map((each) => each.file)]).toEqual([
        [],
        ["app/overlays/production/kustomization.yaml"],
      ]);
    }
  });
});

describe.skipIf(isMissing("kustomize", "kubectl"))(
  "kustomize (skipped where neither it nor kubectl is in PATH)",
  () => {
    test("builds each overlay into a set of its own, of the files that its objects come from", async () => {
      cpSync(fixture, join(space.root, "app"), { recursive: true });
      const { files, notifications } = await space.gather();
      expect(notifications).toEqual([]);
      const sets = new Map<string, string[]>();
      for (const { path, rendering } of files) sets.set(rendering, [...(sets.get(rendering) ?? []), path].sort());
      const base = ["app/base/deployment.yaml", "app/base/kustomization.yaml", "app/base/network.yaml"];
      expect(Object.fromEntries(sets)).toEqual({
        "kustomize:app/overlays/production/kustomization.yaml": base,
        "kustomize:app/overlays/staging/kustomization.yaml": base,
      });
      expect(files.some((file) => textOf(file)?.includes("config.kubernetes.io") === true)).toBe(false);
    });

    test("keeps to the order of the source, and finds its lines", async () => {
      const { files } = await space.gather({ paths: [join(fixture, "overlays/production")] });
      const lines = placed(files.find(({ path }) => path.endsWith("base/deployment.yaml")));
      expect(lines.slice(1).filter(([at]) => at === 0 || at === undefined)).toEqual([]);
      const of = (text: string): readonly (number | undefined)[] =>
        lines.filter(([, line]) => line.trim() === text).map(([at]) => at);
      expect(of("- name: ocr")).toEqual([17]);
      expect(of("image: registry.example.com/ml/paddlex:3.2.0-gpu")).toEqual([-18]);
      expect(of("replicas: 4")).toEqual([-7]);
      expect(of('nvidia.com/gpu: "2"')).toEqual([-33]);
      expect(of("mountPath: /models")).toEqual([38]);
      expect(of("runAsNonRoot: true")).toEqual([-15]);
      expect(of("claimName: ocr-models")).toEqual([46]);
      expect(of("# paddlock-ignore model-volume -- the storage team's claim, in another repository")).toEqual([-46]);
    });

    test("keeps the values of scalars, whatever they look like", async () => {
      space.write("kustomization.yaml", "resources: [x.yaml]\n");
      const data = [
        'a: "yes"',
        'b: "0123"',
        "c: |\n    # paddlock-ignore x -- not a comment\n    two\n",
        'd: "1e3"',
        'e: ""',
        "f: 'it''s: # fine'",
      ];
      space.write(
        "x.yaml",
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n${data.map((each) => `  ${each}\n`).join("")}`,
      );
      const { files } = await space.gather();
      const { load } = await import("js-yaml");
      expect(load(textOf(files[0]) ?? "")).toMatchObject({
        data: {
          a: "yes",
          b: "0123",
          c: "# paddlock-ignore x -- not a comment\ntwo\n",
          d: "1e3",
          e: "",
          f: "it's: # fine",
        },
      });
    });

    test("tells objects of one file apart, also under a prefix", async () => {
      space.write("kustomization.yaml", "namePrefix: dev-\nresources: [pods.yaml]\n");
      space.write("pods.yaml", `${pod("web")}---\n${pod("web-cache")}`);
      const { files } = await space.gather();
      expect(placed(files[0]).filter(([, line]) => line.includes("name:"))).toEqual([
        [-4, "  name: dev-web"],
        [-9, "  name: dev-web-cache"],
      ]);
    });

    test("builds a base by itself where nothing of the run refers to it, and reads what nobody names", async () => {
      cpSync(fixture, join(space.root, "app"), { recursive: true });
      space.write("app/base/loose.yaml");
      const { paths, files } = await space.gather({ paths: ["app/base"] });
      expect(paths).toEqual([
        "app/base/deployment.yaml",
        "app/base/kustomization.yaml",
        "app/base/loose.yaml",
        "app/base/network.yaml",
      ]);
      expect(files.find(({ path }) => path.endsWith("loose.yaml"))?.rendering).toBe("");
    });

    test("what kustomize says is said of the kustomization", async () => {
      space.write("app/kustomization.yaml", "resources: [absent.yaml]\n");
      const { notifications } = await space.gather();
      expect(notifications).toEqual([
        {
          level: "error",
          code: "kustomize-failed",
          message: expect.stringMatching(/^kustomize cannot build this: accumulating resources: .*absent\.yaml/),
          file: "app/kustomization.yaml",
        },
      ]);
    });

    test("works through links and strange names", async () => {
      space.write("real dir/模型's/kustomization.yaml", "resources: [a.yaml]\n");
      space.write("real dir/模型's/a.yaml", pod("x"));
      space.link("linked", "real dir");
      const { paths } = await space.gather({ paths: ["linked/模型's"] });
      expect(paths).toEqual(["linked/模型's/a.yaml"]);
    });

    test("builds what is staged", async () => {
      space.init();
      cpSync(fixture, join(space.root, "app"), { recursive: true });
      space.commit();
      const file = "app/overlays/staging/kustomization.yaml";
      space.write(file, "resources: [../../base]\nnamespace: staged\n");
      space.git("add", file);
      space.write(file, "resources: [../../base]\nnamespace: not-staged\n");
      space.write("app/base/deployment.yaml", "{{ broken\n");
      const { files, notifications, paths } = await space.gather({ staged: true });
      expect(notifications).toEqual([]);
      expect(paths).toEqual(["app/base/deployment.yaml", "app/base/kustomization.yaml", "app/base/network.yaml"]);
      expect(files.every((each) => textOf(each)?.includes("namespace: staged\n"))).toBe(true);
      expect(files.find(({ path }) => path === "app/base/deployment.yaml")?.lines?.slice(2, 5)).toEqual([2, 3, 4]);
    });

    test("builds for a staged patch, and once for a resource and its kustomization", async () => {
      space.init();
      cpSync(fixture, join(space.root, "app"), { recursive: true });
      space.commit();
      space.write(
        "app/overlays/production/non-root.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ocr}\nspec: {paused: true}\n",
      );
      space.write(
        "app/base/deployment.yaml",
        `${"# changed\n"}${textOf((await space.gather({ paths: ["app/base/deployment.yaml"] })).files[0]) ?? ""}${pod("x")}`,
      );
      space.git("add", "app/overlays/production/non-root.yaml");
      const { files } = await space.gather({ staged: true });
      expect(new Set(files.map(({ rendering }) => rendering))).toEqual(
        new Set(["kustomize:app/overlays/production/kustomization.yaml"]),
      );
      space.git("add", ".");
      const both = await space.gather({ staged: true });
      expect(both.files.filter(({ rendering }) => rendering === "")).toEqual([]);
    });
  },
);
