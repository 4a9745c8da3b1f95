import { X509Certificate } from "node:crypto";
import { CertificateError } from "./certificate-source.ts";

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** More certificates than a chain or a bundle ever has. */
const most = 64;

/**
 * The certificates of a PEM text, in order; what stands between them is passed over, as everybody does.
 * @throws CertificateError where there is none, one is cut off or unreadable, or there are more than 64.
 */
export function certificatesIn(text: string): readonly X509Certificate[] {
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0) throw new CertificateError((say) => say.none);
  if (blocks.length > most) throw new CertificateError((say) => say.tooMany(most));
  if (text.split("-----BEGIN CERTIFICATE-----").length - 1 !== blocks.length)
    throw new CertificateError((say) => say.cutOff);
  return blocks.map((pem) => {
    try {
      return new X509Certificate(pem);
    } catch {
      throw new CertificateError((say) => say.broken);
    }
  });
}
