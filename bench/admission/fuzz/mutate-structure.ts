import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a place in a tree can be replaced by: wrong types, extremes, what other languages and parsers trip over. */
const hostile: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1e308,
  () => 9_007_199_254_740_992,
  () => 0.1,
  () => "",
  () => " ",
  () => [],
  () => ({}),
  () => [[], {}, null],
  () => "x".repeat(5_000),
  () => "\u0000\u001b[2J\u202e\ud800",
  () => "模型服务",
  () => "{{ .Values.image }}",
  () => "registry.example.com:5000/a/b:c@sha256:d",
  () => "1e1000000",
  () => "../../../etc/passwd",
  () => "*",
  () => "$(PATH) `x` ${y} && z | 'unclosed",
  () => nested(200),
  () => ({ constructor: 1, toString: 2, hasOwnProperty: 3, length: 4 }),
  () => JSON.parse('{"__proto__": {"polluted": true}}'),
];
const keys = ["__proto__", "constructor", "toString", "", "a.b/c", "name", "containers", "items", "-1", "\n"] as const;
const operations = ["CREATE", "UPDATE", "DELETE", "CONNECT", "create", "", "PATCH"] as const;
const kinds = [
  "Pod",
  "Deployment",
  "CronJob",
  "PaddleJob",
  "InferenceService",
  "NetworkPolicy",
  "List",
  "",
  "Nonsense",
];
const subResources = ["status", "scale", "ephemeralcontainers", "resize", "exec", ""];
/** Lists are not made longer than this. */
const longest = 300;

interface Place {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

/** Changes a review at up to five places. */
export function mutateStructure(review: Json, random: Random): Json {
  for (let times = 1 + random.below(5); times > 0; times--) {
    const places = [...placesOf(review)];
    if (places.length === 0) return review;
    random.pick(mutations)(review, random.pick(places), random, places);
  }
  return review;
}

type Mutation = (review: Json, place: Place, random: Random, places: readonly Place[]) => void;

const mutations: readonly Mutation[] = [
  (_, place, random) => set(place, random.pick(hostile)()),
  (_, place, random) => set(place, random.pick(hostile)()),
  (_, { parent, key }) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  (_, { parent, key }, random) => {
    if (Array.isArray(parent)) return;
    const value = parent[key] ?? null;
    delete parent[key];
    define(parent, random.pick(keys), value);
  },
  (_, { parent }, random) => {
    if (!Array.isArray(parent) || parent.length === 0) return;
    for (let times = random.below(longest - Math.min(parent.length, longest - 1)); times > 0; times--) {
      parent.push(structuredClone(random.pick(parent.slice(0, 4))));
    }
  },
  // One part of the tree in the place of another.
  (_, place, random, places) => {
    const other = random.pick(places);
    const value = get(other);
    if (JSON.stringify(value).length < 20_000) set(place, structuredClone(value));
  },
  (review, _, random) =>
    requestOf(review, (request) => set({ parent: request, key: "operation" }, random.pick(operations))),
  (review, _, random) =>
    requestOf(review, (request) => {
      const kind = random.pick(kinds);
      set(
        { parent: request, key: "kind" },
        { group: random.pick(["", "apps", "batch", "kubeflow.org"]), version: "v1", kind },
      );
      const { object } = request;
      if (isTree(object) && random.chance(0.5)) object.kind = kind;
    }),
  (review, _, random) => requestOf(review, (request) => (request.subResource = random.pick(subResources))),
  // An update, of which the old object is the new one with one more change.
  (review, _, random) =>
    requestOf(review, (request) => {
      const old = structuredClone(request.object ?? null);
      const places = [...placesOf(old)];
      if (places.length > 0) set(random.pick(places), random.pick(hostile)());
      request.oldObject = old;
      request.operation = "UPDATE";
    }),
];

function requestOf(review: Json, change: (request: { [key: string]: Json }) => void): void {
  if (!isTree(review)) return;
  const { request } = review;
  if (isTree(request)) change(request);
}

function isTree(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function* placesOf(value: Json): Generator<Place> {
  if (Array.isArray(value)) {
    for (const [key, child] of value.entries()) {
      yield { parent: value, key };
      yield* placesOf(child);
    }
  } else if (isTree(value)) {
    for (const key of Object.keys(value)) {
      yield { parent: value, key };
      yield* placesOf(get({ parent: value, key }));
    }
  }
}

function get({ parent, key }: Place): Json {
  return (Array.isArray(parent) ? parent[Number(key)] : parent[key]) ?? null;
}

function set({ parent, key }: Place, value: Json): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else define(parent, String(key), value);
}

/** `__proto__` is a key like any other. */
function define(target: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(depth: number): Json {
  let value: Json = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { containers: value };
  return value;
}
