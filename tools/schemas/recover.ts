import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type FunctionDeclaration, type ModuleDeclaration, parse, type Statement } from "acorn";
import type { Definitions, RootKind, SchemaCatalogue, SchemaNode } from "./schema-node.ts";

/**
 * Kinds whose validators have another form, and what stands in their place. The schema inside a
 * CustomResourceDefinition is a language of its own, which is not judged.
 */
const BY_HAND: { readonly [definition: string]: SchemaNode } = {
  IoK8sApiextensionsApiserverPkgApisApiextensionsV1JSONSchemaProps: { type: "object" },
  IoK8sApiextensionsApiserverPkgApisApiextensionsV1beta1JSONSchemaProps: { type: "object" },
  IoK8sApimachineryPkgApiResourceQuantity: { format: "quantity" },
  IoK8sApimachineryPkgUtilIntstrIntOrString: { format: "int-or-string" },
};

/**
 * The schemas behind kubernetes-models, which ships none: only validators compiled from them. Those are so regular that
 * a schema can be read back: one function a schema, and a dozen forms of function. A form that is not among them throws.
 */
export function recoverCatalogue(): SchemaCatalogue {
  const definitions: Definitions = new Map();
  const roots: RootKind[] = [];
  for (const file of validatorFiles()) {
    const name = basename(file, ".js");
    const byHand = BY_HAND[name];
    if (byHand !== undefined) {
      definitions.set(name, byHand);
      continue;
    }
    const schema = recoverSchema(file, readFileSync(file, "utf8"));
    definitions.set(name, schema);
    const root = rootOf(name, schema);
    if (root !== undefined) roots.push(root);
  }
  return { definitions, roots };
}

/** The schema that one module's validator was compiled from. Throws where it is written in an unknown way. */
export function recoverSchema(file: string, source: string): SchemaNode {
  return new ValidatorModule(file, source).exported();
}

/** Where the packages are that the schemas come from; the order is stable. */
export function modelFolders(): readonly string[] {
  const require = createRequire(import.meta.url);
  const models = dirname(require.resolve("kubernetes-models/package.json"));
  const machinery = dirname(
    createRequire(join(models, "package.json")).resolve("@kubernetes-models/apimachinery/package.json"),
  );
  return [models, machinery];
}

function validatorFiles(): readonly string[] {
  return modelFolders().flatMap((folder) => {
    const schemas = join(folder, "_schemas");
    return readdirSync(schemas)
      .filter((file) => file.endsWith(".js"))
      .sort()
      .map((file) => join(schemas, file));
  });
}

function rootOf(definition: string, schema: SchemaNode): RootKind | undefined {
  const apiVersion = schema.properties?.apiVersion?.enum;
  const kind = schema.properties?.kind?.enum;
  // A volume of Azure has a `kind` of its own; delete options exist in every version.
  if (apiVersion?.length !== 1 || kind?.length !== 1) return undefined;
  const [group, version] = splitApiVersion(apiVersion[0] as string);
  return { group, version, kind: kind[0] as string, definition };
}

function splitApiVersion(apiVersion: string): readonly [group: string, version: string] {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** Every error is reported by the same statements; they are folded into `FAIL(keyword);`. */
const FAILURE =
  /let err\d+=\{instancePath,schemaPath:"#\/\w+",keyword:"(\w+)",params:\{([^}]*)\}\};null===vErrors\?vErrors=\[err\d+\]:vErrors\.push\(err\d+\),errors\+\+/g;
/** A call of another validator on a part of the data, folded into `CALL(validator, part)`. */
const CALL =
  /(validate\d+)\((data(?:\.[\w$]+|\["[^"]+"\]|\[\w+\])?),\{instancePath(?::[^{}]*?)?,parentData(?::data)?,parentDataProperty(?::(?:"[^"]*"|\w+))?,rootData\}\)\|\|\(errors=\(vErrors=null===vErrors\?\1\.errors:vErrors\.concat\(\1\.errors\)\)\.length\)/g;
const PROPERTY = /void 0!==(data(?:\.[\w$]+|\["[^"]+"\]))&&\(CALL\((validate\d+),\1\)\)[,;]?/g;
const REQUIRED = /if\(void 0===data(?:\.[\w$]+|\["[^"]+"\])\)\{FAIL\(required,missingProperty:"([^"]+)"\)\}/g;

const IS_OBJECT = 'data&&"object"==typeof data&&!Array.isArray(data)';
const IS_INTEGER = '"number"==typeof data&&!(data%1)&&!isNaN(data)&&isFinite(data)';
const IS_NUMBER = '"number"==typeof data&&isFinite(data)';
const EACH_KEY = "for(let key0 in data)EACH";
const EACH_ITEM = "let len0=data.length;for(let i0=0;i0<len0;i0++)EACH";

/** The forms of scalars: the whole body but for the enumeration. `null` beside the type: the property is optional. */
const SCALARS = new Map<string, SchemaNode>([
  [`if("string"!=typeof data){FAIL(type)}`, { type: "string" }],
  [`if("string"!=typeof data&&null!==data){FAIL(type)}`, { type: "string" }],
  [`if("boolean"!=typeof data){FAIL(type)}`, { type: "boolean" }],
  [`if("boolean"!=typeof data&&null!==data){FAIL(type)}`, { type: "boolean" }],
  [`if(!(${IS_INTEGER})){FAIL(type)}if(${IS_NUMBER}&&!FORMAT){FAIL(format)}`, { type: "integer" }],
  [`if(!(${IS_INTEGER})&&null!==data){FAIL(type)}if(${IS_NUMBER}&&!FORMAT){FAIL(format)}`, { type: "integer" }],
  [
    `if("string"!=typeof data&&null!==data){FAIL(type)}if(${IS_NUMBER},"string"==typeof data&&!FORMAT){FAIL(format)}`,
    { type: "string" },
  ],
  [`if(${IS_NUMBER},"string"==typeof data){if(!FORMAT){FAIL(format)}}else{FAIL(type)}`, { type: "string" }],
  [`if(!(${IS_OBJECT})){FAIL(type)}`, { type: "object" }],
]);
const ARRAYS = new Set([
  `if(!Array.isArray(data)&&null!==data){FAIL(type)}if(Array.isArray(data)){${EACH_ITEM}}`,
  `if(Array.isArray(data)){${EACH_ITEM}}else{FAIL(type)}`,
]);
const MAPS = new Set([
  `if(!(${IS_OBJECT})&&null!==data){FAIL(type)}if(${IS_OBJECT})${EACH_KEY}`,
  `if(${IS_OBJECT})${EACH_KEY}else{FAIL(type)}`,
]);
const OBJECTS = new Set([
  `if(${IS_OBJECT}){REQUIRED;PROPERTIES;}else{FAIL(type)}`,
  `if(${IS_OBJECT}){PROPERTIES;}else{FAIL(type)}`,
  `if(${IS_OBJECT})PROPERTIES;else{FAIL(type)}`,
]);
const REFERENCES = new Set(["WHOLE", "null!==data&&(WHOLE)"]);

class ValidatorModule {
  readonly #file: string;
  readonly #source: string;
  readonly #functions = new Map<string, FunctionDeclaration>();
  /** Local name of an imported validator → its definition. */
  readonly #imports = new Map<string, string>();
  readonly #enums = new Map<string, readonly string[]>();
  readonly #formats = new Map<string, string>();
  #exported = "";

  constructor(file: string, source: string) {
    this.#file = file;
    this.#source = source;
    for (const statement of parse(source, { ecmaVersion: "latest", sourceType: "module" }).body) this.#read(statement);
  }

  exported(): SchemaNode {
    return this.#schema(this.#exported);
  }

  #read(statement: Statement | ModuleDeclaration): void {
    const text = this.#source.slice(statement.start, statement.end);
    if (statement.type === "FunctionDeclaration") {
      this.#functions.set(statement.id.name, statement as FunctionDeclaration);
      return;
    }
    const imported = /^import\{validate as (\w+)\}from"([^"]+)";$/.exec(text);
    if (imported !== null) {
      this.#imports.set(imported[1] as string, basename(imported[2] as string, ".js"));
      return;
    }
    const exported = /^export const validate=(\w+);$/.exec(text);
    if (exported !== null) {
      this.#exported = exported[1] as string;
      return;
    }
    const values = /^let (schema\d+_enum)=(\[.*\]);$/.exec(text);
    if (values !== null) {
      this.#enums.set(values[1] as string, JSON.parse(values[2] as string));
      return;
    }
    const format = /^let (formats\d+)=formats(?:\.([\w-]+)|\["([\w-]+)"\]);$/.exec(text);
    if (format !== null) {
      this.#formats.set(format[1] as string, (format[2] ?? format[3]) as string);
      return;
    }
    if (text !== 'import{formats}from"@kubernetes-models/validate";') this.#unknown("statement", text);
  }

  #schema(name: string): SchemaNode {
    const imported = this.#imports.get(name);
    if (imported !== undefined) return { $ref: imported };
    const declaration = this.#functions.get(name) ?? this.#unknown("validator", name);
    const body = this.#source.slice(declaration.body.start + 1, declaration.body.end - 1);
    if (body === `return ${name}.errors=null,!0`) return {};
    const ending = `return ${name}.errors=vErrors,0===errors`;
    let form = body.replace(FAILURE, (_all, keyword: string, parameters: string) =>
      keyword === "required" ? `FAIL(required,${parameters})` : `FAIL(${keyword})`,
    );
    form = form.replace(CALL, (_all, callee: string, part: string) => `CALL(${callee},${part})`);
    // A reference returns in the same expression.
    if (form.startsWith("let vErrors=null,errors=0;return ")) {
      form = `let vErrors=null,errors=0;${form.slice("let vErrors=null,errors=0;return ".length).replace(`,${name}.errors`, `;return ${name}.errors`)}`;
    }
    if (!form.startsWith("let vErrors=null,errors=0;") || !form.endsWith(ending)) this.#unknown("body", form);
    form = form.slice("let vErrors=null,errors=0;".length, -ending.length).replace(/;$/, "");
    return this.#scalar(form) ?? this.#structure(form) ?? this.#unknown("form", form);
  }

  #scalar(form: string): SchemaNode | undefined {
    const [enumeration] = /if\((?:"[^"]*"!==data(?:&&)?)+\)\{FAIL\(enum\)\}$/.exec(form) ?? [];
    const values = enumeration && [...enumeration.matchAll(/"([^"]*)"!==data/g)].map((match) => match[1] as string);
    const [check, name] = /(formats\d+)\.validate(?:\.test)?\(data\)/.exec(form) ?? [];
    const format = name && (this.#formats.get(name) ?? this.#unknown("format", name));
    const rest = form.slice(0, form.length - (enumeration?.length ?? 0)).replace(check ?? "FORMAT", "FORMAT");
    const scalar = SCALARS.get(rest);
    if (scalar === undefined) return undefined;
    if (values && ![...this.#enums.values()].some((known) => same(known, values))) {
      this.#unknown("enumeration", values.join());
    }
    return { ...scalar, ...(format && { format: formatOf(format) }), ...(values && { enum: values }) };
  }

  #structure(form: string): SchemaNode | undefined {
    const required: string[] = [];
    const properties: { [name: string]: SchemaNode } = {};
    const each: string[] = [];
    const whole: string[] = [];
    const rest = form
      .replace(REQUIRED, (_all, name: string) => {
        required.push(name);
        return "REQUIRED;";
      })
      .replace(PROPERTY, (_all, part: string, callee: string) => {
        properties[propertyOf(part)] = this.#schema(callee);
        return "PROPERTIES;";
      })
      .replace(/CALL\((validate\d+),data\[(?:key0|i0)\]\)/, (_all, callee: string) => {
        each.push(callee);
        return "EACH";
      })
      .replace(/CALL\((validate\d+),data\)/, (_all, callee: string) => {
        whole.push(callee);
        return "WHOLE";
      })
      .replace(/(?:REQUIRED;)+/, "REQUIRED;")
      .replace(/(?:PROPERTIES;)+/, "PROPERTIES;")
      .replace(/^(if\(.*\)EACH);(else)/, "$1$2");
    if (OBJECTS.has(rest)) {
      return { type: "object", properties, ...(required.length > 0 && { required }), additionalProperties: false };
    }
    const callee = each[0] ?? whole[0];
    if (callee === undefined) return undefined;
    if (ARRAYS.has(rest)) return { type: "array", items: this.#schema(callee) };
    if (MAPS.has(rest)) return { type: "object", additionalProperties: this.#schema(callee) };
    if (REFERENCES.has(rest)) return this.#schema(callee);
    return undefined;
  }

  #unknown(what: string, text: string): never {
    throw new Error(`${this.#file}: unknown ${what}: ${text.slice(0, 500)}`);
  }
}

function propertyOf(part: string): string {
  return part.startsWith("data.") ? part.slice("data.".length) : (JSON.parse(part.slice("data[".length, -1)) as string);
}

function formatOf(format: string): NonNullable<SchemaNode["format"]> {
  switch (format) {
    case "int32":
    case "int64":
    case "double":
    case "byte":
    case "date-time":
      return format;
    default:
      throw new Error(`unknown format ${format}`);
  }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
