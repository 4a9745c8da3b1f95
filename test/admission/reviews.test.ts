import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectGolden } from "../golden.ts";
import { reviewCases, reviewed, reviewsFolder } from "./review-cases.ts";

describe.each(reviewCases)("%s", (name) => {
  it("is answered as it should be", async () => {
    const { answer, record } = await reviewed(name);
    expectGolden(join(reviewsFolder, name, "answer.json"), `${JSON.stringify({ answer, record }, null, 2)}\n`);
  });

  it("is answered as the API server's contract demands", async () => {
    const { answer, record } = await reviewed(name);
    const { response } = answer;
    expect(answer).toMatchObject({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" });
    expect(response.uid).toBe(record.uid);
    expect(Object.keys(response)).not.toContain("patch");
    expect(response.status === undefined).toBe(response.allowed);
    for (const warning of response.warnings ?? []) {
      expect([...warning].length).toBeLessThanOrEqual(120);
      expect(warning).not.toMatch(/^Warning:|\n/);
    }
    for (const [key, value] of Object.entries(response.auditAnnotations)) {
      expect(key).toMatch(/^[a-z-]+$/);
      expect(typeof value).toBe("string");
    }
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  it("leaves nothing behind: asked again it says the same", async () => {
    expect(await reviewed(name)).toEqual(await reviewed(name));
  });
});

it.each(["create-denied", "create-warn", "waiver-not-allowed", "exempt"])("%s is told in Chinese", async (name) => {
  const { answer } = await reviewed(name, "zh");
  const { status, warnings } = answer.response;
  const text = [...(status === undefined ? [] : [status.message]), ...(warnings ?? [])].join("\n");
  expectGolden(join(import.meta.dirname, "golden", `${name}.zh.txt`), `${text}\n`);
});
