import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { authority, loopbackPair } from "./certificates.ts";

const cli = pathToFileURL(join(import.meta.dirname, "../../../src/cli.ts")).href;

/** The command line as a process, run from its sources. */
export class Command {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const start = `import(${JSON.stringify(cli)}).then(({ main }) => main(process.argv.slice(1)))`;
    this.#child = spawn(process.execPath, ["-e", start, "--", ...words], {
      env: { PATH: process.env.PATH, LANG: "C", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.exited = once(this.#child, "close").then(([code]) => (typeof code === "number" ? code : null));
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when a line came on standard output; rejects where the process ends without. */
  async firstLine(): Promise<string> {
    while (!this.stdout.includes("\n")) {
      const ended = await Promise.race([
        this.exited.then(() => true),
        once(this.#child.stdout ?? this.#child, "data").then(() => false),
      ]);
      if (ended) throw new Error(`it ended: ${this.stderr}`);
    }
    return this.stdout.slice(0, this.stdout.indexOf("\n"));
  }

  /** The lines of its log so far. */
  log(): { readonly [key: string]: unknown }[] {
    return this.stderr
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line): { [key: string]: unknown } => JSON.parse(line));
  }
}

export interface Served {
  readonly command: Command;
  readonly url: string;
  readonly ca: string;
  readonly folder: string;
}

/** A folder with a certificate for the loopback address. */
export async function certifiedFolder(): Promise<{ folder: string; ca: string; words: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-serve-"));
  const issuer = await authority();
  const { cert, key } = await loopbackPair(issuer);
  writeFileSync(join(folder, "tls.crt"), cert);
  writeFileSync(join(folder, "tls.key"), key);
  const files = ["--tls-cert", join(folder, "tls.crt"), "--tls-key", join(folder, "tls.key")];
  return { folder, ca: issuer.cert, words: ["serve", "--no-cluster", "--listen", "127.0.0.1:0", ...files] };
}

/** `paddlock serve` with a configuration, listening. */
export async function served(
  config: string,
  more: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Served> {
  const { folder, ca, words } = await certifiedFolder();
  const file = join(folder, "paddlock.yaml");
  writeFileSync(file, config);
  const command = new Command([...words, "--config", file, ...more], environment);
  const { listening } = JSON.parse(await command.firstLine());
  return { command, url: listening, ca, folder };
}
