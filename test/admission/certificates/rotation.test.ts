import fc from "fast-check";
import { expect, test } from "vitest";
import type { Authority, AuthorityCertificate } from "../../../src/admission/certificates/authority.ts";
import {
  type AuthorityState,
  readState,
  trusted,
  writeState,
} from "../../../src/admission/certificates/authority-state.ts";
import { createAuthority } from "../../../src/admission/certificates/issue.ts";
import { type Rotation, rotate } from "../../../src/admission/certificates/rotation.ts";
import { durations, minute } from "./replicas.ts";

const start = Date.UTC(2026, 0, 1);
const empty: AuthorityState = { current: null, next: null, nextTrustedSince: null, retired: [] };

/** Authorities without certificates: what is decided here does not look into them. */
function factory(): (now: number) => Authority {
  let made = 0;
  return (now) => {
    const name = `authority-${++made}`;
    const expires = new Date(now + durations.authorityLife);
    return { cert: name, key: name, fingerprint: name, expires, life: durations.authorityLife };
  };
}

/** A world of one Secret and one bundle, whose holder's passes, restarts and losses happen in any order. */
class World {
  now = start;
  state: AuthorityState = empty;
  bundle = new Map<string, AuthorityCertificate>();
  /** Since when the bundle has held an authority, for those that were not taken out since. */
  readonly since = new Map<string, number>();
  readonly snapshots: AuthorityState[] = [];
  remembered: Authority | null = null;
  readonly #make = factory();
  #observed = new Map<string, number>();

  async pass(): Promise<Rotation> {
    this.#observe();
    const { now } = this;
    const rotation = await rotate({
      state: this.state,
      now: new Date(now),
      durations,
      remembered: this.remembered,
      seen: [...this.bundle.values()].filter(({ expires }) => expires.getTime() > now),
      trustedFor: ({ fingerprint }) => {
        const at = this.#observed.get(fingerprint);
        return at === undefined ? null : now - at;
      },
      create: async () => this.#make(now),
    });
    this.state = rotation.state;
    this.snapshots.push(rotation.state);
    this.setBundle(trusted(rotation.state));
    this.#observe();
    return rotation;
  }

  setBundle(authorities: readonly AuthorityCertificate[]): void {
    this.bundle = new Map(authorities.map((authority) => [authority.fingerprint, authority]));
    for (const name of this.since.keys()) if (!this.bundle.has(name)) this.since.delete(name);
    for (const name of this.bundle.keys()) if (!this.since.has(name)) this.since.set(name, this.now);
  }

  /** The holder is replaced by one that knows nothing. */
  restart(): void {
    this.remembered = null;
    this.#observed = new Map();
  }

  #observe(): void {
    for (const name of this.#observed.keys()) if (!this.bundle.has(name)) this.#observed.delete(name);
    for (const name of this.bundle.keys()) if (!this.#observed.has(name)) this.#observed.set(name, this.now);
  }
}

const event = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), time: fc.integer({ min: 1, max: 4 * minute }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("empty" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback" as const), to: fc.nat(50) }) },
);

test("whatever happens to the Secret, the bundle and the holder, what follows is issuable, trusted and remembered", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const world = new World();
      await world.pass();
      for (const happening of events) {
        if (happening.kind === "wait") world.now += happening.time;
        else if (happening.kind === "reset") world.setBundle([]);
        else if (happening.kind === "empty") world.state = empty;
        else if (happening.kind === "restart") world.restart();
        else world.state = world.snapshots.at(-1 - (happening.to % world.snapshots.length)) ?? empty;

        const before = { bundle: world.bundle, state: world.state, since: new Map(world.since) };
        const { state } = await world.pass();
        const { current } = state;
        if (current === null) throw new Error("nothing issues");
        world.remembered = current;
        const alive = ({ expires }: AuthorityCertificate): boolean => expires.getTime() > world.now;

        // What issues is alive and trusted, and so is what will; nobody is in two places.
        const names = trusted(state).map(({ fingerprint }) => fingerprint);
        expect(trusted(state).every(alive)).toBe(true);
        expect(new Set(names).size).toBe(names.length);
        // Nothing that clients trust, or that the Secret held, goes before it expires.
        const held = [...before.bundle.values(), ...trusted(before.state)].filter(alive);
        for (const { fingerprint } of held) expect(names).toContain(fingerprint);
        // The next one issues after a whole overlap, or when the current one is about to end or has been lost.
        const { current: old, next } = before.state;
        const isPromoted = next !== null && current.fingerprint === next.fingerprint;
        const isUrgent = old === null || old.expires.getTime() - world.now <= 2 * durations.pollInterval;
        const trustedSince = before.since.get(current.fingerprint) ?? world.now;
        if (isPromoted && !isUrgent) expect(world.now - trustedSince).toBeGreaterThanOrEqual(durations.overlap);
        // A pass that finds nothing to do changes nothing but the moment that it first saw the next one trusted.
        const again = await world.pass();
        if (again.state !== state)
          expect({ ...again.state, nextTrustedSince: null }).toEqual({ ...state, nextTrustedSince: null });
      }
    }),
    { numRuns: 300 },
  );
});

test("where replicas restart too often to see a whole overlap, the written time counts, after the clocks' skew", async () => {
  const world = new World();
  await world.pass();
  // The current one is kept alive by force, so that nothing but the time decides.
  const life = 10 * durations.clockSkew;
  const immortal = { ...world.state.current, expires: new Date(start + 10 * life), life } as Authority;
  const next = { ...immortal, fingerprint: "next", cert: "next", key: "next" };
  world.state = { ...empty, current: immortal, next };
  await world.pass();
  await world.pass();
  const since = world.state.nextTrustedSince;
  expect(since).toEqual(new Date(start));
  for (const [after, issuing] of [
    [durations.overlap + durations.clockSkew - 1, immortal.fingerprint],
    [durations.overlap + durations.clockSkew, "next"],
  ] as const) {
    world.now = start + after;
    world.restart();
    await world.pass();
    expect(world.state.current?.fingerprint).toBe(issuing);
  }
});

test("a state is read back from the Secret as it was written, and what is left out is removed", async () => {
  const validity = { now: new Date(start), life: durations.authorityLife, clockSkew: minute };
  const [current, next, old, older] = await Promise.all([1, 2, 3, 4].map(() => createAuthority(validity)));
  if (current === undefined || next === undefined || old === undefined || older === undefined)
    throw new Error("too few");
  const withoutKey = ({ key, ...certificate }: Authority): AuthorityCertificate => certificate;
  const states: AuthorityState[] = [
    empty,
    { ...empty, current },
    { current, next, nextTrustedSince: new Date(start), retired: [withoutKey(old), withoutKey(older)] },
  ];
  for (const state of states) {
    const written = Object.entries(writeState(state));
    const data = Object.fromEntries(written.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
    expect(readState(data)).toEqual({ state, problems: [] });
    expect(written).toHaveLength(6);
  }
});
