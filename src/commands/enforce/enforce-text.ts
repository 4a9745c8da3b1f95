import { stringify } from "yaml";
import type { EntryDifference } from "../../cluster/registered-entries.ts";
import type { WrittenNamespaceEntry } from "../../config/admission.ts";
import { printable } from "../../reporters/printable.ts";
import type { EnforceWords } from "./enforce-words.ts";

/**
 * What keeps the entries over the next installation. A list replaces the whole of a list in helm's values, so all of it is
 * shown.
 * @param ofHelm whether it is for helm's values; else it is for the configuration itself
 */
export function valuesText(namespaces: readonly WrittenNamespaceEntry[], ofHelm: boolean): string {
  const options = { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  const admission = { admission: { namespaces } };
  return stringify(ofHelm ? { config: admission } : admission, options);
}

/** What the registered entries choose, and what they should, a line each. */
export function differencesText(differences: readonly EntryDifference[], say: EnforceWords): string {
  const lines = differences.map(({ entry, registered, due }) =>
    printable(`  ${say.difference(entry, registered, due)}`),
  );
  return [say.differs, ...lines].join("\n");
}
