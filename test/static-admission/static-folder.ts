import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessGroup } from "../../tools/cluster/processes.ts";
import { PADDLOCK } from "../cluster/harness/paddlock-server.ts";

/** What `paddlock generate static-admission` is told; of the rest it is told what fits the test. */
export interface Generated {
  readonly config: string;
  /** PEM; that of the folder where it is left out. */
  readonly ca?: string;
  readonly words?: readonly string[];
}

/** The folder from which an API server reads: the command writes into the very place. */
export class StaticFolder {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-static-")));
  readonly #processes = new ProcessGroup();
  readonly #ca: string;
  readonly #port: number;
  #runs = 0;

  /** @param port at which the webhook is called on 127.0.0.1 */
  constructor(ca: string, port: number) {
    this.#ca = ca;
    this.#port = port;
  }

  /** Where the webhook stands. */
  get registration(): string {
    return join(this.path, "validating-webhooks/paddlock.yaml");
  }

  /** The configuration of the API server's plugins, which names that place. */
  get admission(): string {
    return join(this.path, "admission-configuration.yaml");
  }

  /** The flag by which an API server finds it. */
  get flag(): string {
    return `--admission-control-config-file=${this.admission}`;
  }

  /** Runs the command, over what an earlier run left; what it printed. @throws Error with what it said where it fails */
  async generate({ config, ca = this.#ca, words = [] }: Generated): Promise<string> {
    const child = this.#processes.start({
      name: `generate-${++this.#runs}`,
      command: process.execPath,
      words: [
        ...[PADDLOCK, "generate", "static-admission", "--url", `https://127.0.0.1:${this.#port}`],
        ...["--ca", this.#file("ca.crt", ca), "--config", this.#file("paddlock.yaml", config)],
        ...["--output", this.path, "--node-directory", this.path, "--force", ...words],
      ],
      env: { ...process.env },
    });
    const status = await child.ended;
    if (status !== 0) throw new Error(`generate ended with ${status}: ${child.stderr}`);
    return child.stdout;
  }

  async remove(): Promise<void> {
    await this.#processes.end();
    rmSync(this.path, { recursive: true, force: true });
  }

  #file(name: string, text: string): string {
    const file = join(this.#processes.folder, name);
    writeFileSync(file, text);
    return file;
  }
}
