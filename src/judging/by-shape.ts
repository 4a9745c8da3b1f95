import type { Finding } from "../findings/finding.ts";
import { formatPath } from "../json/path.ts";
import type { Path } from "../json/value.ts";
import type { Language, Words } from "../messages/language.ts";
import type { Resource } from "../resources/resource.ts";
import type { RuleMetadata } from "../rules/metadata.ts";
import { NAMED_SCOPES, scopeEntries } from "../rules/scope.ts";
import type { WorkloadModel } from "../workloads/workload-model.ts";

/** Whether a rule is about pods, so that what it finds hangs on where they were found. */
export function isAboutPods({ scope }: RuleMetadata): boolean {
  return scopeEntries(scope).some((each) => each !== "object" && NAMED_SCOPES.includes(each));
}

/**
 * A finding about pods of a kind that nobody knows: never an error, for what its controller makes of them is not known;
 * what to do is told with how to make the kind known. The message stays as it is, so that it reads and compares alike.
 */
export function foundByShape(finding: Finding, told: string, language: Language): Finding {
  const { level, remedy } = finding;
  return {
    ...finding,
    level: level === "error" ? "warning" : level,
    remedy: `${remedy}${language === "zh" ? "" : " "}${told}`,
  };
}

/** How to make the kind of an object known whose pods were found by their shape. */
export function howToAddKind(
  { group, identity: { kind } }: Resource,
  { pods }: WorkloadModel,
  language: Language,
): string {
  const places = new Set(pods.slice(0, mostPlaces).map(({ path }) => JSON.stringify(patternOf(path))));
  return words[language].byShape(
    kind,
    `{ apiVersion: "${group}/*", kind: ${kind}, pods: [${[...places].join(", ")}] }`,
  );
}

const mostPlaces = 5;

function patternOf(path: Path): string {
  return formatPath(path).replaceAll(/\[\d+\]/g, "[]");
}

const en = {
  byShape: (kind: string, entry: string) =>
    `(${kind} is no kind that Paddlock knows: it was judged by the shape of its pods, never as an error. To have it judged in full, add ${entry} to "kinds" of the configuration.)`,
};
const zh: typeof en = {
  byShape: (kind, entry) =>
    `（Paddlock 不认识 ${kind} 这一类型，只按 Pod 的形状检查，最高为警告。要完整检查，请在配置的 kinds 中加入 ${entry}。）`,
};
const words: Words<typeof en> = { en, zh };
