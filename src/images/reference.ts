/**
 * Why a reference is none. `empty`: nothing there; `whitespace`; `empty-tag`: a colon with nothing behind it; `tag`: too
 * long, or a character that tags may not have; `digest`: an unknown algorithm, or not as many hex digits as it has;
 * `upper-case`: a capital in the repository; `syntax`: the rest.
 */
export type ReferenceProblem = "empty" | "whitespace" | "empty-tag" | "tag" | "digest" | "upper-case" | "syntax";

/** An image reference, taken apart. */
export interface Reference {
  /** `registry.example.com:5000`; null where none is written. */
  readonly registry: string | null;
  /** `team/app`: what stands behind the registry. */
  readonly path: string;
  /** Registry and path as written. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:…`. */
  readonly digest: string | null;
}

/** Registry names stay below 255 characters, tags below 129: what is longer than all parts together is no reference. */
export const LONGEST = 1024;
const LONGEST_PATH = 255;

const HOST_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);
const PATH = /^[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/**
 * Takes an image reference apart by the grammar of the distribution project (`reference` package), which container
 * runtimes and the kubelet use: a colon in front of the last slash belongs to a port, the first component is a registry
 * when it has a dot or a port or is `localhost`. Adds nothing that is not written (no `docker.io`, no `latest`).
 * Source: https://pkg.go.dev/github.com/distribution/reference
 */
export function parseReference(text: string): Reference | ReferenceProblem {
  if (text === "") return "empty";
  if (text.length > LONGEST) return "syntax";
  if (/\s/.test(text)) return "whitespace";

  const at = text.indexOf("@");
  const digest = at < 0 ? null : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);

  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? null : named.slice(colon + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);

  const problem = repositoryProblem(repository);
  if (problem !== null) return problem;
  if (tag === "") return "empty-tag";
  if (tag !== null && !TAG.test(tag)) return "tag";
  if (digest !== null && !DIGEST.test(digest)) return "digest";

  const slash = registryEnd(repository);
  return {
    registry: slash < 0 ? null : repository.slice(0, slash),
    path: repository.slice(slash + 1),
    repository,
    tag,
    digest,
  };
}

function repositoryProblem(repository: string): ReferenceProblem | null {
  const slash = registryEnd(repository);
  if (slash >= 0 && !REGISTRY.test(repository.slice(0, slash))) return "syntax";
  const path = repository.slice(slash + 1);
  if (path.length <= LONGEST_PATH && PATH.test(path)) {
    // A bare image id: runtimes refuse it as a name, for it could not be told from one.
    return slash < 0 && IDENTIFIER.test(path) ? "syntax" : null;
  }
  return path.length <= LONGEST_PATH && PATH.test(path.toLowerCase()) ? "upper-case" : "syntax";
}

/** The slash behind the registry, or -1 where the first component is part of the path. */
function registryEnd(repository: string): number {
  const slash = repository.indexOf("/");
  if (slash < 0) return -1;
  const first = repository.slice(0, slash);
  return first.includes(".") || first.includes(":") || first === "localhost" ? slash : -1;
}
