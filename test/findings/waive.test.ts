import { expect, it } from "vitest";
import type { ConfiguredWaiver } from "../../src/config/configuration.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { configuredWaiverNotifications, type Waived } from "../../src/findings/waive.ts";
import type { Notification } from "../../src/messages/notification.ts";
import { configured, finding, waived } from "./judged-file.ts";

const plain = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ocr
  namespace: ml
`;

/** The object with this annotation on line 7. */
const annotated = (key: string, text: string): string => `${plain}  annotations:\n    ${key}: ${text}\n`;

const places = (notifications: readonly Notification[]): string[] =>
  notifications.map(({ level, code, file, line, column }) => `${level} ${code} ${file}:${line}:${column}`);

const outcomes = ({ findings }: Waived): string[] =>
  findings.map(({ rule, outcome, waiver }: Finding) => [rule, outcome, waiver?.source].filter(Boolean).join(" "));

it("leaves findings as they are where there is no waiver", async () => {
  const findings = [finding("heavy-anchor", 4), finding("tight-rope", 5)];
  const result = await waived(plain, findings);
  expect(result).toEqual({ findings, notifications: [], used: [], judged: [] });
});

it("waives by an annotation: findings of that rule on that object, whatever their line", async () => {
  const yaml = `${annotated("paddlock.dev/waive.heavy-anchor", '"moves to the new pier until 2027-01-31"')}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: other, namespace: ml }
`;
  const other = { resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "other" } };
  const result = await waived(yaml, [
    finding("heavy-anchor", 4),
    finding("heavy-anchor", 2, { outcome: "not-judged", level: "info" }),
    finding("tight-rope", 4),
    finding("heavy-anchor", 11, other),
  ]);
  expect(outcomes(result)).toEqual([
    "heavy-anchor waived annotation",
    "heavy-anchor waived annotation",
    "tight-rope violation",
    "heavy-anchor violation",
  ]);
  expect(result.findings[0]).toMatchObject({
    level: "error",
    waiver: { source: "annotation", reason: "moves to the new pier", expires: "2027-01-31" },
  });
  expect(result.notifications).toEqual([]);
});

it("waives by the annotations of a list's items", async () => {
  const yaml = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: { name: a, annotations: { paddlock.dev/waive.tight-rope: known } }
  - apiVersion: v1
    kind: Pod
    metadata: { name: b, annotations: { paddlock.dev/waive.tight-rope: known } }
`;
  const pod = (name: string): Pick<Finding, "resource"> => ({
    resource: { apiVersion: "v1", kind: "Pod", namespace: null, name },
  });
  const result = await waived(yaml, [finding("tight-rope", 6, pod("a")), finding("white-sail", 9, pod("b"))]);
  expect(outcomes(result)).toEqual(["tight-rope waived annotation", "white-sail violation"]);
  expect(places(result.notifications)).toEqual(["warning unused-waiver deploy.yaml:9:72"]);
});

it("tells two objects of one name in a file apart", async () => {
  const yaml = `${annotated("paddlock.dev/waive.tight-rope", "known")}---\n${plain}`;
  const result = await waived(yaml, [finding("tight-rope", 4), finding("tight-rope", 12)]);
  expect(outcomes(result)).toEqual(["tight-rope waived annotation", "tight-rope violation"]);
});

it.each([
  ["no reason", '""', "error waiver-reason"],
  ["nothing but a date", "until 2027-01-31", "error waiver-reason"],
  ["no text", "true", "error waiver-reason"],
  ["no value", "", "error waiver-reason"],
  ["a day that does not exist", "known until 2027-02-30", "error waiver-date"],
  ["its last day behind it", "known until 2026-11-23", "warning expired-waiver"],
])("does not waive by an annotation with %s", async (_, text, code) => {
  const result = await waived(annotated("paddlock.dev/waive.heavy-anchor", text), [finding("heavy-anchor", 4)]);
  expect(outcomes(result)).toEqual(["heavy-anchor violation"]);
  const column = text === "" ? 5 : 38;
  expect(places(result.notifications)).toEqual([`${code} deploy.yaml:7:${column}`]);
});

it("waives on the last day itself, in UTC", async () => {
  const result = await waived(annotated("paddlock.dev/waive.heavy-anchor", "known until 2026-11-24"), [
    finding("heavy-anchor", 4),
  ]);
  expect(outcomes(result)).toEqual(["heavy-anchor waived annotation"]);
});

it("suggests the rule that a waiver meant", async () => {
  const { notifications } = await waived(annotated("paddlock.dev/waive.heavy-ancor", "known"), []);
  expect(notifications).toEqual([
    {
      level: "error",
      code: "waiver-rule",
      message: 'the waiver names an unknown rule "heavy-ancor"; did you mean "heavy-anchor"?',
      file: "deploy.yaml",
      line: 7,
      column: 37,
    },
  ]);
});

it("waives by a comment: findings of that rule on that line", async () => {
  const yaml = `${plain}spec:
  replicas: 1 # paddlock-ignore heavy-anchor -- known until 2027-01-31
  # paddlock-ignore tight-rope -- the rope is new
  # paddlock-ignore white-sail -- so is the sail
  paused: true
  text: |
    one
    two # paddlock-ignore tight-rope -- no comment
`;
  const result = await waived(yaml, [
    finding("heavy-anchor", 7),
    finding("tight-rope", 7),
    finding("tight-rope", 10),
    finding("white-sail", 10),
    finding("tight-rope", 11, { endLine: 13 }),
  ]);
  expect(outcomes(result)).toEqual([
    "heavy-anchor waived comment",
    "tight-rope violation",
    "tight-rope waived comment",
    "white-sail waived comment",
    "tight-rope violation",
  ]);
  expect(result.findings[0]?.waiver).toEqual({ source: "comment", reason: "known", expires: "2027-01-31" });
  expect(result.notifications).toEqual([]);
});

it("waives by a comment within a finding of several lines", async () => {
  const yaml = `${plain}spec:\n  a: 1\n  b: 2 # paddlock-ignore tight-rope -- known\n`;
  const result = await waived(yaml, [
    finding("tight-rope", 6, { endLine: 7 }),
    finding("tight-rope", 7, { endLine: 8 }),
    finding("tight-rope", 9),
  ]);
  expect(outcomes(result)).toEqual(["tight-rope violation", "tight-rope waived comment", "tight-rope violation"]);
});

it.each([
  ["no reason", "heavy-anchor", "error waiver-reason"],
  ["no rule", "-- known", "error waiver-rule"],
  ["an unknown rule", "heavy-ankle -- known", "error waiver-rule"],
  ["a day that does not exist", "heavy-anchor -- known until 2027-00-01", "error waiver-date"],
  ["its last day behind it", "heavy-anchor -- known until 2020-01-01", "warning expired-waiver"],
  ["nothing to waive", "white-sail -- known", "warning unused-waiver"],
])("does not waive by a comment with %s", async (_, text, code) => {
  const yaml = `${plain}spec: {} # paddlock-ignore ${text}\n`;
  const result = await waived(yaml, [finding("heavy-anchor", 6)]);
  expect(outcomes(result)).toEqual(["heavy-anchor violation"]);
  expect(places(result.notifications)).toEqual([`${code} deploy.yaml:6:10`]);
});

it("calls no waiver unused whose rule did not judge", async () => {
  const off = `${annotated("paddlock.dev/waive.quiet", "known")}spec: {} # paddlock-ignore quiet -- known\n`;
  expect((await waived(off, [])).notifications).toEqual([]);
  const skipped = `${annotated("paddlock.dev/waive.white-sail", "known")}spec: {} # paddlock-ignore white-sail -- known\n`;
  expect((await waived(skipped, [], [], { skipped: new Set(["white-sail"]) })).notifications).toEqual([]);
  expect((await waived("a: 1 # paddlock-ignore white-sail -- no object\n", [])).notifications).toEqual([]);
  expect(places((await waived(skipped, [])).notifications)).toEqual([
    "warning unused-waiver deploy.yaml:7:36",
    "warning unused-waiver deploy.yaml:8:10",
  ]);
});

it("counts a waiver as used that another forestalls", async () => {
  const yaml = `${annotated("paddlock.dev/waive.heavy-anchor", "known")}spec: {} # paddlock-ignore heavy-anchor -- known\n`;
  const result = await waived(yaml, [finding("heavy-anchor", 8)], [configured({ files: ["**"] })]);
  expect(outcomes(result)).toEqual(["heavy-anchor waived annotation"]);
  expect(result.notifications).toEqual([]);
  expect(result.used).toEqual([0]);
});

it.each<[string, Partial<ConfiguredWaiver>, boolean]>([
  ["the file", { files: ["deploy.yaml"] }, true],
  ["a glob of files", { files: ["*.yaml"] }, true],
  ["another file", { files: ["other.yaml"] }, false],
  ["Kind/name", { resource: "Deployment/ocr" }, true],
  ["Kind/namespace/name", { resource: "Deployment/ml/ocr" }, true],
  ["globs in each part", { resource: "*/m?/{ocr,asr}" }, true],
  ["another namespace", { resource: "Deployment/web/ocr" }, false],
  ["another kind", { resource: "StatefulSet/ocr" }, false],
  ["part of the name", { resource: "Deployment/oc" }, false],
  ["the container", { container: "server" }, true],
  ["a glob of containers", { container: "s*" }, true],
  ["another container", { container: "proxy" }, false],
  ["file and resource together", { files: ["*.yaml"], resource: "Deployment/asr" }, false],
  ["another rule", { rule: "tight-rope", files: ["**"] }, false],
])("waives by a configuration that names %s", async (_, waiver, matches) => {
  const result = await waived(plain, [finding("heavy-anchor", 4)], [configured(waiver)]);
  expect(outcomes(result)).toEqual([`heavy-anchor ${matches ? "waived configuration" : "violation"}`]);
  expect(result.used).toEqual(matches ? [0] : []);
});

it("takes the run's namespace for objects that name none", async () => {
  const resource = { apiVersion: "apps/v1", kind: "Deployment", namespace: null, name: "ocr" };
  const waivers = [configured({ resource: "Deployment/blue/ocr" })];
  const findings = [finding("heavy-anchor", 4, { resource })];
  expect(outcomes(await waived(plain, findings, waivers, { namespace: "blue" }))).toEqual([
    "heavy-anchor waived configuration",
  ]);
  expect(outcomes(await waived(plain, findings, waivers))).toEqual(["heavy-anchor violation"]);
});

it("waives nothing on the whole object by a container's name", async () => {
  const result = await waived(
    plain,
    [finding("heavy-anchor", 4, { container: null })],
    [configured({ container: "*" })],
  );
  expect(outcomes(result)).toEqual(["heavy-anchor violation"]);
});

it("says at the end which of the configuration's waivers expired, and which were of no use", async () => {
  const waivers = [
    configured({ files: ["deploy.yaml"], reason: "used" }),
    configured({ files: ["deploy.yaml"], rule: "tight-rope", reason: "unused" }),
    configured({ files: ["elsewhere.yaml"], reason: "its file was not judged" }),
    configured({ resource: "Deployment/ml/ocr", rule: "white-sail", reason: "unused, by resource" }),
    configured({ resource: "Deployment/ml/asr", rule: "white-sail", reason: "its resource was not judged" }),
    configured({ container: "proxy", rule: "white-sail", reason: "unused, by container" }),
    configured({ container: "sidecar", rule: "white-sail", reason: "its container was not judged" }),
    configured({ files: ["deploy.yaml"], rule: "quiet", reason: "its rule is off" }),
    configured({ files: ["deploy.yaml"], expires: "2026-11-23", reason: "expired" }),
    configured({ files: ["deploy.yaml"], expires: "2026-11-24", reason: "used on its last day" }),
  ];
  const { used, judged, findings } = await waived(plain, [finding("heavy-anchor", 4)], waivers);
  expect(findings[0]?.waiver?.reason).toBe("used");
  const usage = { used: new Set(used), judged: new Set(judged) };
  const said = configuredWaiverNotifications(waivers, usage, { today: "2026-11-24", language: "en" });
  expect(said.map(({ level, code, message }) => `${level} ${code}: ${message}`)).toEqual([
    "warning unused-waiver: the waiver of tight-rope matches no finding and can be removed: unused",
    "warning unused-waiver: the waiver of white-sail matches no finding and can be removed: unused, by resource",
    "warning unused-waiver: the waiver of white-sail matches no finding and can be removed: unused, by container",
    "warning expired-waiver: the waiver of heavy-anchor ended on 2026-11-23 and no longer works: expired",
  ]);
  expect(places(said)[0]).toBe("warning unused-waiver .paddlock.yaml:7:5");
});

it("does not waive by an expired waiver of the configuration", async () => {
  const waivers = [configured({ files: ["**"], expires: "2026-11-23" })];
  expect(outcomes(await waived(plain, [finding("heavy-anchor", 4)], waivers))).toEqual(["heavy-anchor violation"]);
});

it("judges as the webhook would: without comments, without files", async () => {
  const yaml = `${annotated("paddlock.dev/waive.white-sail", "known")}spec: {} # paddlock-ignore heavy-anchor\n`;
  const findings = [finding("heavy-anchor", 8), finding("tight-rope", 8), finding("white-sail", 8)];
  const waivers = [configured({ files: ["**"] }), configured({ rule: "tight-rope", resource: "Deployment/ocr" })];
  const annotationWaivers = { allow: true };
  const result = await waived(yaml, findings, waivers, { asAdmission: true }, { annotationWaivers });
  expect(outcomes(result)).toEqual([
    "heavy-anchor violation",
    "tight-rope waived configuration",
    "white-sail waived annotation",
  ]);
  expect(result.notifications).toEqual([]);
  expect([result.used, result.judged]).toEqual([[1], [1]]);
});

it.each([
  ["none is allowed", {}, "violation"],
  ["other rules are allowed", { annotationWaivers: { allow: true, rules: ["tight-rope"] } }, "violation"],
  ["its rule is allowed", { annotationWaivers: { allow: true, rules: ["white-sail"] } }, "waived annotation"],
])("takes an annotation at admission only as far as it is allowed: %s", async (_, admission, outcome) => {
  const yaml = `${annotated("paddlock.dev/waive.white-sail", "known")}spec: {}\n`;
  const result = await waived(yaml, [finding("white-sail", 8)], [], { asAdmission: true }, admission);
  expect(outcomes(result)).toEqual([`white-sail ${outcome}`]);
  const refused = result.notifications.map(({ level, code }) => `${level} ${code}`);
  expect(refused).toEqual(outcome === "violation" ? ["note waiver-not-allowed"] : []);
});

it("says it in Chinese", async () => {
  const yaml = `${plain}spec: {} # paddlock-ignore heavy-anchor\n`;
  const { notifications } = await waived(yaml, [], [], { language: "zh" });
  expect(notifications[0]?.message).toBe("豁免必须写明理由：# paddlock-ignore heavy-anchor -- <理由>");
});
