import type { SchemaCatalogue } from "./schema-node.ts";

/** The text of `src/facts/schema/kinds.generated.ts`: which kinds have a compiled schema, by apiVersion. */
export function kindsModule(catalogue: SchemaCatalogue): string {
  const kinds = new Map<string, string[]>();
  for (const { group, version, kind } of catalogue.roots) {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    kinds.set(apiVersion, [...(kinds.get(apiVersion) ?? []), kind]);
  }
  const rows = [...kinds]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([apiVersion, names]) => `  ${JSON.stringify(apiVersion)}: ${JSON.stringify(names.sort().join(" "))},\n`);
  return `// Generated from kubernetes-models and tools/schemas/paddle.ts by \`npm run generate\`. Do not edit.

/** The kinds that have a compiled schema, by apiVersion, separated by spaces. */
export const KINDS: { readonly [apiVersion: string]: string } = {
${rows.join("")}};
`;
}
