// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { type Authority, authorityName, readAuthority } from "./authority.ts";
import type { CertificatePair } from "./certificate-source.ts";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** From when on a certificate is good, and how long. */
export interface Validity {
  readonly now: Date;
  /** Milliseconds from now. */
  readonly life: number;
  /** Milliseconds that another machine's clock may be behind: certificates begin so long ago. */
  readonly clockSkew: number;
}

/** A new authority (ECDSA P-256, self-signed, for servers' certificates alone) with a name of its own. */
export async function createAuthority({ now, life, clockSkew }: Validity): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const serialNumber = newSerialNumber();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // Authorities of one name would make clients try keys in turn.
    name: `CN=${authorityName} ${serialNumber.slice(0, 16)}`,
    notBefore: new Date(now.getTime() - clockSkew),
    notAfter: new Date(now.getTime() + life),
    keys,
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return readAuthority(certificate.toString("pem"), await privateKeyPem(keys.privateKey));
}

/** A server's certificate for DNS names and IP addresses; it ends no later than its authority. */
export async function issueServing(
  authority: Authority,
  names: readonly string[],
  { now, life, clockSkew }: Validity,
): Promise<CertificatePair> {
  const issuer = new X509Certificate(authority.cert);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(authority.key), ecdsa, false, [
    "sign",
  ]);
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const expires = new Date(Math.min(now.getTime() + life, authority.expires.getTime()));
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    // Service names may be longer than the 64 characters of a common name; clients read the alternative names only.
    subject: "CN=paddlock webhook",
    issuer: issuer.subject,
    notBefore: new Date(Math.max(now.getTime() - clockSkew, issuer.notBefore.getTime())),
    notAfter: expires,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(generalName)),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    cert: certificate.toString("pem"),
    key: await privateKeyPem(keys.privateKey),
    expires: certificate.notAfter,
  };
}

function generalName(name: string): JsonGeneralName {
  return { type: isIP(name) === 0 ? "dns" : "ip", value: name };
}

/** 127 random bits, positive and without leading zeros as RFC 5280 (4.1.2.2) has it. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
