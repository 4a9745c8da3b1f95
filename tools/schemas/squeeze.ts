/**
 * Ajv's compiled code, made small enough to be read and started in a millisecond: every error becomes a call, every
 * validator takes a path in place of a context of five fields. The shapes that ajv writes are few and fixed; one that
 * is not found as expected throws, so that a new version of ajv cannot slip through half changed.
 *
 * A validator is then `(data, path = "") => boolean` with `errors: {path, keyword, params}[] | null`, path being a JSON
 * pointer.
 */
export function squeeze(code: string, eager: (definition: string) => boolean): string {
  const exported: string[] = [];
  let text = code.replace(/^"use strict";/, "");
  text = text.replace(/exports\.(\w+) = (validate\d+);/g, (statement) => {
    exported.push(statement);
    return "";
  });
  text = text.replace(
    ERROR,
    (_all, _name, path: string, keyword: string, params: string) =>
      `vErrors = fail(vErrors, instancePath${path}, "${keyword}", ${params});`,
  );
  text = text.replace(/, \{instancePath(:(?:[^{}"]|"[^"]*")*?)?,parentData[^{}]*?,rootData\}\)/g, (_all, path) =>
    path === undefined ? ", instancePath)" : `, ${(path as string).slice(1)})`,
  );
  text = text.replace(
    /vErrors = vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
    "vErrors = join(vErrors, $1.errors);",
  );
  text = text.replace(/let errors = 0;/g, "");
  text = text.replace(FUNCTION, (_all, name: string, definition: string, body: string) => {
    const whole = `function(data, instancePath=""){${body}return vErrors === null;}`;
    // A function in parentheses is compiled, and cached, with the file; others when they are first called.
    return eager(definition) ? `const ${name} = (${whole});` : `function ${name}${whole.slice("function".length)}`;
  });
  const leftover = /.{0,60}(?:parentData|schemaPath|errors\+\+|errors === 0|rootData).{0,60}/.exec(text);
  if (leftover !== null) throw new Error(`ajv writes what is not expected: ${leftover[0]}`);
  return `"use strict";${HELPERS}${text}${exported.join("")}`;
}

const ERROR =
  /const (err\d+) = \{instancePath(?::instancePath)?((?:\+.*?)?),schemaPath:"[^"]*",keyword:"(\w+)",params:(\{[^{}]*\})\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}errors\+\+;/g;

const FUNCTION =
  /function (validate\d+)\(data, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}\)\{\/\*# sourceURL="(\w+)" \*\/;(.*?)return errors === 0;\}/g;

const HELPERS = `
function fail(errors, path, keyword, params) {
  const error = { path, keyword, params };
  if (errors === null) return [error];
  errors.push(error);
  return errors;
}
function join(errors, more) {
  if (errors === null) return more;
  for (const error of more) errors.push(error);
  return errors;
}
`;
