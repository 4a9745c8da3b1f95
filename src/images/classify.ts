import { BoundedMemo } from "../budget/bounded-memo.ts";
import { LONGEST, parseReference, type ReferenceProblem } from "./reference.ts";
import { classifyTag, type TagClass } from "./tag.ts";

/** How pinned an image is; `template`: a tool fills it in later; `invalid`: no reference at all. */
export type PinClass = "invalid" | "template" | "untagged" | "digest" | TagClass["class"];

/** An image reference, judged by itself. */
export interface ClassifiedImage {
  readonly class: PinClass;
  /** For the class invalid. */
  readonly problem?: ReferenceProblem;
  /** With its registry, without tag and digest, as written; null where it could not be read. */
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Numbers in the version that was found: 2 for `16.3`; 0 where there is none. */
  readonly components: number;
}

/** A repository's workloads use few images, a cluster's a few thousand. */
const remembered = new BoundedMemo<ClassifiedImage>(4 << 20, LONGEST);

/**
 * Says how pinned an image is: by its digest, which wins over a tag, else by what its tag says. The answer for a
 * reference never changes, so it is remembered.
 */
export function classifyImage(reference: string): ClassifiedImage {
  const known = remembered.get(reference);
  if (known !== undefined) return known;
  const image = classify(reference);
  remembered.set(reference, image);
  return image;
}

function classify(reference: string): ClassifiedImage {
  if (isTemplate(reference)) return unread("template");
  const parsed = parseReference(reference);
  if (typeof parsed === "string") return { ...unread("invalid"), problem: parsed };
  const { repository, tag, digest } = parsed;
  const { class: tagClass, components } =
    tag === null ? { class: "untagged" as const, components: 0 } : classifyTag(tag);
  return { class: digest === null ? tagClass : "digest", repository, tag, digest, components };
}

function unread(pinClass: PinClass): ClassifiedImage {
  return { class: pinClass, repository: null, tag: null, digest: null, components: 0 };
}

/** `$NAME`, `#{name}#`, `<name>` and `__NAME__`: nothing that people build is called so. */
const PLACEHOLDER = /\$[A-Za-z_]|#\{|<[^<>]*>|(?:^|[/:.-])__[A-Z][A-Z0-9_]*__(?:$|[/:@.-])/;

function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("${") || text.includes("$(") || PLACEHOLDER.test(text);
}
