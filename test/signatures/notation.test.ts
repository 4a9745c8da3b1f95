import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlattenedSign } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/json/value.ts";
import type { SignatureFact } from "../../src/signatures/terms/signature-fact.ts";
import { type NotationFiles, newNotationSigner } from "../../tools/signatures/notation.ts";
import { HOST, policyOf, verifierOf } from "./hand-made.ts";
import { MANIFEST, MemoryRegistry } from "./memory-registry.ts";

const NAME = "CN=builds,O=Example,C=CN";
let folder: string;
let files: NotationFiles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-notation-"));
  files = await newNotationSigner(folder, "builds", NAME);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Changes {
  readonly target?: JsonObject;
  readonly head?: JsonObject;
  readonly crit?: readonly string[];
  readonly envelope?: (envelope: JsonObject) => JsonObject | string;
  readonly now?: Date;
}

/** Of an image with one signature, as Notation makes it but for the changes. */
async function judge({
  target = {},
  head = {},
  crit,
  envelope = (same) => same,
  now = new Date(),
}: Changes = {}): Promise<Pick<SignatureFact, "state" | "reason" | "detail">> {
  const registry = new MemoryRegistry();
  const digest = registry.image("team/app", "1");
  const { bytes } = await registry.manifest({ host: HOST, path: "team/app" }, digest);
  const targetArtifact = { mediaType: MANIFEST, digest, size: bytes.length, ...target };
  const scheme = "io.cncf.notary.signingScheme";
  const header = {
    alg: "ES256",
    cty: "application/vnd.cncf.notary.payload.v1+json",
    crit: [scheme, ...(crit ?? [])],
    [scheme]: "notary.x509",
    "io.cncf.notary.signingTime": "2026-01-01T00:00:00Z",
    ...head,
  };
  const recognised = Object.fromEntries(header.crit.map((name) => [name, true]));
  const signed = await new FlattenedSign(Buffer.from(JSON.stringify({ targetArtifact })))
    .setProtectedHeader(header)
    .sign(createPrivateKey(readFileSync(files.key)), { crit: recognised });
  const x5c = [...readFileSync(files.chain, "utf8").matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-/g)].map(([, body]) =>
    (body ?? "").replaceAll(/\s/g, ""),
  );
  const { payload, signature, protected: protectedHead = "" } = signed;
  const made = envelope({ payload, signature, protected: protectedHead, header: { x5c } });
  const content = Buffer.from(typeof made === "string" ? made : JSON.stringify(made));
  registry.artifact("team/app", { subject: digest, layers: [{ mediaType: "application/jose+json", content }] });
  const policy = policyOf([{ type: "certificate", roots: { file: files.ca }, identities: [NAME] }]);
  const { state, reason, detail } = await (await verifierOf(registry, [policy], { now: () => now })).verify(
    `${HOST}/team/app:1`,
  );
  return { state, reason, detail };
}

const failed = (reason: string): object => ({ state: "failed", reason });

describe("a signature of Notation", () => {
  it("is verified when nothing is wrong with it", async () => {
    expect(await judge()).toMatchObject({ state: "verified" });
  });

  it.each([
    ["digest", { digest: `sha256:${"0".repeat(64)}` }],
    ["size", { size: 1 }],
    ["media type", { mediaType: "application/vnd.oci.image.index.v1+json" }],
  ])("of another %s is refused", async (_, target) => {
    expect(await judge({ target })).toMatchObject(failed("payload-mismatch"));
  });

  it("is refused when the payload, the header or the signature was changed afterwards", async () => {
    const other = Buffer.from(JSON.stringify({ targetArtifact: {} })).toString("base64url");
    for (const change of [
      { payload: other },
      { protected: Buffer.from("{}").toString("base64url") },
      { signature: "AAAA" },
    ]) {
      expect(await judge({ envelope: (same) => ({ ...same, ...change }) })).toMatchObject(failed("wrong-key"));
    }
  });

  it("is refused with another content type, scheme, or a condition that is not understood", async () => {
    expect(await judge({ head: { cty: "text/plain" } })).toMatchObject(failed("payload-mismatch"));
    const head = { "io.cncf.notary.signingScheme": "notary.x509.signingAuthority" };
    expect(await judge({ head })).toMatchObject(failed("no-timestamp"));
    expect(await judge({ head: { "example.com/only": "x" }, crit: ["example.com/only"] })).toMatchObject(
      failed("wrong-key"),
    );
  });

  it("is refused when it, or the certificate, has expired", async () => {
    const expiry = "io.cncf.notary.expiry";
    const head = { [expiry]: "2026-01-02T00:00:00Z" };
    expect(await judge({ head, crit: [expiry] })).toMatchObject(failed("expired-certificate"));
    expect(await judge({ head: { [expiry]: "2999-01-01T00:00:00Z" }, crit: [expiry] })).toMatchObject({
      state: "verified",
    });
    expect(await judge({ now: new Date("2060-01-01T00:00:00Z") })).toMatchObject(failed("expired-certificate"));
  });

  it("is none without certificates, with too many, or with others than certificates", async () => {
    const header = (x5c: unknown): Changes => ({ envelope: (same) => ({ ...same, header: { x5c } }) as JsonObject });
    for (const x5c of [undefined, [], ["AAAA"], [1], Array.from({ length: 9 }, () => "AAAA")]) {
      expect(await judge(header(x5c))).toMatchObject(failed("unsigned"));
    }
    for (const text of ["", "[]", "{}", "<html>"])
      expect(await judge({ envelope: () => text })).toMatchObject(failed("unsigned"));
  });
});
