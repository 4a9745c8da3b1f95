import type { Input } from "../contract/input.generated.ts";
import type { Language } from "../messages/language.ts";
import { renderMessage, textFor } from "../rules/message.ts";
import type { RuleText } from "../rules/metadata.ts";
import type { Violation } from "../rules/violation.ts";
import type { RelatedPlace } from "./finding.ts";
import { compareText } from "./order.ts";

/** A rule that names more has something to say of none of them. */
const most = 10;

/**
 * The other objects that a violation names among those that its rule was told of, in the order of their places. Where the
 * rule has words for one (`case`), they are said of it; else it is named.
 */
export function relatedPlaces(
  { related = [], args }: Violation,
  told: Input["related"],
  text: RuleText,
  language: Language,
): readonly RelatedPlace[] {
  const places = related.slice(0, most).flatMap((each): RelatedPlace[] => {
    const object = told?.[each.relation]?.objects[each.index];
    if (object === undefined) return [];
    const { apiVersion, kind, namespace, name, file, line, column } = object;
    const words = each.case === undefined ? undefined : textFor(text, each.case).message;
    const message =
      words === undefined ? `${kind} ${name}` : renderMessage(words, { ...args, kind, namespace, name }, language);
    return [{ message, file, line, column, resource: { apiVersion, kind, namespace, name } }];
  });
  return places.sort((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
}
