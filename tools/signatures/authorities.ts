import { createHash, generateKeyPairSync, type KeyObject, randomInt } from "node:crypto";
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from "@sigstore/mock";
import type { JsonObject } from "../../src/json/value.ts";

/** Whom a certificate is to name. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** An entry of the log, as Rekor answers. */
export interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      readonly hashes: readonly string[];
      readonly checkpoint: string;
    };
  };
}

const ISSUER_V1 = "1.3.6.1.4.1.57264.1.1";
const ISSUER_V2 = "1.3.6.1.4.1.57264.1.8";
const SHA_256 = "2.16.840.1.101.3.4.2.1";
const TIMESTAMP_POLICY = "1.3.6.1.4.1.57264.2";

type Tsa = Awaited<ReturnType<typeof initializeTSA>>;
type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/**
 * What keyless signatures rest on, each with a key of its own: a certificate authority as Fulcio is one, a certificate
 * transparency log, a transparency log as Rekor is one, and a timestamp authority.
 */
export class Authorities {
  readonly url: string;
  readonly #keys: { readonly ca: Keys; readonly ctLog: Keys; readonly log: Keys; readonly tsa: Keys };
  readonly #parts: {
    readonly ca: Awaited<ReturnType<typeof initializeCA>>;
    readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
    readonly log: Awaited<ReturnType<typeof initializeTLog>>;
    readonly tsa: Awaited<ReturnType<typeof initializeTSA>>;
  };

  private constructor(url: string, keys: Authorities["keys"], parts: Authorities["parts"]) {
    this.url = url;
    this.#keys = keys;
    this.#parts = parts;
  }

  /** @param url where they are served, or would be */
  static async create(url: string = "https://authorities.example.com"): Promise<Authorities> {
    const keys = { ca: newKeys(), ctLog: newKeys(), log: newKeys(), tsa: newKeys() };
    return new Authorities(url, keys, await partsOf(url, keys));
  }

  /** The same at another time: what is issued, logged and stamped says so. */
  async at(clock: Date): Promise<Authorities> {
    // Whole seconds: see `stamped`.
    const time = new Date(Math.floor(clock.getTime() / 1000) * 1000);
    const { log, tsa } = await partsOf(this.url, this.#keys, time);
    // The certificates of the others must stay the same.
    const { tsa: now } = this.#parts;
    const later = {
      rootCertificate: now.rootCertificate,
      intCertificate: now.intCertificate,
      timestamp: tsa.timestamp.bind(tsa),
    };
    return new Authorities(this.url, this.#keys, { ...this.#parts, log, tsa: later });
  }

  /** The same, with certificates that are in no transparency log. */
  async withoutCtLog(): Promise<Authorities> {
    const ca = await initializeCA(this.#keys.ca);
    const unlogged = {
      rootCertificate: this.#parts.ca.rootCertificate,
      issueCertificate: ca.issueCertificate.bind(ca),
    };
    return new Authorities(this.url, this.#keys, { ...this.#parts, ca: unlogged });
  }

  get keys(): { readonly ca: Keys; readonly ctLog: Keys; readonly log: Keys; readonly tsa: Keys } {
    return this.#keys;
  }

  get parts(): Readonly<{
    ca: Awaited<ReturnType<typeof initializeCA>>;
    ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
    log: Awaited<ReturnType<typeof initializeTLog>>;
    tsa: Awaited<ReturnType<typeof initializeTSA>>;
  }> {
    return this.#parts;
  }

  /** For clients that take files: the root of the certificate authority, and the logs' keys. */
  get pems(): { readonly ca: string; readonly log: string; readonly ctLog: string } {
    const { ca, ctLog, log } = this.#parts;
    return {
      ca: pemOf(bufferOf(ca.rootCertificate)),
      log: pemOf(log.publicKey, "PUBLIC KEY"),
      ctLog: pemOf(ctLog.publicKey, "PUBLIC KEY"),
    };
  }

  /** DER of a certificate that is good for ten minutes. */
  async certify({ issuer, subject }: Identity, publicKey: KeyObject): Promise<Buffer> {
    const certificate = await this.#parts.ca.issueCertificate({
      publicKey: Buffer.from(publicKey.export({ type: "spki", format: "der" })),
      subjectAltName: subject,
      extensions: [
        { oid: ISSUER_V1, value: issuer, legacy: true },
        { oid: ISSUER_V2, value: issuer },
      ],
    });
    return bufferOf(certificate);
  }

  async logged(entry: JsonObject): Promise<LogEntry> {
    const [found] = Object.values(await this.#parts.log.log(entry));
    return found as unknown as LogEntry;
  }

  /** DER of a response that stamps the hash of a signature. */
  timestamp(signature: Uint8Array): Promise<Buffer> {
    return this.stamped({
      artifactHash: createHash("sha256").update(signature).digest(),
      hashAlgorithmOID: SHA_256,
      nonce: randomInt(2 ** 31),
      policyOID: TIMESTAMP_POLICY,
    });
  }

  /** Asks again where the time ends with a zero, which DER leaves out, and sigstore's library then cannot read. */
  async stamped(request: Parameters<Tsa["timestamp"]>[0]): Promise<Buffer> {
    for (;;) {
      const response = bufferOf(await this.#parts.tsa.timestamp(request));
      if (!/\.\d{1,2}Z/.test(response.toString("latin1"))) return response;
    }
  }

  /** Their certificates and public keys, as sigstore's clients read them. */
  trustedRoot(
    parts: { readonly logs?: boolean; readonly timestamps?: boolean; readonly ctLogs?: boolean } = {},
  ): JsonObject {
    const { logs = true, timestamps = true, ctLogs = true } = parts;
    const { ca, ctLog, log, tsa } = this.#parts;
    const validFor = { start: "2020-01-01T00:00:00Z" };
    const authority = (certificates: readonly ArrayBufferView[]): JsonObject => ({
      subject: { organization: "tests", commonName: "tests" },
      uri: this.url,
      certChain: { certificates: certificates.map((each) => ({ rawBytes: bufferOf(each).toString("base64") })) },
      validFor,
    });
    const logOf = (key: Buffer): JsonObject => ({
      baseUrl: this.url,
      hashAlgorithm: "SHA2_256",
      publicKey: { rawBytes: key.toString("base64"), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
      logId: { keyId: createHash("sha256").update(key).digest("base64") },
    });
    return {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: logs ? [logOf(log.publicKey)] : [],
      certificateAuthorities: [authority([ca.rootCertificate])],
      ctlogs: ctLogs ? [logOf(ctLog.publicKey)] : [],
      timestampAuthorities: timestamps ? [authority([tsa.intCertificate, tsa.rootCertificate])] : [],
    };
  }
}

async function partsOf(url: string, keys: Authorities["keys"], clock?: Date): Promise<Authorities["parts"]> {
  const ctLog = await initializeCTLog(keys.ctLog, clock);
  const [ca, log, tsa] = await Promise.all([
    initializeCA(keys.ca, ctLog, clock),
    initializeTLog(url, keys.log, clock),
    initializeTSA(keys.tsa, clock),
  ]);
  return { ca, ctLog, log, tsa };
}

function newKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function bufferOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

export function pemOf(der: Buffer, label: string = "CERTIFICATE"): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
