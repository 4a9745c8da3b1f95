import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argumentText, generalText, renderMessage, textFor } from "../../src/rules/message.ts";
import type { RuleText } from "../../src/rules/metadata.ts";
import { reflow } from "../../src/rules/reflow.ts";

describe("renderMessage", () => {
  it("puts facts in the place of their names", () => {
    expect(renderMessage('"{image}" is {class}', { image: "nginx", class: "untagged" }, "en")).toBe(
      '"nginx" is untagged',
    );
  });

  it("joins lists as the language does", () => {
    expect(renderMessage("{names}", { names: ["a", "b", 3] }, "en")).toBe("a, b, 3");
    expect(renderMessage("{names}", { names: ["a", "b", 3] }, "zh")).toBe("a、b、3");
    expect(renderMessage("{names}", { names: [] }, "en")).toBe("none");
    expect(renderMessage("{names}", { names: [] }, "zh")).toBe("无");
  });

  it("writes numbers, booleans, null and objects as JSON does", () => {
    expect(renderMessage("{a} {b} {c} {d}", { a: 1.5, b: false, c: null, d: { e: [1] } }, "en")).toBe(
      '1.5 false null {"e":[1]}',
    );
  });

  it("leaves a placeholder without a fact, and what is none", () => {
    const template = "{missing} {} {a: b} {{ .Values.tag }} $(TAG) {constructor} {__proto__}";
    expect(renderMessage(template, {}, "en")).toBe(template);
  });

  it("does not look for placeholders in facts", () => {
    expect(renderMessage("{a}", { a: "{b} $& $1", b: "no" }, "en")).toBe("{b} $& $1");
  });

  it("cuts values that nobody would read, in the middle", () => {
    const text = renderMessage("{a}", { a: `head${"x".repeat(100_000)}:tail` }, "en");
    expect(text.length).toBeLessThan(250);
    expect(text).toMatch(/^headx+…x+:tail$/);
    expect(argumentText("😀".repeat(1_000), "en").isWellFormed()).toBe(true);
  });

  it("never says undefined", () => {
    const value = fc.jsonValue().filter((json) => !JSON.stringify(json).includes("undefined"));
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value), (text, args) => {
        fc.pre(!text.includes("undefined"));
        const template = `${text} ${Object.keys(args)
          .map((name) => `{${name}}`)
          .join(" ")} {zzzz}`;
        // fast-check's JSON is the same set of values as ours.
        expect(renderMessage(template, args as Parameters<typeof renderMessage>[1], "en")).not.toContain("undefined");
      }),
    );
  });
});

describe("textFor", () => {
  const rule: RuleText = {
    title: "",
    rationale: "",
    message: "general",
    remedy: "general remedy",
    cases: { floating: { message: "floats" }, opaque: { remedy: "say it" } },
    parameters: {},
  };
  it.each([
    [undefined, "general", "general remedy"],
    ["floating", "floats", "general remedy"],
    ["opaque", "general", "say it"],
    ["unknown", "general", "general remedy"],
    ["toString", "general", "general remedy"],
  ])("finds the words of case %s", (name, message, remedy) => {
    expect(textFor(rule, name)).toEqual({ message, remedy });
  });
});

it("shows templates without facts", () => {
  expect(generalText("image {image} of {}: {a: b}")).toBe("image <image> of {}: {a: b}");
});

describe("reflow", () => {
  it.each([
    ["one line", "one line"],
    ["broken by\nits source", "broken by its source"],
    ["在 Pod 中设置\n用户", "在 Pod 中设置用户"],
    ["要写 /root\n下的目录，\nHOME 或“HOME”\n在卷上", "要写 /root 下的目录，HOME 或“HOME”在卷上"],
    ["first\n\nsecond\nparagraph", "first\n\nsecond paragraph"],
    ["set:\n\n  a: 1\n  b: 2\nthen", "set:\n\n  a: 1\n  b: 2\nthen"],
    ["either\n- one\n  more\n- two\nor", "either\n- one\n  more\n- two or"],
  ])("%j", (text, expected) => {
    expect(reflow(text)).toBe(expected);
    expect(reflow(reflow(text))).toBe(expected);
  });
});
