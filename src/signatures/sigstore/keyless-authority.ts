import type { RFC3161Timestamp, X509Certificate } from "@sigstore/core";
import { type SignedEntity, VerificationError, Verifier } from "@sigstore/verify";
import type { Authority, IdentityMatch } from "../../config/signatures.ts";
import type { PreparedAuthority, Signed } from "../terms/authority.ts";
import type { Found, SigstoreFound } from "../terms/found.ts";
import { fingerprint, type MaterialReader } from "../terms/material.ts";
import { Rejection } from "../terms/rejection.ts";
import type { MaterialWords } from "../terms/words.ts";
import { checkIdentity, fulcioIdentity, matcherOf } from "./fulcio-identity.ts";
import { entityOf } from "./sigstore-entity.ts";
import { type Trust, trustedRoot } from "./trusted-root.ts";

type Keyless = Extract<Authority, { readonly type: "keyless" }>;

/**
 * An identity that a certificate authority vouched for, for some minutes: that it signed within them, a transparency log
 * or a timestamp authority must prove, whichever the trusted root has. Where it has logs, an entry is needed; the
 * certificate must be in a certificate transparency log in any case.
 */
export class KeylessAuthority implements PreparedAuthority {
  readonly description: string;
  readonly fingerprint: string;
  readonly reads = "sigstore";
  readonly #wanted: Parameters<typeof checkIdentity>[1];
  readonly #offers: { readonly logEntries: boolean; readonly timestamps: boolean };
  readonly #verifier: Verifier;

  constructor({ issuer, subject }: Keyless, { material, fingerprint: root }: Trust, say: MaterialWords) {
    this.description = say.keylessName(textOf(subject), textOf(issuer));
    this.fingerprint = fingerprint("keyless", JSON.stringify([issuer, subject]), root);
    this.#wanted = { issuer: matcherOf(issuer), subject: matcherOf(subject) };
    this.#offers = { logEntries: material.tlogs.length > 0, timestamps: material.timestampAuthorities.length > 0 };
    this.#verifier = new Verifier(material, {
      ctlogThreshold: 1,
      tlogThreshold: this.#offers.logEntries ? 1 : 0,
      timestampThreshold: 1,
    });
  }

  verify(found: Extract<Found, { readonly type: "sigstore" | "notation" }>, now: Date): Signed {
    if (found.type !== "sigstore") throw new Rejection("wrong-identity", (say) => say.notKeyless);
    const entity = entityOf(found, this.#offers);
    if (entity.key.$case !== "certificate") throw new Rejection("wrong-identity", (say) => say.keyNotCertificate);
    // Whom the certificate names decides first, so that strangers' signatures are told apart from one's own broken ones.
    const identity = fulcioIdentity(entity.key.certificate);
    checkIdentity(identity, this.#wanted);
    this.#checkProofs(entity, entity.key.certificate, now);
    try {
      this.#verifier.verify(entity);
    } catch (error) {
      throw rejectionOf(error, entity.key.certificate, now);
    }
    const { time, logIndex } = proofOf(found, entity);
    const { format } = found;
    return {
      claim: found.claim(),
      format,
      identity: identity.subject,
      issuer: identity.issuer,
      time,
      logIndex,
      until: null,
    };
  }

  /** What is missing altogether, in the words of the missing thing. */
  #checkProofs({ timestamps, tlogEntries }: SignedEntity, certificate: X509Certificate, now: Date): void {
    if (this.#offers.logEntries && tlogEntries.length === 0) {
      const said = timestamps.length === 0 ? expiredOr(certificate, now) : null;
      throw said ?? new Rejection("log-entry-mismatch", (say) => say.noLogEntry);
    }
    if (timestamps.length === 0) {
      throw expiredOr(certificate, now) ?? new Rejection("no-timestamp", (say) => say.noTime);
    }
    for (const each of timestamps) {
      if (each.$case === "timestamp-authority" && !isReadable(each.timestamp)) {
        throw new Rejection("no-timestamp", (say) => say.brokenTimestamp);
      }
    }
  }
}

/** The library reads times with three digits of the second's fraction, or none. */
function isReadable(timestamp: RFC3161Timestamp): boolean {
  try {
    return !Number.isNaN(timestamp.signingTime.getTime());
  } catch {
    return false;
  }
}

/** @throws ConfigurationError */
export async function keylessAuthority(authority: Keyless, reader: MaterialReader): Promise<KeylessAuthority> {
  return new KeylessAuthority(authority, await trustedRoot(authority.trustedRoot, reader), reader.words);
}

function expiredOr(certificate: X509Certificate, now: Date): Rejection | null {
  if (now <= certificate.notAfter) return null;
  return new Rejection("expired-certificate", (say) => say.expiredUnproven);
}

function rejectionOf(error: unknown, certificate: X509Certificate, now: Date): Rejection {
  if (!(error instanceof VerificationError)) {
    // The library's parsers throw what they like for bytes that are none of their formats.
    return new Rejection("wrong-identity", (say) => say.brokenProofs);
  }
  const code: string = error.code;
  if (code === "TLOG_BODY_ERROR") {
    return new Rejection("log-entry-mismatch", (say) => say.otherLogEntry);
  }
  if (code.startsWith("TLOG")) {
    return new Rejection("log-entry-mismatch", (say) => say.unprovenLogEntry);
  }
  if (code === "TIMESTAMP_ERROR") {
    return expiredOr(certificate, now) ?? new Rejection("no-timestamp", (say) => say.untrustedTimestamp);
  }
  if (code === "SIGNATURE_ERROR") return new Rejection("wrong-key", (say) => say.notCertificatesKey);
  const cause: unknown = error.cause;
  if (cause instanceof Error && /expired/.test(cause.message)) {
    return new Rejection("expired-certificate", (say) => say.notValidThen);
  }
  return new Rejection("wrong-identity", (say) => say.untrusted(error.message));
}

/** What the proofs, which are verified, say. */
function proofOf(
  { bundle }: SigstoreFound,
  { timestamps }: SignedEntity,
): { time: Date | null; logIndex: number | null } {
  const [entry] = bundle.verificationMaterial.tlogEntries;
  const times = timestamps.flatMap((each) => {
    if (each.$case === "timestamp-authority") return [each.timestamp.signingTime];
    return each.tlogEntry.inclusionPromise === undefined
      ? []
      : [new Date(Number(each.tlogEntry.integratedTime) * 1000)];
  });
  const time = times.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
  return { time, logIndex: entry === undefined ? null : Number(entry.logIndex) };
}

function textOf(match: IdentityMatch): string {
  return "exact" in match ? match.exact : `/${match.pattern}/`;
}
