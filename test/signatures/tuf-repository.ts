import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { type FakeServer, startServer } from "../registry/fake-registry.ts";

const EXPIRES = "2099-01-01T00:00:00Z";
const TARGET = "trusted_root.json";

/** A TUF repository on loopback with one target and one key. Source: https://theupdateframework.github.io/specification/ */
export interface TufRepository {
  readonly server: FakeServer;
  /** What a client must know beforehand. */
  readonly root: string;
}

export async function serveTuf(trustedRoot: JsonObject): Promise<TufRepository> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex");
  const key = { keytype: "ed25519", scheme: "ed25519", keyval: { public: raw } };
  const keyid = sha256(canonical(key));
  const signed = (type: string, content: JsonObject): string => {
    const body = { _type: type, spec_version: "1.0.0", version: 1, expires: EXPIRES, ...content };
    const sig = sign(null, Buffer.from(canonical(body)), privateKey).toString("hex");
    return JSON.stringify({ signed: body, signatures: [{ keyid, sig }] });
  };
  const role = { keyids: [keyid], threshold: 1 };
  const roles = { root: role, timestamp: role, snapshot: role, targets: role };
  const root = signed("root", { consistent_snapshot: true, keys: { [keyid]: key }, roles });
  const target = JSON.stringify(trustedRoot);
  const hash = sha256(target);
  const files: Readonly<Record<string, string>> = {
    "/timestamp.json": signed("timestamp", { meta: { "snapshot.json": { version: 1 } } }),
    "/1.snapshot.json": signed("snapshot", { meta: { "targets.json": { version: 1 } } }),
    "/1.targets.json": signed("targets", {
      targets: { [TARGET]: { length: target.length, hashes: { sha256: hash } } },
    }),
    [`/targets/${hash}.${TARGET}`]: target,
  };
  const server = await startServer((request, response) => {
    const file = files[request.url ?? ""];
    response.writeHead(file === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(file);
  });
  return { server, root };
}

/** With keys in order and no blanks, as it is signed. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member ?? null)}`).join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
