import { describe, expect, test } from "vitest";
import { noFacts } from "../../src/admission/review-facts.ts";
import { Reviewer } from "../../src/admission/reviewer.ts";
import { isOverBudget, spend, withBudget } from "../../src/budget/budget.ts";
import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { type JudgeContext, relationOptions } from "../../src/judging/context.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import type { FileResult } from "../../src/scan/file-result.ts";
import { Judge } from "../../src/scan/judge.ts";
import type { SourceFile } from "../../src/sources/terms/source-file.ts";

const app = { name: "app", image: "registry.example.com/paddle-app:1.2.3" };

function pod(container: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [{ ...app, ...container }], ...spec },
  };
}

function items(count: number, item: (index: number) => JsonObject): JsonObject[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

/** Each is over one limit, and over no other. */
const over: readonly (readonly [string, JsonObject, string])[] = [
  ["a path", pod({ env: [{ name: "MODEL_DIR", value: "a/".repeat(60_000) }] }), "characters in the place of a model"],
  ["a path in a flag", pod({ args: [`--model=/${"a/".repeat(3_000)}`] }), "characters in a path"],
  [
    "where a volume is mounted",
    pod({ volumeMounts: [{ name: "v", mountPath: `/${"a".repeat(5_000)}` }] }),
    "in a path",
  ],
  ["a word", pod({ command: ["sh", "-c", "x".repeat(140_000)] }), "characters in a word of a command"],
  ["a variable", pod({ env: [{ name: "A", value: "x".repeat(140_000) }] }), "characters in the value of a variable"],
  [
    "mounts",
    pod({ volumeMounts: items(1_001, (index) => ({ name: "v", mountPath: `/${index}` })) }),
    "volume mounts of a container",
  ],
  [
    "models",
    pod({ env: items(300, (index) => ({ name: `A${index}_MODEL_DIR`, value: "/models" })) }),
    "models of a container",
  ],
  [
    "downloads",
    pod({ command: ["sh", "-c", "wget http://x/model.tar -O /m; ".repeat(65)] }),
    "downloads of a container",
  ],
  ["containers", pod({}, { containers: items(1_001, () => app) }), "containers of a pod"],
  ["a name", pod({ name: "a".repeat(300) }), "characters in a name"],
  [
    "a volume's name",
    pod({}, { volumes: [{ name: "a".repeat(300), hostPath: { path: "/" } }] }),
    "characters in a name",
  ],
  ["the object's name", { ...pod({}), metadata: { name: "a".repeat(300) } }, "characters in a name"],
  ["its kind", { ...pod({}), kind: "Pod".repeat(100) }, "characters in a name"],
  [
    "work",
    {
      ...pod({}),
      spec: {
        containers: items(990, () => ({ ...app, securityContext: { capabilities: { add: Array(150).fill("X") } } })),
      },
    },
    "more work than any object should",
  ],
];

async function reviewer(admission: WrittenAdmission, steps?: number): Promise<Reviewer> {
  const cwd = import.meta.dirname;
  const loaded = await loadConfiguration({ cwd, root: cwd, catalogue: loadCatalogue() });
  const configuration = { ...loaded, admission: admissionSettings([admission]) };
  return Reviewer.prepare({ configuration, language: "en", bundles: [], kubernetesVersion: "1.34" }, steps);
}

function request(object: JsonObject, oldObject: JsonObject | null = null): Parameters<Reviewer["review"]>[0] {
  return {
    uid: "1",
    operation: oldObject === null ? "CREATE" : "UPDATE",
    kind: { group: "", version: "v1", kind: "Pod" },
    subResource: null,
    namespace: "ml",
    name: "p",
    user: { name: "lin", groups: [] },
    dryRun: true,
    object,
    oldObject,
  };
}

describe("at admission, what is over a limit is answered by onError", () => {
  test.each(over)("%s", async (_, object, reason) => {
    const denying = (await reviewer({ mode: "enforce", onError: "deny" })).review(
      request(object),
      noFacts(),
      new Date(),
    );
    expect(denying.record).toMatchObject({ outcome: "failed", allowed: false, findings: [] });
    expect(denying.record.reason).toContain("over-budget: ");
    expect(denying.answer.response.status).toMatchObject({ code: 500, message: expect.stringContaining(reason) });
    const allowing = (await reviewer({ mode: "enforce", onError: "allow" })).review(
      request(object),
      noFacts(),
      new Date(),
    );
    expect(allowing.record).toMatchObject({ outcome: "failed", allowed: true });
    expect(allowing.answer.response.warnings?.[0]).toContain("could not judge");
  });

  test("and what another thread may still judge says so", async () => {
    const small = pod({ env: items(40, (index) => ({ name: `A${index}`, value: "x" })) });
    const steps = 1_000;
    expect((await reviewer({})).review(request(small), noFacts(), new Date()).record.outcome).toBe("judged");
    expect((await reviewer({}, steps)).review(request(small), noFacts(), new Date())).toMatchObject({
      exhausted: true,
      record: { outcome: "failed" },
    });
    const [, longPath] = over[0] ?? [];
    const review = (await reviewer({}, steps)).review(request(longPath ?? {}), noFacts(), new Date());
    expect(review.record.outcome).toBe("failed");
  });

  test("an old object that is over a limit excuses nothing", async () => {
    const [[, old] = []] = over;
    const enforcing = await reviewer({ mode: "enforce" });
    const update = (object: JsonObject): unknown =>
      enforcing.review(request(object, old), noFacts(), new Date()).record;
    expect(update(pod({ image: "registry.example.com/app:latest" }))).toMatchObject({
      outcome: "judged",
      allowed: false,
    });
  });
});

describe("in a check, what is over a limit costs the object and not the run", () => {
  test.each(over)("%s", async (_, object, reason) => {
    const text = [object, pod({ image: "nginx" })].map((each) => JSON.stringify(each)).join("\n---\n");
    const { notifications, findings } = await check(text);
    expect(notifications).toMatchObject([{ level: "error", code: "over-budget", file: "a.yaml", line: 1 }]);
    expect(notifications[0]?.message).toContain(reason);
    expect(findings.map(({ line }) => line)).toContain(3);
    expect(findings.map(({ line }) => line)).not.toContain(1);
  });
});

async function check(text: string): Promise<FileResult> {
  const catalogue = loadCatalogue();
  const configuration = await loadConfiguration({ cwd: "/", catalogue, language: "en" });
  const context: JudgeContext = {
    configuration,
    language: "en",
    today: "2026-01-01",
    door: "check",
    baseline: [],
    bundles: [],
    kubernetesVersion: "1.34",
    defaultNamespace: "default",
    namespaceGiven: false,
  };
  const judge = await Judge.prepare(context);
  const file: SourceFile = { path: "a.yaml", format: "yaml", content: { text }, judged: true, rendering: "" };
  const read = judge.read(file, text);
  return judge.judge([read], [], new ResourceSet(judge.relate(read).entries, relationOptions(context)));
}

describe("a budget", () => {
  test("ends the work that takes more, and is over when the work is", () => {
    expect(() => withBudget(10, () => spend(11))).toThrow("more work");
    expect(() => withBudget(10, () => spend(10))).not.toThrow();
    expect(() => spend(1e12)).not.toThrow();
  });

  test("within another has no more than is left of it, and takes from it", () => {
    const inner = (steps: number): void => withBudget(100, () => spend(steps));
    expect(() => withBudget(10, () => inner(11))).toThrow();
    expect(() =>
      withBudget(10, () => {
        inner(6);
        inner(6);
      }),
    ).toThrow();
  });

  test("is known by its name, for pieces of the program are built apart", () => {
    expect(isOverBudget(Object.assign(new Error("x"), { name: "OverBudgetError" }))).toBe(true);
    expect(isOverBudget(new Error("x"))).toBe(false);
  });
});
