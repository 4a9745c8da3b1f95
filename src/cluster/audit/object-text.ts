import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout } from "js-yaml";
import { resolvePlain } from "../../documents/scalar.ts";
import type { JsonObject } from "../../json/value.ts";

/**
 * An object as YAML that Kubernetes reads back as the very same object. Long lines stay whole, and a text of several
 * lines stays one, for people compare it with what they wrote.
 */
export function objectText(object: JsonObject): string {
  return dump(object, { lineWidth: -1, noRefs: true, quoteStyle: "double", scalarStyleRules });
}

/** The library knows YAML 1.2; what else Kubernetes takes for a number, a boolean or a null, Kubernetes' own reader says. */
const scalarStyleRules = [quoteUnlessText, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];

const textTag = "tag:yaml.org,2002:str";
/** What looks like a merge key or the border of a document, and line breaks of YAML 1.1 that are none in YAML 1.2. */
const special = /^<<$|^(?:---|\.\.\.)|[\r\x80-\xa0\u2028\u2029\ufeff]/;

function quoteUnlessText(layout: ScalarLayout): void {
  const { value, tag } = layout.node;
  if (tag !== textTag) return;
  if (resolvePlain(value) !== value || special.test(value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
