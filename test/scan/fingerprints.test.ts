import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { check } from "../../src/commands/check/check.ts";
import type { Finding } from "../../src/findings/finding.ts";

async function judged(content: string): Promise<readonly Finding[]> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-scan-")));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, "a.yaml"), content);
  const { report } = await check({ cwd });
  return [...report.findings];
}

const fingerprints = async (content: string): Promise<string[]> =>
  (await judged(content)).map(({ rule, fingerprint }) => `${rule} ${fingerprint}`).sort();

const container = (name: string): string => `    - name: ${name}\n      image: registry.example.com/${name}\n`;
const pod = (...containers: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ocr\nspec:\n  containers:\n${containers.map(container).join("")}`;

test("fingerprints stay when lines move and when containers change places", async () => {
  const before = await fingerprints(pod("a", "b"));
  expect(before.length).toBeGreaterThan(5);
  expect(await fingerprints(`# moved\n\n${pod("a", "b")}`)).toEqual(before);
  expect(await fingerprints(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n${pod("a", "b")}`)).toEqual(
    before,
  );
  expect(await fingerprints(pod("b", "a"))).toEqual(before);
});

test("fingerprints stay when only the version of the API changes", async () => {
  const cron = (version: string): string => `apiVersion: batch/${version}
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: nginx}]}}}}}
`;
  const without = (all: readonly string[]): string[] => all.filter((each) => !each.startsWith("schema "));
  const before = without(await fingerprints(cron("v1beta1")));
  expect(before.length).toBeGreaterThan(2);
  expect(without(await fingerprints(cron("v1")))).toEqual(before);
});

test("fingerprints change with what they are of", async () => {
  const before = new Set(await fingerprints(pod("a")));
  for (const other of [
    pod("a").replace("name: ocr", "name: vl"),
    pod("a").replace("name: ocr", "name: ocr\n  namespace: ml"),
  ]) {
    for (const each of await fingerprints(other)) expect(before).not.toContain(each);
  }
});

test("fingerprints change with the facts of the finding", async () => {
  const image = async (reference: string): Promise<string | undefined> =>
    (await judged(pod("a").replace("image: registry.example.com/a", `image: ${reference}`))).find(
      ({ rule }) => rule === "pinned-image",
    )?.fingerprint;
  expect(await image("nginx")).toBe(await image("nginx"));
  expect(await image("nginx")).not.toBe(await image("redis"));
  expect(await image("nginx:latest")).not.toBe(await image("nginx"));
});

test("repeats in a file are numbered in their order", async () => {
  const findings = await judged(`${pod("a")}---\n${pod("a")}---\n${pod("a")}`);
  const images = findings.filter(({ rule }) => rule === "pinned-image").map(({ fingerprint }) => fingerprint);
  const [first = ""] = images;
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(images).toEqual([first, `${first}#2`, `${first}#3`]);
});
