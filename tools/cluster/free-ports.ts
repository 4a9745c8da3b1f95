import { randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Below those that systems give to whoever asks for any port, and to connections that go out. */
const FIRST = 12_000;
const END = 32_000;
const MOST_TRIES = 1000;
/** Milliseconds after which nobody can still be using a port that he reserved. */
const LONGEST = 24 * 3_600_000;

/**
 * Ports of 127.0.0.1 for this process alone, each another one: whoever else asks here, in whichever process, is given
 * others for as long as this one runs, so that a server may start on them later, or again. Somebody who does not ask can
 * still take one.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries === MOST_TRIES) throw new Error(`no free port of 127.0.0.1 from ${FIRST} to ${END}`);
    const port = randomInt(FIRST, END);
    if (reserve(port) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/** One such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no port");
  return port;
}

const reserved = new Set<string>();
const folder = join(tmpdir(), `paddlock-ports-${process.getuid?.() ?? ""}`);

/** A file that can be made once is a lock that all processes share. */
function reserve(port: number): boolean {
  const file = join(folder, String(port));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    if (Date.now() - statSync(file).mtimeMs > LONGEST) rmSync(file, { force: true });
  } catch {
    // There is none, which is what is wanted.
  }
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  if (reserved.size === 0) process.once("exit", release);
  reserved.add(file);
  return true;
}

function release(): void {
  for (const file of reserved) rmSync(file, { force: true });
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
