// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { execFile, spawnSync } from "node:child_process";
import { createHash, KeyObject, randomBytes, webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { ToolMissingError } from "../install.ts";

const run = promisify(execFile);
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 86_400_000;

/** The program of `notation/main.go`, built once for each state of it. @throws ToolMissingError */
function notationProgram(): string {
  const source = join(import.meta.dirname, "notation");
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(readFileSync(join(source, name))).update("\0");
  const cache = process.env.PADDLOCK_CACHE ?? join(homedir(), ".cache", "paddlock");
  const folder = join(cache, "notation", hash.digest("hex").slice(0, 16));
  const binary = join(folder, "notation");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building a signer of Notation (once, into ${folder}) …\n`);
  const { status, stderr } = spawnSync("go", ["install", "-trimpath", "."], {
    cwd: source,
    env: { ...process.env, GOBIN: folder, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" },
    encoding: "utf8",
  });
  if (status !== 0)
    throw new ToolMissingError(`building a signer of Notation failed; is Go installed? ${stderr ?? ""}`);
  return binary;
}

/** Files of an authority, and of a signer that it vouches for. */
export interface NotationFiles {
  readonly ca: string;
  readonly key: string;
  readonly chain: string;
}

/** A new authority, and a signer's certificate by it. */
export async function newNotationSigner(folder: string, name: string, subject: string): Promise<NotationFiles> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 3650 * DAY) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serial(),
    name: `CN=${name} authority,O=Tests`,
    keys,
    signingAlgorithm: ecdsa,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const own = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const leaf = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: serial(),
    subject,
    issuer: authority.subject,
    publicKey: own.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.codeSigning], false),
    ],
  });
  const files = {
    ca: join(folder, `${name}-ca.pem`),
    key: join(folder, `${name}.pem`),
    chain: join(folder, `${name}-chain.pem`),
  };
  writeFileSync(files.ca, `${authority.toString("pem")}\n`);
  writeFileSync(files.key, KeyObject.from(own.privateKey).export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(files.chain, `${leaf.toString("pem")}\n${authority.toString("pem")}\n`);
  return files;
}

/** Signs an image in a registry with plain HTTP. @param expiry such as `1s`: how long the signature counts */
export async function notationSign(
  image: string,
  { key, chain }: NotationFiles,
  { format = "jws", expiry }: { readonly format?: "jws" | "cose"; readonly expiry?: string } = {},
): Promise<void> {
  await run(notationProgram(), [image, format, key, chain, ...(expiry === undefined ? [] : [expiry])]);
}

function serial(): string {
  return `01${randomBytes(8).toString("hex")}`;
}
