import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createAuthority } from "../../../src/admission/certificates/issue.ts";
import { authoritiesIn, bundleOf, resetBundles, secretTexts, setBundles } from "./bundles.ts";
import { type FakeApiServer, leasePath, mutatingPath, secretPath, webhookPath } from "./fake-api-server.ts";
import { FakeTime } from "./fake-clock.ts";
import { handshakeProblem } from "./handshake.ts";
import { handshakesFor } from "./handshakes.ts";
import { durations, issuerOf, minute, type Replica, second } from "./replicas.ts";
import { workbench } from "./workbench.ts";

const { startApi, start } = workbench();

function setSecret(api: FakeApiServer, texts: Readonly<Record<string, string>>): void {
  api.change(secretPath, (object) => {
    const entries = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    object.data = Object.fromEntries(entries);
  });
}

async function pair(api: FakeApiServer, time: FakeTime): Promise<[Replica, Replica]> {
  return [await start(api, time, "a"), await start(api, time, "b")];
}

const errorsOf = ({ events }: Replica): string[] =>
  events.filter(({ level }) => level === "error").map(({ message }) => message);

const foreign = await createAuthority({ now: new Date(), life: minute, clockSkew: minute });

describe("a Secret that is lost is made anew without a failed handshake", () => {
  test.each([
    { name: "emptied", lose: () => ({}), told: "the Secret holds no usable authority" },
    { name: "no PEM", lose: () => ({ "ca.crt": "x", "ca.key": "y" }), told: "no PEM certificate" },
    {
      name: "another's key",
      lose: (texts: Record<string, string>) => ({ ...texts, "ca.key": foreign.key }),
      told: "do not belong together",
    },
    {
      name: "cut off",
      lose: (texts: Record<string, string>) => ({ ...texts, "ca.crt": (texts["ca.crt"] ?? "").slice(0, 200) }),
      told: "ca.crt and ca.key",
    },
  ])("$name", async ({ lose, told }) => {
    const api = await startApi();
    const time = new FakeTime();
    const [first, second] = await pair(api, time);
    const replicas = [first, second];
    const before = issuerOf(first);
    const earlier = bundleOf(api);
    setSecret(api, lose(secretTexts(api, secretPath)));
    await time.advance(durations.pollInterval);
    // One that starts now has no memory, and must serve by what every client trusts already.
    replicas.push(await start(api, time, "c"));
    const { issuers, problems } = await handshakesFor(8 * minute, { api, time, replicas, earlier });
    expect(problems).toEqual([]);
    expect(errorsOf(first).join("\n")).toContain(told);
    expect(issuers.size).toBe(2);
    expect(issuerOf(first)).not.toBe(before);
    expect(new Set(replicas.map(issuerOf)).size).toBe(1);
  });

  test("by a new holder that never knew the old one, while another replica still serves by it", async () => {
    const api = await startApi();
    const time = new FakeTime();
    const [first, second] = await pair(api, time);
    const before = issuerOf(second);
    const earlier = bundleOf(api);
    await first.close();
    setSecret(api, {});
    // The new one is the first to ask for the free lease.
    const third = await start(api, time, "c");
    expect(issuerOf(third)).not.toBe(before);
    const { issuers, problems } = await handshakesFor(8 * minute, { api, time, replicas: [second], earlier });
    expect(problems).toEqual([]);
    expect([...issuers]).toEqual([before, issuerOf(third)]);
    expect(await handshakeProblem(third.server, bundleOf(api), time.now())).toBeNull();
    expect(issuerOf(second)).toBe(issuerOf(third));
  });
});

describe("a Secret that is rolled back breaks no call", () => {
  test.each([
    { name: "to before the rotation", at: 0 },
    { name: "to the overlap", at: (durations.authorityLife * 2) / 3 + minute },
  ])("$name", async ({ at }) => {
    const api = await startApi();
    const time = new FakeTime();
    const replicas = await pair(api, time);
    await time.advance(at);
    const old = secretTexts(api, secretPath);
    await time.advance((durations.authorityLife * 2) / 3 + durations.overlap + minute - at);
    const rotated = issuerOf(replicas[0]);
    expect(new X509Certificate(old["ca.crt"] ?? "").subject).not.toBe(rotated);
    setSecret(api, old);
    const { problems } = await handshakesFor(30 * minute, { api, time, replicas });
    expect(problems).toEqual([]);
  });

  test("even when the bundle is reset at the same time, every replica serves what is trusted after the next look", async () => {
    const api = await startApi();
    const time = new FakeTime();
    const replicas = await pair(api, time);
    const old = secretTexts(api, secretPath);
    await time.advance((durations.authorityLife * 2) / 3 + durations.overlap + minute);
    setSecret(api, old);
    resetBundles(api);
    await time.advance(2 * durations.pollInterval);
    const { problems } = await handshakesFor(10 * minute, { api, time, replicas });
    expect(problems).toEqual([]);
  });
});

test("an authority that has expired in the Secret is followed by a new one", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const expired = await createAuthority({
    now: new Date(time.now().getTime() - 60 * minute),
    life: 30 * minute,
    clockSkew: minute,
  });
  setSecret(api, { "ca.crt": expired.cert, "ca.key": expired.key });
  const replica = await start(api, time, "a");
  expect(issuerOf(replica)).not.toBe(new X509Certificate(expired.cert).subject);
  expect(replica.events.map(({ message }) => message).join("\n")).toContain("the authority in the Secret has expired");
  expect(authoritiesIn(bundleOf(api))).toHaveLength(1);
  expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
});

test("all replicas were away until everything had expired", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replicas = await pair(api, time);
  api.refuse = () => 500;
  await time.advance(2 * durations.authorityLife);
  expect(replicas[0].source.current.expires.getTime()).toBeLessThan(time.now().getTime());
  expect(replicas[0].source.problem).toContain("the serving certificate expired at");
  api.refuse = () => null;
  await time.advance(3 * durations.leaseDuration);
  const { problems } = await handshakesFor(2 * minute, { api, time, replicas });
  expect(problems).toEqual([]);
});

test("replicas that start at the same moment agree on one authority", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const replicas = await Promise.all(["a", "b", "c"].map((identity) => start(api, time, identity)));
  expect(new Set(replicas.map(issuerOf)).size).toBe(1);
  expect(authoritiesIn(bundleOf(api))).toHaveLength(1);
});

test("a write that comes between reading and writing is not overwritten", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const other = await createAuthority({ now: time.now(), life: 30 * minute, clockSkew: minute });
  let isBetween = true;
  api.beforeWrite = ({ path }) => {
    if (path !== secretPath || !isBetween) return;
    isBetween = false;
    setSecret(api, { "ca.crt": other.cert, "ca.key": other.key });
  };
  const replica = await start(api, time, "a");
  expect(isBetween).toBe(false);
  expect(issuerOf(replica)).toBe(new X509Certificate(other.cert).subject);
  expect(secretTexts(api, secretPath)["ca.crt"]).toBe(other.cert);
});

test("a bundle that another holder writes between reading and patching is kept", async () => {
  const api = await startApi();
  const time = new FakeTime();
  const other = await createAuthority({ now: time.now(), life: 30 * minute, clockSkew: minute });
  let isBetween = true;
  api.beforeWrite = ({ path }) => {
    if (path !== webhookPath || !isBetween) return;
    isBetween = false;
    setBundles(api, other.cert);
  };
  const replica = await start(api, time, "a");
  await time.advance(durations.pollInterval);
  expect(isBetween).toBe(false);
  expect(authoritiesIn(bundleOf(api))).toContain(other.cert.trim());
  expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
});

describe("what is missing or forbidden is told", () => {
  test.each([
    { path: webhookPath, method: "GET", status: 404, told: "cannot get ValidatingWebhookConfiguration paddlock: 404" },
    {
      path: webhookPath,
      method: "PATCH",
      status: 403,
      told: "cannot patch ValidatingWebhookConfiguration paddlock: 403",
    },
    { path: mutatingPath, method: "GET", status: 404, told: "cannot get MutatingWebhookConfiguration paddlock: 404" },
    {
      path: mutatingPath,
      method: "PATCH",
      status: 403,
      told: "cannot patch MutatingWebhookConfiguration paddlock: 403",
    },
  ])("$told, and a certificate is there all the same", async ({ method, path, status, told }) => {
    const api = await startApi();
    api.refuse = (request) => (request.path === path && request.method === method ? status : null);
    const time = new FakeTime();
    const replica = await start(api, time, "a");
    expect(replica.source.problem).toContain(told);
    api.refuse = () => null;
    await time.advance(durations.leaseDuration);
    expect(replica.source.problem).toBeNull();
    expect(await handshakeProblem(replica.server, bundleOf(api), time.now())).toBeNull();
  });
});

describe("the lease", () => {
  const holder = (api: FakeApiServer): unknown => (api.get(leasePath).spec as Record<string, unknown>).holderIdentity;

  test("is taken from a holder that is silent for its duration, and no sooner", async () => {
    const api = await startApi();
    const time = new FakeTime();
    const [first, second] = await pair(api, time);
    expect(holder(api)).toBe("a");
    first.crash();
    resetBundles(api);
    await time.advance(durations.leaseDuration - durations.pollInterval);
    expect(holder(api)).toBe("a");
    expect(bundleOf(api)).toBe("");
    await time.advance(2 * durations.pollInterval);
    expect(holder(api)).toBe("b");
    expect(await handshakeProblem(second.server, bundleOf(api), time.now())).toBeNull();
    const { problems } = await handshakesFor(40 * minute, { api, time, replicas: [second] });
    expect(problems).toEqual([]);
  });

  test("is judged by silence, not by the holder's clock, which is six minutes behind", async () => {
    const api = await startApi();
    const time = new FakeTime();
    await start(api, time, "a", -3 * minute);
    await start(api, time, "b", 3 * minute);
    await time.advance(5 * minute);
    expect(holder(api)).toBe("a");
  });

  test("is free at once when its holder ends in good order", async () => {
    const api = await startApi();
    const time = new FakeTime();
    const [first] = await pair(api, time);
    await first.source.close();
    expect(holder(api)).toBe("");
    await time.advance(durations.pollInterval);
    expect(holder(api)).toBe("b");
  });

  test("alone gives the right to write", async () => {
    const api = await startApi();
    const time = new FakeTime();
    await pair(api, time);
    api.change(leasePath, (object) => {
      object.spec = { holderIdentity: "somebody", leaseDurationSeconds: 3600, renewTime: time.now().toISOString() };
    });
    const seen = api.requests.length;
    await time.advance(30 * second);
    resetBundles(api);
    await time.advance(10 * minute);
    const writes = api.requests.slice(seen).filter(({ method }) => method !== "GET");
    expect(writes).toEqual([]);
  });
});
