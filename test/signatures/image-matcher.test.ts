import { describe, expect, it } from "vitest";
import { imageReference } from "../../src/registry/repository.ts";
import { completeGlob, ImageMatcher, namesTag } from "../../src/signatures/image-matcher.ts";

async function matches(image: string, images: string[], exclude: string[] = []): Promise<boolean> {
  const reference = imageReference(image);
  if (typeof reference === "string") throw new Error(reference);
  return (await ImageMatcher.of([{ images, exclude }])).policiesFor(reference.repository).length > 0;
}

describe("globs for images", () => {
  it.each([
    ["nginx", "docker.io/library/nginx"],
    ["team/app", "docker.io/team/app"],
    ["team/**", "docker.io/team/**"],
    ["docker.io/nginx", "docker.io/library/nginx"],
    ["index.docker.io/team/app", "docker.io/team/app"],
    ["docker.io/**", "docker.io/**"],
    ["Registry.Example.com/team/app", "registry.example.com/team/app"],
    ["localhost/app", "localhost/app"],
    ["127.0.0.1:5000/**", "127.0.0.1:5000/**"],
    ["[::1]:5000/**", "\\[::1\\]:5000/**"],
    ["*.example.com/**", "*.example.com/**"],
    ["**", "**"],
    ["*/app", "*/app"],
    ["!nginx", "!docker.io/library/nginx"],
  ])("%s is %s", (glob, complete) => {
    expect(completeGlob(glob)).toBe(complete);
  });

  it.each([
    ["nginx:1.25", ["nginx"], true],
    [`docker.io/library/nginx@sha256:${"0".repeat(64)}`, ["nginx"], true],
    ["index.docker.io/nginx", ["docker.io/library/*"], true],
    ["registry.example.com/nginx", ["nginx"], false],
    ["nginx.example.com/a", ["nginx*"], false],
    ["registry.example.com/team/app", ["registry.example.com/*"], false],
    ["registry.example.com/team/app", ["registry.example.com/**"], true],
    ["registry.example.com/team/app", ["registry.example.com/*/app"], true],
    ["registry.example.com/team-evil/app", ["registry.example.com/team"], false],
    ["registry.example.com.evil.org/team/app", ["registry.example.com/**"], false],
    ["evil.org/registry.example.com/team/app", ["registry.example.com/**"], false],
    ["registry.example.com:5000/team/app", ["registry.example.com/**"], false],
    ["REGISTRY.example.com/team/app", ["registry.example.com/**"], true],
    ["[::1]:5000/app", ["[::1]:5000/**"], true],
    ["evil.org/a/b/c", ["**"], true],
  ] as const)("%s by %s: %s", async (image, images, expected) => {
    expect(await matches(image, [...images])).toBe(expected);
  });

  it("leave out what is excluded", async () => {
    expect(
      await matches("registry.example.com/base/app", ["registry.example.com/**"], ["registry.example.com/base/*"]),
    ).toBe(false);
    expect(
      await matches("registry.example.com/team/app", ["registry.example.com/**"], ["registry.example.com/base/*"]),
    ).toBe(true);
    expect(await matches("nginx", ["**"], ["nginx"])).toBe(false);
  });

  it.each([
    ["nginx:1.25", true],
    ["registry.example.com:5000/app:1", true],
    ["registry.example.com/app@sha256:*", true],
    ["registry.example.com:5000/app", false],
    ["registry.example.com/@(a|b)", false],
    ["registry.example.com/[[:alpha:]]*", false],
  ])("%s names a tag or a digest: %s", (glob, expected) => {
    expect(namesTag(glob)).toBe(expected);
  });
});
