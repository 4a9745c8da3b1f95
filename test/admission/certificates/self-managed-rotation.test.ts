import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { authoritiesIn, bundleOf, resetBundles, secretTexts, webhooksOf } from "./bundles.ts";
import { leasePath, mutatingPath, secretPath, webhookPath } from "./fake-api-server.ts";
import { FakeTime } from "./fake-clock.ts";
import { handshakeProblem } from "./handshake.ts";
import { handshakesFor } from "./handshakes.ts";
import { durations, issuerOf, minute, type Replica } from "./replicas.ts";
import { workbench } from "./workbench.ts";

const { startApi, start } = workbench();
test("the first replica makes an authority, has every webhook trust it, and the second serves by the same", async () => {
  const api = await startApi(["validate.paddlock.dev", "guard.paddlock.dev"]);
  const before = api.get(webhookPath);
  const mutatingBefore = api.get(mutatingPath);
  const time = new FakeTime();
  const [first, second] = [await start(api, time, "a"), await start(api, time, "b")];

  expect(issuerOf(second)).toBe(issuerOf(first));
  expect(second.source.current.key).not.toBe(first.source.current.key);
  for (const replica of [first, second]) {
    expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
    expect(replica.source.problem).toBeNull();
  }
  const leaf = new X509Certificate(first.source.current.cert);
  expect(leaf.subjectAltName).toBe(
    "DNS:paddlock.paddlock-system.svc, DNS:paddlock.paddlock-system.svc.cluster.local, DNS:paddlock.paddlock-system, IP Address:127.0.0.1",
  );
  expect(leaf.validFromDate <= new Date(time.now().getTime() - durations.clockSkew)).toBe(true);

  // Nothing but the bundles has changed, and no serving key has left its replica.
  const after = webhooksOf(api);
  expect(webhooksOf(api, mutatingPath)).toEqual(
    (mutatingBefore.webhooks as ReturnType<typeof webhooksOf>).map(({ clientConfig, ...rest }) => ({
      ...rest,
      clientConfig: { ...clientConfig, caBundle: after[0]?.clientConfig.caBundle },
    })),
  );
  expect(new Set(after.map(({ clientConfig }) => clientConfig.caBundle)).size).toBe(1);
  for (const { clientConfig } of after) delete clientConfig.caBundle;
  expect(after).toEqual(before.webhooks);
  const secret = api.get(secretPath);
  expect(secret.metadata).toMatchObject({ name: "paddlock-ca", labels: { app: "x" } });
  expect(Object.keys(secretTexts(api, secretPath)).sort()).toEqual(["ca.crt", "ca.key"]);
  const requests = new Set(api.requests.map(({ method, path }) => `${method} ${path}`));
  expect(requests).toEqual(
    new Set([
      ...[secretPath, leasePath].flatMap((path) => [`GET ${path}`, `PUT ${path}`]),
      `GET ${webhookPath}`,
      `PATCH ${webhookPath}`,
      `GET ${mutatingPath}`,
      `PATCH ${mutatingPath}`,
    ]),
  );
});

describe("no handshake fails while authorities rotate", () => {
  test.each([
    { name: "clocks agree", skews: [0, 0] },
    { name: "the holder's clock is three minutes ahead", skews: [3 * minute, 0] },
    { name: "the holder's clock is three minutes behind, the other's ahead", skews: [-3 * minute, 3 * minute] },
  ])("$name", async ({ skews }) => {
    const api = await startApi();
    const time = new FakeTime();
    const replicas: Replica[] = [];
    for (const [index, skew] of skews.entries()) replicas.push(await start(api, time, `replica-${index}`, skew));
    const { issuers, problems } = await handshakesFor(55 * minute, { api, time, replicas });
    expect(problems).toEqual([]);
    expect(issuers.size).toBeGreaterThanOrEqual(3);
    expect(authoritiesIn(bundleOf(api)).length).toBeLessThanOrEqual(3);
  });
});

test("the next authority is trusted for the whole overlap before it issues, and the old one until it expires", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replica = await start(api, time, "a");
  const [old = ""] = authoritiesIn(bundleOf(api));

  await time.advance(durations.authorityLife * (2 / 3) + durations.pollInterval);
  const [, next = ""] = authoritiesIn(bundleOf(api));
  expect(new X509Certificate(next).subject).not.toBe(new X509Certificate(old).subject);
  expect(issuerOf(replica)).toBe(new X509Certificate(old).subject);

  await time.advance(durations.overlap - 2 * durations.pollInterval);
  expect(issuerOf(replica)).toBe(new X509Certificate(old).subject);
  expect(secretTexts(api, secretPath)["next-ca.trusted-since"]).toMatch(/^\d{4}-.*Z$/);

  await time.advance(3 * durations.pollInterval);
  expect(issuerOf(replica)).toBe(new X509Certificate(next).subject);
  expect(authoritiesIn(bundleOf(api)).sort()).toEqual([next, old].sort());

  await time.advance(new X509Certificate(old).validToDate.getTime() - time.now().getTime() + durations.pollInterval);
  expect(authoritiesIn(bundleOf(api))).toEqual([next]);
});

test("an overlap begins again when the bundle is taken away meanwhile", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replica = await start(api, time, "a");
  const old = issuerOf(replica);
  await time.advance(durations.authorityLife * (2 / 3) + durations.overlap - minute);
  resetBundles(api);
  await time.advance(2 * minute);
  expect(issuerOf(replica)).toBe(old);
  await time.advance(durations.overlap);
  expect(issuerOf(replica)).not.toBe(old);
});

test("serving certificates are renewed with a third of their life left, by the same authority", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replica = await start(api, time, "a");
  const changes: Date[] = [];
  replica.source.onChange(({ expires }) => changes.push(expires));
  const { expires } = replica.source.current;
  const issuer = issuerOf(replica);
  await time.advance((durations.servingLife * 2) / 3 - 2 * durations.pollInterval);
  expect(changes).toEqual([]);
  await time.advance(3 * durations.pollInterval);
  expect(changes).toHaveLength(1);
  expect(replica.source.current.expires.getTime()).toBeGreaterThan(expires.getTime());
  expect(issuerOf(replica)).toBe(issuer);
});

test("a bundle that somebody resets is set again by the next look", async () => {
  const api = await startApi(["validate.paddlock.dev", "guard.paddlock.dev"]);
  const time = new FakeTime();
  const replica = await start(api, time, "a");
  const bundle = bundleOf(api);
  resetBundles(api);
  await time.advance(durations.pollInterval);
  expect(
    webhooksOf(api).map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? "", "base64").toString()),
  ).toEqual([bundle, bundle]);
  expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
});

test("the API server is away: what is there serves and is renewed, and all catches up afterwards", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replica = await start(api, time, "a");
  api.refuse = () => 503;
  const { cert } = replica.source.current;
  const seen = api.requests.length;
  await time.advance(durations.servingLife);
  expect(replica.source.current.cert).not.toBe(cert);
  expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
  expect(replica.source.problem).toContain("cannot get Secret paddlock-system/paddlock-ca: 503: refused by the test");
  // Four reads a pass, and ever fewer passes.
  expect(api.requests.length - seen).toBeLessThan((4 * durations.servingLife) / durations.pollInterval);
  expect(replica.events.filter(({ level }) => level === "warn")).toHaveLength(4);

  api.refuse = () => null;
  await time.advance(durations.leaseDuration);
  expect(replica.source.problem).toBeNull();
  await time.advance(durations.authorityLife);
  expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
});
