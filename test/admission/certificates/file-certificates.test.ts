import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CertificateEvent, CertificateSource } from "../../../src/admission/certificates/certificate-source.ts";
import { systemClock } from "../../../src/admission/certificates/clock.ts";
import { fileCertificates, fileClientAuthorities } from "../../../src/admission/certificates/file-certificates.ts";
import { FakeTime } from "./fake-clock.ts";
import { handshakeProblem, serve } from "./handshake.ts";
import { type Issued, issued } from "./pairs.ts";

const pollInterval = 10_000;
let folder: string;
let certFile: string;
let keyFile: string;
let events: CertificateEvent[];
const time = new FakeTime();
const first = await issued(time.now());
const second = await issued(time.now());
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
  [certFile, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  events = [];
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true });
});

async function write({ cert, key }: { cert: string; key: string }): Promise<void> {
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
}

async function open(): Promise<CertificateSource> {
  const onEvent = (event: CertificateEvent): void => void events.push(event);
  const source = await fileCertificates(certFile, keyFile, { clock: time.clock(), pollInterval, onEvent });
  closing.push(() => source.close());
  return source;
}

test("a pair is served, and a new one takes its place for new connections without a restart", async () => {
  await write(first);
  const source = await open();
  const server = await serve(source);
  closing.push(async () => void server.close());
  expect(source.current).toEqual({ cert: first.cert, key: first.key, expires: first.expires });
  expect(await handshakeProblem(server, first.authority, time.now())).toBeNull();

  await write(second);
  await time.advance(pollInterval);
  expect(source.current.cert).toBe(second.cert);
  expect(await handshakeProblem(server, second.authority, time.now())).toBeNull();
  expect(await handshakeProblem(server, first.authority, time.now())).not.toBeNull();
  expect(events.map(({ level }) => level)).toEqual(["info"]);
});

const expired = await issued(new Date(time.now().getTime() - 48 * 3_600_000));
const future = await issued(new Date(time.now().getTime() + 48 * 3_600_000));
const broken: readonly { name: string; pair: { cert: string; key: string }; told: string }[] = [
  { name: "the new certificate with the old key", pair: { ...second, key: first.key }, told: "do not belong together" },
  { name: "the old certificate with the new key", pair: { ...first, key: second.key }, told: "do not belong together" },
  { name: "an empty certificate", pair: { ...second, cert: "" }, told: "no PEM certificate" },
  { name: "half a certificate", pair: { ...second, cert: second.cert.slice(0, 300) }, told: "no PEM certificate" },
  {
    name: "a chain that is cut off",
    pair: { ...second, cert: second.cert + second.authority.slice(0, 300) },
    told: "cut off",
  },
  {
    name: "a certificate with a hole",
    pair: { ...second, cert: second.cert.slice(0, 200) + second.cert.slice(300) },
    told: "broken",
  },
  { name: "half a key", pair: { ...second, key: second.key.slice(0, 100) }, told: "the private key cannot be read" },
  { name: "an expired certificate", pair: expired, told: "the certificate expired at" },
  { name: "a certificate of the future", pair: future, told: "is not valid before" },
  { name: "a file of 2 MiB", pair: { ...second, cert: " ".repeat(2 << 20) }, told: "larger than" },
];

describe("a broken pair is refused, told once, and the old one kept", () => {
  test.each(broken)("$name", async ({ pair, told }) => {
    await write(first);
    const source = await open();
    const changes: string[] = [];
    source.onChange(({ cert }) => changes.push(cert));
    await write(pair);
    await time.advance(3 * pollInterval);
    expect(source.current.cert).toBe(first.cert);
    expect(source.problem).toContain(told);
    expect(events).toEqual([{ level: "error", message: source.problem }]);

    await write(second);
    await time.advance(pollInterval);
    expect(changes).toEqual([second.cert]);
    expect(source.problem).toBeNull();
  });

  test("no file at all", async () => {
    await write(first);
    const source = await open();
    await rm(keyFile);
    await time.advance(pollInterval);
    expect(source.current.cert).toBe(first.cert);
    expect(source.problem).toContain("ENOENT");
    await writeFile(keyFile, first.key);
    await time.advance(pollInterval);
    expect(source.problem).toBeNull();
  });

  test.each(broken)("at the start there is no old one: $name", async ({ pair, told }) => {
    await write(pair);
    await expect(open()).rejects.toThrow(told);
  });

  test("what is refused never quotes a key", async () => {
    await write(first);
    const source = await open();
    for (const key of [second.key, second.key.slice(0, 100), second.key.replaceAll("M", "N")]) {
      await write({ cert: second.cert.slice(0, 500), key });
      await time.advance(pollInterval);
      for (const line of key.split("\n").slice(1, -1)) expect(source.problem).not.toContain(line);
    }
  });
});

test("a certificate of the future is taken when its time has come", async () => {
  const later = new FakeTime();
  const soon = await issued(new Date(later.now().getTime() + 2 * 3_600_000));
  await write(first);
  const source = await fileCertificates(certFile, keyFile, { clock: later.clock(), pollInterval });
  closing.push(() => source.close());
  await write(soon);
  await later.advance(pollInterval);
  expect(source.current.cert).toBe(first.cert);
  await later.advance(3_600_000);
  expect(source.current.cert).toBe(soon.cert);
});

test("a certificate that expires while it is in use is told", async () => {
  const later = new FakeTime();
  const short = await issued(later.now(), 1);
  await write(short);
  const source = await fileCertificates(certFile, keyFile, { clock: later.clock(), pollInterval });
  closing.push(() => source.close());
  await later.advance(3_600_000);
  expect(source.problem).toContain("the certificate expired at");
  expect(source.current.expires).toEqual(short.expires);
});

describe("a Secret that the kubelet mounts", () => {
  /** As the kubelet writes: a folder of files, `..data` that points to it and is replaced at once, and links through it. */
  async function project(name: string, { cert, key }: Issued): Promise<void> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "tls.crt"), cert);
    await writeFile(join(folder, name, "tls.key"), key);
    await symlink(name, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  }

  beforeEach(async () => {
    await project("..2026_11_25_1", first);
    for (const file of ["tls.crt", "tls.key"]) await symlink(join("..data", file), join(folder, file));
  });

  test("is loaded after the swap, although no file was written", async () => {
    const source = await open();
    await project("..2026_11_25_2", second);
    await rm(join(folder, "..2026_11_25_1"), { recursive: true });
    await time.advance(pollInterval);
    expect(source.current.cert).toBe(second.cert);
    expect(source.problem).toBeNull();
  });

  test("is never read across a swap", async () => {
    const source = await open();
    const writing = (async () => {
      for (let round = 2; round < 60; round++) {
        await project(`..2026_11_25_${round}`, round % 2 === 0 ? second : first);
        await rm(join(folder, `..2026_11_25_${round - 1}`), { recursive: true });
      }
    })();
    let isWriting = true;
    const ended = writing.finally(() => {
      isWriting = false;
    });
    while (isWriting) await time.advance(pollInterval);
    await ended;
    await time.advance(pollInterval);
    expect(events.map(({ message }) => message).join("\n")).not.toContain("belong together");
    expect(source.current.cert).toBe(first.cert);
    expect(source.problem).toBeNull();
  });

  test("is loaded by the file system's notification alone", async () => {
    const source = await fileCertificates(certFile, keyFile, { clock: systemClock, pollInterval: 3_600_000 });
    closing.push(() => source.close());
    const changed = new Promise<string>((resolve) => source.onChange(({ cert }) => resolve(cert)));
    await project("..2026_11_25_2", second);
    expect(await changed).toBe(second.cert);
  });
});

test("a folder where something is written all the time does not put a look off", async () => {
  await write(first);
  const source = await open();
  await write(second);
  for (let at = 0; at < pollInterval; at += 50) {
    await writeFile(join(folder, "busy"), String(at));
    await new Promise(setImmediate);
    await time.advance(50);
  }
  expect(source.current.cert).toBe(second.cert);
});

describe("client authorities", () => {
  const file = (): string => join(folder, "ca.crt");
  test("are loaded again, and broken ones refused", async () => {
    await writeFile(file(), first.authority);
    const source = await fileClientAuthorities(file(), { clock: time.clock(), pollInterval });
    closing.push(() => source.close());
    const changes: string[] = [];
    source.onChange((authorities) => changes.push(authorities));
    for (const [text, told] of [
      ["", "no PEM certificate"],
      [first.cert, "no authority's certificate"],
      [expired.authority, "every certificate has expired"],
    ] as const) {
      await writeFile(file(), text);
      await time.advance(pollInterval);
      expect(source.problem).toContain(told);
      expect(source.current).toBe(first.authority);
    }
    const both = first.authority + second.authority;
    await writeFile(file(), both);
    await time.advance(pollInterval);
    expect(changes).toEqual([both]);
    expect(source.problem).toBeNull();
  });

  test("must be readable at the start", async () => {
    await expect(fileClientAuthorities(file())).rejects.toThrow("cannot use the client authorities");
  });
});
