import { Agent } from "node:https";
import { connect } from "node:tls";
import { expect, it } from "vitest";
import { noFacts, relationOptions } from "../../../src/admission/review-facts.ts";
import type { ClusterFacts, InformerState } from "../../../src/admission/server/facts.ts";
import { Metrics } from "../../../src/admission/server/metrics.ts";
import { authority, loopbackPair } from "./certificates.ts";
import { ask, post } from "./client.ts";
import { badImage, reviewBody } from "./reviews.ts";
import { start } from "./start.ts";

const secret = "hunter2-is-no-password";

/** The value of a sample by its whole name. */
async function sample(metrics: Metrics, name: string): Promise<number | undefined> {
  const line = (await metrics.text()).split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

it("logs one line a decision: who, what and the outcome, and nothing of the object", async () => {
  const { url, ca, log } = await start();
  const more = { data: { password: secret } };
  await post(`${url}/validate`, reviewBody({ uid: "u-1", image: badImage, more }), { ca });
  await post(`${url}/validate`, reviewBody({ uid: "u-2" }), { ca });
  const [first, second] = await log();
  expect(first).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    uid: "u-1",
    operation: "CREATE",
    group: "apps",
    kind: "Deployment",
    subResource: null,
    namespace: "ml",
    name: "ocr",
    user: "alice",
    dryRun: false,
    mode: "enforce",
    allowed: false,
    outcome: "judged",
    findings: expect.objectContaining({ "pinned-image": { violation: 1 } }),
    durationMs: expect.any(Number),
    msg: "reviewed",
  });
  expect(second).toMatchObject({ uid: "u-2", allowed: true });
  expect(JSON.stringify(await log())).not.toContain(secret);
  expect(JSON.stringify(await log())).not.toContain(badImage);
});

it("counts what it answered and found", async () => {
  const { url, ca, server } = await start();
  for (const image of [badImage, badImage, undefined]) {
    await post(`${url}/validate`, reviewBody(image === undefined ? {} : { image }), { ca });
  }
  const { metrics } = server;
  const requests = (allowed: boolean): string =>
    `paddlock_requests_total{operation="CREATE",kind="Deployment",allowed="${allowed}",mode="enforce"}`;
  expect(await sample(metrics, requests(false))).toBe(2);
  expect(await sample(metrics, requests(true))).toBe(1);
  expect(await sample(metrics, 'paddlock_findings_total{rule="pinned-image",level="error"}')).toBe(2);
  expect(await sample(metrics, 'paddlock_not_judged_total{rule="network-policy"}')).toBe(3);
  expect(await sample(metrics, "paddlock_review_duration_seconds_count")).toBe(3);
  expect(await sample(metrics, 'paddlock_review_duration_seconds_bucket{le="+Inf"}')).toBe(3);
});

it("counts who was exempt", async () => {
  const { url, ca, server } = await start({ config: "admission: { mode: enforce, exempt: { users: [alice] } }" });
  const { body } = await post(`${url}/validate`, reviewBody({ image: badImage }), { ca });
  expect(JSON.parse(body).response.allowed).toBe(true);
  expect(await sample(server.metrics, 'paddlock_exempt_total{by="user"}')).toBe(1);
  expect(await sample(server.metrics, 'paddlock_exempt_total{by="record"}')).toBe(0);
});

it("shows every metric that it is known for, and those of the process", async () => {
  const { url, ca, server } = await start({ metricsListen: true });
  const { status, headers, body } = await ask(`${url}/metrics`, { ca });
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  for (const name of [
    "requests_total",
    "review_duration_seconds",
    "findings_total",
    "not_judged_total",
    "waived_total",
    "exempt_total",
    "exemption_records",
    "review_failures_total",
    "refused_requests_total",
    "reviews_in_flight",
    "informer_synced",
    "certificate_expiry_timestamp_seconds",
    "configuration_last_reload_successful",
    "configuration_last_reload_success_timestamp_seconds",
    "build_info",
  ]) {
    expect(names).toContain(`paddlock_${name}`);
  }
  expect(names).toEqual(expect.arrayContaining(["process_resident_memory_bytes", "nodejs_eventloop_lag_seconds"]));
  const plain = await ask(`${server.metricsUrl}/metrics`);
  expect(plain.body).toContain("paddlock_build_info");
  expect((await ask(`${server.metricsUrl}/readyz`)).status).toBe(200);
  expect((await ask(`${server.metricsUrl}/healthz`)).body).toBe("ok\n");
  expect((await post(`${server.metricsUrl}/validate`, reviewBody())).status).toBe(404);
});

it("shows the state of each informer, and is ready when none is syncing", async () => {
  const states: InformerState[] = [
    { kind: "Namespace", state: "synced" },
    { kind: "Service", state: "forbidden" },
    { kind: "CiliumNetworkPolicy", state: "absent" },
    { kind: "NetworkPolicy", state: "syncing" },
  ];
  const facts: ClusterFacts = {
    ...noFacts(),
    snapshot: (namespace) => ({
      version: "1",
      entries: [],
      options: relationOptions(namespace, []),
      namespaceLabels: null,
    }),
    states: () => states,
  };
  const { url, ca, server } = await start({ facts });
  expect((await ask(`${url}/readyz`, { ca })).status).toBe(503);
  states[3] = { kind: "NetworkPolicy", state: "lost", detail: "connection refused" };
  const { status, body } = await ask(`${url}/readyz`, { ca });
  expect(status).toBe(200);
  expect(JSON.parse(body).informers).toEqual(states);
  const synced = (await server.metrics.text())
    .split("\n")
    .filter((line) => line.startsWith("paddlock_informer_synced{"));
  expect(synced).toEqual([
    'paddlock_informer_synced{kind="Namespace"} 1',
    'paddlock_informer_synced{kind="Service"} 0',
    'paddlock_informer_synced{kind="NetworkPolicy"} 0',
  ]);
});

it("does not let callers invent time series without end", () => {
  const metrics = new Metrics({
    informers: () => [],
    configuration: () => ({ file: null, loadedAt: new Date(), refused: null }),
    registrations: () => [],
    certificateExpires: () => new Date(),
    reviewsInFlight: () => 0,
    exemptions: () => null,
  });
  const record = {
    uid: "a",
    group: "",
    subResource: null,
    namespace: null,
    name: null,
    user: "",
    dryRun: false,
    mode: "warn",
    allowed: true,
    outcome: "judged",
    findings: [],
  } as const;
  for (let n = 0; n < 2000; n += 1) {
    metrics.decided({
      record: { ...record, kind: `Kind${n}`, operation: `OP${n}` },
      arrivedAt: 0,
      durationMs: 1,
      traceParent: undefined,
    });
  }
  return metrics.text().then((text) => {
    const series = text.split("\n").filter((line) => line.startsWith("paddlock_requests_total{"));
    expect(series.length).toBeLessThan(300);
    expect(series.find((line) => line.includes('kind="other"'))).toContain('operation="other"');
  });
});

it("serves another certificate to the next who connects, and keeps who is connected", async () => {
  const { url, ca, certificates, server, log } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  expect((await post(`${url}/validate`, reviewBody(), { agent, ca })).status).toBe(200);
  const next = await authority();
  const pair = await loopbackPair(next);
  certificates.replace(pair);
  // The old connection still holds, by the old certificate.
  expect((await post(`${url}/validate`, reviewBody(), { agent, ca })).status).toBe(200);
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  agent.destroy();
  await expect(ask(`${url}/healthz`, { ca })).rejects.toThrow();
  expect((await ask(`${url}/healthz`, { ca: next.cert })).status).toBe(200);
  const expiry = Math.floor(pair.expires.getTime() / 1000);
  expect(Math.floor((await sample(server.metrics, "paddlock_certificate_expiry_timestamp_seconds")) ?? 0)).toBe(expiry);
  expect(await log()).toContainEqual(expect.objectContaining({ msg: "serving another certificate" }));
  // Not one of an older protocol slipped in with it.
  const old = connect({
    port: Number(new URL(url).port),
    host: "127.0.0.1",
    ca: next.cert,
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1.1",
    ciphers: "DEFAULT@SECLEVEL=0",
  });
  await expect(
    new Promise((resolve, reject) => old.on("secureConnect", resolve).on("error", reject)),
  ).rejects.toThrow();
});

it("shows why a newer certificate or configuration is not in force", async () => {
  const { url, ca, certificates, configuration, server } = await start();
  certificates.problem = "the key is of another certificate";
  const at = new Date("2026-11-25T00:00:00Z");
  configuration.state = { ...configuration.state, refused: { at, reason: "paddlock.yaml:1:1: unknown key" } };
  const { status, body } = await ask(`${url}/readyz`, { ca });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    certificate: { problem: "the key is of another certificate" },
    configuration: { refused: { at: at.toISOString(), reason: "paddlock.yaml:1:1: unknown key" } },
  });
  expect(await sample(server.metrics, "paddlock_configuration_last_reload_successful")).toBe(0);
});
