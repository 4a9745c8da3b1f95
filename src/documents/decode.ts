import { isUtf8 } from "node:buffer";
import type { Notification } from "../messages/notification.ts";
import { MAX_FILE_SIZE } from "./limits.ts";
import { countBreaks } from "./lines.ts";
import type { DocumentWords } from "./words.ts";

/** A file's text without its byte order mark, or why there is none. */
export type Decoded = { readonly text: string } | { readonly notification: Notification };

/** Decodes the bytes of a file, which must be UTF-8 text (https://yaml.org/spec/1.2.2/#52-character-encodings). */
export function decode(content: Uint8Array | string, words: DocumentWords): Decoded {
  if (content.length > MAX_FILE_SIZE) {
    const size = Math.ceil(content.length / (1024 * 1024));
    const most = MAX_FILE_SIZE / (1024 * 1024);
    return refuse("too-large", words.tooLarge(size, most));
  }
  if (typeof content === "string") {
    const nul = content.indexOf("\0");
    if (nul !== -1) return binary(words, 1 + countBreaks(content.slice(0, nul)));
    return { text: content.charCodeAt(0) === 0xfeff ? content.slice(1) : content };
  }
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const other = otherEncoding(bytes);
  if (other !== undefined) return refuse("invalid-utf8", words.otherEncoding(other), 1, 1);
  const nul = bytes.indexOf(0);
  if (nul !== -1) return binary(words, 1 + countBreaks(bytes.toString("latin1", 0, nul)));
  if (!isUtf8(bytes)) return invalid(bytes, words);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text: bytes.toString("utf8", hasMark ? 3 : 0) };
}

/** What a byte order mark says, when it is not that of UTF-8. */
function otherEncoding(bytes: Buffer): string | undefined {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return "UTF-32";
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return "UTF-16";
  return undefined;
}

function binary(words: DocumentWords, line: number): Decoded {
  return refuse("binary", words.binary, line, 1);
}

function invalid(bytes: Buffer, words: DocumentWords): Decoded {
  const at = firstInvalid(bytes);
  const before = bytes.toString("utf8", 0, at);
  const lineStart = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  const byte = `0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
  const text = before.slice(lineStart);
  const hasMark = lineStart === 0 && text.charCodeAt(0) === 0xfeff;
  return refuse("invalid-utf8", words.invalidByte(byte), 1 + countBreaks(before), text.length + (hasMark ? 0 : 1));
}

/** Offset of the first byte that no valid UTF-8 sequence holds: the longest valid head, found by halving. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let end = bytes.length;
  while (end - valid > 8) {
    // A cut inside a sequence would look invalid: move it to a byte that begins one.
    let middle = (valid + end) >> 1;
    while (middle > valid && ((bytes[middle] ?? 0) & 0xc0) === 0x80) middle--;
    if (middle === valid) break;
    if (isUtf8(bytes.subarray(valid, middle))) valid = middle;
    else end = middle;
  }
  for (let at = valid; at < bytes.length; ) {
    let length = 1;
    while (length <= 4 && !isUtf8(bytes.subarray(at, at + length))) length++;
    if (length > 4) return at;
    at += length;
  }
  return bytes.length;
}

function refuse(code: string, message: string, line?: number, column?: number): Decoded {
  const place = line === undefined || column === undefined ? {} : { line, column };
  return { notification: { level: "error", code, message, ...place } };
}
