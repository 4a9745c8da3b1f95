import type { AdmissionMode, AdmissionSettings, NamespaceEntry } from "../../config/admission.ts";
import { isEmpty, type NamespaceMatch, type NamespaceSet, namespaceMatch } from "../../config/namespace-globs.ts";
import { modeLabel, modes } from "../mode.ts";

/** The label that the API server itself gives every namespace: its name. */
export const nameLabel = "kubernetes.io/metadata.name";
/** The match condition of an entry that chooses by the configuration; all other conditions are somebody else's. */
export const modeCondition = "mode-of-the-namespace";

/** The entry of kinds without pods. */
export const objectsEntry: EntryName = "objects.paddlock.dev";
/** The names of all entries that a configuration may ask for; the first is there whatever it says, and fails closed. */
export const entryNames = [
  "validate.paddlock.dev",
  "advise.paddlock.dev",
  "validate-labelled.paddlock.dev",
  "advise-labelled.paddlock.dev",
  "objects.paddlock.dev",
] as const;
type EntryName = (typeof entryNames)[number];

/** A requirement of a label selector (meta/v1). */
export interface NamespaceRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn";
  readonly values: readonly string[];
}

/** What an entry of the ValidatingWebhookConfiguration chooses by; what it asks about is said by `askedBy`. */
export interface WebhookEntry {
  readonly name: EntryName;
  /** Where it enforces, what nobody judged is not let in; elsewhere nothing waits for the webhook. */
  readonly failurePolicy: "Fail" | "Ignore";
  readonly matchExpressions: readonly NamespaceRequirement[];
  /** CEL; null where the selector says all. */
  readonly condition: string | null;
}

/** What of the configuration decides on the entries. */
export interface EntrySettings extends Pick<AdmissionSettings, "mode" | "modeLabel"> {
  readonly namespaces: readonly Pick<NamespaceEntry, "match" | "mode">[];
}

/**
 * The entries of a configuration, of which exactly one fits a request outside the excluded namespaces. For kinds with
 * pods: one with `Fail` where the namespace is enforced, or the object lives in none and `mode` is enforce, and else one
 * with `Ignore`. An entry that fits nothing stands there all the same: what a configuration enforces later, it asks about
 * with a CA that is known. Where the label of a namespace may choose, two more stand for those that it chose: a selector
 * cannot say "or". For kinds without pods one with `Ignore`, whatever is enforced: a cluster that cannot write its own
 * ConfigMaps and roles while the webhook is away does not come up again.
 *
 * The chart's template `paddlock.webhookEntries` says the same in its language.
 */
export function webhookEntries(settings: EntrySettings, excluded: readonly string[]): readonly WebhookEntry[] {
  const spared = requirement(nameLabel, "NotIn", excluded);
  const listed = settings.modeLabel ? requirement(modeLabel, "NotIn", modes) : [];
  const entry = (enforced: boolean): WebhookEntry => {
    const { expressions, condition } = listedNamespaces(settings, enforced);
    return {
      name: entryNames[enforced ? 0 : 1],
      failurePolicy: enforced ? "Fail" : "Ignore",
      matchExpressions: [...spared, ...expressions, ...listed],
      condition,
    };
  };
  const labelled = (enforced: boolean): WebhookEntry => ({
    name: entryNames[enforced ? 2 : 3],
    failurePolicy: enforced ? "Fail" : "Ignore",
    matchExpressions: [
      ...spared,
      ...requirement(
        modeLabel,
        "In",
        modes.filter((mode) => (mode === "enforce") === enforced),
      ),
    ],
    // Objects that live in no namespace fit every selector.
    condition: "has(request.namespace)",
  });
  const objects: WebhookEntry = {
    name: objectsEntry,
    failurePolicy: "Ignore",
    matchExpressions: spared,
    condition: null,
  };
  const byLabel = settings.modeLabel ? [labelled(true), labelled(false)] : [];
  return [entry(true), entry(false), ...byLabel, objects];
}

/** By names alone where names alone are listed, else by a condition. */
function listedNamespaces(
  { mode, namespaces }: EntrySettings,
  enforced: boolean,
): { readonly expressions: readonly NamespaceRequirement[]; readonly condition: string | null } {
  const fits = (each: AdmissionMode): boolean => (each === "enforce") === enforced;
  const rest = fits(mode);
  const entries = namespaces.map((each) => ({ match: namespaceMatch(each.match), fits: fits(each.mode) }));
  if (!entries.every(({ match }) => namesAlone(match))) {
    const choice = entries.map((each) => `${celOf(each.match)} ? ${each.fits} : `).join("");
    const found = rest
      ? `!has(request.namespace) || (${choice}${rest})`
      : `has(request.namespace) && (${choice}${rest})`;
    return { expressions: [], condition: found };
  }
  const seen = new Set<string>();
  const others: string[] = [];
  for (const { match, fits } of entries)
    for (const name of match.wanted.names) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (fits !== rest) others.push(name);
    }
  if (rest) return { expressions: requirement(nameLabel, "NotIn", others), condition: null };
  if (others.length === 0) return { expressions: [], condition: "false" };
  return { expressions: requirement(nameLabel, "In", others), condition: "has(request.namespace)" };
}

function namesAlone({ wanted, unwanted }: NamespaceMatch): boolean {
  return isEmpty(unwanted) && wanted.patterns.length === 0 && wanted.names.length > 0;
}

function celOf({ wanted, unwanted }: NamespaceMatch): string {
  const found = isEmpty(wanted) ? "true" : oneOf(wanted);
  return isEmpty(unwanted) ? found : `${found} && !${oneOf(unwanted)}`;
}

/** Nothing in names and patterns has a meaning in a text of CEL, whose form is that of JSON. */
function oneOf({ names, patterns }: NamespaceSet): string {
  const inNames = names.length === 0 ? [] : [`request.namespace in [${names.map((name) => `"${name}"`).join(", ")}]`];
  const fitting = patterns.length === 0 ? [] : [`request.namespace.matches("^(${patterns.join("|")})$")`];
  return `(${[...inNames, ...fitting].join(" || ")})`;
}

/** Selectors take no empty list. */
function requirement(
  key: string,
  operator: "In" | "NotIn",
  values: readonly string[],
): readonly NamespaceRequirement[] {
  return values.length === 0 ? [] : [{ key, operator, values }];
}
