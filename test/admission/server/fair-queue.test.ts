import { expect, it } from "vitest";
import { FairQueue } from "../../../src/admission/server/fair-queue.ts";

const anybody = (): boolean => true;

function queue(...items: readonly string[]): FairQueue<string> {
  const filled = new FairQueue<string>();
  for (const item of items) filled.push(item.charAt(0), item);
  return filled;
}

function order(items: FairQueue<string>, mayGo: (whose: string) => boolean = anybody): string[] {
  const order: string[] = [];
  for (let next = items.shift(mayGo); next !== undefined; next = items.shift(mayGo)) order.push(next.item);
  return order;
}

it("goes round, and keeps the order of each one's own", () => {
  expect(order(queue("a1", "a2", "a3", "b1", "c1", "b2"))).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

it("passes over who may not go, and does not lose his turn", () => {
  const items = queue("a1", "a2", "b1");
  expect(order(items, (whose) => whose !== "a")).toEqual(["b1"]);
  expect(items.size).toBe(2);
  expect(order(items)).toEqual(["a1", "a2"]);
});

it("takes out what is not wanted any more", () => {
  const items = queue("a1", "a2", "b1");
  expect(items.remove("a", "a1")).toBe(true);
  expect(items.remove("a", "a1")).toBe(false);
  expect(items.remove("c", "c1")).toBe(false);
  expect(order(items)).toEqual(["a2", "b1"]);
  expect(items.size).toBe(0);
});

it("displaces the last of whoever has most waiting, but for nobody who would have as much", () => {
  const items = queue("a1", "a2", "a3", "b1");
  expect(items.displace("a")).toBeUndefined();
  expect(items.displace("c")).toBe("a3");
  expect(items.displace("b")).toBeUndefined();
  expect(items.displace("c")).toBe("a2");
  expect(items.displace("c")).toBeUndefined();
  expect(items.drain()).toEqual(["a1", "b1"]);
});
