import { lookup as resolveName } from "node:dns";
import { readFile } from "node:fs/promises";
import { isIP, type LookupFunction } from "node:net";
import { getCACertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { Pool } from "undici";
import { type AddressKind, addressKind, namesLoopback, type Reach, within } from "./address.ts";
import type { Limits } from "./limits.ts";
import { RegistryError, type RegistryPlace } from "./registry-error.ts";
import { AddressNotAllowed } from "./transport-failure.ts";
import type { RegistryDetail } from "./words.ts";

/** Redirects can lead to as many hosts as a registry likes. */
const MOST_POOLS = 128;
const MOST_HEADER_BYTES = 32 << 10;

/** Whom connections to an origin trust, and how far they may go. */
export interface HostTrust {
  readonly reach: Reach;
  /** A PEM file; the system's authorities where there is none. */
  readonly ca?: string | undefined;
  /** Whether the system's authorities count beside that file. */
  readonly alsoSystem?: boolean;
}

/** Kept connections to one origin. */
export interface Connection {
  readonly pool: Pool;
  /** What its address is, as far as the latest connection showed. */
  readonly kind: () => AddressKind;
}

/**
 * Connections by origin, each with its own authorities and limits. Which address is connected is decided where the name
 * is looked up, so that a name that changes its mind between a check and a connection gains nothing.
 */
export class Connections {
  readonly #limits: Limits;
  readonly #open: LRUCache<string, Promise<Connection>>;
  #closed = false;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#open = new LRUCache({
      max: MOST_POOLS,
      dispose: (connection) => void connection.then(({ pool }) => pool.close()).catch(() => {}),
    });
  }

  /** @throws RegistryError (not-allowed) for an address that may not be contacted, (refused) for a CA that is none */
  to(url: URL, trust: HostTrust, place: RegistryPlace): Promise<Connection> {
    // What is still going on when all ends is not to open connections that nobody would close.
    if (this.#closed) return Promise.reject(new RegistryError("refused", place, { detail: (say) => say.closed }));
    const key = JSON.stringify([url.origin, trust.reach, trust.ca ?? null, trust.alsoSystem ?? false]);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const made = this.#make(url, trust, place);
    this.#open.set(key, made);
    // What failed is tried again the next time.
    made.catch(() => {
      if (this.#open.peek(key) === made) this.#open.delete(key);
    });
    return made;
  }

  /** Ends what runs, and closes every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(async (connection) => (await connection).pool.destroy()));
  }

  async #make(url: URL, trust: HostTrust, place: RegistryPlace): Promise<Connection> {
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    let seen: AddressKind = isIP(hostname) === 0 ? "public" : addressKind(hostname);
    if (isIP(hostname) !== 0 && !within(trust.reach, seen)) {
      throw new RegistryError("not-allowed", place, { detail: refusal(hostname, [seen]) });
    }
    const ca = trust.ca === undefined ? undefined : await authorities(trust.ca, trust.alsoSystem ?? false, place);
    const guarded: LookupFunction = (name, options, callback) => {
      resolveName(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const kinds = addresses.map(({ address }) => addressKind(address));
        const allowed = addresses.filter((_, index) => within(trust.reach, kinds[index] ?? "never"));
        const [first] = allowed;
        if (first === undefined) return callback(new AddressNotAllowed(refusal(name, kinds)), []);
        seen = farthest(allowed.map(({ address }) => addressKind(address)));
        if (options.all === true) return callback(null, allowed);
        callback(null, first.address, first.family);
      });
    };
    const limits = this.#limits;
    const pool = new Pool(url.origin, {
      connections: limits.connections,
      pipelining: 1,
      headersTimeout: limits.idleTime,
      bodyTimeout: limits.idleTime,
      maxHeaderSize: MOST_HEADER_BYTES,
      connect: { timeout: limits.connectTime, lookup: guarded, ...(ca === undefined ? {} : { ca }) },
    });
    return { pool, kind: () => seen };
  }
}

/** How far a registry that the configuration names may be: on this machine only where its name says so. */
export function reachOf(url: URL): Reach {
  return namesLoopback(url.hostname) ? "loopback" : "private";
}

/** The least private of addresses: a name with a public one beside a private one does not lead others inside. */
function farthest(kinds: readonly AddressKind[]): AddressKind {
  if (kinds.includes("public")) return "public";
  return kinds.includes("private") ? "private" : "loopback";
}

function refusal(name: string, kinds: readonly AddressKind[]): RegistryDetail {
  if (kinds.includes("never")) return (say) => say.neverAddress(name);
  return (say) => (kinds.includes("loopback") ? say.loopbackAddress(name) : say.privateAddress(name));
}

async function authorities(file: string, alsoSystem: boolean, place: RegistryPlace): Promise<string[]> {
  try {
    const pem = await readFile(file, "utf8");
    if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new Error("no certificate");
    return alsoSystem ? [...getCACertificates("default"), pem] : [pem];
  } catch {
    throw new RegistryError("refused", place, { detail: (say) => say.caFile(file) });
  }
}
