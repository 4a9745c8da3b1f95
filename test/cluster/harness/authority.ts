import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { PemPair } from "../../../tools/cluster/admission-files.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR = 3_600_000;

export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** A certificate authority of a test's own. */
export class Authority {
  /** Its certificate, in PEM. */
  readonly ca: string;
  readonly #certificate: X509Certificate;
  readonly #key: webcrypto.CryptoKey;
  #issued = 1;

  private constructor(certificate: X509Certificate, key: webcrypto.CryptoKey) {
    this.ca = `${certificate.toString("pem")}\n`;
    this.#certificate = certificate;
    this.#key = key;
  }

  static async create(name: string = "Test CA", validity: Validity = {}): Promise<Authority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: `CN=${name}`,
      notBefore: validity.notBefore ?? new Date(Date.now() - 240 * HOUR),
      notAfter: validity.notAfter ?? new Date(Date.now() + 240 * HOUR),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    });
    return new Authority(certificate, keys.privateKey);
  }

  /** One below it; without `mayIssue` its certificate says that it is no authority, and it issues all the same. */
  async below(name: string, { mayIssue = true }: { readonly mayIssue?: boolean } = {}): Promise<Authority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: (++this.#issued).toString(16).padStart(2, "0"),
      subject: `CN=${name}`,
      issuer: this.#certificate.subject,
      notBefore: new Date(Date.now() - HOUR),
      notAfter: new Date(Date.now() + 24 * HOUR),
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: ALGORITHM,
      extensions: [new BasicConstraintsExtension(mayIssue, undefined, true)],
    });
    return new Authority(certificate, keys.privateKey);
  }

  /** For a server at 127.0.0.1, and at these DNS names. */
  server(names: readonly string[] = [], validity: Validity = {}): Promise<PemPair> {
    return this.#issue("CN=server", ExtendedKeyUsage.serverAuth, validity, [
      new SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        ...names.map((value) => ({ type: "dns", value }) as const),
      ]),
    ]);
  }

  client(name: string, validity: Validity = {}): Promise<PemPair> {
    return this.#issue(`CN=${name}`, ExtendedKeyUsage.clientAuth, validity, []);
  }

  async #issue(
    subject: string,
    usage: ExtendedKeyUsage,
    { notBefore = new Date(Date.now() - HOUR), notAfter = new Date(Date.now() + 24 * HOUR) }: Validity,
    extensions: readonly SubjectAlternativeNameExtension[],
  ): Promise<PemPair> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: (++this.#issued).toString(16).padStart(2, "0"),
      subject,
      issuer: this.#certificate.subject,
      notBefore,
      notAfter,
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: ALGORITHM,
      extensions: [new ExtendedKeyUsageExtension([usage]), ...extensions],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return { cert: certificate.toString("pem"), key: PemConverter.encode(key, "PRIVATE KEY") };
  }
}
