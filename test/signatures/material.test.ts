import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import type { Authority, SignaturePolicy } from "../../src/config/signatures.ts";
import { Authorities } from "../../tools/signatures/authorities.ts";
import { cosignSign, HOST, keyOf, newSigner, policyOf, verifierOf } from "./hand-made.ts";
import { keylessOf } from "./hand-made-keyless.ts";
import { MemoryRegistry } from "./memory-registry.ts";

let folder: string;
let authorities: Authorities;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-material-"));
  authorities = await Authorities.create();
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(mkdtempSync(join(folder, "file-")), "text");
  writeFileSync(path, text);
  return path;
}

async function refusal(
  list: readonly Authority[],
  changed: Partial<SignaturePolicy> = {},
  language: "en" | "zh" = "en",
): Promise<{ message: string; file: string | undefined }> {
  try {
    await verifierOf(new MemoryRegistry(), [policyOf(list, changed)], { language });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [first] = error.notifications;
    return { message: first?.message ?? "", file: first?.file };
  }
  throw new Error("nothing was refused");
}

function pem(kind: "ed448" | "small" | "private" | "secp256k1"): string {
  const pair =
    kind === "ed448"
      ? generateKeyPairSync("ed448")
      : kind === "small"
        ? generateKeyPairSync("rsa", { modulusLength: 1024 })
        : generateKeyPairSync("ec", { namedCurve: kind === "private" ? "P-256" : "secp256k1" });
  return kind === "private"
    ? pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    : pair.publicKey.export({ type: "spki", format: "pem" }).toString();
}

describe("keys that are none", () => {
  it("are refused with file and reason", async () => {
    const key = (path: string): Authority => ({ type: "key", key: { file: path } });
    const absent = join(folder, "absent.pub");
    expect(await refusal([key(absent)])).toEqual({ message: expect.stringContaining("ENOENT"), file: absent });
    for (const [text, reason] of [
      ["", "no public key"],
      ["ssh-ed25519 AAAA", "no public key"],
      ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key"],
      [pem("private"), "private key"],
      [pem("ed448"), "keys are ECDSA"],
      [pem("secp256k1"), "keys are ECDSA"],
      [pem("small"), "keys are ECDSA"],
    ] as const) {
      const path = file(text);
      expect(await refusal([key(path)])).toEqual({ message: expect.stringContaining(reason), file: path });
    }
  });

  it("are refused in Chinese, too", async () => {
    const { message } = await refusal([{ type: "key", key: { inline: "x" } }], {}, "zh");
    expect(message).toBe('签名策略 "ours"：不是 PEM 格式的公钥（-----BEGIN PUBLIC KEY-----）');
  });

  it("are refused where they stand there twice: one signature would count as two", async () => {
    const signer = newSigner();
    expect((await refusal([keyOf(signer), keyOf(signer)], { require: 2 })).message).toContain("same key");
  });
});

describe("keys in Secrets", () => {
  const secret = { namespace: "paddlock-system", name: "cosign", key: "cosign.pub" };

  it("are read by whoever can", async () => {
    const signer = newSigner();
    const registry = new MemoryRegistry();
    cosignSign(registry, "team/app", registry.image("team/app", "1"), signer);
    const asked: unknown[] = [];
    const verifier = await verifierOf(registry, [policyOf([{ type: "key", key: { secret } }])], {
      loadSecret: async (wanted) => {
        asked.push(wanted);
        return signer.pem;
      },
    });
    expect(asked).toEqual([secret]);
    expect(await verifier.verify(`${HOST}/team/app:1`)).toMatchObject({ state: "verified" });
  });

  it("are refused where nobody can, or the Secret is not there", async () => {
    expect((await refusal([{ type: "key", key: { secret } }])).message).toContain("only be read in a cluster");
    const failing = verifierOf(new MemoryRegistry(), [policyOf([{ type: "key", key: { secret } }])], {
      loadSecret: () => Promise.reject(new Error("404")),
    });
    await expect(failing).rejects.toThrow("paddlock-system/cosign gives no text: 404");
  });
});

describe("trusted roots that are none", () => {
  it("are refused with file and reason", async () => {
    const parts = (shown: Parameters<Authorities["trustedRoot"]>[0]): string =>
      JSON.stringify(authorities.trustedRoot(shown));
    for (const [text, reason] of [
      ["", "no trusted root"],
      ["{}", "mediaType"],
      [JSON.stringify({ ...authorities.trustedRoot(), mediaType: "application/json" }), "mediaType"],
      [JSON.stringify({ ...authorities.trustedRoot(), certificateAuthorities: [] }), "names no certificate authority"],
      [parts({ ctLogs: false }), "certificate transparency log"],
      [parts({ logs: false, timestamps: false }), "neither a transparency log nor a timestamp authority"],
    ] as const) {
      const path = file(text);
      expect(await refusal([keylessOf(path)])).toEqual({ message: expect.stringContaining(reason), file: path });
    }
  });
});

describe("certificates that are none", () => {
  it("are refused with file and reason", async () => {
    for (const [text, reason] of [
      ["", "no certificates"],
      ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"],
    ] as const) {
      const path = file(text);
      const authority: Authority = { type: "certificate", roots: { file: path }, identities: ["CN=x"] };
      expect(await refusal([authority])).toEqual({ message: expect.stringContaining(reason), file: path });
    }
  });
});

describe("globs with a tag", () => {
  it("are refused: they would match nothing", async () => {
    for (const changed of [{ images: ["nginx:1.25"] }, { exclude: [`${HOST}/app@sha256:*`] }]) {
      expect((await refusal([keyOf(newSigner())], changed)).message).toContain("leave tag and digest out");
    }
  });
});

describe("assertions that are none", () => {
  it("are refused with file and reason", async () => {
    const path = file("no archive");
    const attestations = [{ predicateType: "x", assert: path }];
    expect(await refusal([keyOf(newSigner())], { attestations })).toMatchObject({ file: path });
    const rules = join(import.meta.dirname, "../../fixtures/bundle/bundle.tar.gz");
    expect(await refusal([keyOf(newSigner())], { attestations: [{ predicateType: "x", assert: rules }] })).toEqual({
      message: expect.stringContaining("paddlock/assert"),
      file: rules,
    });
  });
});
