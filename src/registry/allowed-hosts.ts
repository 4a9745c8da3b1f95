import { registryHost } from "./repository.ts";

const GLOB = /[*?[\]{}()!+@|]/;

/**
 * The registries that image globs name literally: those may be asked for signatures, so that an image's name alone never
 * makes anybody contact a host. A glob whose registry is itself a pattern (`*.example.com/**`) names none; one
 * without a registry (`library/*`) names Docker Hub, unless its first component is a pattern (`**`).
 */
export function hostsOfGlobs(globs: readonly string[]): string[] {
  const hosts = new Set<string>();
  for (const glob of globs) {
    const [first = "", ...rest] = glob.split("/");
    const registry = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
    // A port's colon is part of a registry's name, a tag's is not.
    const name = registry ? first : first.replace(/[:@].*$/, "");
    if (name === "" || GLOB.test(isIpv6(name) ? name.slice(1, name.indexOf("]")) : name)) continue;
    hosts.add(registryHost(registry ? name : "docker.io"));
  }
  return [...hosts];
}

/** Brackets around an address are no pattern. */
function isIpv6(name: string): boolean {
  return /^\[[0-9a-fA-F:]+\](?::\d+)?$/.test(name);
}
