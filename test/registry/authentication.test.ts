import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { Connections } from "../../src/registry/connections.ts";
import type { Credential, CredentialSource } from "../../src/registry/credentials.ts";
import { Endpoints } from "../../src/registry/endpoint.ts";
import { DEFAULT_LIMITS } from "../../src/registry/limits.ts";
import { Tokens } from "../../src/registry/tokens.ts";
import { Content, errorOf, type FakeServer, failure, json, plainHttp, plainManifest } from "./fake-registry.ts";
import { clientFor, pairFor, serverFor } from "./world.ts";

const content = new Content();
const DIGEST = content.manifest("team/app", plainManifest(), { tag: "1.0" });
content.manifest("team/other", plainManifest(), { tag: "1.0" });

const SECRET = "s3cr3t-pa55";
const BASIC: Credential = { kind: "basic", username: "robot", password: SECRET };
const BASIC_HEADER = `Basic ${Buffer.from(`robot:${SECRET}`).toString("base64")}`;

function only(credential: Credential): CredentialSource {
  return { find: async () => credential };
}

describe("Basic", () => {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers.authorization === BASIC_HEADER) content.answer(request, response);
    else failure(response, 401, "UNAUTHORIZED", { "www-authenticate": 'Basic realm="registry"' });
  };

  it("shows the credentials to whoever asks for them", async () => {
    const { server, client, repository } = await pairFor(listener, { credentials: only(BASIC) });
    await client.manifest(repository, "1.0");
    await client.manifest(repository, DIGEST);
    expect(server.shown).toEqual([undefined, BASIC_HEADER, BASIC_HEADER]);
  });

  it("shows none to a registry that asks for none", async () => {
    const { server, client, repository } = await pairFor(content.answer, { credentials: only(BASIC) });
    await client.manifest(repository, "1.0");
    expect(server.shown).toEqual([undefined, undefined]);
  });

  it("says whether credentials are missing or wrong, and never which", async () => {
    const wrong = await pairFor(listener, { credentials: only({ ...BASIC, password: "other-pa55" } as Credential) });
    const error = await errorOf(wrong.client.manifest(wrong.repository, "1.0"));
    expect(error).toMatchObject({ kind: "unauthorized", status: 401 });
    expect(error.message).toContain("the configured credentials were refused");
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toMatch(/pa55|robot|cm9ib3Q/);
    // The first question, and one with the credentials.
    expect(wrong.server.asked).toHaveLength(2);

    const none = await pairFor(listener);
    expect((await errorOf(none.client.manifest(none.repository, "1.0"))).message).toContain(
      "no credentials for it are configured",
    );

    const problem = "docker-credential-x is not in PATH";
    const broken = await pairFor(listener, { credentials: only({ kind: "anonymous", problem: () => problem }) });
    expect((await errorOf(broken.client.manifest(broken.repository, "1.0"))).message).toContain(problem);
  });

  it("learns that a single repository asks for credentials", async () => {
    const { client, repository } = await pairFor(
      (request, response) => (request.url === "/v2/" ? json(response, 200, {}) : listener(request, response)),
      { credentials: only(BASIC) },
    );
    expect((await client.manifest(repository, "1.0")).digest).toBe(DIGEST);
  });

  it("does not go on for ever with a registry that only ever says 401", async () => {
    for (const challenge of ['Basic realm="x"', "Bearer", "", "Negotiate", "Digest qop=auth"]) {
      const { server, client, repository } = await pairFor(
        (_, response) =>
          failure(response, 401, "UNAUTHORIZED", challenge === "" ? {} : { "www-authenticate": challenge }),
        { credentials: only(BASIC) },
      );
      const { kind } = await errorOf(client.manifest(repository, "1.0"));
      expect(kind).toBe(challenge === "Bearer" ? "protocol" : "unauthorized");
      expect(server.asked.length).toBeLessThanOrEqual(3);
    }
  });

  it("keeps the credentials of two clients that share connections apart", async () => {
    const { client, repository } = await pairFor(listener);
    const other = client.withCredentials(only(BASIC));
    expect((await other.manifest(repository, "1.0")).digest).toBe(DIGEST);
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("unauthorized");
  });
});

/** A token server and a registry that takes its tokens, on one port each. */
async function bearer(
  tokens: (request: IncomingMessage, response: ServerResponse, count: number, body: string) => void,
  credential: Credential = BASIC,
  accepts: (token: string, path: string) => boolean = () => true,
) {
  let count = 0;
  const realm = await serverFor((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => tokens(request, response, ++count, body));
  });
  const world = await pairFor(
    (request, response) => {
      const token = request.headers.authorization?.replace(/^Bearer /, "");
      if (token !== undefined && accepts(token, request.url ?? "")) return content.answer(request, response);
      failure(response, 401, "UNAUTHORIZED", {
        "www-authenticate": `Bearer realm="${realm.url}/token?tenant=a",service="registry, \\"quoted\\"",scope="repository:other/secret:pull,push"`,
      });
    },
    { credentials: only(credential) },
  );
  return { ...world, realm };
}

describe("Bearer", () => {
  it("asks the token server with service and its own scope, and uses the token until it expires", async () => {
    const { client, repository, realm, server } = await bearer((_, response, count) =>
      json(response, 200, { token: `token-${count}`, expires_in: 300 }),
    );
    await client.manifest(repository, "1.0");
    await client.manifest(repository, DIGEST);
    expect(realm.asked).toHaveLength(1);
    const url = new URL(realm.asked[0]?.replace("GET ", realm.url) ?? "");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: "a",
      service: 'registry, "quoted"',
      scope: "repository:team/app:pull",
      client_id: "paddlock",
      account: "robot",
    });
    expect(realm.shown).toEqual([BASIC_HEADER]);
    // The registry never sees the password.
    expect(server.shown).toEqual([undefined, "Bearer token-1", "Bearer token-1"]);

    await client.manifest({ ...repository, path: "team/other" }, "1.0");
    expect(realm.asked).toHaveLength(2);
  });

  it("keeps the tokens of two clients that share connections apart", async () => {
    const { client, repository, realm } = await bearer((_, response, count) =>
      json(response, 200, { token: `token-${count}`, expires_in: 300 }),
    );
    await client.manifest(repository, "1.0");
    const other = client.withCredentials(only({ kind: "basic", username: "other", password: "p" }));
    await other.manifest(repository, "1.0");
    expect(realm.shown).toEqual([BASIC_HEADER, `Basic ${Buffer.from("other:p").toString("base64")}`]);
  });

  it("asks once for many whose token was refused at the same moment", async () => {
    let count = 0;
    const realm = await serverFor((_, response) => json(response, 200, { token: `token-${++count}` }));
    const connections = new Connections(DEFAULT_LIMITS);
    onTestFinished(() => connections.close());
    const endpoints = new Endpoints([plainHttp(realm.host)], []);
    const [endpoint] = endpoints.of({ host: realm.host, path: "team/app" });
    const tokens = new Tokens(DEFAULT_LIMITS, connections, endpoints);
    const challenge = { scheme: "bearer", parameters: new Map([["realm", `${realm.url}/token`]]) };
    const request = { endpoint, challenge, credential: BASIC, scope: "repository:team/app:pull" };
    const spent = await tokens.get(request);
    const renewed = await Promise.all(Array.from({ length: 20 }, () => tokens.get(request, spent)));
    expect(new Set(renewed)).toEqual(new Set(["token-2"]));
  });

  it("asks once for many at the same time", async () => {
    const { client, repository, realm, server } = await bearer((_, response, count) =>
      setTimeout(() => json(response, 200, { token: `token-${count}` }), 20),
    );
    await Promise.all(Array.from({ length: 100 }, () => client.manifest(repository, "1.0")));
    expect(realm.asked).toHaveLength(1);
    expect(server.asked.filter((line) => line === "GET /v2/")).toHaveLength(1);
  });

  it("asks anew, once for all, when a token is refused before its time, or has expired", async () => {
    let revoked = "";
    const { client, repository, realm } = await bearer(
      (_, response, count) => json(response, 200, { token: `token-${count}`, expires_in: 300 }),
      BASIC,
      (token) => token !== revoked,
    );
    await client.manifest(repository, "1.0");
    revoked = "token-1";
    await Promise.all(Array.from({ length: 20 }, () => client.manifest(repository, "1.0")));
    expect(realm.asked).toHaveLength(2);

    const short = await bearer((_, response, count) =>
      json(response, 200, { token: `token-${count}`, expires_in: 0.001 }),
    );
    await short.client.manifest(short.repository, "1.0");
    await new Promise((settle) => setTimeout(settle, 20));
    await short.client.manifest(short.repository, "1.0");
    expect(short.realm.asked).toHaveLength(2);
  });

  it("does not go on for ever where tokens are handed out and never taken", async () => {
    const { client, repository, realm, server } = await bearer(
      (_, response, count) => json(response, 200, { token: `token-${count}` }),
      BASIC,
      () => false,
    );
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("unauthorized");
    expect(realm.asked).toHaveLength(2);
    expect(server.asked).toHaveLength(3);
  });

  it("posts an identity token, to the token server only", async () => {
    const { client, repository, realm, server } = await bearer(
      (request, response, _, body) => {
        expect(request.headers["content-type"]).toBe("application/x-www-form-urlencoded");
        expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
          grant_type: "refresh_token",
          refresh_token: SECRET,
          service: 'registry, "quoted"',
          scope: "repository:team/app:pull",
          client_id: "paddlock",
        });
        json(response, 200, { access_token: "access" });
      },
      { kind: "identity-token", token: SECRET },
    );
    await client.manifest(repository, "1.0");
    expect(realm.asked).toEqual(["POST /token?tenant=a"]);
    expect(server.shown).toEqual([undefined, "Bearer access"]);
  });

  it("shows a registry token as it is, and asks anonymously where there are no credentials", async () => {
    const direct = await bearer((_, response) => json(response, 200, {}), { kind: "bearer", token: "direct" });
    await direct.client.manifest(direct.repository, "1.0");
    expect(direct.realm.asked).toEqual([]);
    expect(direct.server.shown).toEqual([undefined, "Bearer direct"]);

    const anonymous = await bearer((_, response) => json(response, 200, { token: "free" }), { kind: "anonymous" });
    await anonymous.client.manifest(anonymous.repository, "1.0");
    expect(anonymous.realm.shown).toEqual([undefined]);
  });

  it("prefers Bearer where Basic is offered too", async () => {
    const realm = await serverFor((_, response) => json(response, 200, { token: "t" }));
    const { server, client, repository } = await pairFor(
      (request, response) => {
        if (request.headers.authorization === "Bearer t") return content.answer(request, response);
        response.setHeader("www-authenticate", ['Basic realm="b"', `Bearer realm="${realm.url}/"`]);
        failure(response, 401, "UNAUTHORIZED");
      },
      { credentials: only(BASIC) },
    );
    await client.manifest(repository, "1.0");
    expect(server.shown).toEqual([undefined, "Bearer t"]);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["HTML", (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"), "protocol"],
    ["no token", (response) => json(response, 200, { expires_in: 60 }), "protocol"],
    ["a list", (response) => json(response, 200, []), "protocol"],
    ["a token that would end the header", (response) => json(response, 200, { token: "a\r\nhost: x" }), "protocol"],
    ["a token that is no string", (response) => json(response, 200, { token: { a: 1 } }), "protocol"],
    ["more than it should", (response) => json(response, 200, { token: "x".repeat(300_000) }), "too-large"],
    ["401", (response) => failure(response, 401, "UNAUTHORIZED"), "unauthorized"],
    ["403", (response) => failure(response, 403, "DENIED"), "forbidden"],
    ["404", (response) => failure(response, 404, "UNKNOWN"), "not-found"],
    ["429", (response) => failure(response, 429, "TOOMANYREQUESTS", { "retry-after": "60" }), "rate-limited"],
    ["500", (response) => failure(response, 500, "UNKNOWN"), "server"],
    ["a redirect", (response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), "protocol"],
    ["nothing", () => {}, "timeout"],
  ])("ends where the token server answers %s", async (_, answer, kind) => {
    const { client, repository, server } = await bearer((_request, response) => answer(response));
    const error = await errorOf(client.manifest(repository, "1.0"));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toContain(SECRET);
    expect(server.asked).toEqual(["GET /v2/"]);
  });

  it("tries a token server again that fails in passing", async () => {
    const { client, repository, realm } = await bearer((_, response, count) =>
      count < 3 ? failure(response, 503, "UNAVAILABLE") : json(response, 200, { token: "t", expires_in: "soon" }),
    );
    await client.manifest(repository, "1.0");
    expect(realm.asked).toHaveLength(3);
  });

  it("lets one caller leave without ending the request of the others", async () => {
    const { client, repository } = await bearer((_, response) =>
      setTimeout(() => json(response, 200, { token: "t" }), 200),
    );
    const impatient = errorOf(client.manifest(repository, "1.0", AbortSignal.timeout(50)));
    const patient = client.manifest(repository, "1.0");
    expect((await impatient).kind).toBe("timeout");
    expect((await patient).digest).toBe(DIGEST);
  });
});

describe("the place of a token server", () => {
  async function asking(realm: string, more: { registries?: FakeServer[] } = {}) {
    const server = await serverFor((_, response) =>
      failure(response, 401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${realm}"` }),
    );
    const registries = [server, ...(more.registries ?? [])].map(({ host }) => plainHttp(host));
    const client = clientFor(registries, { credentials: only(BASIC) });
    return errorOf(client.manifest({ host: server.host, path: "team/app" }, "1.0"));
  }

  it.each([
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/token",
    "https://attacker.example.com/token",
    "https://10.0.0.1/token",
    "http://metadata.google.internal/token",
    "https://user:pass@127.0.0.1/token",
    "ftp://127.0.0.1/token",
  ])("does not ask %s", async (realm) => {
    const error = await asking(realm);
    expect(error.kind).toBe("not-allowed");
    expect(error.message).not.toContain("pass");
  });

  it("does not ask what is no URL", async () => {
    for (const realm of ["", "token", "//x", "https://"]) expect((await asking(realm)).kind).toBe("protocol");
  });
});
