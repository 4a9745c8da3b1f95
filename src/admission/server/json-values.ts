const quote = 0x22;
const backslash = 0x5c;
const [openBrace, openBracket, comma] = [0x7b, 0x5b, 0x2c];

/**
 * Whether a JSON text holds more values than allowed, told without building one: three bytes (`{},`) become sixty when
 * they are parsed. Of a text that is no JSON it says what its brackets and commas look like.
 */
export function holdsMoreValues(body: Uint8Array, most: number): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let values = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      at = stringEnd(bytes, at);
    } else if (byte === openBrace || byte === openBracket || byte === comma) {
      values += 1;
      if (values > most) return true;
    }
  }
  return false;
}

/** The place of the quote that ends the string which begins here; that of the end where none does. */
function stringEnd(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let before = end - 1;
    while (bytes[before] === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return bytes.length;
}
