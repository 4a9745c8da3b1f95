import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Override } from "../../src/config/configuration.ts";
import { globBaseOf } from "../../src/config/find.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { prepareSettings, type SettingsFor, type SettingsTarget } from "../../src/config/settings.ts";
import { catalogue } from "./small-catalogue.ts";
import { workspace } from "./workspace.ts";

const target: SettingsTarget = { file: "deploy.yaml", namespace: "ml", kind: "Deployment", labels: {} };

async function settingsWith(overrides: readonly Override[], folder = ""): Promise<SettingsFor> {
  const cwd = workspace({});
  const configuration = await loadConfiguration({ cwd, catalogue });
  return prepareSettings({ ...configuration, overrides, globBase: globBaseOf(join(cwd, folder), cwd) });
}

const off = { "white-sail": { level: "off", parameters: {} } } as const;

it("gives every object the same settings where nothing is overridden", async () => {
  const settingsFor = await settingsWith([]);
  expect(settingsFor(target)).toBe(settingsFor({ ...target, kind: "Pod", file: "x.yaml" }));
  expect(settingsFor(target).rules["heavy-anchor"]?.parameters.kilograms).toBe(20);
});

it.each<[string, Omit<Override, "rules">, Partial<SettingsTarget>, boolean]>([
  ["a file by its glob", { files: ["legacy/**"] }, { file: "legacy/a/deploy.yaml" }, true],
  ["no other file", { files: ["legacy/**"] }, { file: "new/deploy.yaml" }, false],
  ["files of a folder by **", { files: ["**/*.yaml"] }, { file: "deploy.yaml" }, true],
  ["hidden folders", { files: ["**/*.yaml"] }, { file: ".deploy/a.yaml" }, true],
  ["a glob that begins with ./", { files: ["./legacy/*.yaml"] }, { file: "legacy/a.yaml" }, true],
  ["an absolute path", { files: ["/srv/**"] }, { file: "/srv/a.yaml" }, true],
  ["any of several globs", { files: ["a/*", "b/*"] }, { file: "b/x.yaml" }, true],
  ["nothing that is excluded", { files: ["**", "!b/**"] }, { file: "b/x.yaml" }, false],
  ["what is not excluded", { files: ["!b/**"] }, { file: "a/x.yaml" }, true],
  ["a namespace", { namespaces: ["ml-*"] }, { namespace: "ml-serving" }, true],
  ["no other namespace", { namespaces: ["ml-*"] }, { namespace: "web" }, false],
  ["no object without a namespace", { namespaces: ["*"] }, { namespace: null }, false],
  ["a kind", { kinds: ["Pod", "Job"] }, { kind: "Job" }, true],
  ["no kind that only begins alike", { kinds: ["Job"] }, { kind: "JobSet" }, false],
  ["all of the labels", { labels: { a: "1", b: "2" } }, { labels: { a: "1", b: "2", c: "3" } }, true],
  ["not some of the labels", { labels: { a: "1", b: "2" } }, { labels: { a: "1" } }, false],
  ["no inherited label", { labels: { constructor: "x" } }, { labels: {} }, false],
  ["all conditions together", { kinds: ["Job"], files: ["a/*"] }, { kind: "Job", file: "a/x.yaml" }, true],
  ["not one of two conditions", { kinds: ["Job"], files: ["a/*"] }, { kind: "Job", file: "b/x.yaml" }, false],
])("overrides %s", async (_, conditions, object, applies) => {
  const settingsFor = await settingsWith([{ ...conditions, rules: off }]);
  expect(settingsFor({ ...target, ...object }).rules["white-sail"]?.level).toBe(applies ? "off" : "as written");
});

it("sees files from the configuration's folder", async () => {
  const settingsFor = await settingsWith([{ files: ["tests/*"], rules: off }], "services/ocr");
  const levelOf = (file: string): unknown => settingsFor({ ...target, file }).rules["white-sail"]?.level;
  expect(levelOf("services/ocr/tests/a.yaml")).toBe("off");
  expect(levelOf("services/other/tests/a.yaml")).toBe("as written");
  expect(levelOf("tests/a.yaml")).toBe("off");
});

it.each([
  ["/repo", "/repo", { strip: "", prepend: "" }],
  ["/repo/a/b", "/repo", { strip: "a/b/", prepend: "" }],
  ["/repo", "/repo/sub/deep", { strip: "/repo/", prepend: "sub/deep/" }],
  ["/etc/paddlock", "/repo", { strip: "/etc/paddlock/", prepend: "" }],
  ["/repository", "/repo", { strip: "/repository/", prepend: "" }],
])("configuration in %s, paths relative to %s", (directory, root, expected) => {
  expect(globBaseOf(directory, root)).toEqual(expected);
});

it("merges overrides in their order, and says by the key which are the same", async () => {
  const settingsFor = await settingsWith([
    { kinds: ["Pod"], rules: { "heavy-anchor": { level: "info", parameters: { kilograms: 1, metals: ["lead"] } } } },
    { files: ["a/*"], rules: { "heavy-anchor": { scope: "paddle", parameters: { kilograms: 2 } } } },
  ]);
  const pod = settingsFor({ ...target, kind: "Pod", file: "a/x.yaml" });
  expect(pod.rules["heavy-anchor"]).toEqual({
    level: "info",
    scope: "paddle",
    parameters: { kilograms: 2, metals: ["lead"] },
  });
  expect(settingsFor({ ...target, kind: "Pod", file: "a/y.yaml" })).toBe(pod);
  expect(settingsFor({ ...target, kind: "Pod" }).key).not.toBe(pod.key);
  expect(settingsFor(target).rules["heavy-anchor"]?.parameters.kilograms).toBe(20);
});

it("gives equal keys equal settings, whatever came before", async () => {
  const overrides: Override[] = [
    { files: ["a/**"], rules: off },
    { namespaces: ["n*"], rules: { "tight-rope": { level: "error", parameters: {} } } },
    { kinds: ["Pod"], rules: { "heavy-anchor": { parameters: { kilograms: 1 } } } },
  ];
  const settingsFor = await settingsWith(overrides);
  const object = fc.record({
    file: fc.constantFrom("a/x.yaml", "b/x.yaml", "a/b/c.yaml"),
    namespace: fc.constantFrom(null, "n1", "m"),
    kind: fc.constantFrom("Pod", "Job"),
    labels: fc.constant({}),
  });
  fc.assert(
    fc.property(object, (each) => {
      const { key, rules } = settingsFor(each);
      const applied = [each.file.startsWith("a/"), each.namespace === "n1", each.kind === "Pod"];
      expect(key).toBe(applied.flatMap((yes, index) => (yes ? [index] : [])).join(","));
      expect(rules["white-sail"]?.level).toBe(applied[0] ? "off" : "as written");
      expect(rules["tight-rope"]?.level).toBe(applied[1] ? "error" : "warning");
      expect(rules["heavy-anchor"]?.parameters.kilograms).toBe(applied[2] ? 1 : 20);
    }),
  );
});
