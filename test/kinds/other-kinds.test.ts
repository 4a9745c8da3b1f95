import { expect, test } from "vitest";
import { KINDS as WITH_SCHEMA } from "../../src/facts/schema/kinds.generated.ts";
import { kindsInScopes } from "../../src/judging/judged-kinds.ts";
import { KINDS } from "../../src/kinds/kinds.ts";
import { MACHINE_KINDS, OTHER_KINDS } from "../../src/kinds/other-kinds.ts";
import { loadCatalogue } from "../../src/rules/catalogue.ts";
import { NAMED_SCOPES, scopeEntries } from "../../src/rules/scope.ts";

/** Of a PaddleJob, before the operator had a group of its own. */
const OLD_GROUP = "paddlepaddle.org";
/** What has a schema and is no object that people write: asked of the API server and gone, or no longer served. */
const NOT_WRITTEN = [
  /^(?:Scale|Binding|Eviction|DeploymentRollback|PodSecurityPolicy)$/,
  /(?:Review|TokenRequest|List)$/,
];

test("every kind with a schema whose objects people write has a row, and what machines write another", () => {
  const rows = [...KINDS, ...OTHER_KINDS, ...MACHINE_KINDS];
  const without = Object.entries(WITH_SCHEMA).flatMap(([apiVersion, kinds]) => {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    return kinds
      .split(" ")
      .filter((kind) => !NOT_WRITTEN.some((pattern) => pattern.test(kind)))
      .filter((kind) => !rows.some((row) => row.kind === kind && (row.groups.includes(group) || group === OLD_GROUP)))
      .map((kind) => `${group}/${kind}`);
  });
  expect(without).toEqual([]);
});

test("no kind has two rows", () => {
  const keys = [...KINDS, ...OTHER_KINDS, ...MACHINE_KINDS].flatMap(({ groups, kind }) =>
    groups.map((group) => `${group}/${kind}`),
  );
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test("every kind that a rule of ours is for has a row", () => {
  const kinds = loadCatalogue()
    .rules.flatMap(({ scope }) => scopeEntries(scope))
    .filter((entry) => !NAMED_SCOPES.includes(entry));
  expect(kinds.filter((kind) => kindsInScopes(new Set([kind]), []).beside.length > 0)).toEqual([]);
  expect(kinds).toContain("networking.k8s.io/NetworkPolicy");
});
