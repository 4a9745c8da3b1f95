import { expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { ObjectJudge } from "../../src/judging/object-judge.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { resourceIn } from "../resources/read.ts";

test("a resource that a rule's parameter calls an accelerator makes its container accelerated, for every rule", async () => {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const pod = resourceIn(
    '{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: "app:1.2.3", resources: {limits: {example.com/npu-2: 1}}}]}}',
  );
  const accelerated = async (configuration: typeof loaded): Promise<boolean | undefined> => {
    const judge = await ObjectJudge.prepare({
      configuration,
      language: "en",
      bundles: [],
      kubernetesVersion: "1.34",
      door: "check",
    });
    return judge.subject(pod).workload?.accelerated;
  };
  expect(await accelerated(loaded)).toBe(false);
  const [id, setting] = Object.entries(loaded.rules).find(([, { parameters }]) => "accelerators" in parameters) ?? [];
  if (id === undefined || setting === undefined) throw new Error("no rule takes accelerators");
  const parameters = { ...setting.parameters, accelerators: [{ match: "example.com/npu-*", vendor: "example" }] };
  expect(await accelerated({ ...loaded, rules: { ...loaded.rules, [id]: { ...setting, parameters } } })).toBe(true);
});
