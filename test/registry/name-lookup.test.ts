import type { LookupAddress } from "node:dns";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { Connections } from "../../src/registry/connections.ts";
import { trustAt } from "../../src/registry/derived-trust.ts";
import { Endpoints } from "../../src/registry/endpoint.ts";
import { DEFAULT_LIMITS } from "../../src/registry/limits.ts";
import { AddressNotAllowed } from "../../src/registry/transport-failure.ts";
import { Content, errorOf, failure, json, plainHttp, plainManifest } from "./fake-registry.ts";
import { clientFor, serverFor } from "./world.ts";

// What names stand for is told here, and may change between two looks, as an attacker's name server has it.
const names = vi.hoisted(() => new Map<string, string[][]>());
vi.mock("node:dns", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:dns")>();
  const lookup = (name: string, _: object, done: (error: Error | null, found: LookupAddress[]) => void): void => {
    const answers = names.get(name);
    const addresses = (answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0]) ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    done(found.length === 0 ? Object.assign(new Error("unknown"), { code: "ENOTFOUND" }) : null, found);
  };
  return { ...original, lookup };
});

const content = new Content();
content.manifest("team/app", plainManifest(), { tag: "1.0" });

beforeEach(() => names.clear());

async function manifestFrom(name: string, ...answers: string[][]) {
  const server = await serverFor(content.answer);
  const host = server.host.replace("127.0.0.1", name);
  names.set(name, answers);
  const client = clientFor([plainHttp(host)], { limits: { connectTime: 500 } });
  return { server, call: client.manifest({ host, path: "team/app" }, "1.0") };
}

it.each([
  "127.0.0.1",
  "::1",
  "169.254.169.254",
  "fe80::1",
  "::ffff:127.0.0.1",
  "64:ff9b::a9fe:a9fe",
  "0.0.0.0",
  "fd00:ec2::254",
])("does not connect a registry's name that stands for %s", async (address) => {
  const { server, call } = await manifestFrom("registry.example.com", [address]);
  expect((await errorOf(call)).kind).toBe("not-allowed");
  expect(server.asked).toEqual([]);
});

it("connects localhost, which says what it is, at the one of its addresses that is allowed", async () => {
  for (const name of ["localhost", "registry.localhost"]) {
    const { call } = await manifestFrom(name, ["169.254.169.254", "127.0.0.1"]);
    expect((await call).json).toEqual(plainManifest());
  }
});

it("says of a name that stands for nothing that it was not found", async () => {
  const error = await errorOf((await manifestFrom("gone.example.com", [])).call);
  expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("ENOTFOUND") });
});

it("checks the very address that is connected, where a name changes its mind", async () => {
  const server = await serverFor((request, response) => {
    response.shouldKeepAlive = false;
    content.answer(request, response);
  });
  const host = server.host.replace("127.0.0.1", "rebinding.localhost");
  const repository = { host, path: "team/app" };
  names.set("rebinding.localhost", [["127.0.0.1"], ["169.254.169.254"]]);
  expect((await errorOf(clientFor([plainHttp(host)]).manifest(repository, "1.0"))).kind).toBe("not-allowed");
  expect(server.asked).toEqual(["GET /v2/"]);
});

it.each([
  ["public", "10.0.0.1"],
  ["public", "fd12::1"],
  ["public", "127.0.0.1"],
  ["private", "127.0.0.1"],
  ["loopback", "169.254.169.254"],
] as const)("does not let what is %s lead to %s, by name or by address", async (reach, address) => {
  names.set("store.example.com", [[address]]);
  const connections = new Connections(DEFAULT_LIMITS);
  onTestFinished(() => connections.close());
  const place = { host: "registry.example.com" };
  const literal = new URL(`https://${address.includes(":") ? `[${address}]` : address}/`);
  expect((await errorOf(connections.to(literal, { reach }, place))).kind).toBe("not-allowed");
  const { pool } = await connections.to(new URL("https://store.example.com/"), { reach }, place);
  await expect(pool.request({ method: "GET", path: "/" })).rejects.toThrow(AddressNotAllowed);
});

it("lets a registry lead as far as its own address is", async () => {
  const other = new URL("https://store.example.com/x");
  for (const kind of ["public", "private", "loopback"] as const) {
    const endpoints = new Endpoints([], ["registry.example.com"]);
    const [endpoint] = endpoints.of({ host: "registry.example.com", path: "a" });
    const connections = { to: async () => ({ kind: () => kind }) };
    const trust = await trustAt(other, endpoint, { endpoints, connections }, { host: endpoint.host });
    expect(trust.reach).toBe(kind);
  }
});

it("lets a registry on this machine lead to names on this machine, and to nothing link-local", async () => {
  const store = await serverFor(content.answer);
  const port = store.host.split(":")[1];
  for (const [address, kind] of [
    ["127.0.0.1", null],
    ["169.254.169.254", "not-allowed"],
  ] as const) {
    names.set("store.example.com", [[address]]);
    const registry = await serverFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      response.writeHead(307, { location: `http://store.example.com:${port}${request.url}` }).end();
    });
    const client = clientFor([plainHttp(registry.host)]);
    const call = client.manifest({ host: registry.host, path: "team/app" }, "1.0");
    if (kind === null) expect((await call).json).toEqual(plainManifest());
    else expect((await errorOf(call)).kind).toBe(kind);
  }
});

it("does not ask a token server whose name stands for a link-local address", async () => {
  const registry = await serverFor((_, response) =>
    failure(response, 401, "UNAUTHORIZED", { "www-authenticate": 'Bearer realm="http://auth.hub.localhost/token"' }),
  );
  const host = registry.host.replace("127.0.0.1", "registry.hub.localhost");
  names.set("registry.hub.localhost", [["127.0.0.1"]]);
  names.set("auth.hub.localhost", [["169.254.169.254"]]);
  expect((await errorOf(clientFor([plainHttp(host)]).manifest({ host, path: "a" }, "b"))).kind).toBe("not-allowed");
});
