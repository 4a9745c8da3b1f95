// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { X509CertificateGenerator } from "@peculiar/x509";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate, in PEM, that says no more than which key it is of (P-256, PKCS #8). */
export async function createSelfSigned(privateKeyPem: string): Promise<string> {
  const key = createPrivateKey(privateKeyPem);
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), ecdsa, false, ["sign"]),
    webcrypto.subtle.importKey("spki", createPublicKey(key).export({ type: "spki", format: "der" }), ecdsa, true, [
      "verify",
    ]),
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=paddlock test tokens",
    notBefore: new Date(Date.now() - 300_000),
    notAfter: new Date(Date.now() + 86_400_000),
    keys: { privateKey, publicKey },
    signingAlgorithm: ecdsa,
  });
  return certificate.toString("pem");
}
