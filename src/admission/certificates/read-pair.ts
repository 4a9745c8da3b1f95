import { createPrivateKey, type KeyObject } from "node:crypto";
import { createSecureContext } from "node:tls";
import { messageIn } from "../../messages/thrown.ts";
import { CertificateError, type CertificatePair } from "./certificate-source.ts";
import { certificatesIn } from "./pem.ts";

/**
 * A certificate (PEM, with its chain) and its key (PEM, not encrypted) that a server can use now.
 * @throws CertificateError where they are not whole, do not belong together, are not valid at this time, or TLS refuses them.
 */
export function readPair(cert: string, key: string, now: Date): CertificatePair {
  const [leaf] = certificatesIn(cert);
  if (leaf === undefined) throw new CertificateError((say) => say.none);
  if (!leaf.checkPrivateKey(readKey(key))) throw new CertificateError((say) => say.noPair);
  const expires = leaf.validToDate;
  if (expires <= now) throw new CertificateError((say) => say.expired(expires.toISOString()));
  const begins = leaf.validFromDate;
  if (begins > now) throw new CertificateError((say) => say.notYet(begins.toISOString()));
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError((say) => say.refused(messageIn(error)));
  }
  return { cert, key, expires };
}

function readKey(key: string): KeyObject {
  try {
    return createPrivateKey(key);
  } catch {
    // The parser's own words may quote what it read.
    throw new CertificateError((say) => say.brokenKey);
  }
}
