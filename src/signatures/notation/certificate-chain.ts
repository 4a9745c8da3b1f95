// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  X509Certificate,
} from "@peculiar/x509";
import type { Detail } from "../terms/detail-words.ts";
import { Rejection } from "../terms/rejection.ts";

/** Leaf, authorities, root. */
const LONGEST_CHAIN = 6;
const KNOWN_CRITICAL: ReadonlySet<string> = new Set(["2.5.29.15", "2.5.29.19", "2.5.29.37", "2.5.29.17"]);

/** The certificates in a PEM; null where one cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] | null {
  try {
    return PemConverter.decodeWithHeaders(pem)
      .filter(({ type }) => type === "CERTIFICATE")
      .map(({ rawData }) => new X509Certificate(rawData));
  } catch {
    return null;
  }
}

/**
 * Checks a chain, the signer's certificate first and each issued by the next, up to one of the roots; all of them valid
 * at a time. Source: Notary Project specification, "Certificate Requirements"; RFC 5280, 6.1.
 *
 * @returns when the first of them ends to be valid
 * @throws Rejection: wrong-identity for a chain that does not lead to a root, expired-certificate
 */
export async function checkChain(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  time: Date,
): Promise<Date> {
  const [leaf] = chain;
  if (leaf === undefined || chain.length > LONGEST_CHAIN) throw untrusted((say) => say.noChain);
  checkLeaf(leaf);
  const path = await pathTo(chain, roots);
  for (const [index, certificate] of path.entries()) {
    if (index > 0) checkIssuer(certificate, index - 1);
    checkCritical(certificate);
    const issuer = path[index + 1] ?? certificate;
    if (certificate.issuer !== issuer.subject && certificate !== path.at(-1)) throw untrusted((say) => say.brokenChain);
    // A root is trusted as it is, and need not be signed by itself.
    const signed = certificate === path.at(-1) || (await isSigned(certificate, issuer));
    if (!signed) throw untrusted((say) => say.unsignedChain);
  }
  for (const { notBefore, notAfter } of path) {
    if (time < notBefore) throw new Rejection("expired-certificate", (say) => say.chainNotYet);
    if (time > notAfter) throw new Rejection("expired-certificate", (say) => say.chainExpired(notAfter.toISOString()));
  }
  return new Date(Math.min(...path.map(({ notAfter }) => notAfter.getTime())));
}

/** The chain up to the first certificate that is a root, or that a root issued, with that root. */
async function pathTo(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): Promise<readonly X509Certificate[]> {
  const path: X509Certificate[] = [];
  for (const certificate of chain) {
    path.push(certificate);
    if (roots.some((root) => root.equal(certificate))) return path;
    // An authority that took a new key has two roots of one name.
    for (const root of roots) {
      if (root.subject === certificate.issuer && (await isSigned(certificate, root))) return [...path, root];
    }
  }
  throw untrusted((say) => say.untrustedIssuer);
}

function checkLeaf(leaf: X509Certificate): void {
  const usages = leaf.getExtension(KeyUsagesExtension);
  if (usages === null || (usages.usages & KeyUsageFlags.digitalSignature) === 0)
    throw untrusted((say) => say.notForSigning);
  const extended = leaf.getExtension(ExtendedKeyUsageExtension);
  if (extended !== null && !extended.usages.includes(ExtendedKeyUsage.codeSigning))
    throw untrusted((say) => say.notForCode);
}

/** @param below how many authorities stand between it and the signer */
function checkIssuer(certificate: X509Certificate, below: number): void {
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  if (constraints?.ca !== true) throw untrusted((say) => say.noAuthority);
  if (constraints.pathLength !== undefined && constraints.pathLength < below) throw untrusted((say) => say.longChain);
  const usages = certificate.getExtension(KeyUsagesExtension);
  if (usages !== null && (usages.usages & KeyUsageFlags.keyCertSign) === 0) throw untrusted((say) => say.mayNotIssue);
}

/** What is critical and not understood makes a certificate useless. */
function checkCritical({ extensions }: X509Certificate): void {
  if (extensions.some(({ critical, type }) => critical && !KNOWN_CRITICAL.has(type)))
    throw untrusted((say) => say.unknownCondition);
}

async function isSigned(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
  try {
    return await certificate.verify({ publicKey: issuer, signatureOnly: true });
  } catch {
    return false;
  }
}

function untrusted(what: Detail): Rejection {
  return new Rejection("wrong-identity", what);
}
