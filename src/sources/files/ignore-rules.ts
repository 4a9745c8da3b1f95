import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { isWithin } from "../terms/paths.ts";
import { type RuleText, ruleTextOf } from "./ignore-files.ts";

/** The ignore rules of a directory; those of its parents are in `parent`. */
export interface IgnoreRules {
  readonly parent: IgnoreRules | null;
  /** Absolute, with a separator at its end. */
  readonly base: string;
  readonly rules: Ignore;
}

/** The rules of a directory over those of its parents. */
export function addRules(parent: IgnoreRules | null, { directory, text }: RuleText): IgnoreRules {
  const ignorecase = process.platform === "win32" || process.platform === "darwin";
  return {
    parent,
    base: directory.endsWith(sep) ? directory : directory + sep,
    rules: ignore({ ignorecase }).add(text),
  };
}

/**
 * The rules that hold in `directory` because of what lies above it. Where they ignore the directory itself, somebody
 * who names it wants to see it all the same: then they do not hold.
 * @param texts of `ruleTextsAbove`
 */
export function inheritedRules(texts: readonly RuleText[], directory: string, boundary: string): IgnoreRules | null {
  let rules: IgnoreRules | null = null;
  let current = boundary;
  const enter = (): void => {
    for (const text of texts) if (text.directory === current) rules = addRules(rules, text);
  };
  enter();
  const steps = relative(boundary, directory).split(sep);
  for (const step of steps[0] === "" ? [] : steps) {
    current = join(current, step);
    if (isIgnored(current, true, rules)) return null;
    enter();
  }
  return rules;
}

/** Whether a path below the rules' directories is ignored; its parents are known not to be. */
export function isIgnored(path: string, directory: boolean, rules: IgnoreRules | null): boolean {
  for (let each = rules; each !== null; each = each.parent) {
    const below = path.slice(each.base.length).replaceAll(sep, "/");
    const { ignored, unignored } = each.rules.test(directory ? `${below}/` : below);
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

/** The rules of the `.paddlockignore` files alone, which hold for a file that git tracks too. */
export class PaddlockIgnore {
  readonly #root: string;
  readonly #rules = new Map<string, IgnoreRules | null>();
  readonly #ignored = new Map<string, boolean>();

  /** @param root absolute; files above it do not count */
  constructor(root: string) {
    this.#root = root;
  }

  /** @param file absolute */
  ignores(file: string): boolean {
    const directory = dirname(file);
    return this.#ignoresDirectory(directory) || isIgnored(file, false, this.#rulesIn(directory));
  }

  #ignoresDirectory(directory: string): boolean {
    if (directory === this.#root || !isWithin(directory, this.#root)) return false;
    let ignored = this.#ignored.get(directory);
    if (ignored === undefined) {
      const parent = dirname(directory);
      ignored = this.#ignoresDirectory(parent) || isIgnored(directory, true, this.#rulesIn(parent));
      this.#ignored.set(directory, ignored);
    }
    return ignored;
  }

  #rulesIn(directory: string): IgnoreRules | null {
    if (!isWithin(directory, this.#root)) return null;
    let rules = this.#rules.get(directory);
    if (rules === undefined) {
      rules = directory === this.#root ? null : this.#rulesIn(dirname(directory));
      const text = ruleTextOf(directory, [".paddlockignore"]);
      if (text !== null) rules = addRules(rules, text);
      this.#rules.set(directory, rules);
    }
    return rules;
  }
}
