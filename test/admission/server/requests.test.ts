import { once } from "node:events";
import { Agent } from "node:https";
import { connect } from "node:tls";
import { expect, it } from "vitest";
import { authority, clientPair } from "./certificates.ts";
import { ask, post } from "./client.ts";
import { badImage, reviewBody } from "./reviews.ts";
import { type Started, start } from "./start.ts";

const mega = 1 << 20;

/** Writes bytes on a connection of its own, and reads until the server closes it. */
async function raw({ url, ca }: Started, ...pieces: readonly string[]): Promise<string> {
  const { port } = new URL(url);
  const socket = connect({ host: "127.0.0.1", port: Number(port), ca });
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  await once(socket, "secureConnect");
  for (const piece of pieces) socket.write(piece);
  await once(socket, "close");
  return received;
}

it("tells the audit log how long a review took", async () => {
  const { url, ca } = await start();
  const { body } = await post(`${url}/validate`, reviewBody(), { ca });
  expect(JSON.parse(body).response.auditAnnotations["duration-ms"]).toMatch(/^\d+\.\d$/);
});

it("answers a review with a review", async () => {
  const { url, ca } = await start();
  const denied = await post(`${url}/validate?timeout=10s`, reviewBody({ uid: "u-1", image: badImage }), { ca });
  expect(denied.status).toBe(200);
  expect(denied.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(denied.body)).toMatchObject({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: "u-1", allowed: false, status: { code: 403, message: expect.stringContaining("pinned-image") } },
  });
});

it.each([
  ["no content type", { headers: { "content-type": "" } }, 415],
  ["another content type", { headers: { "content-type": "text/plain" } }, 415],
  ["JSON with a charset", { headers: { "content-type": "application/json; charset=utf-8" } }, 200],
  ["a type that begins like JSON", { headers: { "content-type": "application/json5" } }, 415],
])("asks for JSON: %s", async (_, { headers }, status) => {
  const { url, ca } = await start();
  expect((await post(`${url}/validate`, reviewBody(), { ca, headers })).status).toBe(status);
});

it.each([
  ["nothing", ""],
  ["what is no JSON", "{"],
  ["another version", reviewBody().replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1")],
  ["another kind", reviewBody().replace('"AdmissionReview"', '"ConversionReview"')],
  ["a review without uid", reviewBody({ uid: "" })],
  ["null", "null"],
])("answers 400 to %s", async (_, body) => {
  const { url, ca, server } = await start();
  expect((await post(`${url}/validate`, body, { ca })).status).toBe(400);
  expect(await server.metrics.text()).toContain('paddlock_refused_requests_total{code="400"} 1');
});

it.each([
  ["a path that is not there", "/", "GET", 404],
  ["mutation", "/mutate", "POST", 404],
  ["a path of every object", "/constructor", "GET", 404],
  ["GET for a review", "/validate", "GET", 405],
  ["POST for a probe", "/healthz", "POST", 405],
  ["PUT", "/validate", "PUT", 405],
] as const)("answers %s", async (_, path, method, status) => {
  const { url, ca } = await start();
  expect((await ask(`${url}${path}`, { ca, method })).status).toBe(status);
});

it("refuses a body by its length before it comes", async () => {
  const started = await start();
  const head = `POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${8 * mega}\r\n\r\n`;
  expect(await raw(started, head)).toMatch(/^HTTP\/1\.1 413 /);
});

it("tells who asks before sending that the body is too large", async () => {
  const started = await start();
  const head = `POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${8 * mega}\r\n\r\n`;
  expect(await raw(started, head)).toMatch(/^HTTP\/1\.1 413 /);
});

it("refuses a body that grows too large without having said so, and lets the caller see it", async () => {
  const { url, ca, server } = await start();
  const chunks = Array.from({ length: 8 }, () => Buffer.alloc(mega, " "));
  expect((await post(`${url}/validate`, chunks, { ca })).status).toBe(413);
  expect(await server.metrics.text()).toContain('paddlock_refused_requests_total{code="413"} 1');
});

it("takes a body in chunks", async () => {
  const { url, ca } = await start();
  const body = reviewBody({ uid: "chunked" });
  const { status, body: answer } = await post(`${url}/validate`, [body.slice(0, 7), body.slice(7)], { ca });
  expect(status).toBe(200);
  expect(JSON.parse(answer).response).toMatchObject({ uid: "chunked" });
});

it("takes what follows a length that is too short for another request, which is none", async () => {
  const started = await start();
  const body = reviewBody();
  const head = "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  const received = await raw(started, `${head}Content-Length: ${body.length}\r\n\r\n${body}`, "and more\r\n\r\n");
  expect(received).toMatch(/HTTP\/1\.1 400 /);
  expect((await post(`${started.url}/validate`, body, started)).status).toBe(200);
});

it.each([
  ["headers that never end", "POST /validate HTTP/1.1\r\nHost: a\r\n"],
  [
    "a body shorter than its length",
    "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
  ],
])("gives up on %s", async (_, sent) => {
  const started = await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 150 } });
  expect(await raw(started, sent)).toMatch(/^HTTP\/1\.1 408 /);
});

it("closes a connection on which nothing is said", async () => {
  const started = await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 150 } });
  await raw(started);
});

it("asks to come again where too many reviews are under way", async () => {
  const { url, ca, server } = await start({ limits: { reviewsInFlight: 0 } });
  const answer = await post(`${url}/validate`, reviewBody(), { ca });
  expect(answer.status).toBe(429);
  expect(answer.headers["retry-after"]).toBe("1");
  expect(await server.metrics.text()).toContain('paddlock_refused_requests_total{code="429"} 1');
});

it("asks to come again where too much is held, and holds no more when it was answered", async () => {
  const { url, ca } = await start({ limits: { bufferedBytes: 4096 } });
  const refused = await post(`${url}/validate`, reviewBody({ padding: 8192 }), { ca });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
  for (let round = 0; round < 8; round += 1) {
    expect((await post(`${url}/validate`, reviewBody({ padding: 1024 }), { ca })).status).toBe(200);
  }
});

it("lets go of what a caller sent who went away", async () => {
  const started = await start({ limits: { bufferedBytes: 4096 } });
  const { port } = new URL(started.url);
  for (let round = 0; round < 4; round += 1) {
    const socket = connect({ host: "127.0.0.1", port: Number(port), ca: started.ca });
    await once(socket, "secureConnect");
    socket.write(
      `POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n${"x".repeat(3000)}`,
    );
    // Answered behind the bytes above, so these have arrived.
    await ask(`${started.url}/healthz`, { ca: started.ca });
    socket.destroy();
    await once(socket, "close");
  }
  await expect
    .poll(async () => (await post(`${started.url}/validate`, reviewBody({ padding: 2500 }), started)).status)
    .toBe(200);
});

it("keeps connections open for the next review, longer than the API server does", async () => {
  const { url, ca } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const answers = [];
  for (let round = 0; round < 3; round += 1) answers.push(await post(`${url}/validate`, reviewBody(), { agent, ca }));
  const sockets = Object.values(agent.freeSockets).flat();
  expect(sockets).toHaveLength(1);
  const timeout = Number(/timeout=(\d+)/.exec(String(answers[2]?.headers["keep-alive"]))?.[1]);
  expect(timeout).toBeGreaterThan(90);
  agent.destroy();
});

it("speaks TLS 1.3, takes 1.2 and refuses what is older", async () => {
  const { url, ca } = await start();
  const version = async (options: object): Promise<string | null> => {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port), ca, ...options });
    await once(socket, "secureConnect");
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };
  expect(await version({})).toBe("TLSv1.3");
  expect(await version({ maxVersion: "TLSv1.2" })).toBe("TLSv1.2");
  await expect(
    version({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
  ).rejects.toThrow();
});

it("takes reviews only from those who show a certificate, where one is asked for; probes need none", async () => {
  const callers = await authority();
  const { url, ca } = await start({
    clientAuthorities: () => ({ current: callers.cert, problem: null, onChange: () => {}, close: async () => {} }),
  });
  const asked = (client?: { cert: string; key: string }) =>
    post(`${url}/validate`, reviewBody(), { ca, ...(client === undefined ? {} : { client }) });
  expect((await asked()).status).toBe(403);
  expect((await asked(await clientPair(await authority()))).status).toBe(403);
  expect((await asked(await clientPair(callers))).status).toBe(200);
  expect((await ask(`${url}/healthz`, { ca })).status).toBe(200);
});

it("answers for images at their own path", async () => {
  const { url, ca } = await start();
  const review = (images: readonly string[]): string =>
    JSON.stringify({
      apiVersion: "imagepolicy.k8s.io/v1alpha1",
      kind: "ImageReview",
      spec: { containers: images.map((image) => ({ image })), namespace: "ml" },
    });
  const denied = await post(`${url}/imagereview`, review([badImage]), { ca });
  expect(JSON.parse(denied.body)).toMatchObject({ kind: "ImageReview", status: { allowed: false } });
  expect((await post(`${url}/imagereview`, review([]), { ca })).status).toBe(400);
  expect((await post(`${url}/imagereview`, review(["x".repeat(mega)]), { ca })).status).toBe(413);
});

it("answers a review that breaks the rules' code by onError, and the next one as ever", async () => {
  const { url, ca, server } = await start({
    config: "admission: { mode: enforce, onError: deny }",
    reviewer: (made) =>
      new Proxy(made, {
        get: (target, name) =>
          name === "review"
            ? (...[request, facts, now]: Parameters<typeof made.review>) => {
                if (request.uid === "breaks") throw new Error("a bug");
                return target.review(request, facts, now);
              }
            : name === "failed"
              ? target.failed.bind(target)
              : Reflect.get(target, name),
      }),
  });
  const broken = await post(`${url}/validate`, reviewBody({ uid: "breaks" }), { ca });
  expect(broken.status).toBe(200);
  expect(JSON.parse(broken.body).response).toMatchObject({ uid: "breaks", allowed: false });
  const next = await post(`${url}/validate`, reviewBody({ uid: "next" }), { ca });
  expect(JSON.parse(next.body).response).toMatchObject({ uid: "next" });
  expect(await server.metrics.text()).toContain('paddlock_review_failures_total{reason="rules"} 1');
});

it("takes no more connections than it may", async () => {
  const { url, ca } = await start({ limits: { connections: 2 } });
  const { port } = new URL(url);
  const first = connect({ host: "127.0.0.1", port: Number(port), ca });
  const second = connect({ host: "127.0.0.1", port: Number(port), ca });
  await Promise.all([once(first, "secureConnect"), once(second, "secureConnect")]);
  await expect(ask(`${url}/healthz`, { ca })).rejects.toThrow();
  first.destroy();
  await expect
    .poll(() =>
      ask(`${url}/healthz`, { ca }).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  second.destroy();
});
