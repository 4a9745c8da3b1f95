import { _, type Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt } from "ajv";
import { getProperty } from "ajv/dist/compile/codegen/code.js";
import { callRef } from "ajv/dist/vocabularies/core/ref.js";

/**
 * Keywords of our own, in place of standard ones whose compiled form drags the whole schema along for its error
 * messages, or reads `null` otherwise than Kubernetes, for which it is an absent field.
 * The errors' `params` carry what a message needs: nothing has to be looked up afterwards.
 */
export function addKeywords(ajv: Ajv): void {
  for (const keyword of [known, needs, choice, notNull, quantity, intOrString, named, link]) ajv.addKeyword(keyword);
}

/** `known: [names]`: no other property. */
const known: CodeKeywordDefinition = {
  keyword: "known",
  type: "object",
  schemaType: "array",
  error: { message: "unknown", params: ({ params }) => _`{key: ${params.key}, known: ${params.known}}` },
  code(cxt: KeywordCxt): void {
    const { gen, data } = cxt;
    const names: readonly string[] = cxt.schema;
    const set = gen.scopeValue("obj", {
      key: `names ${names.join()}`,
      ref: names,
      code: _`new Set(${literal(names)})`,
    });
    gen.forIn("key", data, (key) => {
      gen.if(_`!${set}.has(${key})`, () => {
        cxt.setParams({ key, known: set });
        cxt.error();
      });
    });
  },
};

/** `needs: [names]`: neither absent nor null. */
const needs: CodeKeywordDefinition = {
  keyword: "needs",
  type: "object",
  schemaType: "array",
  error: { message: "missing", params: ({ params }) => _`{key: ${params.key}}` },
  code(cxt: KeywordCxt): void {
    const { gen, data } = cxt;
    for (const name of cxt.schema as readonly string[]) {
      gen.if(_`${data}[${name}] === undefined || ${data}[${name}] === null`, () => {
        cxt.setParams({ key: _`${name}` });
        cxt.error();
      });
    }
  },
};

/** `named: true`: the metadata holds a name, or a prefix from which the API server makes one. */
const named: CodeKeywordDefinition = {
  keyword: "named",
  type: "object",
  schemaType: "boolean",
  error: { message: "unnamed" },
  code(cxt: KeywordCxt): void {
    const { gen, data } = cxt;
    const metadata = gen.const("metadata", _`${data}.metadata ?? {}`);
    // Metadata of a wrong type is another error.
    cxt.fail(
      _`typeof ${metadata} == "object" && !Array.isArray(${metadata}) && (${metadata}.name ?? "") === "" && (${metadata}.generateName ?? "") === ""`,
    );
  },
};

/** `choice: [values]`: one of these strings. */
const choice: CodeKeywordDefinition = {
  keyword: "choice",
  type: "string",
  schemaType: "array",
  error: { message: "choice", params: ({ params }) => _`{allowed: ${params.allowed}}` },
  code(cxt: KeywordCxt): void {
    const values: readonly string[] = cxt.schema;
    const set = cxt.gen.scopeValue("obj", {
      key: `values ${values.join("\n")}`,
      ref: values,
      code: _`new Set(${literal(values)})`,
    });
    cxt.setParams({ allowed: set });
    cxt.fail(_`!${set}.has(${cxt.data})`);
  },
};

/** `notNull: true`: an item of a list that cannot be left out. */
const notNull: CodeKeywordDefinition = {
  keyword: "notNull",
  schemaType: "boolean",
  error: { message: "null" },
  code(cxt: KeywordCxt): void {
    cxt.fail(_`${cxt.data} === null`);
  },
};

/**
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ : a signed decimal and a suffix.
 * The reader trims white space.
 */
const quantity: CodeKeywordDefinition = {
  keyword: "quantity",
  schemaType: "boolean",
  error: { message: "quantity" },
  code(cxt: KeywordCxt): void {
    const pattern = cxt.gen.scopeValue("pattern", {
      key: "quantity",
      ref: quantity,
      code: _`/^\\s*[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?\\s*$/`,
    });
    const { data } = cxt;
    cxt.fail(
      _`!(typeof ${data} == "string" ? ${pattern}.test(${data}) : typeof ${data} == "number" || ${data} === null)`,
    );
  },
};

/** A whole number of 32 bits, or a string: a port by its name, a percentage. */
const intOrString: CodeKeywordDefinition = {
  keyword: "intOrString",
  schemaType: "boolean",
  error: { message: "intOrString" },
  code(cxt: KeywordCxt): void {
    const { data } = cxt;
    cxt.fail(
      _`!(typeof ${data} == "string" || (typeof ${data} == "number" ? ${data} === (${data} | 0) : ${data} === null))`,
    );
  },
};

/** `link: {chunk, name}`: a definition that was compiled into another file. */
const link: CodeKeywordDefinition = {
  keyword: "link",
  schemaType: "object",
  code(cxt: KeywordCxt): void {
    const { chunk, name }: { chunk: string; name: string } = cxt.schema;
    const validator = cxt.gen.scopeValue("func", {
      key: `${chunk}#${name}`,
      ref: { chunk, name },
      code: _`require(${`./${chunk}.cjs`})${getProperty(name)}`,
    });
    callRef(cxt, validator);
  },
};

function literal(values: readonly string[]): Code {
  return _`[${values.map((value): Code => _`${value}`).reduce((all, one) => _`${all}, ${one}`)}]`;
}
