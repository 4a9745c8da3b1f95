// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { checkChain } from "../../src/signatures/notation/certificate-chain.ts";
import { attributesIn, attributesOf, names } from "../../src/signatures/notation/distinguished-name.ts";
import { Rejection } from "../../src/signatures/terms/rejection.ts";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const NOW = new Date("2026-06-01T00:00:00Z");
type Keys = Awaited<ReturnType<typeof newKeys>>;
interface Holder {
  readonly certificate: X509Certificate;
  readonly keys: Keys;
}

const newKeys = () => webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);

interface Wanted {
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly usages?: number;
  readonly extended?: string;
  readonly until?: string;
  readonly more?: readonly Extension[];
}

async function issue(subject: string, issuer: Holder | null, wanted: Wanted = {}): Promise<Holder> {
  const { ca = false, pathLength, until = "2027-01-01T00:00:00Z", more = [] } = wanted;
  const { usages = ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature, extended } = wanted;
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date(until),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(ca, pathLength, true),
      new KeyUsagesExtension(usages, true),
      ...(ca ? [] : [new ExtendedKeyUsageExtension([extended ?? ExtendedKeyUsage.codeSigning])]),
      ...more,
    ],
  });
  return { certificate, keys };
}

let root: Holder;
let middle: Holder;
let leaf: Holder;
beforeAll(async () => {
  root = await issue("CN=root", null, { ca: true });
  middle = await issue("CN=middle", root, { ca: true, pathLength: 0 });
  leaf = await issue("CN=leaf", middle);
});

async function outcome(chain: readonly Holder[], roots: readonly Holder[] = [root], time = NOW): Promise<string> {
  const certificates = (holders: readonly Holder[]) => holders.map(({ certificate }) => certificate);
  try {
    const end = await checkChain(certificates(chain), certificates(roots), time);
    return `until ${end.toISOString().slice(0, 10)}`;
  } catch (error) {
    if (error instanceof Rejection) return error.reason;
    throw error;
  }
}

describe("a chain of certificates", () => {
  it("leads to a root, with or without the root in it", async () => {
    expect(await outcome([leaf, middle, root])).toBe("until 2027-01-01");
    expect(await outcome([leaf, middle])).toBe("until 2027-01-01");
    // An authority in between may be what is trusted.
    expect(await outcome([leaf, middle, root], [middle])).toBe("until 2027-01-01");
    expect(await outcome([leaf], [middle])).toBe("until 2027-01-01");
  });

  it("is refused where it leads elsewhere, or an authority is missing", async () => {
    const namesake = await issue("CN=root", null, { ca: true });
    expect(await outcome([leaf, middle, root], [namesake])).toBe("wrong-identity");
    expect(await outcome([leaf, middle], [namesake])).toBe("wrong-identity");
    expect(await outcome([leaf, root])).toBe("wrong-identity");
    expect(await outcome([leaf])).toBe("wrong-identity");
    expect(await outcome([])).toBe("wrong-identity");
    // The name alone makes nobody a root.
    expect(await outcome([await issue("CN=root", null)])).toBe("wrong-identity");
  });

  it("finds the root that issued it among roots of one name", async () => {
    const namesake = await issue("CN=root", null, { ca: true });
    expect(await outcome([leaf, middle], [namesake, root])).toBe("until 2027-01-01");
  });

  it("is refused where a certificate was not signed by the next", async () => {
    const impostor = await issue("CN=middle", null, { ca: true });
    const forged = await issue("CN=leaf", impostor);
    expect(await outcome([forged, middle, root])).toBe("wrong-identity");
  });

  it("is refused where what issues is no authority, may not issue, or not so deep", async () => {
    const person = await issue("CN=person", root);
    expect(await outcome([await issue("CN=leaf", person), person, root])).toBe("wrong-identity");
    const reader = await issue("CN=reader", root, { ca: true, usages: KeyUsageFlags.cRLSign });
    expect(await outcome([await issue("CN=leaf", reader), reader, root])).toBe("wrong-identity");
    const deep = await issue("CN=deep", middle, { ca: true });
    expect(await outcome([await issue("CN=leaf", deep), deep, middle, root])).toBe("wrong-identity");
  });

  it("is refused where the signer's certificate is for something else", async () => {
    const server = await issue("CN=leaf", middle, { extended: ExtendedKeyUsage.serverAuth });
    expect(await outcome([server, middle, root])).toBe("wrong-identity");
    const sealer = await issue("CN=leaf", middle, { usages: KeyUsageFlags.keyEncipherment });
    expect(await outcome([sealer, middle, root])).toBe("wrong-identity");
  });

  it("is refused with a condition that nobody here understands", async () => {
    const more = [new Extension("1.2.3.4", true, new Uint8Array([5, 0]))];
    expect(await outcome([await issue("CN=leaf", middle, { more }), middle, root])).toBe("wrong-identity");
  });

  it("is refused when one of them is not valid", async () => {
    const short = await issue("CN=leaf", middle, { until: "2026-05-01T00:00:00Z" });
    expect(await outcome([short, middle, root])).toBe("expired-certificate");
    expect(await outcome([leaf, middle, root], [root], new Date("2028-01-01T00:00:00Z"))).toBe("expired-certificate");
    expect(await outcome([leaf, middle, root], [root], new Date("2025-01-01T00:00:00Z"))).toBe("expired-certificate");
  });
});

describe("distinguished names", () => {
  it("are matched by all their wanted attributes", async () => {
    const { certificate } = await issue("CN=builds,O=Example,C=CN", null);
    const subject = attributesOf(certificate.subjectName);
    const has = (text: string): boolean => names(subject, attributesIn(text) ?? ["none"]);
    expect(has("CN=builds,O=Example")).toBe(true);
    expect(has("O=Example, CN=builds")).toBe(true);
    expect(has("CN=builds,O=Other")).toBe(false);
    expect(has("CN=build")).toBe(false);
    expect(has("CN=builds\\,O=Example")).toBe(false);
  });

  it("are refused where they are none", () => {
    expect(attributesIn("builds")).toBeNull();
    expect(attributesIn("")).toBeNull();
  });
});
