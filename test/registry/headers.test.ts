import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "../../src/registry/challenge.ts";
import { nextLink } from "../../src/registry/link.ts";
import { retryAfterSeconds } from "../../src/registry/retry-after.ts";

const plain = (values: readonly string[]) =>
  parseChallenges(values).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
const quoted = fc.string({ maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));

describe("WWW-Authenticate", () => {
  it.each<[string[], unknown[]]>([
    [
      ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"'],
      [
        [
          "bearer",
          { realm: "https://auth.docker.io/token", service: "registry.docker.io", scope: "repository:a/b:pull,push" },
        ],
      ],
    ],
    [
      ['Basic realm="a", Bearer realm="b" , service=c'],
      [
        ["basic", { realm: "a" }],
        ["bearer", { realm: "b", service: "c" }],
      ],
    ],
    [
      ["Basic", "Bearer realm=x"],
      [
        ["basic", {}],
        ["bearer", { realm: "x" }],
      ],
    ],
    [
      ["Negotiate YWJj==, Basic realm=a"],
      [
        ["negotiate", {}],
        ["basic", { realm: "a" }],
      ],
    ],
    [
      ["Negotiate, Basic"],
      [
        ["negotiate", {}],
        ["basic", {}],
      ],
    ],
    [['BEARER REALM = "a\\"b\\\\c"'], [["bearer", { realm: 'a"b\\c' }]]],
    [['Bearer realm="first", realm="second"'], [["bearer", { realm: "first" }]]],
    [['Bearer realm="unfinished'], [["bearer", {}]]],
    [[", ,"], []],
    [[""], []],
    [["=="], []],
    [["Bearer ".repeat(5000)], []],
  ])("%j", (values, expected) => {
    expect(plain(values)).toEqual(expected);
  });

  it("reads what it is written with", () => {
    const challenge = fc.tuple(
      token,
      fc.uniqueArray(fc.tuple(token, quoted), { minLength: 1, maxLength: 4, selector: ([name]) => name.toLowerCase() }),
    );
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
        const written = challenges
          .map(([scheme, parameters]) => {
            const pairs = parameters.map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`);
            return `${scheme} ${pairs.join(", ")}`;
          })
          .join(", ");
        const expected = challenges.map(([scheme, parameters]) => [
          scheme.toLowerCase(),
          Object.fromEntries(parameters.map(([name, value]) => [name.toLowerCase(), value])),
        ]);
        expect(plain([written])).toEqual(expected);
      }),
    );
  });

  it("ends with whatever it is given", () => {
    const odd = fc.string({ unit: fc.constantFrom("a", "=", ",", " ", '"', "\\", "B", "é", "\t"), maxLength: 200 });
    fc.assert(fc.property(fc.array(odd, { maxLength: 3 }), (values) => void parseChallenges(values)));
  });
});

describe("Link", () => {
  it.each<[string[], string | null]>([
    [['</v2/a/referrers/b?last=c>; rel="next"'], "/v2/a/referrers/b?last=c"],
    [["<x>; rel=next"], "x"],
    [["<a>; rel=prev, <b>; rel=next"], "b"],
    [['<a>; title="x, <y>; rel=next"; rel="prev"', '<b>; REL="Last NEXT"'], "b"],
    [["<a>"], null],
    [["<a>; rel=nextish"], null],
    [['<a>; title="rel=next"'], null],
    [["<a>; rel=prev; rel=next"], null],
    // An expression that can be matched in many ways would take for ever here.
    [[`<a>${"; a ".repeat(1500)}"`], null],
    [[`<a>${" ".repeat(8000)}"`], null],
    [["a; rel=next"], null],
    [[""], null],
    [[`<${"x".repeat(9000)}>; rel=next`], null],
  ])("%j", (values, expected) => {
    expect(nextLink(values)).toBe(expected);
  });

  it("finds the one that is written, among others", () => {
    const target = fc.string({ maxLength: 30 }).filter((text) => !/[<>\r\n]/.test(text));
    const other = fc.tuple(target, fc.constantFrom("prev", "first", "last", "alternate"));
    fc.assert(
      fc.property(
        fc.array(other, { maxLength: 4 }),
        target,
        fc.array(other, { maxLength: 4 }),
        (before, next, after) => {
          const written = [...before, [next, "next"], ...after].map(([url, relation]) => `<${url}>; rel="${relation}"`);
          expect(nextLink([written.join(", ")])).toBe(next);
          expect(nextLink(written)).toBe(next);
        },
      ),
    );
  });

  it("ends with whatever it is given", () => {
    const odd = fc.string({
      unit: fc.constantFrom("<", ">", ";", " ", "=", '"', "\\", "a", ",", "rel"),
      maxLength: 300,
    });
    fc.assert(fc.property(odd, (value) => void nextLink([value])));
  });
});

describe("Retry-After", () => {
  const now = Date.parse("Thu, 26 Nov 2026 00:00:00 GMT");
  it.each([
    ["0", 0],
    ["120", 120],
    [" 7 ", 7],
    ["Thu, 26 Nov 2026 00:01:00 GMT", 60],
    ["Wed, 25 Nov 2026 00:01:00 GMT", 0],
    ["-1", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["2026-11-26", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j", (value, expected) => {
    expect(retryAfterSeconds(value, now)).toBe(expected);
  });
});
