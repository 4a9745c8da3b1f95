import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Content, errorOf, failure, json, MANIFEST, plainHttp, plainManifest } from "./fake-registry.ts";
import { clientFor, pairFor } from "./world.ts";

const content = new Content();
const DIGEST = content.manifest("team/app", plainManifest(), { tag: "1.0" });

/** A raw server: what it says is not HTTP as node:http would write it. */
async function rawServer(answer: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `127.0.0.1:${address.port}`;
}

describe("what fails in passing", () => {
  it.each([429, 500, 502, 503, 504])("tries again after %i", async (status) => {
    let failures = 2;
    const { server, client, repository } = await pairFor((request, response) => {
      if (request.url !== "/v2/" && failures-- > 0) return failure(response, status, "UNAVAILABLE");
      content.answer(request, response);
    });
    expect((await client.manifest(repository, "1.0")).digest).toBe(DIGEST);
    expect(server.asked.filter((line) => line.includes("manifests"))).toHaveLength(3);
  });

  it("gives up after three tries, of the first question as well", async () => {
    for (const path of ["/v2/", "/v2/team/app/manifests/1.0"]) {
      const { server, client, repository } = await pairFor((request, response) => {
        if (request.url === path) return failure(response, 503, "UNAVAILABLE");
        content.answer(request, response);
      });
      expect(await errorOf(client.manifest(repository, "1.0"))).toMatchObject({ kind: "server", status: 503 });
      expect(server.asked.filter((line) => line === `GET ${path}`)).toHaveLength(3);
    }
  });

  it.each([400, 403, 404, 418])("does not try again after %i", async (status) => {
    const { server, client, repository } = await pairFor((request, response) => {
      if (request.url !== "/v2/") return failure(response, status, "DENIED");
      content.answer(request, response);
    });
    const kinds: Record<number, string> = { 403: "forbidden", 404: "not-found" };
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe(kinds[status] ?? "protocol");
    expect(server.asked).toHaveLength(2);
  });

  it("repeats nothing of an answer but codes", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return content.answer(request, response);
      const errors = ["hunter2", "SECRET=HUNTER2", "DENIED", "A".repeat(65), "\u001b[31m", 5].map((code) => ({
        code,
        message: "hunter2",
        detail: { token: "hunter2" },
      }));
      json(response, 403, { errors });
    });
    const error = await errorOf(client.manifest(repository, "1.0"));
    expect(error.message).toMatch(/\(HTTP 403, DENIED\)$/);
  });

  it("waits as long as it is asked to, and not at all where that is too long", async () => {
    const times: number[] = [];
    const { client, repository } = await pairFor((request, response) => {
      if (request.url !== "/v2/") times.push(Date.now());
      if (times.length === 1) return failure(response, 429, "TOOMANYREQUESTS", { "retry-after": "1" });
      content.answer(request, response);
    });
    await client.manifest(repository, "1.0");
    // A floor, which no slow machine can miss.
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);

    for (const retryAfter of ["3600", new Date(Date.now() + 3_600_000).toUTCString()]) {
      const asking = await pairFor((request, response) => {
        if (request.url === "/v2/") return content.answer(request, response);
        failure(response, 429, "TOOMANYREQUESTS", { "retry-after": retryAfter });
      });
      const error = await errorOf(asking.client.manifest(asking.repository, "1.0"));
      expect(error).toMatchObject({ kind: "rate-limited", status: 429, transient: false });
      expect(Math.abs((error.retryAfter ?? 0) - 3600)).toBeLessThan(30);
      expect(asking.server.asked).toHaveLength(2);
    }
  });

  it("tries again after a connection that breaks off", async () => {
    let breaks = 2;
    const { client, repository } = await pairFor((request, response) => {
      if (request.url !== "/v2/" && breaks-- > 0) return void request.socket.destroy();
      content.answer(request, response);
    });
    expect((await client.manifest(repository, "1.0")).digest).toBe(DIGEST);
  });

  it("does not take a body that breaks off for a whole one", async () => {
    for (const length of [{ "content-length": 1000 }, {}]) {
      const { client, repository } = await pairFor((request, response) => {
        if (request.url === "/v2/") return content.answer(request, response);
        response.writeHead(200, { "content-type": MANIFEST, ...length });
        response.write("{}", () => request.socket.destroy());
      });
      expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("refused");
    }
  });

  it("says where nobody listens, and what is not HTTP", async () => {
    const port = await unusedPort();
    const repository = { host: `127.0.0.1:${port}`, path: "team/app" };
    const error = await errorOf(clientFor([plainHttp(repository.host)]).manifest(repository, "1.0"));
    expect(error.message).toBe(`${repository.host}: the registry cannot be reached (ECONNREFUSED)`);

    const host = await rawServer("SSH-2.0-OpenSSH_9.2\r\n");
    expect((await errorOf(clientFor([plainHttp(host)]).manifest({ host, path: "a" }, "b"))).kind).toBe("protocol");
  });
});

describe("what takes too long", () => {
  it("does not wait for a registry that is silent", async () => {
    for (const path of ["/v2/", "/v2/team/app/manifests/1.0"]) {
      const { client, repository } = await pairFor(
        (request, response) => {
          if (request.url !== path) content.answer(request, response);
        },
        { limits: { idleTime: 100, requestTime: 600_000, callTime: 600_000 } },
      );
      expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("timeout");
    }
  });

  it("ends an answer that drips, though it is never silent for long", async () => {
    let dripping: NodeJS.Timeout | undefined;
    const { client, repository } = await pairFor(
      (request, response) => {
        if (request.url === "/v2/") return content.answer(request, response);
        response.writeHead(200, { "content-type": MANIFEST });
        dripping = setInterval(() => response.write(" "), 10);
      },
      { limits: { idleTime: 5_000, requestTime: 200, callTime: 600_000 } },
    );
    onTestFinished(() => clearInterval(dripping));
    expect((await errorOf(client.manifest(repository, "1.0"))).kind).toBe("timeout");
  });

  it("ends by the caller's signal, whatever its reason, and by the time of the call", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") content.answer(request, response);
    });
    const controller = new AbortController();
    const asked = errorOf(client.manifest(repository, "1.0", controller.signal));
    setTimeout(() => controller.abort(new Error("the review ended")), 50);
    expect((await asked).kind).toBe("timeout");
    expect((await errorOf(client.manifest(repository, "1.0", AbortSignal.abort()))).kind).toBe("timeout");

    const limited = clientFor([plainHttp(repository.host)], { limits: { callTime: 100, idleTime: 5_000 } });
    expect((await errorOf(limited.manifest(repository, "1.0"))).kind).toBe("timeout");
  });

  it("ends while it waits to try again, saying what it waited for", async () => {
    const { client, repository } = await pairFor((request, response) => {
      if (request.url === "/v2/") return content.answer(request, response);
      failure(response, 429, "TOOMANYREQUESTS", { "retry-after": "8" });
    });
    const error = await errorOf(client.manifest(repository, "1.0", AbortSignal.timeout(100)));
    expect(error).toMatchObject({ kind: "rate-limited", retryAfter: 8 });
  });
});

it("ends what runs when it is closed, and starts nothing more", async () => {
  const { server, client, repository } = await pairFor((request, response) => {
    if (request.url === "/v2/") content.answer(request, response);
  });
  const running = errorOf(client.manifest(repository, "1.0"));
  await expect.poll(() => server.asked).toHaveLength(2);
  await client.close();
  expect((await running).kind).toBe("refused");
  expect(await errorOf(client.manifest(repository, "1.0"))).toMatchObject({
    message: expect.stringContaining("the client was closed"),
  });
  expect(server.asked).toHaveLength(2);
});

it("opens no more connections than it may", async () => {
  let [open, most] = [0, 0];
  const { client, repository } = await pairFor(
    (request, response) => {
      if (request.url === "/v2/") return json(response, 200, {});
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        content.answer(request, response);
      }, 5);
    },
    { limits: { connections: 4, idleTime: 10_000, requestTime: 20_000 } },
  );
  await Promise.all(Array.from({ length: 40 }, () => client.manifest(repository, "1.0")));
  expect(most).toBeLessThanOrEqual(4);
});

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  server.close();
  await once(server, "close");
  // Nobody came in between.
  const probe = connect(address.port, "127.0.0.1");
  await once(probe, "error");
  return address.port;
}
