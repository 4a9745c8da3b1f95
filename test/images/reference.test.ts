import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseReference } from "../../src/images/reference.ts";

const SHA256 = `sha256:${"0123456789abcdef".repeat(4)}`;
const SHA512 = `sha512:${"0123456789abcdef".repeat(8)}`;

describe("parseReference", () => {
  test.each([
    ["nginx", null, "nginx", null, null],
    ["nginx:1.27.3", null, "nginx", "1.27.3", null],
    ["registry:5000/app", "registry:5000", "app", null, null],
    ["registry:5000/app:1.2.3", "registry:5000", "app", "1.2.3", null],
    ["localhost/app:1.2.3", "localhost", "app", "1.2.3", null],
    ["team/app:1.2.3", null, "team/app", "1.2.3", null],
    ["Registry.Example.com/team/app:V1", "Registry.Example.com", "team/app", "V1", null],
    ["[2001:db8::1]:5000/app:1", "[2001:db8::1]:5000", "app", "1", null],
    ["registry.example.com/a/b/c__d/e---f/g.h_i:x", "registry.example.com", "a/b/c__d/e---f/g.h_i", "x", null],
    [`app@${SHA256}`, null, "app", null, SHA256],
    [`registry:5000/app:latest@${SHA256}`, "registry:5000", "app", "latest", SHA256],
    [`app@${SHA512}`, null, "app", null, SHA512],
    // By the grammar a name with a tag: the runtime would ask the default registry for it.
    ["registry:5000", null, "registry", "5000", null],
    [`app:${"a".repeat(128)}`, null, "app", "a".repeat(128), null],
  ])("%s", (text, registry, path, tag, digest) => {
    const repository = registry === null ? path : `${registry}/${path}`;
    expect(parseReference(text)).toEqual({ registry, path, repository, tag, digest });
  });

  test.each([
    ["", "empty"],
    ["nginx:", "empty-tag"],
    [`nginx:@${SHA256}`, "empty-tag"],
    ["registry:5000/app:", "empty-tag"],
    [" nginx:1.27.3", "whitespace"],
    ["nginx:1.27.3\n", "whitespace"],
    ["nginx :1", "whitespace"],
    ["Nginx:1.27.3", "upper-case"],
    ["PaddlePaddle/paddle:3.2.0", "upper-case"],
    ["registry.example.com/Team/app:1", "upper-case"],
    ["app@sha256:0123", "digest"],
    [`app@${SHA256}0`, "digest"],
    [`app@${SHA256.slice(0, -1)}`, "digest"],
    [`app@${SHA256.toUpperCase()}`, "digest"],
    [`app@sha256:${"g".repeat(64)}`, "digest"],
    [`app@sha512:${"a".repeat(64)}`, "digest"],
    [`app@md5:${"a".repeat(32)}`, "digest"],
    [`app@${SHA256}@${SHA256}`, "digest"],
    ["app@", "digest"],
    [`app:${"a".repeat(129)}`, "tag"],
    ["app:-1", "tag"],
    ["app:1.2+build", "tag"],
    ["app:1:2", "tag"],
    ["-app:1", "syntax"],
    ["app-:1", "syntax"],
    ["a..b:1", "syntax"],
    ["a___b:1", "syntax"],
    ["/app:1", "syntax"],
    ["team//app", "syntax"],
    ["registry.example.com/", "syntax"],
    ["registry.example.com:port/app", "syntax"],
    ["https://registry.example.com/app:1", "syntax"],
    ["docker://nginx:1", "syntax"],
    ["<image>", "syntax"],
    ["飞桨/paddle:3.2.0", "syntax"],
    [SHA256.slice(7), "syntax"],
    [`registry.example.com/${"a".repeat(256)}`, "syntax"],
    ["a".repeat(100_000), "syntax"],
    [`${"a-".repeat(50_000)}:1`, "syntax"],
  ])("%s is none", (text, problem) => {
    expect(parseReference(text)).toBe(problem);
  });

  const characters = (text: string) => fc.constantFrom(...text);
  const lower = characters("abcdefghijklmnopqrstuvwxyz0123456789");
  const component = fc
    .tuple(
      fc.string({ unit: lower, minLength: 1, maxLength: 8 }),
      fc.array(
        fc.tuple(fc.constantFrom(".", "_", "__", "-", "---"), fc.string({ unit: lower, minLength: 1, maxLength: 5 })),
        { maxLength: 2 },
      ),
    )
    .map(([head, tail]) => head + tail.flat().join(""));
  const host = fc
    .tuple(
      fc.constantFrom("localhost", "registry.example.com", "10.0.0.7", "Hub.Example.com", "a-b.c"),
      fc.option(fc.integer({ min: 1, max: 65535 })),
    )
    .map(([name, port]) => (port === null ? name : `${name}:${port}`));
  const tag = fc
    .tuple(characters("_abcXYZ012"), fc.string({ unit: characters("abcdefXYZ0123456789._-"), maxLength: 127 }))
    .map((parts) => parts.join(""));
  const hex = (length: number) =>
    fc.string({ unit: characters("0123456789abcdef"), minLength: length, maxLength: length });
  const digest = fc.oneof(
    hex(64).map((text) => `sha256:${text}`),
    hex(96).map((text) => `sha384:${text}`),
    hex(128).map((text) => `sha512:${text}`),
  );

  test("gives back the parts that a reference was put together from", () => {
    fc.assert(
      fc.property(
        fc.option(host),
        fc.array(component, { minLength: 1, maxLength: 4 }),
        fc.option(tag),
        fc.option(digest),
        (registry, components, tag, digest) => {
          const path = components.join("/");
          // Without a registry a first component with a dot in front of a slash would be one.
          fc.pre(registry !== null || components.length === 1 || !/[.]|^localhost$/.test(components[0] ?? ""));
          const repository = registry === null ? path : `${registry}/${path}`;
          const text = `${repository}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
          expect(parseReference(text)).toEqual({ registry, path, repository, tag, digest });
        },
      ),
    );
  });

  test("either refuses a text or keeps every character of it", () => {
    const text = fc.oneof(
      fc.string({ unit: characters("abAB01:/@.-_ []"), maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseReference(text);
        if (typeof parsed === "string") return;
        const { repository, tag, digest } = parsed;
        expect(`${repository}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
