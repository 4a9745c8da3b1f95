import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/facts/schema/kinds.generated.ts";
import { buildSchemas, generateKinds, schemaCatalogue } from "../../tools/schemas/build.ts";
import { completeFromDeclarations } from "../../tools/schemas/declarations.ts";
import { modelFolders, recoverCatalogue, recoverSchema } from "../../tools/schemas/recover.ts";
import type { SchemaNode } from "../../tools/schemas/schema-node.ts";
import { squeeze } from "../../tools/schemas/squeeze.ts";

const recovered = recoverCatalogue();
const { definitions, roots } = schemaCatalogue();
const root = join(import.meta.dirname, "..", "..");

describe("what is recovered from kubernetes-models", () => {
  test("every kind that the package has a class for has a schema", () => {
    const [models] = modelFolders() as readonly [string, string];
    const classes = globSync("**/*.d.ts", { cwd: models, exclude: ["_schemas/**"] }).flatMap((file) => {
      const text = readFileSync(join(models, file), "utf8");
      const apiVersion = /^ {4}"apiVersion": "([^"]+)";$/m.exec(text)?.[1];
      const kind = /^ {4}"kind": "([^"]+)";$/m.exec(text)?.[1];
      return text.includes("static kind: ") && apiVersion && kind ? [`${apiVersion} ${kind}`] : [];
    });
    expect(classes.length).toBeGreaterThan(200);
    const known = Object.entries(KINDS).flatMap(([apiVersion, kinds]) =>
      kinds.split(" ").map((kind) => `${apiVersion} ${kind}`),
    );
    expect(classes.filter((one) => !known.includes(one))).toEqual([]);
  });

  test("a schema is what its validator says", () => {
    expect(recovered.definitions.get("IoK8sApiAppsV1DeploymentSpec")).toEqual({
      type: "object",
      properties: {
        minReadySeconds: { type: "integer", format: "int32" },
        paused: { type: "boolean" },
        progressDeadlineSeconds: { type: "integer", format: "int32" },
        replicas: { type: "integer", format: "int32" },
        revisionHistoryLimit: { type: "integer", format: "int32" },
        selector: { $ref: "IoK8sApimachineryPkgApisMetaV1LabelSelector" },
        strategy: { $ref: "IoK8sApiAppsV1DeploymentStrategy" },
        template: { $ref: "IoK8sApiCoreV1PodTemplateSpec" },
      },
      required: ["selector", "template"],
      additionalProperties: false,
    });
    expect(recovered.definitions.get("IoK8sApimachineryPkgApisMetaV1ObjectMeta")?.properties?.labels).toEqual({
      type: "object",
      additionalProperties: { type: "string" },
    });
    expect(recovered.definitions.get("IoK8sApiCoreV1Toleration")?.properties?.effect).toEqual({
      type: "string",
      enum: ["NoExecute", "NoSchedule", "PreferNoSchedule"],
    });
  });

  test("a validator of an unknown form is refused", () => {
    const text = (body: string): string =>
      `export const validate=validate0;function validate0(data,{instancePath="",parentData,parentDataProperty,rootData=data}={}){let vErrors=null,errors=0;${body}return validate0.errors=vErrors,0===errors}`;
    const fail = (type: string): string =>
      `{let err0={instancePath,schemaPath:"#/type",keyword:"type",params:{type:"${type}"}};null===vErrors?vErrors=[err0]:vErrors.push(err0),errors++}`;
    expect(recoverSchema("a.js", text(`if("string"!=typeof data)${fail("string")}`))).toEqual({ type: "string" });
    expect(() => recoverSchema("a.js", text(`if("bigint"!=typeof data)${fail("bigint")}`))).toThrow(/unknown form/);
    expect(() => recoverSchema("a.js", `let x=1;${text("")}`)).toThrow(/unknown statement/);
  });

  test("a difference to the type declarations is refused", () => {
    expect(() => completeFromDeclarations(recovered)).not.toThrow();
    const name = "IoK8sApiCoreV1EnvVar";
    const schema = recovered.definitions.get(name) as SchemaNode;
    const { name: _name, ...properties } = schema.properties ?? {};
    for (const broken of [
      { ...schema, properties },
      { ...schema, required: [] },
    ]) {
      const changed = { ...recovered, definitions: new Map(recovered.definitions).set(name, broken) };
      expect(() => completeFromDeclarations(changed)).toThrow(/IoK8sApiCoreV1EnvVar.name/);
    }
  });

  test("a field that is called description is not lost", () => {
    expect(definitions.get("IoK8sApiSchedulingV1PriorityClass")?.properties?.description).toEqual({ type: "string" });
  });
});

describe("the catalogue", () => {
  test("is closed: every object with fields allows no others, but for what is not known exactly", () => {
    const open = [...definitions].filter(([, schema]) => schema.properties && schema.additionalProperties !== false);
    expect(open.map(([name]) => name).sort()).toEqual([
      "PaddleAITrainingJobRole",
      "PaddleAITrainingJobSpec",
      "PaddleSampleJobSpec",
      "PaddleTrainingJobMaster",
      "PaddleTrainingJobPserver",
      "PaddleTrainingJobSpec",
      "PaddleTrainingJobTrainer",
    ]);
  });

  test("refers to nothing that is not there", () => {
    const missing: string[] = [];
    const visit = (schema: SchemaNode): void => {
      if (schema.$ref !== undefined && !definitions.has(schema.$ref)) missing.push(schema.$ref);
      for (const property of Object.values(schema.properties ?? {})) visit(property);
      if (schema.items) visit(schema.items);
      if (schema.additionalProperties) visit(schema.additionalProperties);
      for (const field of schema.required ?? []) if (!schema.properties?.[field]) missing.push(field);
    };
    for (const schema of definitions.values()) visit(schema);
    expect(missing).toEqual([]);
  });

  test("is the one whose kinds are committed", () => {
    expect(readFileSync(join(root, "src/facts/schema/kinds.generated.ts"), "utf8")).toBe(generateKinds());
  });
});

describe("the compiled files", () => {
  test("need nothing but each other, and are not written twice", async () => {
    const folder = mkdtempSync(join(tmpdir(), "paddlock-schemas-"));
    try {
      await buildSchemas(folder);
      const files = readdirSync(folder).filter((file) => file.endsWith(".cjs"));
      expect(files).toHaveLength(roots.length + 2);
      for (const file of files) {
        const text = readFileSync(join(folder, file), "utf8");
        for (const [, required] of text.matchAll(/require\("([^"]+)"\)/g)) {
          expect(files).toContain((required as string).slice("./".length));
        }
        expect(text).not.toMatch(/instancePath|schemaPath/);
      }
      rmSync(join(folder, files[0] as string));
      await buildSchemas(folder);
      expect(readdirSync(folder)).not.toContain(files[0]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("code of an unexpected shape is refused", () => {
    expect(() => squeeze('"use strict";function validate0(data){errors++;}', () => false)).toThrow(/not expected/);
  });
});
