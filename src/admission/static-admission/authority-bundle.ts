import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { ownAuthorities } from "../certificates/authority.ts";
import { CertificateError } from "../certificates/certificate-source.ts";
import { certificatesIn } from "../certificates/pem.ts";
import { StaticAdmissionError } from "./static-admission-error.ts";
import type { StaticAdmissionWords } from "./words.ts";

/** Whom the API server trusts to have issued the webhook's certificate. */
export interface AuthorityBundle {
  /** PEM: the certificates and nothing that stood between them. */
  readonly pem: string;
  readonly authorities: readonly NamedCertificate[];
}

export interface NamedCertificate {
  /** On one line: `CN=paddlock, O=Example`. */
  readonly subject: string;
  readonly expires: Date;
}

/** A text and the name of the file that it was read from, for messages. */
export interface ReadFile {
  readonly file: string;
  readonly text: string;
}

export interface AuthorityDemands {
  readonly now: Date;
  /** Whether an authority will do that ends before five years are over. */
  readonly acceptExpiry: boolean;
}

const day = 86_400_000;
/** Five years as certificates are made for (1,825 days), and a day in which what was made for them is brought here. */
const fiveYears = (5 * 365 - 1) * day;

/**
 * Reads the authorities of a webhook's certificate. What stands in these files stays until somebody changes them on every
 * node, so that an authority that is replaced by itself, or ends soon, would stop the webhook from being heard.
 * @throws StaticAdmissionError where a certificate is no authority's, is not valid now, is one of our self-managed ones, or
 *   the last of them ends within five years.
 */
export function authorityBundle(
  { file, text }: ReadFile,
  { now, acceptExpiry }: AuthorityDemands,
  words: StaticAdmissionWords,
): AuthorityBundle {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw new StaticAdmissionError(words.holdsKey(file));
  const certificates = readCertificates({ file, text }, words);
  if (ownAuthorities(text).length > 0) throw new StaticAdmissionError(words.selfManaged(file));
  for (const certificate of certificates) {
    const { subject, expires } = named(certificate);
    if (!certificate.ca) throw new StaticAdmissionError(words.noAuthority(file, subject));
    if (expires <= now) throw new StaticAdmissionError(words.expired(file, subject, expires));
    if (certificate.validFromDate > now) {
      throw new StaticAdmissionError(words.notYetValid(file, subject, certificate.validFromDate));
    }
  }
  const authorities = certificates.map(named);
  const last = authorities.reduce((latest, each) => (each.expires > latest.expires ? each : latest));
  if (!acceptExpiry && last.expires.getTime() - now.getTime() < fiveYears) {
    throw new StaticAdmissionError(words.endsSoon(file, last.subject, last.expires));
  }
  return { pem: certificates.map((certificate) => certificate.toString()).join(""), authorities };
}

/**
 * Reads the certificate that the webhook shows, with its chain, and holds it against the address and the authorities.
 * @throws StaticAdmissionError where an API server that has them would not accept it.
 */
export function servingCertificate(
  read: ReadFile,
  host: string,
  authorities: string,
  now: Date,
  words: StaticAdmissionWords,
): NamedCertificate {
  const { file } = read;
  const [leaf, ...chain] = readCertificates(read, words);
  if (leaf === undefined) throw new StaticAdmissionError(words.unreadable(file, "no PEM certificate in it"));
  const found = named(leaf);
  if (found.expires <= now) throw new StaticAdmissionError(words.expired(file, found.subject, found.expires));
  const fits = isIP(host) === 0 ? leaf.checkHost(host, { subject: "never" }) : leaf.checkIP(host);
  if (fits === undefined) throw new StaticAdmissionError(words.otherHost(file, host, leaf.subjectAltName ?? ""));
  if (!isIssuedBy(leaf, chain, certificatesIn(authorities))) {
    throw new StaticAdmissionError(words.otherAuthority(file, oneLine(leaf.issuer)));
  }
  return found;
}

/** Whether a path leads from a certificate over the chain beside it to an authority. */
function isIssuedBy(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let current = leaf;
  // Each link of the chain is used once.
  const left = new Set(chain);
  for (;;) {
    const below = current;
    if (authorities.some((authority) => issued(authority, below))) return true;
    const next = [...left].find((link) => link.ca && issued(link, below));
    if (next === undefined) return false;
    left.delete(next);
    current = next;
  }
}

function issued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function readCertificates({ file, text }: ReadFile, words: StaticAdmissionWords): readonly X509Certificate[] {
  try {
    return certificatesIn(text);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new StaticAdmissionError(words.unreadable(file, words.reason(error)));
  }
}

function named(certificate: X509Certificate): NamedCertificate {
  return { subject: oneLine(certificate.subject), expires: certificate.validToDate };
}

function oneLine(name: string): string {
  return name.replaceAll("\n", ", ");
}
