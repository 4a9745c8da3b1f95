import { ASN1Obj, type X509Certificate } from "@sigstore/core";
import type { IdentityMatch } from "../../config/signatures.ts";
import type { Detail } from "../terms/detail-words.ts";
import { Rejection, shown } from "../terms/rejection.ts";

/** Whom a certificate is of, and who vouched. */
export interface FulcioIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Fulcio's names for the OIDC issuer: the second wraps the text as DER, the first is the bare text. */
const ISSUER_V2 = "1.3.6.1.4.1.57264.1.8";
const ISSUER_V1 = "1.3.6.1.4.1.57264.1.1";
const USERNAME = "1.3.6.1.4.1.57264.1.7";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

/**
 * The identity in a certificate of Fulcio. The library decodes names as ASCII and drops the eighth bit of each byte, so
 * that another name could look like the one that is wanted; here bytes are read as they are.
 * Source: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 *
 * @throws Rejection (wrong-identity) where it has none, more than one subject, or is for another use than signing
 */
export function fulcioIdentity(certificate: X509Certificate): FulcioIdentity {
  try {
    const usages = sequenceIn(certificate, EXTENDED_KEY_USAGE);
    if (!usages.some((usage) => usage.toOID() === CODE_SIGNING)) throw refused((say) => say.notForSigning);
    return { issuer: issuerIn(certificate), subject: subjectIn(certificate) };
  } catch (error) {
    throw error instanceof Rejection ? error : refused((say) => say.nobody);
  }
}

/** @throws Rejection (wrong-identity) unless both the issuer and the subject are the wanted ones, as a whole */
export function checkIdentity(
  { issuer, subject }: FulcioIdentity,
  wanted: { readonly issuer: (text: string) => boolean; readonly subject: (text: string) => boolean },
): void {
  if (!wanted.issuer(issuer)) throw refused((say) => say.issuer(shown(issuer)));
  if (!wanted.subject(subject)) throw refused((say) => say.subject(shown(subject)));
}

/** A pattern must match the whole text: `example` does not match `ci@example.com`. */
export function matcherOf(match: IdentityMatch): (text: string) => boolean {
  if ("exact" in match) return (text) => text === match.exact;
  const pattern = new RegExp(`^(?:${match.pattern})$`, "u");
  return (text) => pattern.test(text);
}

function issuerIn(certificate: X509Certificate): string {
  const second = certificate.extension(ISSUER_V2);
  if (second !== undefined) return textOf(ASN1Obj.parseBuffer(Buffer.from(second.value)).value);
  const first = certificate.extension(ISSUER_V1);
  if (first === undefined) throw refused((say) => say.noIssuer);
  return textOf(first.value);
}

function subjectIn(certificate: X509Certificate): string {
  const names = sequenceIn(certificate, SUBJECT_ALTERNATIVE_NAME);
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) throw refused((say) => say.notOneSubject);
  // rfc822Name, uniformResourceIdentifier
  if (name.tag.isContextSpecific(1) || name.tag.isContextSpecific(6)) return textOf(name.value);
  const [type, wrapped] = name.tag.isContextSpecific(0) ? name.subs : [];
  if (type?.toOID() !== USERNAME || wrapped?.subs[0] === undefined) throw refused((say) => say.unknownSubject);
  return textOf(wrapped.subs[0].value);
}

/** The members of an extension whose value is a sequence. */
function sequenceIn(certificate: X509Certificate, oid: string): readonly ASN1Obj[] {
  const extension = certificate.extension(oid);
  return extension === undefined ? [] : ASN1Obj.parseBuffer(Buffer.from(extension.value)).subs;
}

function textOf(bytes: Buffer): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function refused(what: Detail): Rejection {
  return new Rejection("wrong-identity", what);
}
