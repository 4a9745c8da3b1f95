import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Cluster } from "../../tools/cluster/cluster.ts";
import * as ports from "../../tools/cluster/free-ports.ts";
import { waitUntil } from "./harness/wait-until.ts";

vi.mock("../../tools/cluster/free-ports.ts", { spy: true });

const root = join(import.meta.dirname, "../..");
const moduleOf = (file: string): string => JSON.stringify(pathToFileURL(join(root, "tools/cluster", file)).href);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paddlock-harness-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A script in a process of its own, which has nothing to wait for but what it was told. */
function script(text: string): ChildProcess {
  return spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: "pipe" });
}

describe("ports", () => {
  test("are one process's alone, however many ask at once", async () => {
    const ask = `const { freePorts } = await import(${moduleOf("free-ports.ts")});
      process.stdout.write(JSON.stringify(await freePorts(300)));
      // They are given up at the end.
      setTimeout(() => {}, 3000);`;
    const asked = Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", ask]),
    );
    const all = (await Promise.all(asked)).flatMap(({ stdout }): unknown[] => JSON.parse(stdout));
    expect(all).toHaveLength(1800);
    expect(new Set(all).size).toBe(1800);
  });

  test("that somebody takes before a process listens are given up for others", async () => {
    const thief = createServer().listen(0, "127.0.0.1");
    await once(thief, "listening");
    onTestFinished(() => void thief.close());
    const address = thief.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const [first = 0, second = 0] = await ports.freePorts(2);
    for (const stolen of [
      [address.port, first, second],
      [first, second, address.port],
    ]) {
      vi.mocked(ports.freePorts).mockResolvedValueOnce(stolen);
      const cluster = await Cluster.start({ folder: join(folder, "cluster") });
      const { status } = await cluster.client.get("/readyz");
      await cluster.stop();
      expect(status).toBe(200);
    }
  });
});

describe("a folder", () => {
  test("that is not there is made, and removed at the end", async () => {
    const made = join(folder, "deep/down");
    const cluster = await Cluster.start({ folder: made });
    expect(existsSync(join(made, "kubeconfig"))).toBe(true);
    await cluster.stop();
    expect(existsSync(made)).toBe(false);
  });

  test("with somebody's files in it is left alone", async () => {
    writeFileSync(join(folder, "mine"), "kept");
    await expect(Cluster.start({ folder })).rejects.toThrow(`${folder} is not empty`);
    expect(readFileSync(join(folder, "mine"), "utf8")).toBe("kept");
  });
});

describe("a start that fails", () => {
  test("says which process ended, and its last words", async () => {
    const start = Cluster.start({ apiServerFlags: ["--no-such-flag"] });
    await expect(start).rejects.toThrow(
      /^the cluster did not start:\nkube-apiserver ended:\n(.*\n)*.*unknown flag: --no-such-flag/,
    );
  });

  test("says so in a process that waits for nothing else", async () => {
    const child = script(`const { Cluster } = await import(${moduleOf("cluster.ts")});
      await Cluster.start({ folder: ${JSON.stringify(join(folder, "new"))}, apiServerFlags: ["--no-such-flag"] });`);
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [status] = await once(child, "close");
    expect({ status, said }).toEqual({ status: 1, said: expect.stringContaining("unknown flag: --no-such-flag") });
  });

  test("does not wait for etcd when that has ended", async () => {
    const cluster = await Cluster.start();
    onTestFinished(() => cluster.stop());
    await cluster.process("kube-apiserver").end("SIGKILL");
    await cluster.process("etcd").end("SIGKILL");
    await expect(cluster.startApiServer()).rejects.toThrow(/^etcd ended/);
  });
});

test("what a killed process started ends with it, and leaves nothing", async () => {
  const own = join(folder, "own");
  mkdirSync(own);
  const child = script(`const { Cluster } = await import(${moduleOf("cluster.ts")});
    const cluster = await Cluster.start({ folder: ${JSON.stringify(own)}, controllers: true });
    const pids = ["etcd", "kube-apiserver", "kube-controller-manager"].map((name) => cluster.process(name).pid);
    process.stdout.write(JSON.stringify(pids));
    setInterval(() => {}, 1000);`);
  const [text] = await once(child.stdout?.setEncoding("utf8") ?? child, "data");
  const pids: unknown = JSON.parse(String(text));
  child.kill("SIGKILL");
  for (const pid of Array.isArray(pids) ? pids : []) {
    await waitUntil(`${pid} is gone`, () => !existsSync(`/proc/${pid}`));
  }
  await waitUntil("the folder is gone", () => !existsSync(own));
  expect(pids).toHaveLength(3);
});
