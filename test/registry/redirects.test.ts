import { describe, expect, it } from "vitest";
import { Content, digestOf, errorOf, failure, plainHttp, plainManifest, send } from "./fake-registry.ts";
import { clientFor, pairFor, serverFor } from "./world.ts";

const content = new Content();
const BYTES = Buffer.from("a signature");
const BLOB = { digest: content.blob(BYTES), size: BYTES.length };
content.manifest("team/app", plainManifest(), { tag: "1.0" });

const credentials = { find: async () => ({ kind: "basic", username: "u", password: "secret" }) as const };

/** A registry with Basic that redirects each read to `location`. */
function redirecting(location: string | ((path: string) => string), status: number = 307) {
  return pairFor(
    (request, response) => {
      if (request.headers.authorization === undefined) {
        return failure(response, 401, "UNAUTHORIZED", { "www-authenticate": 'Basic realm="r"' });
      }
      const path = request.url ?? "/";
      const target = typeof location === "string" ? location : location(path);
      if (target === path) return content.answer(request, response);
      response.writeHead(status, { location: target }).end();
    },
    { credentials },
  );
}

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308])("follows %i to another host, without credentials", async (status) => {
    const cdn = await serverFor((request, response) => send(request, response, BYTES, {}));
    const { client, repository } = await redirecting(`${cdn.url}/store?X-Signature=abc`, status);
    expect(Buffer.from(await client.blob(repository, BLOB)).toString()).toBe("a signature");
    expect(cdn.asked).toEqual(["GET /store?X-Signature=abc"]);
    expect(cdn.shown).toEqual([undefined]);
  });

  it("shows credentials again at the registry itself, not on the way back from elsewhere", async () => {
    const path = `/v2/team/app/blobs/${BLOB.digest}`;
    const same = await redirecting((asked) => (asked.endsWith("?moved") ? asked : `${path}?moved`));
    await same.client.blob(same.repository, BLOB);
    expect(same.server.shown.slice(1)).toEqual(Array(2).fill("Basic dTpzZWNyZXQ="));

    const cdn = await serverFor((_, response) => void response.writeHead(302, { location: home }).end());
    const { server, client, repository } = await redirecting(`${cdn.url}/`);
    const home = `${server.url}${path}?back`;
    expect((await errorOf(client.blob(repository, BLOB))).kind).toBe("unauthorized");
    expect(server.shown.at(-1)).toBeUndefined();
  });

  it("follows five, not six, and no circle", async () => {
    const hops = (most: number) => (path: string) => {
      const hop = Number(/\?hop=(\d)/.exec(path)?.[1] ?? 0);
      return hop < most ? `/v2/team/app/blobs/${BLOB.digest}?hop=${hop + 1}` : path;
    };
    const five = await redirecting(hops(5));
    expect((await five.client.blob(five.repository, BLOB)).length).toBe(BLOB.size);
    for (const location of [hops(6), (path: string) => `${path}?again`]) {
      const { server, client, repository } = await redirecting(location);
      expect((await errorOf(client.blob(repository, BLOB))).kind).toBe("too-many");
      expect(server.asked).toHaveLength(7);
    }
  });

  it.each([
    "http://169.254.169.254/latest/meta-data/iam",
    "https://169.254.169.254/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://0.0.0.0/",
    "http://100.100.100.200/",
    "http://user:secret@127.0.0.1:1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
  ])("does not follow to %s", async (location) => {
    const { client, repository } = await redirecting(location);
    const error = await errorOf(client.blob(repository, BLOB));
    expect(error.kind).toBe("not-allowed");
    expect(error.message).not.toContain("secret");
  });

  it("does not follow to nowhere", async () => {
    for (const location of ["http://", "http://[::1", ""]) {
      const { client, repository } = await redirecting(location);
      expect(["protocol", "too-many"]).toContain((await errorOf(client.blob(repository, BLOB))).kind);
    }
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return content.answer(request, response);
      response.writeHead(302).end();
    });
    expect((await errorOf(client.blob(repository, BLOB))).kind).toBe("protocol");
  });

  it("answers no challenge of another host", async () => {
    const realm = await serverFor((_, response) => void response.writeHead(200).end("{}"));
    const challenges = [`Bearer realm="${realm.url}/token"`, "Basic"];
    for (const challenge of challenges) {
      const cdn = await serverFor((_, response) =>
        failure(response, 401, "UNAUTHORIZED", { "www-authenticate": challenge }),
      );
      const { server, client, repository } = await redirecting(cdn.url);
      expect((await errorOf(client.blob(repository, BLOB))).kind).toBe("unauthorized");
      expect([cdn.asked.length, server.asked.length, realm.asked.length]).toEqual([1, 2, 0]);
    }
  });

  it("checks what it gets elsewhere, and names the registry, not the place", async () => {
    const cdn = await serverFor((request, response) => send(request, response, Buffer.from("b signature"), {}));
    const { client, repository } = await redirecting(`${cdn.url}/store?X-Signature=abc`);
    const error = await errorOf(client.blob(repository, BLOB));
    expect(error).toMatchObject({ kind: "digest-mismatch", host: repository.host });
    expect(error.message).not.toContain("X-Signature");
  });
});

it("asks no host that nobody named", async () => {
  const { server } = await pairFor(content.answer);
  const client = clientFor([plainHttp("127.0.0.1:1")], { allow: ["registry.example.com"] });
  for (const host of [server.host, "169.254.169.254", "localhost:1234", "evil.example.com", "127.0.0.1:2"]) {
    for (const call of [
      () => client.manifest({ host, path: "team/app" }, "1.0"),
      () => client.resolve({ repository: { host, path: "team/app" }, tag: "1.0", digest: null }),
      () => client.blob({ host, path: "team/app" }, { digest: digestOf("x"), size: 1 }),
      () => client.referrers({ host, path: "team/app" }, digestOf("x")),
    ]) {
      expect((await errorOf(call())).kind).toBe("not-allowed");
    }
  }
  expect(server.asked).toEqual([]);
});

it("takes what is no host for one that nobody named", async () => {
  const odd = ["registry.example.com:99999", "999.999.999.999", "a.b/c", "user@127.0.0.1:1", "[::1", "127.0.0.1:1?x"];
  const client = clientFor([plainHttp("127.0.0.1:1", { mirrors: odd })], { allow: odd });
  for (const host of odd) expect((await errorOf(client.manifest({ host, path: "a" }, "b"))).kind).toBe("not-allowed");
  expect((await errorOf(client.manifest({ host: "127.0.0.1:1", path: "a" }, "b"))).kind).toBe("refused");
});

it("never contacts a metadata address, even one that is named", async () => {
  for (const host of ["169.254.169.254", "[fe80::1]:5000", "100.100.100.200", "0.0.0.0:5000", "224.0.0.1"]) {
    const client = clientFor([plainHttp(host)]);
    expect((await errorOf(client.manifest({ host, path: "a" }, "b"))).kind).toBe("not-allowed");
  }
});
