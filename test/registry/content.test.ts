import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { layersOf } from "../../src/registry/manifest.ts";
import { imageReference } from "../../src/registry/repository.ts";
import { Content, digestOf, errorOf, INDEX, json, MANIFEST, plainManifest, send } from "./fake-registry.ts";
import { pairFor } from "./world.ts";

const NOWHERE = digestOf("nothing");

describe("resolving and reading manifests", () => {
  it("resolves a tag by HEAD, and a digest to itself", async () => {
    const content = new Content();
    const digest = content.manifest("team/app", plainManifest(), { tag: "1.0" });
    const { server, client } = await pairFor(content.answer);
    for (const text of [`${server.host}/team/app:1.0`, `${server.host}/team/app:gone@${digest}`]) {
      const reference = imageReference(text);
      if (typeof reference === "string") throw new Error(reference);
      expect(await client.resolve(reference)).toEqual({ digest, mediaType: MANIFEST });
    }
    expect(server.asked).toEqual([
      "GET /v2/",
      "HEAD /v2/team/app/manifests/1.0",
      `HEAD /v2/team/app/manifests/${digest}`,
    ]);
  });

  it("computes the digest where HEAD is not served, or names none", async () => {
    const content = new Content();
    const digest = content.manifest("team/app", plainManifest(), { tag: "1.0" });
    for (const status of [405, 200]) {
      const { client, repository } = await pairFor((request, response) => {
        if (request.method !== "HEAD") return content.answer(request, response);
        response.writeHead(status, { "content-type": MANIFEST }).end();
      });
      expect(await client.resolve({ repository, tag: "1.0", digest: null })).toEqual({ digest, mediaType: MANIFEST });
    }
  });

  it("reads a manifest with its bytes, by tag and by digest", async () => {
    const content = new Content();
    const digest = content.manifest("team/app", plainManifest(), { tag: "1.0" });
    const { client, repository } = await pairFor(content.answer);
    for (const reference of ["1.0", digest]) {
      const manifest = await client.manifest(repository, reference);
      expect(manifest.json).toEqual(plainManifest());
      expect(digestOf(manifest.bytes)).toBe(digest);
      expect(manifest).toMatchObject({ digest, mediaType: MANIFEST });
    }
  });

  it.each(["sha384", "sha512"])("reads a manifest by its %s", async (algorithm) => {
    const bytes = Buffer.from(JSON.stringify(plainManifest()));
    const digest = digestOf(bytes, algorithm);
    const { client, repository } = await pairFor((request, response) =>
      send(request, response, bytes, { "content-type": MANIFEST }),
    );
    expect((await client.manifest(repository, digest)).digest).toBe(digest);
    expect((await errorOf(client.manifest(repository, digestOf("other", algorithm)))).kind).toBe("digest-mismatch");
  });

  it("says that a tag or a digest is not there, with host and repository", async () => {
    const { client, repository } = await pairFor(new Content().answer);
    for (const reference of ["gone", NOWHERE]) {
      const error = await errorOf(client.manifest(repository, reference));
      expect(error).toMatchObject({ kind: "not-found", status: 404, host: repository.host, repository: "team/app" });
      expect(error.message).toBe(`${repository.host}/team/app: not found (HTTP 404, MANIFEST_UNKNOWN)`);
      expect(error.describe("zh")).toBe(`${repository.host}/team/app：不存在（HTTP 404, MANIFEST_UNKNOWN）`);
    }
    expect((await errorOf(client.resolve({ repository, tag: "gone", digest: null }))).kind).toBe("not-found");
  });

  it("asks for nothing that is neither a tag nor a digest, and in no path that is none", async () => {
    const { server, client, repository } = await pairFor(new Content().answer);
    for (const reference of ["..", ".", "", "a/b", "a?b", "a#b", "%2e%2e", "md5:abc", "sha256:abc", "x".repeat(129)]) {
      expect((await errorOf(client.manifest(repository, reference))).kind).toBe("protocol");
      expect((await errorOf(client.resolve({ repository, tag: reference, digest: null }))).kind).toBe("protocol");
    }
    for (const path of ["..", "a/../b", "", "/a", "a?b", "a#b", "a:b", "a@b", "%2e%2e/a", "A"]) {
      expect((await errorOf(client.manifest({ ...repository, path }, "1.0"))).kind).toBe("protocol");
    }
    expect(server.asked).toEqual([]);
  });

  it("refuses a manifest that is not what its digest says, and a HEAD that names another", async () => {
    const { client, repository } = await pairFor((request, response) =>
      send(request, response, Buffer.from(JSON.stringify(plainManifest(1))), {
        "content-type": MANIFEST,
        "docker-content-digest": digestOf("what the server claims"),
      }),
    );
    expect((await errorOf(client.manifest(repository, NOWHERE))).kind).toBe("digest-mismatch");
    expect((await errorOf(client.manifest(repository, "tag"))).kind).toBe("digest-mismatch");
    expect((await errorOf(client.resolve({ repository, tag: null, digest: NOWHERE }))).kind).toBe("digest-mismatch");
  });

  it.each([
    ["HTML", "text/html; charset=utf-8", "<html>login</html>"],
    ["no type", "", "{}"],
    ["a type of the first schema", "application/vnd.docker.distribution.manifest.v1+prettyjws", "{}"],
    ["what is no JSON", MANIFEST, "{"],
    ["what is no object", MANIFEST, "[]"],
    ["bytes that are no UTF-8", MANIFEST, Buffer.from([0x7b, 0xff, 0x7d])],
    ["another type within", MANIFEST, JSON.stringify({ mediaType: INDEX })],
    ["an index that is a manifest too", INDEX, JSON.stringify({ mediaType: INDEX, manifests: [], layers: [] })],
    ["a manifest that is an index too", MANIFEST, JSON.stringify({ manifests: [], layers: [] })],
  ])("refuses %s in place of a manifest", async (_, type, body) => {
    const { client, repository } = await pairFor((request, response) =>
      send(request, response, Buffer.from(body), type === "" ? {} : { "content-type": type }),
    );
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("protocol");
    expect((await errorOf(client.resolve({ repository, tag: "1.0", digest: null }))).kind).toBe("protocol");
  });

  it("reads 4 MiB of a manifest, and no more", async () => {
    let sent = 0;
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      response.writeHead(200, { "content-type": MANIFEST });
      const chunk = Buffer.alloc(1 << 16, " ");
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("too-large");
    expect(sent).toBeLessThan(64 << 20);
  });

  it("reads nothing of what says that it is larger", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      response.writeHead(200, { "content-type": MANIFEST, "content-length": (4 << 20) + 1 }).flushHeaders();
    });
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("too-large");
  });

  it("never unpacks: a compressed answer is refused", async () => {
    const bomb = gzipSync(Buffer.alloc(8 << 20));
    const { client, repository } = await pairFor((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      send(request, response, bomb, { "content-type": MANIFEST, "content-encoding": "gzip" });
    });
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("protocol");
    expect((await errorOf(client.blob(repository, { digest: digestOf(bomb), size: bomb.length }))).kind).toBe(
      "protocol",
    );
  });

  it("names too large headers", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return void json(response, 200, {});
      send(request, response, Buffer.from("{}"), { "content-type": MANIFEST, "x-filler": "x".repeat(64 << 10) });
    });
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("too-large");
  });
});

describe("blobs", () => {
  it("reads a blob whose digest and size are right, however it is sent", async () => {
    const bytes = Buffer.from("x".repeat(100_000));
    for (const chunked of [false, true]) {
      const { client, repository } = await pairFor((request, response) => {
        if (request.url === "/v2/") return void json(response, 200, {});
        if (!chunked) return void send(request, response, bytes, {});
        response.writeHead(200);
        for (let at = 0; at < bytes.length; at += 1000) response.write(bytes.subarray(at, at + 1000));
        response.end();
      });
      for (const algorithm of ["sha256", "sha512"]) {
        const got = await client.blob(repository, { digest: digestOf(bytes, algorithm), size: bytes.length });
        expect(Buffer.compare(got, bytes)).toBe(0);
      }
    }
  });

  it("refuses a blob with another content, or another size", async () => {
    const bytes = Buffer.from("signature");
    const { client, repository } = await pairFor((request, response) => send(request, response, bytes, {}));
    const digest = digestOf(bytes);
    for (const descriptor of [
      { digest: digestOf("another"), size: bytes.length },
      { digest, size: bytes.length - 1 },
      { digest, size: bytes.length + 1 },
      { digest, size: 0 },
    ]) {
      expect((await errorOf(client.blob(repository, descriptor))).kind).toBe("digest-mismatch");
    }
  });

  it("does not read more than a descriptor promises", async () => {
    let ended = false;
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return void json(response, 200, {});
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
      response.on("close", () => {
        clearInterval(timer);
        ended = true;
      });
    });
    const error = await errorOf(client.blob(repository, { digest: digestOf("x"), size: 5000 }));
    expect(error.kind).toBe("digest-mismatch");
    await expect.poll(() => ended).toBe(true);
  });

  it("calls a page for people no forgery", async () => {
    const { client, repository } = await pairFor((request, response) =>
      send(request, response, Buffer.from("<html></html>"), { "content-type": "text/html" }),
    );
    expect((await errorOf(client.blob(repository, { digest: NOWHERE, size: 13 }))).kind).toBe("protocol");
  });

  it("does not ask for what is larger than the caller takes", async () => {
    const content = new Content();
    const bytes = Buffer.alloc(5 << 20);
    const digest = content.blob(bytes);
    const { server, client, repository } = await pairFor(content.answer);
    const error = await errorOf(client.blob(repository, { digest, size: bytes.length }));
    expect(error.kind).toBe("too-large");
    expect(server.asked).toEqual([]);
    expect((await client.blob(repository, { digest, size: bytes.length }, { most: 6 << 20 })).length).toBe(5 << 20);
  });

  it("refuses a descriptor whose digest cannot be checked", async () => {
    const { server, client, repository } = await pairFor(new Content().answer);
    for (const digest of ["md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:../../x", "sha256:ABC", ""]) {
      expect((await errorOf(client.blob(repository, { digest, size: 1 }))).kind).toBe("protocol");
    }
    expect(server.asked).toEqual([]);
  });
});

describe("layers", () => {
  const place = { host: "registry.example.com", repository: "team/app" };
  const layer = { mediaType: "text/plain", digest: NOWHERE, size: 7, annotations: { a: "b", c: 1 } };
  const withLayers = (layers: unknown) => {
    const bytes = Buffer.from(JSON.stringify({ layers }));
    return { digest: digestOf(bytes), mediaType: MANIFEST, bytes, json: JSON.parse(bytes.toString()) };
  };

  it("reads them, and 50 at most", () => {
    expect(layersOf(withLayers([layer]), place)).toEqual([{ ...layer, annotations: { a: "b" } }]);
    expect(layersOf(withLayers(Array(50).fill(layer)), place)).toHaveLength(50);
    expect(() => layersOf(withLayers(Array(51).fill(layer)), place)).toThrow(
      expect.objectContaining({ kind: "too-many" }),
    );
  });

  it.each([
    [null],
    [{}],
    [[null]],
    [[{ ...layer, digest: "sha256:short" }]],
    [[{ ...layer, size: -1 }]],
    [[{ ...layer, size: 1.5 }]],
    [[{ ...layer, mediaType: 5 }]],
  ])("refuses %j", (layers) => {
    expect(() => layersOf(withLayers(layers), place)).toThrow(expect.objectContaining({ kind: "protocol" }));
  });
});
