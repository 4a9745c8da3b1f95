import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Authority } from "../../../src/admission/certificates/authority.ts";
import type { CertificatePair, CertificateSource } from "../../../src/admission/certificates/certificate-source.ts";
import { createAuthority, issueServing } from "../../../src/admission/certificates/issue.ts";

const day = 86_400_000;

export function validity(): { now: Date; life: number; clockSkew: number } {
  return { now: new Date(), life: day, clockSkew: day };
}

/** An authority of a test's own. */
export function authority(): Promise<Authority> {
  return createAuthority(validity());
}

/** A certificate for the loopback address. */
export function loopbackPair(issuer: Authority): Promise<CertificatePair> {
  return issueServing(issuer, ["127.0.0.1"], validity());
}

/** A certificate to show as a client. */
export async function clientPair(issuer: Authority): Promise<{ readonly cert: string; readonly key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(issuer.key), algorithm, false, [
    "sign",
  ]);
  const certificate = await X509CertificateGenerator.create({
    subject: "CN=kube-apiserver",
    issuer: new X509Certificate(issuer.cert).subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
    extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: certificate.toString("pem"), key };
}

/** A source whose certificate changes when the test says so. */
export class GivenCertificates implements CertificateSource {
  current: CertificatePair;
  problem: string | null = null;
  readonly #listeners: ((pair: CertificatePair) => void)[] = [];

  constructor(first: CertificatePair) {
    this.current = first;
  }

  onChange(listener: (pair: CertificatePair) => void): void {
    this.#listeners.push(listener);
  }

  replace(pair: CertificatePair): void {
    this.current = pair;
    for (const listener of this.#listeners) listener(pair);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
