import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { JsonObject } from "../../src/json/value.ts";
import { schemaCatalogue } from "../../tools/schemas/build.ts";
import type { SchemaNode } from "../../tools/schemas/schema-node.ts";
import { check, lines } from "./check-object.ts";

const data = process.env.PADDLOCK_DATA;
const corpus = process.env.PADDLOCK_CORPUS;

/** A schema in a CustomResourceDefinition, as far as it matters here. */
interface CrdSchema {
  readonly type?: string;
  readonly properties?: { readonly [name: string]: CrdSchema };
  readonly required?: readonly string[];
  readonly items?: CrdSchema;
  readonly additionalProperties?: CrdSchema;
  readonly "x-kubernetes-int-or-string"?: boolean;
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly version?: string;
    readonly validation?: { readonly openAPIV3Schema: CrdSchema };
    readonly versions?: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: CrdSchema } }[];
  };
}

const { definitions, roots } = schemaCatalogue();

function resolved(schema: SchemaNode): SchemaNode {
  return schema.$ref === undefined ? schema : resolved(definitions.get(schema.$ref) as SchemaNode);
}

/** What differs between a real definition and ours, as lines `difference path`. */
function* differences(real: CrdSchema, node: SchemaNode, path: string): Iterable<string> {
  const ours = resolved(node);
  const isFree = ours.type === "object" && ours.properties === undefined && ours.additionalProperties === undefined;
  if (
    isFree ||
    Object.keys(ours).length === 0 ||
    (real.type === "object" && !real.properties && !real.additionalProperties)
  )
    return;
  if (typeOf(real) !== typeOfOurs(ours)) yield `type ${path}: ${typeOf(real)}, ours ${typeOfOurs(ours)}`;
  for (const [name, property] of Object.entries(real.properties ?? {})) {
    const own = ours.properties?.[name];
    if (own !== undefined) yield* differences(property, own, `${path}.${name}`);
    else if (ours.additionalProperties === false) yield `only-real ${path}.${name}`;
  }
  for (const name of Object.keys(ours.properties ?? {})) {
    if (real.properties !== undefined && real.properties[name] === undefined) yield `only-ours ${path}.${name}`;
  }
  for (const name of ours.required ?? []) {
    if (!real.required?.includes(name) && real.properties?.[name]) yield `required-by-us ${path}.${name}`;
  }
  for (const name of real.required ?? []) {
    if (!ours.required?.includes(name)) yield `required-by-them ${path}.${name}`;
  }
  if (real.items && ours.items) yield* differences(real.items, ours.items, `${path}[]`);
  if (real.additionalProperties) {
    // Where they take any name and we know the names, each of ours must be as theirs are.
    const values = ours.additionalProperties ? [ours.additionalProperties] : Object.values(ours.properties ?? {});
    for (const value of values) yield* differences(real.additionalProperties, value, `${path}{}`);
  }
}

function typeOf(schema: CrdSchema): string {
  return schema["x-kubernetes-int-or-string"] ? "int-or-string" : (schema.type ?? "any");
}

function typeOfOurs(schema: SchemaNode): string {
  return schema.format === "quantity" || schema.format === "int-or-string" ? "int-or-string" : (schema.type ?? "any");
}

/** Differences that are meant to be, each with its reason. */
const REASONS: readonly (readonly [difference: RegExp, reason: string])[] = [
  [
    /^only-ours .*(?:\.template\.|volumes\[\]|volumeMounts\[\]|\.metrics\[\]|\.resources\.)/,
    "pods are those of the newest Kubernetes",
  ],
  [/^required-by-us .*\.template$/, "without a template there is no pod"],
  [/^required-by-us .*\.template\.spec$/, "nor without its spec"],
  [/^required-by-us .*(?:[cC]ontainers\[\]\.image)$/, "nor without an image"],
  [/^required-by-us .*\.volumeClaimTemplate\.spec\.accessModes$/, "the API server asks for it when the claim is made"],
  [/^required-by-us \.spec$/, "an object without spec does nothing"],
  [/^required-by-us .*\.hostAliases\[\]\.ip$/, "the newest Kubernetes asks for it"],
  [/^required-by-them .*(?:\.kind|\.name|projected\.sources)$/, "Kubernetes has dropped the demand since"],
  [/^required-by-them .*\.scaleIO\.secretRef$/, "the API server does not ask for it"],
  [/^required-by-them .*\.status\./, "nothing is asked of a status"],
  [/^only-ours \.spec\.sampleSetRef$/, "the operator's sources have it, this definition is older"],
];

describe.skipIf(data === undefined)(
  "the real definitions (skipped unless PADDLOCK_DATA names the folder of crds/)",
  () => {
    const folder = join(data ?? "", "crds");
    const files = data === undefined ? [] : readdirSync(folder).filter((file) => file.includes("paddle"));

    const given = new Set<string>();

    test("are there", () => {
      expect(files.length).toBeGreaterThanOrEqual(3);
    });

    test.each(files)("%s takes what ours takes, and the other way round", (file) => {
      const { spec }: Crd = parse(readFileSync(join(folder, file), "utf8"));
      const versions = spec.versions?.some(({ schema }) => schema)
        ? spec.versions
        : [{ name: spec.version, schema: spec.validation }];
      for (const { name, schema } of versions) {
        const root = roots.find(
          ({ group, version, kind }) => group === spec.group && version === name && kind === spec.names.kind,
        );
        expect(root, `${spec.group}/${name} ${spec.names.kind}`).toBeDefined();
        const ours = definitions.get(root?.definition ?? "") as SchemaNode;
        const real = schema?.openAPIV3Schema as CrdSchema;
        const found = [...new Set(differences(real, ours, ""))];
        const explained = found.map((line) => REASONS.find(([difference]) => difference.test(line))?.[1] ?? line);
        for (const reason of explained) given.add(reason);
        expect(explained.filter((reason) => found.includes(reason))).toEqual([]);
      }
    });

    test("every reason has its difference", () => {
      expect(REASONS.map(([, reason]) => reason).filter((reason) => !given.has(reason))).toEqual([]);
    });
  },
);

describe.skipIf(corpus === undefined)("real files (skipped unless PADDLOCK_CORPUS names their folder)", () => {
  const folder = corpus ?? "";
  const files = corpus === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith(".yaml"));

  /**
   * The only objects of the corpus that the API server refuses: a PaddleService in the documentation of ElasticServing
   * which its own definition does not allow.
   */
  const REFUSED = [
    'misspelled-value spec.service.autoscaler {"value":"kpa","allowed":["hpa.autoscaling.knative.dev","kpa.autoscaling.knative.dev"],"suggestion":"kpa.autoscaling.knative.dev"}',
    'unquoted spec.service.panicWindow {"expected":"string","actual":"integer"}',
    'unquoted spec.service.targetUtilization {"expected":"string","actual":"integer"}',
  ];

  test.each(files)("%s", (file) => {
    const documents = parseAllDocuments(readFileSync(join(folder, file), "utf8"), { uniqueKeys: false });
    const objects = documents
      .map((document) => document.toJS() as JsonObject | null)
      .filter((object) => object !== null);
    const errors = objects.flatMap((object) => lines(check(object))).sort();
    expect(errors).toEqual(/^PaddleFlow__ElasticServing__README.*__2\.yaml$/.test(file) ? REFUSED : []);
  });
});

test.each<[string, JsonObject, string[]]>([
  [
    "replicas, requests and limits of a role are numbers of pods",
    {
      apiVersion: "batch.paddlepaddle.org/v1",
      kind: "PaddleJob",
      metadata: { name: "a" },
      spec: {
        worker: {
          replicas: 2,
          requests: 1,
          limits: { cpu: 1 },
          template: { spec: { containers: [{ name: "a", image: "a" }] } },
        },
      },
    },
    ['type spec.worker.limits {"expected":"integer","actual":"object"}'],
  ],
  [
    "a misspelled role of Kubeflow",
    {
      apiVersion: "kubeflow.org/v1",
      kind: "PaddleJob",
      metadata: { name: "a" },
      spec: { paddleReplicaSpecs: { Wroker: { template: { spec: { containers: [{ name: "a", image: "a" }] } } } } },
    },
    ['misspelled-field spec.paddleReplicaSpecs.Wroker {"field":"Wroker","suggestion":"Worker"}'],
  ],
  [
    "a role in the place of another operator",
    {
      apiVersion: "batch.paddlepaddle.org/v1",
      kind: "PaddleJob",
      metadata: { name: "a" },
      spec: { paddleReplicaSpecs: {} },
    },
    ['unknown-field spec.paddleReplicaSpecs {"field":"paddleReplicaSpecs"}'],
  ],
  [
    "an open kind: known fields are judged, unknown ones are not",
    {
      apiVersion: "paddlepaddle.org/v1",
      kind: "TrainingJob",
      metadata: { name: "a" },
      spec: { image: "a", local_job: true, trainer: { "min-instance": "2" } },
    },
    ['quoted spec.trainer.min-instance {"expected":"integer","actual":"string"}'],
  ],
])("%s", (_name, object, expected) => {
  expect(lines(check(object))).toEqual(expected);
});
