// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralNames,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { X509Certificate } from "@sigstore/core";
import { describe, expect, it } from "vitest";
import { type FulcioIdentity, fulcioIdentity } from "../../src/signatures/sigstore/fulcio-identity.ts";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const signing = new ExtendedKeyUsageExtension([ExtendedKeyUsage.codeSigning]);
const first = new Extension("1.3.6.1.4.1.57264.1.1", false, Buffer.from("https://first.example.com"));
const second = new Extension("1.3.6.1.4.1.57264.1.8", false, utf8("https://second.example.com"));

function utf8(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x0c, bytes.length]), bytes]);
}

function subject(...names: JsonGeneralNames): Extension {
  return new SubjectAlternativeNameExtension(names, true);
}

async function identityOf(...extensions: Extension[]): Promise<FulcioIdentity> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2027-01-01T00:00:00Z"),
    keys,
    signingAlgorithm: ecdsa,
    extensions,
  });
  return fulcioIdentity(X509Certificate.parse(Buffer.from(certificate.rawData)));
}

const mail = subject({ type: "email", value: "ci@example.com" });

describe("the identity in a certificate", () => {
  it("is its one subject and the issuer, in Fulcio's newer or older spelling", async () => {
    expect(await identityOf(signing, mail, first, second)).toEqual({
      issuer: "https://second.example.com",
      subject: "ci@example.com",
    });
    expect(await identityOf(signing, mail, first)).toEqual({
      issuer: "https://first.example.com",
      subject: "ci@example.com",
    });
    const place = subject({ type: "url", value: "https://ci.example.com/app" });
    expect((await identityOf(signing, place, second)).subject).toBe("https://ci.example.com/app");
  });

  it("is a user name in Fulcio's own kind of name, and in no other", async () => {
    // otherName { 1.3.6.1.4.1.57264.1.7, UTF8String "ci!example.com" }
    const named = (type: string): Extension => {
      const oid = Buffer.from(type, "hex");
      const value = utf8("ci!example.com");
      const wrapped = Buffer.concat([Buffer.from([0xa0, value.length]), value]);
      const other = Buffer.concat([oid, wrapped]);
      const name = Buffer.concat([Buffer.from([0xa0, other.length]), other]);
      return new Extension("2.5.29.17", true, Buffer.concat([Buffer.from([0x30, name.length]), name]));
    };
    expect((await identityOf(signing, named("060a2b0601040183bf300107"), second)).subject).toBe("ci!example.com");
    await expect(identityOf(signing, named("060a2b0601040183bf300106"), second)).rejects.toThrow("unknown kind");
  });

  it.each([
    ["for no use that is named", [mail, second], "not for signing"],
    ["for servers", [new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]), mail, second], "not for signing"],
    ["without an issuer", [signing, mail], "names no issuer"],
    ["without a subject", [signing, second], "one subject"],
    [
      "with two subjects",
      [signing, subject({ type: "email", value: "a@b" }, { type: "email", value: "c@d" }), second],
      "one subject",
    ],
    ["with a name that is no text", [signing, subject({ type: "dns", value: "example.com" }), second], "unknown kind"],
    [
      "with an issuer that is no UTF-8",
      [signing, mail, new Extension("1.3.6.1.4.1.57264.1.1", false, Buffer.from([0xe8, 0xff]))],
      "can be read",
    ],
  ] as const)("is none %s", async (_, extensions, reason) => {
    await expect(identityOf(...extensions)).rejects.toThrow(reason);
  });
});
