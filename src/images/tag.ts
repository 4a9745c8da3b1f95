import { DEVICES, ENVIRONMENT, MOVING, ROLLING, STAGES } from "./vocabulary.ts";

/** How far a tag says which build of a product it is. */
export interface TagClass {
  readonly class: "floating" | "partial" | "opaque" | "version" | "commit";
  /** Numbers in the version that was found: 2 for `16.3`; 0 where there is none. */
  readonly components: number;
}

/** `2024-01-31`, with or without a time behind it. Without separators a date is a build number. */
const DATE = /(?:^|[^0-9])(?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?![0-9])/;
const NAMED_COMMIT = /(?:^|-)(?:sha|git|commit)-[0-9a-f]{6,64}$/;
const DESCRIBED_COMMIT = /-g[0-9a-f]{7,40}$/;
const HEX = /^[0-9a-f]+$/;
/** A word, the numbers right behind it, and what follows them. */
const NUMBERED = /^([a-z]*)(\d+(?:\.\d+)*)(.*)$/;
const LEADING_WORD = /^[a-z]+/;
const LONG_NUMBER = /\d{5}/;
const NUMBER_ALONE = /^v?\d+(?:\.\d+)*$/;
const PRE_RELEASE = /^\.?(?:rc|alpha|beta|a|b|m|pre|post|dev|p|sp)\.?\d+$/;

/**
 * Reads a tag: the release that it names, as opposed to the environment that it was built for (`cuda11.2`, `py310`), the
 * commit or build, or the word that moves. The first version in a tag is the product's: `paddlex3.3.11-paddlepaddle3.2.0`.
 */
export function classifyTag(tag: string): TagClass {
  const text = tag.toLowerCase();
  if (isCommit(text, 7)) return { class: "commit", components: 0 };

  const words = text.split(/[-_.]/);
  const first = words[0] ?? "";
  const last = words[words.length - 1] ?? "";
  if (ROLLING.has(first) || ROLLING.has(last)) return { class: "floating", components: 0 };

  if (endsInCommit(text)) return { class: "commit", components: 0 };

  const found = findVersion(text);
  if (MOVING.has(last) || (MOVING.has(first) && !found.build)) return { class: "floating", components: 0 };
  if (found.build) return { class: "version", components: Math.max(found.components, 1) };
  if (found.components > 0) {
    return { class: found.components > 2 && !found.open ? "version" : "partial", components: found.components };
  }
  return { class: STAGES.has(first) || STAGES.has(last) ? "floating" : "opaque", components: 0 };
}

/** Hex digits with both a letter and a digit: a word (`decade`) or a number is no commit. */
function isCommit(text: string, shortest: number): boolean {
  return text.length >= shortest && text.length <= 40 && HEX.test(text) && /[a-f]/.test(text) && /\d/.test(text);
}

function endsInCommit(text: string): boolean {
  const dash = text.lastIndexOf("-");
  if (dash < 0) return false;
  return isCommit(text.slice(dash + 1), 6) || NAMED_COMMIT.test(text) || DESCRIBED_COMMIT.test(text);
}

interface Found {
  readonly components: number;
  /** A date or a build number: this very build. */
  readonly build: boolean;
  /** The version says itself that it moves: `1.2.x`, or `0.0.0` for whatever is in development. */
  readonly open: boolean;
}

function findVersion(text: string): Found {
  let build = DATE.test(text);
  let version: { components: number; open: boolean } | null = null;
  let weak = 0;
  const parts = text.replace(/x86[-_]64|x64|x86/g, "amd64").split(/[-_]+/);

  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? "";
    if (isEnvironment(part)) {
      if (takesNext(part, parts[index + 1] ?? "")) index++;
      continue;
    }
    const match = NUMBERED.exec(part);
    if (match === null) continue;
    const [, word = "", numbers = "", rest = ""] = match;
    if (LONG_NUMBER.test(numbers) || LONG_NUMBER.test(rest)) build = true;
    const components = numbers.split(".").length;
    if (version !== null || !isVersion(word, components, rest)) continue;
    // One number behind a name (resnet50, ocrv4) may be the name's: it counts where nothing better follows.
    if (components === 1 && word !== "" && word !== "v") weak ||= 1;
    else version = { components, open: rest === ".x" || /^[0.]+$/.test(numbers) };
  }
  return { components: version?.components ?? weak, open: version?.open ?? false, build };
}

function isEnvironment(part: string): boolean {
  const word = LEADING_WORD.exec(part)?.[0];
  if (word === undefined) return false;
  return isEnvironmentWord(word) || (word.endsWith("v") && isEnvironmentWord(word.slice(0, -1))) || part === "v100";
}

function isEnvironmentWord(word: string): boolean {
  return ENVIRONMENT.has(word) || DEVICES.has(word);
}

/** `cuda-12.6`, `debian-10`: the next part is the number of this one. Of a device only a model's three digits are. */
function takesNext(part: string, next: string): boolean {
  return (ENVIRONMENT.has(part) && NUMBER_ALONE.test(next)) || (DEVICES.has(part) && /^\d{3}$/.test(next));
}

function isVersion(word: string, components: number, rest: string): boolean {
  // A size: 7b, 0.3b, 128k.
  if (rest === "b" || rest === "k" || rest === "m") return false;
  if (components > 1) return true;
  // A single letter is a revision or a piece of hardware: r9, a100.
  if (word.length === 1 && word !== "v") return false;
  return rest === "" || rest === ".x" || PRE_RELEASE.test(rest);
}
