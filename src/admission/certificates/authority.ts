import { createPrivateKey, type X509Certificate } from "node:crypto";
import { CertificateError } from "./certificate-source.ts";
import { certificatesIn } from "./pem.ts";

/** How the subject of every authority of our own begins: what is ours in a bundle is known by it. */
export const authorityName = "paddlock webhook CA";

/** An authority as its clients see it. */
export interface AuthorityCertificate {
  /** PEM. */
  readonly cert: string;
  /** SHA-256 of the certificate, as hexadecimal pairs with colons. */
  readonly fingerprint: string;
  readonly expires: Date;
  /** Whole seconds from its first moment to its last, in milliseconds. */
  readonly life: number;
}

/** An authority that can issue. */
export interface Authority extends AuthorityCertificate {
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** @throws CertificateError where the key does not belong to the certificate, or the certificate is no authority's. */
export function readAuthority(cert: string, key: string): Authority {
  const [certificate] = certificatesIn(cert);
  if (certificate === undefined) throw new CertificateError((say) => say.none);
  if (!certificate.ca) throw new CertificateError((say) => say.notAnAuthority);
  let belongs: boolean;
  try {
    belongs = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new CertificateError((say) => say.brokenKey);
  }
  if (!belongs) throw new CertificateError((say) => say.noPair);
  return { ...certificateOf(certificate), key };
}

/**
 * Our own authorities in a PEM text: self-signed, and named as ours. Anything else is left out, and so is what cannot
 * be read, since others may write where this text comes from.
 */
export function ownAuthorities(text: string): readonly AuthorityCertificate[] {
  if (text.trim() === "") return [];
  let certificates: readonly X509Certificate[];
  try {
    certificates = certificatesIn(text);
  } catch {
    return [];
  }
  return certificates.filter(isOwn).map(certificateOf);
}

/** @param moment Is the authority still good at it? */
export function isAlive(authority: AuthorityCertificate, moment: Date): boolean {
  return authority.expires > moment;
}

function isOwn(certificate: X509Certificate): boolean {
  const { ca, issuer, publicKey, subject } = certificate;
  return ca && subject.startsWith(`CN=${authorityName}`) && issuer === subject && certificate.verify(publicKey);
}

function certificateOf(certificate: X509Certificate): AuthorityCertificate {
  return {
    cert: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    expires: certificate.validToDate,
    life: certificate.validToDate.getTime() - certificate.validFromDate.getTime(),
  };
}
