import type { RegistrySettings } from "../config/signatures.ts";
import { Authorizer, Challenges } from "./authorizer.ts";
import { Connections } from "./connections.ts";
import { dockerConfigFile } from "./credential-files.ts";
import { type CredentialSource, firstOf } from "./credentials.ts";
import { deadlineAfter } from "./deadline.ts";
import type { Descriptor } from "./descriptor.ts";
import { digestOf, isDigest } from "./digest.ts";
import { type Endpoint, Endpoints } from "./endpoint.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { type Manifest, manifestIn, namedDigest } from "./manifest.ts";
import { MANIFEST_TYPES, mediaTypeOf } from "./media-types.ts";
import { MirrorRests } from "./mirror-rests.ts";
import { listReferrers } from "./referrers.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { type ImageReference, isRepositoryPath, isTag, type RepositoryName, registryHost } from "./repository.ts";
import { Tokens } from "./tokens.ts";
import { Transfer } from "./transfer.ts";

export interface RegistryClientOptions {
  /** As configured; their hosts, and those of their mirrors, may be contacted. */
  readonly registries: readonly RegistrySettings[];
  /** Further hosts that may be contacted: those that policies name (`hostsOfGlobs`), or a person at a terminal. */
  readonly allow?: readonly string[];
  /** For every registry; a file that `registries` names for one is asked first. */
  readonly credentials: CredentialSource;
  readonly limits?: Partial<Limits>;
}

interface Shared {
  readonly limits: Limits;
  readonly connections: Connections;
  readonly endpoints: Endpoints;
  readonly challenges: Challenges;
  readonly tokens: Tokens;
  readonly own: CredentialSource;
  readonly rests: MirrorRests;
}

const HEAD_UNKNOWN: ReadonlySet<number> = new Set([405, 501]);

/**
 * Reads manifests, blobs and referrers from registries, by the OCI distribution specification 1.1. One client for a run
 * or a server: it keeps connections and tokens. Every method takes a signal for an earlier end than `limits.callTime`,
 * and throws RegistryError.
 */
export class RegistryClient {
  readonly #shared: Shared;
  readonly #transfer: Transfer;

  constructor(options: RegistryClientOptions | { readonly shared: Shared; readonly credentials: CredentialSource }) {
    this.#shared = "shared" in options ? options.shared : sharedBy(options);
    const { limits, connections, endpoints, challenges, tokens, own } = this.#shared;
    const authorizer = new Authorizer(firstOf([own, options.credentials]), challenges, tokens);
    this.#transfer = new Transfer(limits, connections, endpoints, authorizer);
  }

  /** The same client with other credentials, such as a pod's pull secrets; it shares connections, and no token. */
  withCredentials(credentials: CredentialSource): RegistryClient {
    return new RegistryClient({ shared: this.#shared, credentials });
  }

  /** Whether a registry may be contacted at all. */
  allows(host: string): boolean {
    return this.#shared.endpoints.allows(host);
  }

  /** The digest that a reference stands for now; a digest in it wins over its tag, and is looked whether it is there. */
  resolve(
    { repository, tag, digest }: ImageReference,
    signal?: AbortSignal,
  ): Promise<{ readonly digest: string; readonly mediaType: string }> {
    const reference = digest ?? tag ?? "latest";
    return this.#anywhere(repository, signal, async (endpoint, until) => {
      const place = { host: endpoint.host, repository: endpoint.repository.path };
      checkReference(reference, place);
      const head = await this.#transfer.read(
        endpoint,
        { ...this.#manifestAt(endpoint, reference, until), method: "HEAD" },
        HEAD_UNKNOWN,
      );
      const named = namedDigest(head);
      const mediaType = mediaTypeOf(head.headers["content-type"]);
      const complete = head.status === 200 && named !== null && MANIFEST_TYPES.includes(mediaType);
      if (complete && (digest === null || digest === named)) return { digest: named, mediaType };
      // Only the content tells.
      const manifest = await this.#manifestFrom(endpoint, reference, until);
      return { digest: manifest.digest, mediaType: manifest.mediaType };
    });
  }

  /** A manifest or an index by tag or by digest. */
  manifest(repository: RepositoryName, reference: string, signal?: AbortSignal): Promise<Manifest> {
    return this.#anywhere(repository, signal, (endpoint, until) => this.#manifestFrom(endpoint, reference, until));
  }

  /** The content that a descriptor names, at most `most` bytes. */
  blob(
    repository: RepositoryName,
    { digest, size }: Pick<Descriptor, "digest" | "size">,
    { most = DEFAULT_LIMITS.manifestBytes, signal }: { readonly most?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    return this.#anywhere(repository, signal, async (endpoint, until) => {
      const place = { host: endpoint.host, repository: endpoint.repository.path };
      if (!isDigest(digest)) throw new RegistryError("protocol", place, { detail: (say) => say.descriptorDigest });
      if (size > most) throw new RegistryError("too-large", place, { detail: (say) => say.blobSize(size, most) });
      const { body, headers } = await this.#transfer.read(endpoint, {
        method: "GET",
        path: `/v2/${endpoint.repository.path}/blobs/${digest}`,
        most: size,
        beyond: "digest-mismatch",
        signal: until,
      });
      if (body.length === size && digestOf(body, digest) === digest) return body;
      // A page that stands for an error, or asks for a login, is no forgery.
      const kind = mediaTypeOf(headers["content-type"]) === "text/html" ? "protocol" : "digest-mismatch";
      throw new RegistryError(kind, place, { detail: (say) => say.of(digest) });
    });
  }

  /**
   * What refers to a digest: by the API with all its pages, else by the fallback tag. An artifactType picks those that say
   * so themselves, which not all registries tell. Empty where there is nothing; a mirror that knows nothing is not the
   * last word.
   */
  referrers(
    repository: RepositoryName,
    digest: string,
    artifactType?: string,
    signal?: AbortSignal,
  ): Promise<readonly Descriptor[]> {
    const list = (endpoint: Endpoint, until: AbortSignal): Promise<readonly Descriptor[]> =>
      listReferrers(this.#transfer, endpoint, { digest, artifactType, limits: this.#shared.limits, signal: until });
    return this.#anywhere(repository, signal, list, (found) => found.length > 0);
  }

  /** Ends what runs, and closes every connection. */
  close(): Promise<void> {
    return this.#shared.connections.close();
  }

  async #manifestFrom(endpoint: Endpoint, reference: string, signal: AbortSignal): Promise<Manifest> {
    const place = { host: endpoint.host, repository: endpoint.repository.path };
    checkReference(reference, place);
    const answer = await this.#transfer.read(endpoint, this.#manifestAt(endpoint, reference, signal));
    return manifestIn(answer, isDigest(reference) ? reference : null, place);
  }

  #manifestAt(endpoint: Endpoint, reference: string, signal: AbortSignal) {
    const path = `/v2/${endpoint.repository.path}/manifests/${reference}`;
    return { method: "GET", path, accept: MANIFEST_TYPES, most: this.#shared.limits.manifestBytes, signal } as const;
  }

  /**
   * Runs a call at the mirrors of a repository's registry in their order, then at the registry. What fails at a mirror is
   * tried at the next, except where it handed out other content than was asked for: that is told.
   */
  async #anywhere<Value>(
    repository: RepositoryName,
    signal: AbortSignal | undefined,
    run: (endpoint: Endpoint, until: AbortSignal) => Promise<Value>,
    conclusive: (value: Value) => boolean = () => true,
  ): Promise<Value> {
    const { endpoints, limits } = this.#shared;
    const named = { host: registryHost(repository.host), path: repository.path };
    if (!endpoints.allows(named.host)) {
      const place = { host: named.host, repository: named.path };
      throw new RegistryError("not-allowed", place, { detail: (say) => say.unnamed });
    }
    if (!isRepositoryPath(named.path)) {
      throw new RegistryError("protocol", { host: named.host }, { detail: (say) => say.noPath });
    }
    const time = deadlineAfter(limits.callTime, signal);
    try {
      return await this.#inTurn(endpoints.of(named), time.signal, run, conclusive);
    } finally {
      time.end();
    }
  }

  async #inTurn<Value>(
    all: readonly Endpoint[],
    until: AbortSignal,
    run: (endpoint: Endpoint, until: AbortSignal) => Promise<Value>,
    conclusive: (value: Value) => boolean,
  ): Promise<Value> {
    const { rests } = this.#shared;
    const [origin, ...mirrors] = all.toReversed();
    if (origin === undefined) throw new Error("a registry without an endpoint");
    for (const mirror of mirrors.toReversed()) {
      if (rests.resting(mirror)) continue;
      try {
        const value = await run(mirror, until);
        if (conclusive(value)) return value;
      } catch (error) {
        if (!(error instanceof RegistryError) || error.kind === "digest-mismatch") throw error;
        if (error.kind === "refused" || error.kind === "timeout") rests.rest(mirror);
      }
    }
    return run(origin, until);
  }
}

function sharedBy({ registries, allow = [], limits: changed }: RegistryClientOptions): Shared {
  const limits = { ...DEFAULT_LIMITS, ...changed };
  const connections = new Connections(limits);
  const endpoints = new Endpoints(registries, allow);
  return {
    limits,
    connections,
    endpoints,
    challenges: new Challenges(limits, connections),
    tokens: new Tokens(limits, connections, endpoints),
    own: ownCredentials(registries),
    rests: new MirrorRests(limits.mirrorRest),
  };
}

/** The files that the configuration names for single registries, each for that one only. */
function ownCredentials(registries: readonly RegistrySettings[]): CredentialSource {
  const files = new Map<string, CredentialSource>();
  for (const { host, dockerConfig } of registries) {
    if (dockerConfig !== undefined) files.set(registryHost(host), dockerConfigFile(dockerConfig));
  }
  return { find: async (repository) => (await files.get(repository.host)?.find(repository)) ?? { kind: "anonymous" } };
}

/** A reference that is no digest is a tag, whose content nobody promised: what looks like a digest must be one. */
function checkReference(reference: string, place: RegistryPlace): void {
  if (isTag(reference) || isDigest(reference)) return;
  throw new RegistryError("protocol", place, { detail: (say) => say.noReference });
}
