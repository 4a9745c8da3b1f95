import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFile } from "../../../src/documents/parse-file.ts";
import { reviews } from "../reviews.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateStructure } from "./mutate-structure.ts";
import { Random } from "./random.ts";

/** A request to send. */
export interface FuzzCase {
  readonly path: string;
  readonly contentType: string;
  readonly chunked: boolean;
  readonly body: Buffer;
}

const fixtures = join(import.meta.dirname, "..", "..", "..", "fixtures", "reviews");
/** Above the size from which a review goes to the worker. */
const largePadding = 300 << 10;
const paths = [
  "/validate",
  "/validate?timeout=5s",
  "/validate?timeout=-1",
  "/validate?timeout=%00",
  "/imagereview",
] as const;
const contentTypes = [
  "text/plain",
  "application/json; charset=utf-8",
  "APPLICATION/JSON",
  "application/jsonp",
  "",
] as const;

/** The reviews that mutants are made of: those of the load, and the fixtures with their updates, owners and waivers. */
export function originals(): string[] {
  const names = readdirSync(fixtures).sort();
  const written = names.map((name) => readFileSync(join(fixtures, name, "request.yaml"), "utf8"));
  const read = written.map((text) => JSON.stringify(parseFile(text, "yaml").documents[0]?.value ?? null));
  return [...reviews().map(({ body }) => body), ...read];
}

/** The case of this number: the same for the same seed and originals, whichever came before it. */
export function fuzzCase(from: readonly string[], seed: number, number: number): FuzzCase {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ number);
  let text = random.pick(from);
  if (random.chance(0.75)) text = JSON.stringify(mutateStructure(JSON.parse(text), random));
  if (random.chance(0.005)) text = text.replace(/^\{/, () => `{"padding":${JSON.stringify("p".repeat(largePadding))},`);
  const bytes = Buffer.from(text);
  return {
    path: random.chance(0.05) ? random.pick(paths) : "/validate?timeout=10s",
    contentType: random.chance(0.03) ? random.pick(contentTypes) : "application/json",
    chunked: random.chance(0.05),
    body: random.chance(0.3) ? mutateBytes(bytes, random) : bytes,
  };
}
