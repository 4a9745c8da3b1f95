/** A mapping whose values nobody has looked at yet: of a file or an answer that is just read. */
export interface Fields {
  readonly [key: string]: unknown;
}

/** The value where it is a mapping, else an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isMapping(value) ? value : {};
}

/** The value where it is a list, else an empty one. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isMapping(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
