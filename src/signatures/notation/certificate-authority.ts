// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { X509Certificate } from "@peculiar/x509";
import type { Authority } from "../../config/signatures.ts";
import type { PreparedAuthority, Signed } from "../terms/authority.ts";
import { earliest } from "../terms/earliest.ts";
import type { Found, NotationFound } from "../terms/found.ts";
import { fingerprint, type MaterialReader } from "../terms/material.ts";
import { Rejection, shown } from "../terms/rejection.ts";
import type { MaterialWords } from "../terms/words.ts";
import { certificatesIn, checkChain } from "./certificate-chain.ts";
import { type Attributes, attributesIn, attributesOf, names } from "./distinguished-name.ts";
import { openEnvelope, parseEnvelope } from "./notation-envelope.ts";

type Certificate = Extract<Authority, { readonly type: "certificate" }>;

/**
 * Whoever has a certificate by one of the roots, for one of the names. Timestamps in Notation's envelopes are not read, and
 * the signer's own word for the time proves nothing: the certificates must be valid now.
 */
export class CertificateAuthority implements PreparedAuthority {
  readonly description: string;
  readonly fingerprint: string;
  readonly reads = "notation";
  readonly #roots: readonly X509Certificate[];
  readonly #identities: readonly Attributes[];

  constructor(roots: readonly X509Certificate[], identities: readonly Attributes[], say: MaterialWords) {
    this.#roots = roots;
    this.#identities = identities;
    this.description = say.certificateName(identities.map((identity) => identity.join(",")));
    const ders = roots.map(({ rawData }) => new Uint8Array(rawData));
    this.fingerprint = fingerprint("certificate", JSON.stringify(identities), ...ders);
  }

  async verify(found: Extract<Found, { readonly type: "sigstore" | "notation" }>, now: Date): Promise<Signed> {
    if (found.type !== "notation") throw new Rejection("wrong-identity", (say) => say.notNotation);
    const envelope = parseEnvelope(found.envelope);
    const chain = envelope.chain.map(parsedCertificate);
    const [leaf] = chain;
    if (leaf === undefined) throw new Rejection("unsigned", (say) => say.noCertificate);
    const subject = attributesOf(leaf.subjectName);
    if (!this.#identities.some((identity) => names(subject, identity))) {
      throw new Rejection("wrong-identity", (say) => say.subject(shown(leaf.subject)));
    }
    const end = await checkChain(chain, this.#roots, now);
    const { target, expiry } = await openEnvelope(envelope);
    if (expiry !== null && expiry <= now) {
      throw new Rejection("expired-certificate", (say) => say.signatureExpired(expiry.toISOString()));
    }
    checkTarget(target, found.target);
    return {
      claim: { kind: "signature" },
      format: "notation",
      identity: leaf.subject,
      issuer: leaf.issuer,
      time: null,
      logIndex: null,
      until: earliest([end, expiry]),
    };
  }
}

/** @throws ConfigurationError */
export async function certificateAuthority(
  { roots, identities }: Certificate,
  reader: MaterialReader,
): Promise<CertificateAuthority> {
  const certificates = certificatesIn(await reader.text(roots));
  if (certificates === null) throw reader.refuse(reader.words.certificate, roots);
  if (certificates.length === 0) throw reader.refuse(reader.words.noCertificates, roots);
  const attributes = identities.map((identity) => {
    const parsed = attributesIn(identity);
    if (parsed === null) throw reader.refuse(reader.words.identity(identity));
    return parsed;
  });
  return new CertificateAuthority(certificates, attributes, reader.words);
}

function checkTarget(
  { digest, size, mediaType }: { readonly [name: string]: unknown },
  target: NotationFound["target"],
): void {
  if (digest !== target.digest || size !== target.size || mediaType !== target.mediaType) {
    throw new Rejection("payload-mismatch", (say) =>
      typeof digest === "string" && digest !== target.digest ? say.signatureOf(shown(digest)) : say.signatureOfOther,
    );
  }
}

function parsedCertificate(der: Buffer): X509Certificate {
  try {
    return new X509Certificate(new Uint8Array(der));
  } catch {
    throw new Rejection("unsigned", (say) => say.brokenCertificate);
  }
}
