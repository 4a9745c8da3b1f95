import { parseReference, type ReferenceProblem } from "../images/reference.ts";

/** A repository, complete: `{ host: "docker.io", path: "library/python" }`. */
export interface RepositoryName {
  /** Lower case, with its port where one is written; Docker Hub is `docker.io`, by whatever name. */
  readonly host: string;
  readonly path: string;
}

/** An image reference with nothing left out: a tag, a digest, or both. */
export interface ImageReference {
  readonly repository: RepositoryName;
  readonly tag: string | null;
  readonly digest: string | null;
}

const DOCKER_HUB = "docker.io";
const DOCKER_HUB_NAMES: ReadonlySet<string> = new Set([DOCKER_HUB, "index.docker.io", "registry-1.docker.io"]);
/** Where Docker Hub's API is served. */
const DOCKER_HUB_ENDPOINT = "registry-1.docker.io";

/**
 * An image as runtimes read it: Docker Hub where no registry is written, `library/` in front of its official images, and
 * the tag `latest` where there is neither tag nor digest.
 */
export function imageReference(text: string): ImageReference | ReferenceProblem {
  const parsed = parseReference(text);
  if (typeof parsed === "string") return parsed;
  const host = registryHost(parsed.registry ?? DOCKER_HUB);
  const path = host === DOCKER_HUB && !parsed.path.includes("/") ? `library/${parsed.path}` : parsed.path;
  const tag = parsed.tag ?? (parsed.digest === null ? "latest" : null);
  return { repository: { host, path }, tag, digest: parsed.digest };
}

/** A registry's name in the one spelling that is compared and looked up. */
export function registryHost(written: string): string {
  const host = written.toLowerCase();
  return DOCKER_HUB_NAMES.has(host) ? DOCKER_HUB : host;
}

/** Whether this is the path of a repository, and nothing that leads elsewhere in a URL. */
export function isRepositoryPath(path: string): boolean {
  const parsed = parseReference(`registry.example.com/${path}`);
  return typeof parsed !== "string" && parsed.path === path;
}

/** Whether this is a tag. Source: OCI distribution-spec 1.1, "Pulling manifests". */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** The host that serves the API of a registry. */
export function endpointHost(host: string): string {
  return host === DOCKER_HUB ? DOCKER_HUB_ENDPOINT : host;
}
