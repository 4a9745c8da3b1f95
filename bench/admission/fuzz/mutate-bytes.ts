import type { Random } from "./random.ts";

/** Breaks the text of a review at up to four places, where it may no longer be JSON, or no UTF-8. */
export function mutateBytes(text: Buffer, random: Random): Buffer {
  let bytes = text;
  for (let times = 1 + random.below(4); times > 0 && bytes.length > 0; times--)
    bytes = random.pick(mutations)(bytes, random);
  return bytes;
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const fragments = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\\ud800",
  "\\u0000",
  "null",
  "-",
  "1e999",
  "\ufeff",
  "\n\t ",
];

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.from([random.below(256), random.below(256)])),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.from(random.pick(fragments))),
  (bytes, random) => {
    const start = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.below(40))]);
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const start = random.below(bytes.length);
    return insert(bytes, start, bytes.subarray(start, start + random.below(400)));
  },
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.concat([bytes, Buffer.from("{}")]),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random.below(64), " ")]),
];

function insert(bytes: Buffer, at: number, more: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}
