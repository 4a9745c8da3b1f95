import type { RegistrySettings } from "../config/signatures.ts";
import { type HostTrust, reachOf } from "./connections.ts";
import { endpointHost, type RepositoryName, registryHost } from "./repository.ts";

/** Where requests for a repository go. */
export interface Endpoint {
  readonly host: string;
  readonly url: URL;
  readonly insecure: boolean;
  readonly trust: HostTrust;
  readonly mirror: boolean;
  /** The repository as this endpoint calls it. */
  readonly repository: RepositoryName;
}

/**
 * The only hosts that are contacted: registries that the configuration or its policies name, and their mirrors.
 */
export class Endpoints {
  readonly #settings: ReadonlyMap<string, RegistrySettings>;
  readonly #allowed: ReadonlySet<string>;

  constructor(registries: readonly RegistrySettings[], allow: readonly string[]) {
    this.#settings = new Map(registries.map((settings) => [registryHost(settings.host), settings]));
    const mirrors = registries.flatMap((settings) => settings.mirrors.map((mirror) => splitMirror(mirror).host));
    this.#allowed = new Set([...this.#settings.keys(), ...mirrors, ...allow.map(registryHost)].filter(isHost));
  }

  allows(host: string): boolean {
    return this.#allowed.has(registryHost(host));
  }

  /** The mirrors of a repository's registry, then the registry. The registry must be allowed. */
  of(repository: RepositoryName): readonly [...Endpoint[], Endpoint] {
    const mirrors = this.#settings.get(repository.host)?.mirrors ?? [];
    return [
      ...mirrors
        .map(splitMirror)
        .filter(({ host }) => isHost(host))
        .map(({ host, prefix }) => this.#at({ host, path: `${prefix}${repository.path}` }, true)),
      this.#at(repository, false),
    ];
  }

  /** Whom to trust at a URL of a host that is named itself; null where it is not, or not in this scheme. */
  trustOf(url: URL): HostTrust | null {
    const host = registryHost(url.host);
    if (!this.#allowed.has(host)) return null;
    const insecure = this.#settings.get(host)?.insecure ?? false;
    return url.protocol === (insecure ? "http:" : "https:") ? this.#trust(host, url) : null;
  }

  #at(repository: RepositoryName, mirror: boolean): Endpoint {
    const { host } = repository;
    const insecure = this.#settings.get(host)?.insecure ?? false;
    const url = new URL(`${insecure ? "http" : "https"}://${endpointHost(host)}/`);
    return { host, url, insecure, trust: this.#trust(host, url), mirror, repository };
  }

  #trust(host: string, url: URL): HostTrust {
    return { reach: reachOf(url), ca: this.#settings.get(host)?.ca };
  }
}

/** Names of images and globs allow ports that there are none of. */
function isHost(host: string): boolean {
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(`https://${host}/`);
}

function splitMirror(mirror: string): { host: string; prefix: string } {
  const [host = "", ...path] = mirror.replace(/\/+$/, "").split("/");
  return { host: registryHost(host), prefix: path.map((part) => `${part}/`).join("") };
}
