import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Agent } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { connect } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { serveCommand } from "../../../src/commands/serve/serve-command.ts";
import { UsageError } from "../../../src/commands/usage.ts";
import { ask, post } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Command, certifiedFolder, type Served, served } from "./process.ts";
import { badImage, reviewBody } from "./reviews.ts";

const enforce = "admission: { mode: enforce }";

/** Callers who send one review after the other, large ones among them, until they are told to stop. */
function load({ url, ca }: Served, callers: number): { readonly modes: Set<string>; stop(): Promise<number> } {
  const modes = new Set<string>();
  let answered = 0;
  let stopped = false;
  const caller = async (id: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    for (let n = 0; !stopped; n += 1) {
      const uid = `${id}-${n}`;
      const body = reviewBody({ uid, image: badImage, padding: n % 8 === 7 ? 300_000 : 10 });
      const { status, body: answer } = await post(`${url}/validate?timeout=10s`, body, { agent, ca });
      const { response } = JSON.parse(answer);
      if (status !== 200 || response.uid !== uid) throw new Error(`${status} ${answer}`);
      modes.add(response.allowed ? "warn" : "enforce");
      answered += 1;
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: callers }, (_, id) => caller(id)));
  all.catch(() => {});
  return {
    modes,
    async stop() {
      stopped = true;
      await all;
      return answered;
    },
  };
}

it("says where it listens in one line, answers, and ends with 0", async () => {
  const { command, url, ca } = await served(enforce, ["--metrics-listen", "127.0.0.1:0", "--shutdown-delay", "0s"]);
  const line = JSON.parse(command.stdout);
  expect(line).toEqual({
    listening: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    metrics: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const { body } = await post(`${url}/validate?timeout=10s`, reviewBody({ uid: "u-1", image: badImage }), { ca });
  expect(JSON.parse(body).response).toMatchObject({ uid: "u-1", allowed: false });
  expect((await ask(`${line.metrics}/readyz`)).status).toBe(200);
  command.signal("SIGINT");
  expect(await command.exited).toBe(0);
  expect(command.stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(command.log()).toContainEqual(expect.objectContaining({ uid: "u-1", outcome: "judged", msg: "reviewed" }));
});

it("fails no review when it is ended under load, and loses no line of its log", async () => {
  const running = await served(enforce, ["--shutdown-delay", "1s"]);
  const { command, url, ca } = running;
  const callers = load(running, 6);
  await eventually(async () => (await ask(`${url}/metrics`, { ca })).body).toMatch(/duration_seconds_count [4-9]\d/);
  command.signal("SIGTERM");
  // Whoever balances load looks at readiness, and stops sending.
  await eventually(async () => (await ask(`${url}/readyz`, { ca })).status).toBe(503);
  const late = await post(`${url}/validate`, reviewBody({ uid: "late" }), {
    ca,
    agent: new Agent({ keepAlive: true }),
  });
  expect(late.headers.connection).toBe("close");
  const answered = await callers.stop();
  expect(await command.exited).toBe(0);
  const lines = command.log().filter(({ msg }) => msg === "reviewed");
  expect(lines).toHaveLength(answered + 1);
  expect(command.log().at(-1)).toMatchObject({ msg: "ended", answered: true });
}, 60_000);

it("ends at once at the second signal, and says that it did not answer everything", async () => {
  const { command, url, ca } = await served(enforce, ["--shutdown-delay", "25s"]);
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port), ca });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  socket.write("POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{");
  await eventually(async () => (await ask(`${url}/metrics`, { ca })).body).toContain("paddlock_reviews_in_flight 1");
  command.signal("SIGTERM");
  await eventually(async () => (await ask(`${url}/readyz`, { ca })).status).toBe(503);
  command.signal("SIGTERM");
  expect(await command.exited).toBe(2);
  expect(command.log().at(-1)).toMatchObject({ msg: "ended", answered: false });
}, 20_000);

it("loads its configuration again at SIGHUP, refuses a bad one, and fails no review over it", async () => {
  const running = await served("admission: { mode: warn }", ["--shutdown-delay", "0s"]);
  const { command, url, ca, folder } = running;
  const file = join(folder, "paddlock.yaml");
  const callers = load(running, 3);
  const configured = async () => JSON.parse((await ask(`${url}/readyz`, { ca })).body).configuration;
  writeFileSync(file, "admission: { mode: strict }");
  command.signal("SIGHUP");
  await eventually(async () => (await configured()).refused?.reason).toMatch(/paddlock\.yaml:1:\d+: .*strict/);
  expect((await ask(`${url}/readyz`, { ca })).status).toBe(200);
  expect((await ask(`${url}/metrics`, { ca })).body).toContain("paddlock_configuration_last_reload_successful 0");
  writeFileSync(file, enforce);
  command.signal("SIGHUP");
  await eventually(async () => (await configured()).refused).toBeNull();
  const { body } = await post(`${url}/validate`, reviewBody({ image: badImage }), { ca });
  expect(JSON.parse(body).response.allowed).toBe(false);
  const large = await post(`${url}/validate`, reviewBody({ image: badImage, padding: 300_000 }), { ca });
  expect(JSON.parse(large.body).response.allowed).toBe(false);
  await eventually(() => callers.modes).toEqual(new Set(["warn", "enforce"]));
  await callers.stop();
  command.signal("SIGTERM");
  expect(await command.exited).toBe(0);
  const messages = command.log().map(({ msg }) => msg);
  expect(messages).toContain("the configuration is refused, and the old one stays in force");
  expect(messages).toContain("the configuration is loaded again and in force");
}, 60_000);

it("sends its spans before it ends", async () => {
  const spans: unknown[] = [];
  const collector = createServer(async (request, response) => {
    const body = (await json(request)) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
    for (const { scopeSpans } of body.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  onTestFinished(() => void collector.close());
  const { port } = collector.address() as AddressInfo;
  const { command, url, ca } = await served(enforce, ["--shutdown-delay", "0s"], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  for (const uid of ["a", "b"]) await post(`${url}/validate`, reviewBody({ uid }), { ca });
  command.signal("SIGTERM");
  expect(await command.exited).toBe(0);
  expect(spans).toHaveLength(2);
});

it.each([
  ["no certificate", [], /serve needs a certificate: --tls-cert FILE --tls-key FILE, or --tls-self-managed/],
  ["half a certificate", ["--tls-cert", "a"], /--tls-cert needs --tls-key FILE/],
  [
    "files that are not there",
    ["--no-cluster", "--tls-cert", "a", "--tls-key", "b"],
    /cannot use the serving certificate/,
  ],
  [
    "an address that is none",
    ["--tls-cert", "a", "--tls-key", "b", "--listen", "8443"],
    /--listen is HOST:PORT, not "8443"/,
  ],
  ["a level that is none", ["--log-level", "warning"], /--log-level is one of .*did you mean "warn"/],
  [
    "a delay that is none",
    ["--tls-cert", "a", "--tls-key", "b", "--shutdown-delay", "5"],
    /--shutdown-delay is a duration/,
  ],
  [
    "a delay that is too long",
    ["--tls-cert", "a", "--tls-key", "b", "--shutdown-delay", "1m"],
    /--shutdown-delay is at most 25s/,
  ],
  ["an unknown option", ["--tls-crt", "a"], /unknown option --tls-crt; did you mean "--tls-cert"/],
  ["an operand", ["now"], /serve takes no operand: "now"/],
  ["an authority of its own without a cluster", ["--tls-self-managed", "--no-cluster"], /--no-cluster excludes it/],
  [
    "an authority of its own without a Secret",
    ["--tls-self-managed"],
    /--tls-self-managed needs --tls-secret NS\/NAME/,
  ],
  [
    "a Secret without a namespace",
    ["--tls-self-managed", "--tls-secret", "ca"],
    /--tls-secret is NAMESPACE\/NAME, not "ca"/,
  ],
  [
    "a Secret beside files",
    ["--tls-secret", "a/b", "--tls-cert", "a", "--tls-key", "b"],
    /--tls-secret goes with --tls-self-managed/,
  ],
  [
    "a configuration that mutates beside files",
    ["--tls-cert", "a", "--tls-key", "b", "--mutating-webhook-configuration", "paddlock"],
    /--mutating-webhook-configuration goes with --tls-self-managed/,
  ],
])("does not start with %s, and says so", async (_, words, text) => {
  const failure = await serveCommand(words, "en").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toMatch(text);
});

it("does not start with a configuration that is wrong, or where its address is taken", async () => {
  const { folder, words } = await certifiedFolder();
  writeFileSync(join(folder, "bad.yaml"), "admission: { mode: strict }");
  const bad = new Command([...words, "--config", join(folder, "bad.yaml")]);
  expect(await bad.exited).toBe(2);
  expect(bad.stderr).toMatch(/bad\.yaml:1:\d+: .*strict/);
  const other = createTcpServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const taken = new Command([...words, "--listen", `127.0.0.1:${port}`]);
  expect(await taken.exited).toBe(2);
  expect(taken.stderr).toMatch(/cannot listen: .*EADDRINUSE/);
});

it.each([
  ["en", "the admission webhook"],
  ["zh", "准入 webhook"],
])("explains itself in %s, with examples", async (language, words) => {
  const command = new Command(["serve", "--help", "--lang", language]);
  expect(await command.exited).toBe(0);
  expect(command.stdout).toContain(words);
  expect(command.stdout).toContain("paddlock serve --config paddlock.yaml --tls-cert tls.crt --tls-key tls.key\n");
  // Wrapped at the terminal's width.
  expect(command.stdout).toMatch(/--shutdown-delay DURATION [^-]*5s/);
});
