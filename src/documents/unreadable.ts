import { MAX_DEPTH } from "./limits.ts";
import type { Say } from "./words.ts";

/** Why a document cannot be had: the code of a notification, words for people, an offset in the text. */
export class Unreadable extends Error {
  readonly code: string;
  readonly say: Say;
  readonly offset: number;

  constructor(code: string, say: Say, offset: number) {
    super(code);
    this.code = code;
    this.say = say;
    this.offset = offset;
  }
}

export function tooDeep(offset: number): Unreadable {
  return new Unreadable("too-deep", (words) => words.tooDeep(MAX_DEPTH), offset);
}
