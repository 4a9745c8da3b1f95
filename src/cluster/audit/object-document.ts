import type { Document } from "../../documents/document.ts";
import { parseFile } from "../../documents/parse-file.ts";
import { valueDocument } from "../../documents/value-document.ts";
import type { JsonObject } from "../../json/value.ts";
import { objectText } from "./object-text.ts";

/** An object of the cluster as a document. Its text is written when somebody asks for a place in it, which few objects need. */
export class ObjectDocument implements Document {
  readonly index = 0;
  readonly line = 1;
  readonly place = "0";
  readonly value: JsonObject;
  #text: string | undefined;
  #placed: Document | undefined;

  constructor(value: JsonObject) {
    this.value = value;
  }

  /** The text in which places lie, if anybody asked for one. */
  get text(): string | undefined {
    return this.#text;
  }

  locate(...where: Parameters<Document["locate"]>): ReturnType<Document["locate"]> {
    this.#placed ??= this.#place();
    return this.#placed.locate(...where);
  }

  /** An object that is too large or too deep to be read as a text has fields all the same, but no lines. */
  #place(): Document {
    this.#text = objectText(this.value);
    return parseFile(this.#text, "yaml").documents[0] ?? valueDocument(this.value);
  }
}
