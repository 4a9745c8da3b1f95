import { expect, it } from "vitest";
import type { RegistrationState } from "../../../src/admission/registration/registration-watch.ts";
import type { InformerState } from "../../../src/admission/server/facts.ts";
import { Readiness } from "../../../src/admission/server/readiness.ts";

const loadedAt = new Date("2026-11-25T00:00:00Z");
const expires = new Date("2026-12-25T00:00:00Z");

function readiness(registrations: readonly RegistrationState[] = []): {
  readonly states: InformerState[];
  readonly clock: { ms: number };
  readonly made: Readiness;
} {
  const states: InformerState[] = [];
  const clock = { ms: 1000 };
  const made = new Readiness({
    informers: () => states,
    configuration: () => ({ file: "/etc/paddlock.yaml", loadedAt, refused: null }),
    registrations: () => registrations,
    certificateExpires: () => expires,
    certificateProblem: () => null,
    exemptions: () => null,
    warnings: () => ["too much is exempt"],
    syncTimeoutMs: 20_000,
    now: () => clock.ms,
  });
  return { states, clock, made };
}

it("is ready at once where there is nothing to wait for", () => {
  expect(readiness().made.report()).toEqual({
    ready: true,
    draining: false,
    policies: "compiled",
    informers: [],
    configuration: { file: "/etc/paddlock.yaml", loadedAt: loadedAt.toISOString(), refused: null },
    webhookConfigurations: [],
    certificate: { expires: expires.toISOString(), problem: null },
    exemptions: null,
    warnings: ["too much is exempt"],
  });
});

it("is ready whatever the API server was told to ask, and says what that is", () => {
  const differs: RegistrationState = {
    name: "paddlock",
    state: "differs",
    differences: [{ entry: "validate.paddlock.dev", what: "failurePolicy" }],
  };
  expect(readiness([differs]).made.report()).toMatchObject({ ready: true, webhookConfigurations: [differs] });
});

it.each(["synced", "forbidden", "absent", "lost"] as const)(
  "waits for an informer that is syncing, not for one that is %s",
  (state) => {
    const { states, made } = readiness();
    states.push({ kind: "Namespace", state: "synced" }, { kind: "Service", state: "syncing" });
    expect(made.report().ready).toBe(false);
    states[1] = { kind: "Service", state };
    expect(made.report().ready).toBe(true);
  },
);

it("waits no longer than the time it has", () => {
  const { states, clock, made } = readiness();
  states.push({ kind: "Service", state: "syncing" });
  clock.ms += 19_999;
  expect(made.report().ready).toBe(false);
  clock.ms += 1;
  expect(made.report()).toMatchObject({ ready: true, informers: [{ kind: "Service", state: "syncing" }] });
});

it("stays ready whatever is lost later, and shows it", () => {
  const { states, made } = readiness();
  expect(made.report().ready).toBe(true);
  states.push({ kind: "Service", state: "syncing", detail: "the watch broke" });
  expect(made.report()).toMatchObject({ ready: true, informers: [{ detail: "the watch broke" }] });
});

it("is never ready again once it drains", () => {
  const { made } = readiness();
  made.drain();
  expect(made.report()).toMatchObject({ ready: false, draining: true });
});
