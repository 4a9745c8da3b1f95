// The library's dependency container asks for this polyfill to be there before it.
import "reflect-metadata";
import { Name } from "@peculiar/x509";

/** The attributes of a name, `CN=builds` each. */
export type Attributes = readonly string[];

/** `CN=builds,O=Example`, by the grammar of RFC 4514; null where it is none. */
export function attributesIn(text: string): Attributes | null {
  try {
    const attributes = attributesOf(new Name(text));
    return attributes.length === 0 ? null : attributes;
  } catch {
    return null;
  }
}

export function attributesOf(name: Name): Attributes {
  return name
    .toJSON()
    .flatMap((part) => Object.entries(part).flatMap(([type, values]) => values.map((value) => `${type}=${value}`)));
}

/** Whether a name has all that is wanted of it; it may say more. */
export function names(subject: Attributes, wanted: Attributes): boolean {
  return wanted.every((attribute) => subject.includes(attribute));
}
