import { load } from "js-yaml";
import { type Fields, fieldsOf } from "../../json/fields.ts";

/** What a file of another tool says; nothing where it cannot be read: the tool itself says what is wrong with it. */
export function yamlFields(text: string | null): Fields {
  try {
    return text === null ? {} : fieldsOf(load(text));
  } catch {
    return {};
  }
}
