import type { Finding } from "../findings/finding.ts";
import type { Language } from "../messages/language.ts";
import { argumentText } from "../rules/message.ts";

/** Files that show a finding of a shape in full; in later ones it is only counted and placed. */
const FILES_IN_FULL = 3;
/** Findings of one shape that a file shows in full; with more, only the first is. */
const IN_FULL_PER_FILE = 2;
/** Places that are remembered of those that are not shown. */
const PLACES = 40;
/** Past this many shapes of messages, all of a rule count as alike: memory must not grow with the findings. */
const SHAPES = 5_000;

/** Findings that are alike, and where those are that are not shown. */
export interface Alike {
  readonly first: Finding;
  /** How many are folded into the first. */
  folded: number;
  readonly places: string[];
}

interface Shape {
  /** How many files show it. */
  files: number;
  /** What later files hold of it. */
  rest: Alike | null;
}

/**
 * Folds findings that say the same thing of other places. Takes the findings of one file after the other, keeps what is
 * to be shown of a file until it is asked for, and of all files what was held back.
 */
export class Folding {
  readonly #language: Language;
  readonly #shapes = new Map<string, Shape>();
  #file = new Map<string, Alike[]>();
  #order = new Set<Alike>();

  constructor(language: Language) {
    this.#language = language;
  }

  add(finding: Finding): void {
    const key = this.#key(finding);
    const shape = this.#shapeOf(key);
    const shown = this.#file.get(key);
    if (shown === undefined) {
      if (shape.files >= FILES_IN_FULL) {
        if (shape.rest === null) shape.rest = { first: finding, folded: 0, places: [] };
        else fold(shape.rest, finding);
        return;
      }
      shape.files++;
      this.#file.set(key, [this.#show(finding)]);
      return;
    }
    const [first, second] = shown;
    if (first === undefined) return;
    if (first.folded === 0 && shown.length < IN_FULL_PER_FILE) {
      shown.push(this.#show(finding));
      return;
    }
    if (second !== undefined) {
      fold(first, second.first);
      shown.length = 1;
      this.#order.delete(second);
    }
    fold(first, finding);
  }

  /** What is to be shown of the file whose findings were added since the last call, in their order. */
  takeFile(): readonly Alike[] {
    const taken = [...this.#order];
    this.#order = new Set();
    this.#file = new Map();
    return taken;
  }

  /** What no file showed, one for each shape. */
  *heldBack(): Iterable<Alike> {
    for (const { rest } of this.#shapes.values()) {
      if (rest !== null) yield rest;
    }
  }

  #show(finding: Finding): Alike {
    const shown: Alike = { first: finding, folded: 0, places: [] };
    this.#order.add(shown);
    return shown;
  }

  #shapeOf(key: string): Shape {
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = { files: 0, rest: null };
      this.#shapes.set(key, shape);
    }
    return shape;
  }

  #key(finding: Finding): string {
    const rule = `${finding.rule} ${finding.outcome} ${finding.level} `;
    if (this.#shapes.size >= SHAPES) return rule;
    return rule + messageShape(finding, this.#language);
  }
}

/** The message with the facts taken out: two messages of one shape say the same thing of different places. */
export function messageShape({ message, args, container }: Finding, language: Language): string {
  const facts = Object.values(args).flatMap((value) =>
    value === undefined || value === null || typeof value === "boolean" ? [] : [argumentText(value, language)],
  );
  if (container !== null) facts.push(container.name);
  facts.sort((a, b) => b.length - a.length);
  let shape = message;
  for (const fact of facts) if (fact !== "") shape = shape.replaceAll(fact, "\u0000");
  return shape;
}

function fold(alike: Alike, finding: Finding): void {
  alike.folded++;
  if (alike.places.length < PLACES) alike.places.push(`${finding.file}:${finding.line}`);
}
