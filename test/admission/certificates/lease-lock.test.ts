import fc from "fast-check";
import { expect, test } from "vitest";
import { LeaseLock } from "../../../src/admission/certificates/lease-lock.ts";
import { type StoredLease, StoreError } from "../../../src/admission/certificates/store.ts";
import { FakeTime } from "./fake-clock.ts";

const duration = 30_000;

/** A lease in memory with optimistic locking. */
function leaseStore() {
  let lease: StoredLease = { holder: "", durationSeconds: 0, acquired: null, transitions: 0, version: "0" };
  return {
    get lease(): StoredLease {
      return lease;
    },
    readLease: async () => lease,
    writeLease: async (wanted: StoredLease): Promise<StoredLease> => {
      if (wanted.version !== lease.version) throw new StoreError("it has changed", true);
      lease = { ...wanted, version: String(Number(lease.version) + 1) };
      return lease;
    },
  };
}

test("never do two replicas hold the lease, whatever their clocks say, whoever is late, and however often they ask", async () => {
  const action = fc.record({
    replica: fc.nat(2),
    kind: fc.constantFrom("attempt", "attempt", "attempt", "release"),
    wait: fc.nat(duration),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      fc.tuple(fc.integer(), fc.integer(), fc.integer()),
      async (actions, skews) => {
        const time = new FakeTime();
        const store = leaseStore();
        const locks = skews.map((skew, index) => new LeaseLock(store, `replica-${index}`, duration, time.clock(skew)));
        for (const { kind, replica, wait } of actions) {
          const lock = locks[replica];
          await (kind === "attempt" ? lock?.attempt() : lock?.release())?.catch(() => {});
          expect(locks.filter(({ held }) => held).length).toBeLessThanOrEqual(1);
          await time.advance(wait);
          expect(locks.filter(({ held }) => held).length).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});

test("of replicas that ask at the same moment, one wins and the others are told", async () => {
  const time = new FakeTime();
  const store = leaseStore();
  const locks = ["a", "b", "c"].map((identity) => new LeaseLock(store, identity, duration, time.clock()));
  const outcomes = await Promise.allSettled(locks.map((lock) => lock.attempt()));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(locks.filter(({ held }) => held)).toHaveLength(1);
});

test("a holder that cannot renew stops writing before another may begin", async () => {
  const time = new FakeTime();
  const store = leaseStore();
  const [first, second] = ["a", "b"].map((identity) => new LeaseLock(store, identity, duration, time.clock()));
  await first?.attempt();
  await second?.attempt();
  await time.advance((duration * 2) / 3);
  expect(first?.held).toBe(false);
  await second?.attempt();
  expect(second?.held).toBe(false);
  await time.advance(duration / 3);
  await second?.attempt();
  expect(second?.held).toBe(true);
  expect(store.lease).toMatchObject({ holder: "b", transitions: 2, durationSeconds: 30 });
});

test("renewing keeps the moment of taking the lease", async () => {
  const time = new FakeTime();
  const store = leaseStore();
  const lock = new LeaseLock(store, "a", duration, time.clock());
  await lock.attempt();
  const { acquired } = store.lease;
  for (let round = 0; round < 5; round++) {
    await time.advance(duration / 3);
    await lock.attempt();
    expect(lock.held).toBe(true);
  }
  expect(store.lease).toMatchObject({ acquired, transitions: 1 });
});

test("a duration that somebody wrote beyond reason keeps nobody out for more than an hour", async () => {
  const time = new FakeTime();
  const store = leaseStore();
  await store.writeLease({ ...store.lease, holder: "somebody", durationSeconds: 2_000_000_000 });
  const lock = new LeaseLock(store, "a", duration, time.clock());
  await lock.attempt();
  await time.advance(59 * 60_000);
  await lock.attempt();
  expect(lock.held).toBe(false);
  await time.advance(60_000);
  await lock.attempt();
  expect(lock.held).toBe(true);
});
