import { spend, within } from "../../budget/budget.ts";
import { Collector } from "../../documents/collector.ts";
import type { Document } from "../../documents/document.ts";
import { readYaml } from "../../documents/read-yaml.ts";
import { SourceText } from "../../documents/source-text.ts";
import { documentWords } from "../../documents/words.ts";

/**
 * Tells one text from another, and says nothing of it. Nobody must find two that are alike, so it is a digest in earnest;
 * few runs need it, and loading what makes it takes a while.
 */
export function textDigest(text: string): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** UTF-16 units of a text inside an object: what etcd takes of a whole object. */
const LONGEST = 1_500_000;

/** What reading a text costs beside looking at it. */
const STEPS_PER_CHARACTER = 20;

/** Values that aliases of such a text may repeat: it is read while the API server waits. */
const MOST_ALIASED = 10_000;

/** What stands for something that a controller fills in. */
const TEMPLATE = "{{";

/** The documents of a text that an object carries, or why there are none. */
export type EmbeddedText = readonly Document[] | "template" | "unreadable";

/**
 * Reads the YAML or JSON in a field of an object, as Kubernetes' own programs read it. A text with a template is not
 * read, wherever it stands: what is put there may end a string and go on with other fields. Nor is one that is not read
 * by all alike: with a key that is there twice, or aliases that repeat more than is reasonable.
 */
export function readEmbeddedText(text: string): EmbeddedText {
  if (text.includes(TEMPLATE)) return "template";
  within(text.length, LONGEST, "text");
  spend(text.length * STEPS_PER_CHARACTER);
  const out = new Collector(documentWords.en);
  out.budget.aliased = MOST_ALIASED;
  readYaml(new SourceText(text), out);
  const { documents, notifications } = out.result();
  return notifications.length > 0 ? "unreadable" : documents;
}
