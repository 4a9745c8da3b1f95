import fc from "fast-check";
import type { EntrySettings } from "../../../src/admission/registration/webhook-entries.ts";

/** Names that the globs below are likely to mean, and some that they are not. */
export const namespaces: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("ml", "ml-a", "ml-b", "ml-ab", "team-a", "team-b", "a", "b", "ab", "kube-public", "default"),
  fc.stringMatching(/^[abm][abl-]{0,6}[abl0]$/),
);

const mode = fc.constantFrom<EntrySettings["mode"]>("enforce", "warn", "audit");
const piece = fc.constantFrom("a", "b", "ml", "-", "*", "**", "?", "[ab]", "[^a]", "[^b-m]", "[a-m0-9]");
const pieces = fc.array(piece, { minLength: 1, maxLength: 3 }).map((all) => all.join(""));
const alternatives = fc.array(pieces, { minLength: 2, maxLength: 3 }).map((all) => `{${all.join(",")}}`);

/** A glob of every form that the configuration takes. */
export const globs: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "", "", "!"),
    fc.oneof(
      fc.array(fc.oneof({ weight: 3, arbitrary: pieces }, alternatives), { minLength: 1, maxLength: 2 }),
      namespaces.map((name) => [name]),
    ),
  )
  .map(([not, parts]) => not + parts.join(""));

/** What decides on the entries; half of them list names alone. */
export const settings: fc.Arbitrary<EntrySettings> = fc.oneof(of(namespaces), of(globs));

function of(match: fc.Arbitrary<string>): fc.Arbitrary<EntrySettings> {
  const entry = fc.record({ match: fc.array(match, { minLength: 1, maxLength: 3 }), mode });
  return fc.record({ mode, namespaces: fc.array(entry, { maxLength: 4 }), modeLabel: fc.boolean() });
}
