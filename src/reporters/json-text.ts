const LEFT_RAW = /[\u007f-\u009f\u2028\u2029]/g;

/** JSON in which every control character is escaped, those too that JSON would allow as they are. */
export function jsonText(value: object): string {
  return JSON.stringify(value).replace(
    LEFT_RAW,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
