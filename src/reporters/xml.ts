import { printable, printableLines } from "./printable.ts";

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Attributes as they stand in a start tag, those without a value left out. Characters that XML 1.0 forbids are spelt out. */
export function attributes(values: { readonly [name: string]: string | number | undefined }): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${escapeMarkup(printable(String(value)))}"`))
    .join("");
}

/** Text between tags; its line breaks stay. */
export function content(text: string): string {
  return escapeMarkup(printableLines(text));
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
