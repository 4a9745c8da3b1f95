import { execFile } from "node:child_process";
import { objectOf, textOf } from "../json/json.ts";
import { ANONYMOUS, type Credential } from "./credentials.ts";
import { parseJson } from "./failure.ts";
import type { RegistryDetail } from "./words.ts";

const HELPER_TIME = 10_000;
const HELPER_BYTES = 64 << 10;

/**
 * Asks a credential helper, the program `docker-credential-<name>` in PATH, for a registry. No shell takes part.
 * Anonymous where it knows none; with a problem where it cannot be asked.
 * Source: the protocol of docker-credential-helpers: the registry on standard input, JSON on standard output.
 */
export function askHelper(name: string, host: string, env: NodeJS.ProcessEnv): Promise<Credential> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return Promise.resolve(failed((say) => say.helperName));
  return new Promise((settle) => {
    const child = execFile(
      program,
      ["get"],
      { env, timeout: HELPER_TIME, maxBuffer: HELPER_BYTES, killSignal: "SIGKILL", windowsHide: true },
      (error, stdout) => settle(error === null ? read(program, stdout) : unanswered(program, error, stdout)),
    );
    // It may end without reading.
    child.stdin?.on("error", () => {}).end(`${serverOf(host)}\n`);
  });
}

/** Docker Hub goes by its oldest name here. */
function serverOf(host: string): string {
  return host === "docker.io" ? "https://index.docker.io/v1/" : host;
}

function read(program: string, stdout: string): Credential {
  const answer = objectOf(parseJson(Buffer.from(stdout, "utf8")));
  const [username, secret] = [textOf(answer.Username), textOf(answer.Secret)];
  if (username === null || secret === null) return failed((say) => say.helperSilent(program));
  if (username === "<token>") return { kind: "identity-token", token: secret };
  return { kind: "basic", username, password: secret };
}

/** Of what it prints, only the sentence that stands for "none" is taken. */
function unanswered(program: string, error: Error & { code?: unknown; killed?: boolean }, stdout: string): Credential {
  if (/credentials not found/i.test(stdout)) return ANONYMOUS;
  if (error.code === "ENOENT") return failed((say) => say.helperMissing(program));
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return failed((say) => say.helperLoud(program));
  return failed((say) => (error.killed === true ? say.helperSlow(program) : say.helperFailed(program)));
}

function failed(problem: RegistryDetail): Credential {
  return { kind: "anonymous", problem };
}
