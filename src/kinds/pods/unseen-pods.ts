import type { JsonValue, Path } from "../../json/value.ts";

/**
 * What of an object makes pods, or changes them, and cannot be read. `kind-version`: where a version of the kind has its
 * pods is not known; `flat`, `reference` and `text`: a kind that nobody knows has the image of its pods in a field, names a
 * template that stands elsewhere, or has objects with pods in a text; `partial`: it has parts of containers whose images its
 * controller knows; `wrapped`: what a wrapper carries is no whole object, or stands too deep in others; the others say of a text that it holds a template, is no YAML of the right form, or stands elsewhere.
 */
export interface UnseenPods {
  readonly why:
    | "kind-version"
    | "flat"
    | "partial"
    | "reference"
    | "text"
    | "wrapped"
    | "patch-template"
    | "patch-unreadable"
    | "manifest-template"
    | "manifest-unreadable"
    | "manifest-elsewhere";
  /** The field that says it. */
  readonly path: Path;
  readonly args: { readonly [name: string]: JsonValue };
}
