import type { JsonValue } from "../json/value.ts";
import type { Document, Region } from "./document.ts";
import { presentField } from "./locate.ts";

const nowhere: Region = Object.freeze({ line: 1, column: 1, endLine: 1, endColumn: 1 });

/** A document that never was a text, such as an object that an API server sends: fields are found, lines mean nothing. */
export function valueDocument(value: JsonValue): Document {
  return {
    index: 0,
    value,
    line: 1,
    place: "0",
    locate: (path, root = []) => ({ field: presentField(value, path, root).field, region: nowhere }),
  };
}
