import type { JsonValue } from "../../src/json/value.ts";

/** A document written in random styles, and the value that it stands for. */
export interface Generated {
  readonly text: string;
  readonly value: JsonValue;
}

type Mapping = Record<string, JsonValue>;

/** Writes random YAML: block and flow, every kind of quotes, block scalars, comments, anchors, aliases and merges. */
export function generate(seed: number): Generated {
  return new Writer(seed).document();
}

const words = [
  "app",
  "paddle-ocr",
  "serving",
  "v2.6-gpu",
  "名称",
  "镜像 仓库",
  "registry.example.com/ocr",
  "a b",
  "x_y",
];
const awkward = [
  "",
  " lead",
  "trail ",
  "it's",
  'say "hi"',
  "a: b",
  "# no",
  "- x",
  "yes",
  "0x10",
  "~",
  "{",
  "*a",
  "😀é",
];
const lines = ["one\ntwo\n", "one\n  more\nend\n", "first\n\nthird\n", "# not a comment\nkey: value\n---not\n"];

class Writer {
  private state: number;
  private names = 0;
  private readonly anchored: { readonly name: string; readonly value: JsonValue }[] = [];

  constructor(seed: number) {
    this.state = seed | 0;
  }

  document(): Generated {
    const { text, value } = this.mapping(0, 3);
    const comment = this.chance(3) ? "# 注释 comment\n" : "";
    return { text: `${comment}${this.chance(3) ? "---\n" : ""}${text}`, value };
  }

  /** A block mapping whose first line has no indentation yet. */
  private mapping(indent: number, depth: number): { text: string; value: Mapping } {
    const value: Mapping = {};
    const parts: string[] = [];
    const merged = this.chance(4) ? this.anchored.filter((each) => isMapping(each.value)) : [];
    const merge = merged[this.below(merged.length)];
    if (merge !== undefined && isMapping(merge.value)) {
      Object.assign(value, merge.value);
      parts.push(`<<: *${merge.name}\n`);
    }
    for (let i = 1 + this.below(4); i > 0; i--) {
      const key = `${this.pick(["k", "键", "example.com/k", "a key"])}${this.below(1000)}x`;
      if (Object.hasOwn(value, key)) continue;
      const child = this.child(indent, depth);
      value[key] = child.value;
      parts.push(`${this.quotedKey(key)}:${child.text}`);
    }
    return { text: parts.join(" ".repeat(indent)), value };
  }

  private sequence(indent: number, depth: number): { text: string; value: JsonValue[] } {
    const value: JsonValue[] = [];
    const parts: string[] = [];
    for (let i = 1 + this.below(3); i > 0; i--) {
      if (depth > 0 && this.chance(3)) {
        const item = this.mapping(indent + 2, depth - 1);
        value.push(item.value);
        parts.push(`- ${item.text}`);
      } else {
        const item = this.child(indent, depth);
        value.push(item.value);
        parts.push(`-${item.text}`);
      }
    }
    return { text: parts.join(" ".repeat(indent)), value };
  }

  /** What stands behind `key:` or `-`, to the end of its last line. */
  private child(indent: number, depth: number): { text: string; value: JsonValue } {
    const alias = this.anchored[this.below(this.anchored.length * 4)];
    if (alias !== undefined) return { text: ` *${alias.name}${this.lineEnd()}`, value: alias.value };
    const name = this.chance(5) ? `a${this.names++}` : "";
    const anchor = name === "" ? "" : ` &${name}`;
    const child = this.plainChild(indent, depth, anchor);
    if (name !== "") this.anchored.push({ name, value: child.value });
    return child;
  }

  private plainChild(indent: number, depth: number, anchor: string): { text: string; value: JsonValue } {
    const kind = depth > 0 ? this.below(6) : this.below(3);
    if (kind === 5) {
      const { text, value } = this.mapping(indent + 2, depth - 1);
      return { text: `${anchor}${this.lineEnd()}${" ".repeat(indent + 2)}${text}`, value };
    }
    if (kind === 4) {
      const { text, value } = this.sequence(indent + 2, depth - 1);
      return { text: `${anchor}${this.lineEnd()}${" ".repeat(indent + 2)}${text}`, value };
    }
    if (kind === 3) {
      const { text, value } = this.flow(indent + 1, depth - 1);
      return { text: `${anchor} ${text}${this.lineEnd()}`, value };
    }
    if (this.chance(6)) {
      const value = this.pick(lines);
      const indicator = this.pick(["|", "|-"]);
      const pad = " ".repeat(indent + 2);
      const body = value.replace(/^(?=.)/gm, pad);
      return {
        text: `${anchor} ${indicator}${this.lineEnd()}${body}`,
        value: indicator === "|" ? value : value.slice(0, -1),
      };
    }
    const { text, value } = this.scalar(indent, false);
    return { text: `${anchor} ${text}${this.lineEnd()}`, value };
  }

  private flow(indent: number, depth: number): { text: string; value: JsonValue } {
    const gap = (): string =>
      this.pick(["", "", " ", `\n${" ".repeat(indent)}`, ` # in flow ]}\n${" ".repeat(indent)}`]);
    const isMap = this.chance(2);
    const value: Mapping = {};
    const list: JsonValue[] = [];
    const parts: string[] = [];
    for (let i = this.below(4); i > 0; i--) {
      const inner = depth > 0 && this.chance(3) ? this.flow(indent, depth - 1) : this.scalar(indent, true);
      const key = `f${this.below(1000)}x`;
      if (isMap && Object.hasOwn(value, key)) continue;
      if (isMap) value[key] = inner.value;
      else list.push(inner.value);
      parts.push(`${gap()}${isMap ? `${this.quotedKey(key)}: ` : ""}${inner.text}${gap()}`);
    }
    const body = parts.join(",");
    return isMap ? { text: `{${body}}`, value } : { text: `[${body}]`, value: list };
  }

  private scalar(indent: number, inFlow: boolean): { text: string; value: JsonValue } {
    switch (this.below(7)) {
      case 0:
        return { text: this.pick(["8080", "0x1F90", "8_080", "+8080", "017620"]), value: 8080 };
      case 1:
        return { text: this.pick(["true", "yes", "On"]), value: true };
      case 2:
        return { text: "1.5", value: 1.5 };
      case 3: {
        const value = this.pick(awkward);
        return { text: JSON.stringify(value), value };
      }
      case 4: {
        const value = this.pick(awkward);
        return { text: `'${value.replaceAll("'", "''")}'`, value };
      }
      case 5: {
        const pad = `\n${" ".repeat(indent + 3)}`;
        if (inFlow) return { text: `"one${pad}two"`, value: "one two" };
        return { text: this.pick([`one${pad}two`, `'one${pad}two'`, `"one \\${pad}two"`]), value: "one two" };
      }
      default: {
        const value = this.pick(words);
        return { text: value, value };
      }
    }
  }

  private quotedKey(key: string): string {
    return this.pick([key, key, JSON.stringify(key), `'${key}'`]);
  }

  private lineEnd(): string {
    return this.pick(["\n", "\n", "\n", " # 尾注\n", "  \n"]);
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  private chance(of: number): boolean {
    return this.below(of) === 0;
  }

  /** A number from 0 to below the bound (mulberry32). */
  private below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return bound === 0 ? 0 : ((t ^ (t >>> 14)) >>> 0) % bound;
  }
}

function isMapping(value: JsonValue): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
