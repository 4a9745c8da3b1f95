import type { GlobTest } from "../config/glob-compiler.ts";
import { loadGlobs } from "../config/globs.ts";
import type { SignaturePolicy } from "../config/signatures.ts";
import type { RepositoryName } from "../registry/repository.ts";
import { registryHost } from "../registry/repository.ts";

/**
 * A glob for images, spelt out as references are: `nginx` is `docker.io/library/nginx`, `team/*` is `docker.io/team/*`,
 * and a registry is in lower case. `**` at the beginning, and a component that is a pattern with a dot or a colon in it,
 * stand for registries.
 */
export function completeGlob(glob: string): string {
  if (glob.startsWith("!") && !glob.startsWith("!(")) return `!${completeGlob(glob.slice(1))}`;
  const slash = glob.indexOf("/");
  const first = slash < 0 ? glob : glob.slice(0, slash);
  const rest = slash < 0 ? "" : glob.slice(slash + 1);
  if (first === "**" || (first === "*" && slash >= 0)) return glob;
  const isRegistry = slash >= 0 && (/[.:]/.test(first) || first === "localhost");
  if (!isRegistry) return `docker.io/${inHub(glob)}`;
  const host = registryHost(first);
  // Brackets around an address are no pattern.
  const literal = /^\[[0-9a-f:]+\](?::\d+)?$/.test(host) ? host.replace(/[[\]]/g, "\\$&") : host;
  return `${literal}/${host === "docker.io" ? inHub(rest) : rest}`;
}

/** Whether a glob has a tag or a digest, which no repository has: it would match nothing, in silence. */
export function namesTag(glob: string): boolean {
  const last = glob.slice(glob.lastIndexOf("/") + 1).replaceAll(/\[[^\]]*\]|\{[^}]*\}/g, "");
  return last.includes(":") || /@(?!\()/.test(last);
}

interface PolicyTest {
  readonly included: GlobTest;
  readonly excluded: GlobTest | null;
}

/** Which of the policies are for a repository. */
export class ImageMatcher {
  readonly #tests: readonly PolicyTest[];

  private constructor(tests: readonly PolicyTest[]) {
    this.#tests = tests;
  }

  /** @throws SyntaxError for a glob that cannot be compiled */
  static async of(policies: readonly Pick<SignaturePolicy, "images" | "exclude">[]): Promise<ImageMatcher> {
    const compile = await loadGlobs();
    return new ImageMatcher(
      policies.map(({ images, exclude }) => ({
        included: compile(images.map(completeGlob)),
        excluded: exclude.length === 0 ? null : compile(exclude.map(completeGlob)),
      })),
    );
  }

  /** The numbers of the policies that are for it. */
  policiesFor({ host, path }: RepositoryName): number[] {
    const name = `${host}/${path}`;
    return this.#tests.flatMap(({ included, excluded }, index) =>
      included(name) && excluded?.(name) !== true ? [index] : [],
    );
  }
}

function inHub(path: string): string {
  return path.includes("/") || path.includes("**") ? path : `library/${path}`;
}
