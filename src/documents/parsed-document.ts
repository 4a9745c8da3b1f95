import type { Event } from "js-yaml";
import type { JsonValue, Path } from "../json/value.ts";
import type { Document, Region } from "./document.ts";
import { DOCUMENT, type EventText } from "./events.ts";
import { locate } from "./locate.ts";
import { Locator } from "./locator.ts";
import type { SourceText } from "./source-text.ts";

/** Where the events of a document are, or how to make them again. */
export interface EventSource extends EventText {
  /** The file (or the fence of a Markdown file) that the text is a piece of. */
  readonly file: SourceText;
  /** Offset of the piece in it. */
  readonly base: number;
  /** Absent where a file is so large that its events are made again for the document that is asked for. */
  readonly events?: readonly Event[];
  /** The document that was asked for last, of all those whose events are not kept. */
  readonly last?: { document?: ParsedDocument; locator?: Locator };
  read(): readonly Event[];
}

/** A document of a file; positions are worked out on the first question. */
export class ParsedDocument implements Document {
  readonly index: number;
  readonly value: JsonValue;
  private readonly source: EventSource;
  /** Which document of its piece it is. */
  private readonly ordinal: number;
  private cached: Locator | undefined;

  constructor(index: number, value: JsonValue, source: EventSource, ordinal: number) {
    this.index = index;
    this.value = value;
    this.source = source;
    this.ordinal = ordinal;
  }

  get place(): string {
    return `${this.source.base}/${this.ordinal}`;
  }

  get line(): number {
    return this.source.file.position(this.source.base + this.locator().start()).line;
  }

  locate(path: Path, root: Path = []): { readonly field: Path; readonly region: Region } {
    return locate(this.locator(), this.source.file, this.source.base, this.value, path, root);
  }

  private locator(): Locator {
    if (this.cached !== undefined) return this.cached;
    const { source } = this;
    if (source.events !== undefined || source.last === undefined) {
      this.cached = this.newLocator(source.events ?? source.read());
      return this.cached;
    }
    if (source.last.document !== this || source.last.locator === undefined) {
      source.last.document = this;
      source.last.locator = this.newLocator(source.read());
    }
    return source.last.locator;
  }

  private newLocator(events: readonly Event[]): Locator {
    let start = 0;
    for (let ordinal = 0; start < events.length; start++) {
      if (events[start]?.type === DOCUMENT && ordinal++ === this.ordinal) break;
    }
    return new Locator(this.source, events, start);
  }
}
