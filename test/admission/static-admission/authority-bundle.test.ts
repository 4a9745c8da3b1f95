import { describe, expect, it } from "vitest";
import { createAuthority } from "../../../src/admission/certificates/issue.ts";
import {
  type AuthorityBundle,
  authorityBundle,
  type NamedCertificate,
  servingCertificate,
} from "../../../src/admission/static-admission/authority-bundle.ts";
import { StaticAdmissionError } from "../../../src/admission/static-admission/static-admission-error.ts";
import { staticAdmissionWords } from "../../../src/admission/static-admission/words.ts";
import { Authority } from "../../cluster/harness/authority.ts";

const words = staticAdmissionWords.en;
const day = 86_400_000;
// Certificates know whole seconds.
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const inDays = (days: number): Date => new Date(now.getTime() + days * day);

function read(text: string, acceptExpiry = false): AuthorityBundle {
  return authorityBundle({ file: "ca.crt", text }, { now, acceptExpiry }, words);
}
function show(text: string, host: string, authorities: string): NamedCertificate {
  return servingCertificate({ file: "tls.crt", text }, host, authorities, now, words);
}
const refusal = (message: string): StaticAdmissionError => new StaticAdmissionError(message);

describe("the authorities in a file", () => {
  it("takes one of five years, made for 1,825 days yesterday, and says when it ends", async () => {
    const { ca } = await Authority.create("Mine", { notAfter: inDays(1824) });
    expect(read(ca)).toEqual({ pem: expect.any(String), authorities: [{ subject: "CN=Mine", expires: inDays(1824) }] });
    expect(read(`words around it\n${ca}and below`).pem).toBe(read(ca).pem);
  });

  it("refuses one that ends before, unless that is accepted", async () => {
    const { ca } = await Authority.create("Mine", { notAfter: inDays(1823) });
    expect(() => read(ca)).toThrow(refusal(words.endsSoon("ca.crt", "CN=Mine", inDays(1823))));
    expect(read(ca, true).authorities).toEqual([{ subject: "CN=Mine", expires: inDays(1823) }]);
  });

  it("takes an old one beside a new one, as a rotation has them, but none that has ended", async () => {
    const old = await Authority.create("Old", { notAfter: inDays(30) });
    const fresh = await Authority.create("New", { notAfter: inDays(3650) });
    expect(read(old.ca + fresh.ca).authorities.map(({ subject }) => subject)).toEqual(["CN=Old", "CN=New"]);
    const ended = await Authority.create("Ended", { notBefore: inDays(-20), notAfter: inDays(-10) });
    for (const accept of [false, true]) {
      expect(() => read(fresh.ca + ended.ca, accept)).toThrow(
        refusal(words.expired("ca.crt", "CN=Ended", inDays(-10))),
      );
    }
    const future = await Authority.create("Future", { notBefore: inDays(1), notAfter: inDays(3650) });
    expect(() => read(future.ca, true)).toThrow(refusal(words.notYetValid("ca.crt", "CN=Future", inDays(1))));
  });

  it("refuses the replicas' own, whatever is accepted and whatever stands beside it", async () => {
    const { cert } = await createAuthority({ now, life: 3650 * day, clockSkew: 0 });
    const other = await Authority.create("Mine", { notAfter: inDays(3650) });
    for (const text of [cert, `${cert}\n${other.ca}`, `${other.ca}${cert}\n`]) {
      for (const accept of [false, true])
        expect(() => read(text, accept)).toThrow(refusal(words.selfManaged("ca.crt")));
    }
  });

  it("refuses a server's certificate, a key, and what is no certificate", async () => {
    const authority = await Authority.create("Mine", { notAfter: inDays(3650) });
    const { cert, key } = await authority.server();
    expect(() => read(cert, true)).toThrow(refusal(words.noAuthority("ca.crt", "CN=server")));
    expect(() => read(`${authority.ca}${cert}`, true)).toThrow(refusal(words.noAuthority("ca.crt", "CN=server")));
    expect(() => read(`${authority.ca}${key}`, true)).toThrow(refusal(words.holdsKey("ca.crt")));
    expect(() => read("", true)).toThrow(refusal(words.unreadable("ca.crt", "no PEM certificate in it")));
    expect(() => read(authority.ca.slice(0, 200), true)).toThrow(StaticAdmissionError);
  });
});

describe("the certificate that the webhook shows", () => {
  it("fits its authority and its address", async () => {
    const authority = await Authority.create("Mine", { notAfter: inDays(3650) });
    const other = await Authority.create("Other", { notAfter: inDays(3650) });
    const { cert } = await authority.server(["paddlock.example.com"], { notAfter: inDays(30) });
    expect(show(cert, "127.0.0.1", other.ca + authority.ca)).toEqual({ subject: "CN=server", expires: inDays(30) });
    expect(show(cert, "paddlock.example.com", authority.ca).subject).toBe("CN=server");
    for (const host of ["10.0.0.1", "other.example.com", "::1"]) {
      expect(() => show(cert, host, authority.ca)).toThrow(
        refusal(words.otherHost("tls.crt", host, "IP Address:127.0.0.1, DNS:paddlock.example.com")),
      );
    }
    expect(() => show(cert, "127.0.0.1", other.ca)).toThrow(refusal(words.otherAuthority("tls.crt", "CN=Mine")));
    // Of the same name, with another key.
    const twin = await Authority.create("Mine", { notAfter: inDays(3650) });
    expect(() => show(cert, "127.0.0.1", twin.ca)).toThrow(refusal(words.otherAuthority("tls.crt", "CN=Mine")));
  });

  it("may lead to its authority over others, which stand behind it and may issue", async () => {
    const root = await Authority.create("Root", { notAfter: inDays(3650) });
    const upper = await root.below("Upper");
    const lower = await upper.below("Lower");
    const { cert } = await lower.server();
    expect(show(`${cert}\n${lower.ca}${upper.ca}`, "127.0.0.1", root.ca).subject).toBe("CN=server");
    // In any order, with strangers between them.
    const chain = `${cert}\n${(await root.below("Stranger")).ca}${upper.ca}${lower.ca}`;
    expect(show(chain, "127.0.0.1", root.ca).subject).toBe("CN=server");
    const refused = refusal(words.otherAuthority("tls.crt", "CN=Lower"));
    expect(() => show(cert, "127.0.0.1", root.ca)).toThrow(refused);
    expect(() => show(`${cert}\n${upper.ca}`, "127.0.0.1", root.ca)).toThrow(refused);
    const plain = await root.below("Plain", { mayIssue: false });
    const { cert: forged } = await plain.server();
    expect(() => show(`${forged}\n${plain.ca}`, "127.0.0.1", root.ca)).toThrow(
      refusal(words.otherAuthority("tls.crt", "CN=Plain")),
    );
  });

  it("that has ended, or has no name but a common one, would not be believed", async () => {
    const authority = await Authority.create("Mine", { notAfter: inDays(3650) });
    const { cert } = await authority.server([], { notBefore: inDays(-3), notAfter: inDays(-1) });
    expect(() => show(cert, "127.0.0.1", authority.ca)).toThrow(
      refusal(words.expired("tls.crt", "CN=server", inDays(-1))),
    );
    const client = await authority.client("paddlock.example.com");
    expect(() => show(client.cert, "paddlock.example.com", authority.ca)).toThrow(
      refusal(words.otherHost("tls.crt", "paddlock.example.com", "")),
    );
  });
});
