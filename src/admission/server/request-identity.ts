import type { AdmissionRequest } from "../admission-review.ts";

const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [comma, colon] = [0x2c, 0x3a];

/** The objects to look into, and no other. */
const entered: ReadonlySet<string> = new Set(["request", "request.kind", "request.userInfo"]);
const wanted: ReadonlySet<string> = new Set([
  "request.uid",
  "request.operation",
  "request.kind.group",
  "request.kind.version",
  "request.kind.kind",
  "request.subResource",
  "request.namespace",
  "request.name",
  "request.userInfo.username",
  "request.userInfo.groups",
  "request.dryRun",
]);

/**
 * Finds who a review is about without building what it carries: for a body that took a worker down, to answer it all the
 * same. Null where the text holds no `request.uid`, or is no JSON as far as it was looked at.
 */
export function requestIdentity(body: Uint8Array): AdmissionRequest | null {
  const found = new Map<string, unknown>();
  try {
    new Scanner(body, found).object("");
  } catch (error) {
    // What was found before the text went wrong still holds.
    if (!(error instanceof SyntaxError)) throw error;
  }
  const text = (path: string): string | null => {
    const value = found.get(`request.${path}`);
    return typeof value === "string" && value !== "" ? value : null;
  };
  const uid = text("uid");
  if (uid === null) return null;
  const groups = found.get("request.userInfo.groups");
  return {
    uid,
    operation: text("operation") ?? "",
    kind: { group: text("kind.group") ?? "", version: text("kind.version") ?? "", kind: text("kind.kind") ?? "" },
    subResource: text("subResource"),
    namespace: text("namespace"),
    name: text("name"),
    user: {
      name: text("userInfo.username") ?? "",
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : [],
    },
    dryRun: found.get("request.dryRun") === true,
    object: null,
    oldObject: null,
  };
}

/** Walks over JSON by bytes. Depth costs nothing: what is not looked into is skipped by counting brackets. */
class Scanner {
  readonly #bytes: Buffer;
  readonly #found: Map<string, unknown>;
  #at = 0;

  constructor(bytes: Uint8Array, found: Map<string, unknown>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#found = found;
  }

  /** @param path of the object that begins here; its members are kept where they are wanted. */
  object(path: string): void {
    this.#expect(openBrace);
    if (this.#peek() === closeBrace) {
      this.#at += 1;
      return;
    }
    for (;;) {
      const key = this.#string();
      this.#expect(colon);
      const member = path === "" ? key : `${path}.${key}`;
      if (entered.has(member) && this.#peek() === openBrace) this.object(member);
      else {
        this.#peek();
        const start = this.#at;
        this.#skip();
        if (wanted.has(member)) this.#found.set(member, parse(this.#bytes, start, this.#at));
      }
      const next = this.#peek();
      this.#at += 1;
      if (next === closeBrace) return;
      if (next !== comma) throw new SyntaxError("no JSON");
    }
  }

  #string(): string {
    this.#peek();
    const start = this.#at;
    this.#skipString();
    const key = parse(this.#bytes, start, this.#at);
    return typeof key === "string" ? key : "";
  }

  #skip(): void {
    let depth = 0;
    do {
      const byte = this.#peek();
      if (byte === quote) this.#skipString();
      else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        this.#at += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        this.#at += 1;
      } else if (depth > 0 && (byte === comma || byte === colon)) this.#at += 1;
      else this.#skipWord();
    } while (depth > 0);
  }

  #skipString(): void {
    if (this.#bytes[this.#at] !== quote) throw new SyntaxError("no JSON");
    do {
      this.#at = this.#bytes.indexOf(quote, this.#at + 1);
      if (this.#at < 0) throw new SyntaxError("no JSON");
    } while (this.#escaped());
    this.#at += 1;
  }

  /** Whether the byte here follows an odd number of backslashes. */
  #escaped(): boolean {
    let before = this.#at - 1;
    while (this.#bytes[before] === backslash) before -= 1;
    return (this.#at - before) % 2 === 0;
  }

  /** A number, `true`, `false` or `null`. */
  #skipWord(): void {
    const start = this.#at;
    for (let byte = this.#bytes[this.#at]; byte !== undefined && isWord(byte); byte = this.#bytes[this.#at])
      this.#at += 1;
    if (this.#at === start) throw new SyntaxError("no JSON");
  }

  #expect(byte: number): void {
    if (this.#peek() !== byte) throw new SyntaxError("no JSON");
    this.#at += 1;
  }

  /** The next byte that is no white space. */
  #peek(): number {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new SyntaxError("no JSON");
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.#at += 1;
    }
  }
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

/** A member that is wanted is small; one that is not, such as a name of a megabyte, is passed over. */
function parse(bytes: Buffer, start: number, end: number): unknown {
  return end - start > 4096 ? null : JSON.parse(bytes.toString("utf8", start, end));
}
