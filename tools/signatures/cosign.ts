import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { installedTool } from "../install.ts";
import type { Authorities, Identity } from "./authorities.ts";
import type { AuthorityServer } from "./authority-server.ts";

const run = promisify(execFile);

/** How a run of cosign ended. */
export interface CosignResult {
  readonly status: number;
  readonly output: string;
}

/** A key pair in files; the private key has no password. */
export interface KeyFiles {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Real cosign, in a folder of its own, which is its home. */
export class Cosign {
  readonly version: 2 | 3;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(version: 2 | 3, folder: string, env: Readonly<Record<string, string>> = {}) {
    this.version = version;
    this.#folder = folder;
    this.#env = env;
  }

  /** @throws Error with what it said where it fails */
  async run(...words: readonly string[]): Promise<string> {
    const { status, output } = await this.attempt(...words);
    if (status !== 0) throw new Error(`cosign ${words.join(" ")} ended with ${status}:\n${output}`);
    return output;
  }

  async attempt(...words: readonly string[]): Promise<CosignResult> {
    const env = { ...process.env, HOME: this.#folder, COSIGN_PASSWORD: "", SIGSTORE_NO_CACHE: "true", ...this.#env };
    const options = { cwd: this.#folder, env, timeout: 60_000, maxBuffer: 16 << 20 };
    try {
      const { stdout, stderr } = await run(installedTool(`cosign${this.version}`), [...words], options);
      return { status: 0, output: stdout + stderr };
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "number") throw error;
      const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
      return { status: error.code, output: stdout + stderr };
    }
  }

  async newKeys(name: string): Promise<KeyFiles> {
    await this.run("generate-key-pair", "--output-key-prefix", name);
    return this.#files(name);
  }

  /** @param pem a file with a private key, as OpenSSL writes it */
  async importKeys(name: string, pem: string): Promise<KeyFiles> {
    await this.run("import-key-pair", "--key", pem, "--output-key-prefix", name, "--yes");
    return this.#files(name);
  }

  /** An empty configuration of services: version 3 then asks no log and no timestamp authority. */
  async noServices(): Promise<string> {
    const file = join(this.#folder, "no-services.json");
    await this.run("signing-config", "create", "--out", file);
    return file;
  }

  /** Signs by a key, without a log. */
  async sign(image: string, { privateKey }: KeyFiles, ...more: readonly string[]): Promise<void> {
    await this.run("sign", "--key", privateKey, ...(await this.#alone()), ...more, image);
  }

  /** Signs a predicate in a file about an image, by a key, without a log. */
  async attest(image: string, { privateKey }: KeyFiles, type: string, predicate: string): Promise<void> {
    const about = ["--type", type, "--predicate", predicate];
    await this.run("attest", "--key", privateKey, ...about, ...(await this.#alone()), image);
  }

  /** Whether it finds a signature by the key. */
  verifies(image: string, { publicKey }: KeyFiles, ...more: readonly string[]): Promise<CosignResult> {
    return this.attempt(
      "verify",
      "--key",
      publicKey,
      "--insecure-ignore-tlog",
      "--allow-http-registry",
      ...more,
      image,
    );
  }

  /** Signs by an identity that the authorities vouch for. */
  async signKeyless(image: string, identity: Identity, { authorities, url }: AuthorityServer): Promise<void> {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(identity.issuer)
      .setSubject(identity.subject)
      .setAudience("sigstore")
      .setIssuedAt()
      .setExpirationTime("10m")
      .sign(privateKey);
    const services = this.version === 2 ? servicesOf2(url) : ["--signing-config", await this.#services(url)];
    const root = this.#write("trusted-root.json", JSON.stringify(authorities.trustedRoot({ timestamps: false })));
    const trust = this.version === 2 ? [] : ["--trusted-root", root];
    const cosign = new Cosign(this.version, this.#folder, { ...this.#env, ...this.#trustIn(authorities) });
    await cosign.run("sign", "--identity-token", token, ...services, ...trust, "--allow-http-registry", "--yes", image);
  }

  /** Whether it finds a signature by the identity. */
  verifiesKeyless(
    image: string,
    { issuer, subject }: Identity,
    { authorities }: AuthorityServer,
  ): Promise<CosignResult> {
    const root = this.#write("trusted-root.json", JSON.stringify(authorities.trustedRoot({ timestamps: false })));
    const identity = ["--certificate-identity", subject, "--certificate-oidc-issuer", issuer];
    return this.attempt("verify", ...identity, "--trusted-root", root, "--allow-http-registry", image);
  }

  /** Version 2 takes the services' keys from files that the environment names. */
  #trustIn({ pems }: Authorities): Readonly<Record<string, string>> {
    if (this.version === 3) return {};
    return {
      SIGSTORE_ROOT_FILE: this.#write("fulcio.pem", pems.ca),
      SIGSTORE_REKOR_PUBLIC_KEY: this.#write("rekor.pub", pems.log),
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: this.#write("ctlog.pub", pems.ctLog),
    };
  }

  async #services(url: string): Promise<string> {
    const file = join(this.#folder, "services.json");
    const service = `api-version=1,start-time=2020-01-01T00:00:00Z,operator=tests`;
    await this.run(
      ...["signing-config", "create", "--out", file],
      ...["--fulcio", `url=${url},${service}`, "--rekor", `url=${url},${service}`, "--rekor-config", "ANY"],
    );
    return file;
  }

  #write(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text);
    return file;
  }

  async #alone(): Promise<string[]> {
    const services = this.version === 2 ? ["--tlog-upload=false"] : ["--signing-config", await this.noServices()];
    return [...services, "--allow-http-registry", "--yes"];
  }

  #files(name: string): KeyFiles {
    return { privateKey: join(this.#folder, `${name}.key`), publicKey: join(this.#folder, `${name}.pub`) };
  }
}

function servicesOf2(url: string): string[] {
  return ["--fulcio-url", url, "--rekor-url", url];
}
