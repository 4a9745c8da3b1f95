import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { ConfigurationError } from "../../config/configuration-error.ts";
import type { TextSource } from "../../config/signatures.ts";
import type { Language } from "../../messages/language.ts";
import { systemReason } from "../../messages/system-reason.ts";
import { messageIn } from "../../messages/thrown.ts";
import { type MaterialWords, materialWords } from "./words.ts";

/** More than any key, list of certificates or trusted root has. */
const MOST_BYTES = 4 << 20;

/** The text of a key in a Secret of the cluster. */
export type SecretLoader = (secret: {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}) => Promise<string>;

/** Reads what policies name. Every failure is a ConfigurationError that says where. */
export class MaterialReader {
  readonly language: Language;
  readonly words: MaterialWords;
  readonly #loadSecret: SecretLoader | undefined;
  /** Of the policy that is being prepared. */
  policy: string = "";

  constructor(language: Language, loadSecret?: SecretLoader) {
    this.language = language;
    this.words = materialWords[language];
    this.#loadSecret = loadSecret;
  }

  async text(source: TextSource): Promise<string> {
    if ("inline" in source) return source.inline;
    if ("file" in source) return this.file(source.file);
    const name = `${source.secret.namespace}/${source.secret.name}`;
    if (this.#loadSecret === undefined) throw this.refuse(this.words.noSecrets);
    try {
      return await this.#loadSecret(source.secret);
    } catch (error) {
      throw this.refuse(this.words.secret(name, this.reason(error)));
    }
  }

  async file(path: string): Promise<string> {
    try {
      const { size } = await stat(path);
      if (size <= MOST_BYTES) return await readFile(path, "utf8");
    } catch (error) {
      throw this.refuse(this.words.unreadable(this.reason(error)), path);
    }
    throw this.refuse(this.words.tooLarge(MOST_BYTES >> 20), path);
  }

  /** What the system or a library says, on one line. */
  reason(error: unknown): string {
    return systemReason(error, this.language).split("\n")[0]?.slice(0, 200) ?? "";
  }

  /** @param source where the broken text came from */
  refuse(what: string, source?: TextSource | string): ConfigurationError {
    const file =
      typeof source === "string" ? source : source !== undefined && "file" in source ? source.file : undefined;
    const message = this.words.policy(this.policy, what);
    return new ConfigurationError([
      { level: "error", code: "signatures", message, ...(file === undefined ? {} : { file }) },
    ]);
  }
}

/** Equal for equal texts: what a verdict was reached with. */
export function fingerprint(...texts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length} `).update(text);
  return hash.digest("hex");
}

/** What the system or a library says, on one line. */
export function firstLineIn(error: unknown): string {
  return messageIn(error).split("\n")[0]?.slice(0, 200) ?? "";
}
