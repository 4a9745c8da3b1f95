import { describe, expect, it } from "vitest";
import {
  Content,
  digestOf,
  errorOf,
  failure,
  INDEX,
  index,
  json,
  MANIFEST,
  plainHttp,
  plainManifest,
  referrer,
  send,
} from "./fake-registry.ts";
import { clientFor, serverFor } from "./world.ts";

const SUBJECT = digestOf("an image");

/** A registry with one image, and two mirrors before it, the second below a path. */
async function world(mirrored: Parameters<typeof serverFor>[0], second = mirrored) {
  const content = new Content();
  const digest = content.manifest("team/app", plainManifest(), { tag: "1.0" });
  const [first, other, origin] = await Promise.all([serverFor(mirrored), serverFor(second), serverFor(content.answer)]);
  const mirrors = [first.host, `${other.host}/cache/hub/`];
  const registries = [plainHttp(origin.host, { mirrors }), plainHttp(first.host), plainHttp(other.host)];
  const client = clientFor(registries, { limits: { idleTime: 300 } });
  return { first, other, origin, client, digest, repository: { host: origin.host, path: "team/app" }, registries };
}

describe("mirrors", () => {
  it("are asked in their order, by their own paths, and spare the registry", async () => {
    const content = new Content();
    content.manifest("cache/hub/team/app", plainManifest(), { tag: "1.0" });
    const { first, other, origin, client, repository, digest } = await world(new Content().answer, content.answer);
    expect((await client.manifest(repository, "1.0")).digest).toBe(digest);
    expect(first.asked).toEqual(["GET /v2/", "GET /v2/team/app/manifests/1.0"]);
    expect(other.asked).toEqual(["GET /v2/", "GET /v2/cache/hub/team/app/manifests/1.0"]);
    expect(origin.asked).toEqual([]);
  });

  it.each<[string, Parameters<typeof serverFor>[0]]>([
    ["has not got it", new Content().answer],
    ["answers 401", (_, response) => failure(response, 401, "UNAUTHORIZED", { "www-authenticate": "Basic" })],
    ["answers 503", (_, response) => failure(response, 503, "UNAVAILABLE")],
    ["answers HTML", (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>")],
    ["is silent", () => {}],
    ["breaks off", (request) => void request.socket.destroy()],
    [
      "redirects to a metadata address",
      (_, response) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
    ],
  ])("are passed by where one %s, after one try", async (_, answer) => {
    const { first, client, repository, digest } = await world(answer);
    expect(await client.resolve({ repository, tag: "1.0", digest: null })).toEqual({ digest, mediaType: MANIFEST });
    // The first question, HEAD, and GET where HEAD says too little.
    expect(new Set(first.asked).size).toBe(first.asked.length);
  });

  it("are tried once only, though the registry would be tried again", async () => {
    const { first, client, repository } = await world((request, response) => {
      if (request.url === "/v2/") json(response, 200, {});
      else failure(response, 503, "UNAVAILABLE");
    });
    await client.manifest(repository, "1.0");
    expect(first.asked).toEqual(["GET /v2/", "GET /v2/team/app/manifests/1.0"]);
  });

  it("are told of when one hands out other content", async () => {
    const other = Buffer.from(JSON.stringify(plainManifest(1)));
    const { first, client, repository, digest, origin } = await world((request, response) =>
      send(request, response, other, { "content-type": MANIFEST }),
    );
    for (const call of [client.manifest(repository, digest), client.blob(repository, { digest, size: other.length })]) {
      expect(await errorOf(call)).toMatchObject({ kind: "digest-mismatch", host: first.host });
    }
    expect(origin.asked).toEqual([]);
  });

  it("rest for a while when they cannot be reached", async () => {
    const { first, client, repository, origin } = await world((request) => void request.socket.destroy());
    for (let round = 0; round < 3; round++) await client.manifest(repository, "1.0");
    expect(first.asked).toHaveLength(1);
    expect(origin.asked).toHaveLength(4);
  });

  it("do not have the last word where they know of no referrers", async () => {
    const empty: Parameters<typeof serverFor>[0] = (_, response) =>
      json(response, 200, index([]), { "content-type": INDEX });
    const content = new Content();
    content.manifest("team/app", index([referrer(1)]), { type: INDEX, tag: SUBJECT.replace(":", "-") });
    const [mirror, origin] = await Promise.all([serverFor(empty), serverFor(content.answer)]);
    const client = clientFor([plainHttp(origin.host, { mirrors: [mirror.host] }), plainHttp(mirror.host)]);
    expect(await client.referrers({ host: origin.host, path: "team/app" }, SUBJECT)).toMatchObject([referrer(1)]);
  });

  it("get their own credentials, never those of the registry", async () => {
    const content = new Content();
    const basic: Parameters<typeof serverFor>[0] = (request, response) => {
      if (request.headers.authorization !== undefined) return content.answer(request, response);
      failure(response, 401, "UNAUTHORIZED", { "www-authenticate": "Basic" });
    };
    const { first, origin, repository, registries } = await world(basic);
    const client = clientFor(registries, {
      credentials: {
        find: async ({ host }) => ({
          kind: "basic",
          username: host === origin.host ? "origin" : "mirror",
          password: "p",
        }),
      },
    });
    await client.manifest(repository, "1.0");
    const mirror = `Basic ${Buffer.from("mirror:p").toString("base64")}`;
    expect(first.shown).toEqual([undefined, mirror]);
  });
});
