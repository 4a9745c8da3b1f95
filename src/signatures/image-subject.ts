import { LRUCache } from "lru-cache";
import type { SignatureSettings } from "../config/signatures.ts";
import { LONGEST } from "../images/reference.ts";
import { type ImageReference, imageReference } from "../registry/repository.ts";
import type { ImageMatcher } from "./image-matcher.ts";
import type { PreparedPolicy } from "./prepared-policy.ts";
import type { DetailWords } from "./terms/detail-words.ts";
import { shown } from "./terms/rejection.ts";
import type { SignatureVerdict } from "./terms/signature-fact.ts";

/** An image name that is one, and that policies are for. */
export interface ImageSubject {
  readonly reference: ImageReference;
  readonly policies: readonly PreparedPolicy[];
  /** Of the policies. */
  readonly names: readonly string[];
  /** Equal for the same repository by the same policies. */
  readonly key: string;
}

/** A cluster uses some thousand images. In characters of their names, and of what is told of them. */
const REMEMBERED = 8 << 20;
const BESIDE_NAME = 512;

/** What image names stand for; a verdict where no registry needs to be asked. */
export class Subjects {
  readonly #policies: readonly PreparedPolicy[];
  readonly #matcher: ImageMatcher;
  readonly #noMatch: SignatureSettings["noMatch"];
  readonly #say: DetailWords;
  readonly #known: LRUCache<string, ImageSubject | SignatureVerdict> = new LRUCache({
    maxSize: REMEMBERED,
    sizeCalculation: (_, image) => image.length + BESIDE_NAME,
  });

  constructor(
    policies: readonly PreparedPolicy[],
    matcher: ImageMatcher,
    noMatch: SignatureSettings["noMatch"],
    say: DetailWords,
  ) {
    this.#policies = policies;
    this.#matcher = matcher;
    this.#noMatch = noMatch;
    this.#say = say;
  }

  of(image: string): ImageSubject | SignatureVerdict {
    // What is longer is no name of an image, and is not kept to say so.
    if (image.length > LONGEST) return this.#find(image);
    const known = this.#known.get(image);
    if (known !== undefined) return known;
    const subject = this.#find(image);
    this.#known.set(image, subject);
    return subject;
  }

  #find(image: string): ImageSubject | SignatureVerdict {
    const reference = imageReference(image);
    if (typeof reference === "string") {
      const detail = this.#say.noReference(shown(image));
      return {
        fact: { state: "failed", reason: "bad-reference", detail, policies: [], digest: null, action: "deny" },
        signatures: [],
      };
    }
    const { repository, digest } = reference;
    const policies = this.#matcher.policiesFor(repository).flatMap((index) => this.#policies[index] ?? []);
    if (policies.length === 0) {
      const detail = this.#say.noPolicy;
      return {
        fact: { state: "unmatched", reason: null, detail, policies: [], digest, action: this.#noMatch },
        signatures: [],
      };
    }
    const prints = policies.map(({ fingerprint }) => fingerprint).join(" ");
    const names = policies.map(({ name }) => name);
    return { reference, policies, names, key: `${prints} ${repository.host}/${repository.path}` };
  }
}
