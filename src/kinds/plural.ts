/** What a kind's resource is called where its row does not say so; `networkpolicies` is said. */
export function pluralOf({ kind, plural }: { readonly kind: string; readonly plural?: string }): string {
  return plural ?? `${kind.toLowerCase()}s`;
}

/** What the resource of a kind that nobody knows may be called, of which its CRD chose one. */
export function possiblePlurals(kind: string): readonly string[] {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return [`${name.slice(0, -1)}ies`, `${name}s`];
  if (/(?:s|x|z|ch|sh)$/.test(name)) return [`${name}es`, name, `${name}s`];
  return [`${name}s`];
}
