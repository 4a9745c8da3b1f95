import type { Path } from "../json/value.ts";
import { nearest } from "../messages/nearest.ts";
import type { Notification } from "../messages/notification.ts";
import { messageIn } from "../messages/thrown.ts";
import { isCalendarDate } from "./calendar-date.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { GlobCompiler } from "./glob-compiler.ts";
import { loadGlobs } from "./globs.ts";
import { momentOf } from "./moment.ts";
import { namespaceGlobFault } from "./namespace-globs.ts";
import { listOf } from "./one-or-many.ts";
import type { WrittenConfiguration } from "./read.ts";
import { type Problem, schemaProblems } from "./schema-errors.ts";
import type { ConfigurationValidator } from "./validator.ts";
import type { ConfigurationWords } from "./words.ts";
import type { CheckedConfiguration } from "./written.ts";

/**
 * Checks one configuration file: by the schema, then what a schema cannot say (the calendar, globs, rules in waivers).
 * @throws ConfigurationError with every problem of the file, each at its line.
 */
export async function checkConfiguration(
  written: WrittenConfiguration,
  validator: ConfigurationValidator,
  rules: ReadonlySet<string>,
  words: ConfigurationWords,
): Promise<CheckedConfiguration> {
  const { value } = written;
  refuse(written, schemaProblems(value, validator, rules, words));
  const checked = value as CheckedConfiguration;
  const problems: Problem[] = [];
  checked.waivers?.forEach(({ rule, expires }, index) => {
    if (!rules.has(rule)) {
      const message = words.unknown("rule", rule, nearest(rule, rules), [...rules]);
      problems.push({ path: ["waivers", index, "rule"], message });
    }
    if (expires !== undefined && !isCalendarDate(expires)) {
      problems.push({ path: ["waivers", index, "expires"], message: words.date(expires) });
    }
  });
  checked.admission?.annotationWaivers?.rules?.forEach((rule, index) => {
    if (rules.has(rule)) return;
    const message = words.unknown("rule", rule, nearest(rule, rules), [...rules]);
    problems.push({ path: ["admission", "annotationWaivers", "rules", index], message });
  });
  problems.push(...graceProblems(checked.admission, words), ...signatureProblems(checked.signatures, words));
  checked.admission?.namespaces?.forEach(({ match }, index) => {
    for (const [path, glob] of located(["admission", "namespaces", index, "match"], match)) {
      const reason = namespaceGlobFault(glob);
      if (reason !== null) problems.push({ path, message: words.glob(glob, reason) });
    }
  });
  const globs = [...globsOf(checked)];
  if (globs.length > 0) {
    const compile = await loadGlobs();
    for (const [path, glob] of globs) {
      const reason = globFault(compile, glob);
      if (reason !== null) problems.push({ path, message: words.glob(glob, reason) });
    }
  }
  refuse(written, problems);
  return checked;
}

/** Since when a namespace is enforced, and until when what was there before may go on. */
function* graceProblems(admission: CheckedConfiguration["admission"], words: ConfigurationWords): Generator<Problem> {
  for (const [index, { mode, since, until }] of (admission?.namespaces ?? []).entries()) {
    const at = ["admission", "namespaces", index];
    for (const [key, written] of Object.entries({ since, until })) {
      if (written === undefined) continue;
      if (momentOf(written) === null) yield { path: [...at, key], message: words.moment(written) };
      else if (mode !== "enforce") yield { path: [...at, key], message: words.graceNeedsEnforce(key) };
    }
    if (until === undefined) continue;
    if (since === undefined) yield { path: [...at, "until"], message: words.untilNeedsSince };
    else if ((momentOf(until) ?? 0) <= (momentOf(since) ?? 0) && momentOf(until) !== null) {
      yield { path: [...at, "until"], message: words.untilBeforeSince };
    }
  }
}

/** What the schema cannot say of signature policies: regular expressions, how many may sign, names given twice. */
function* signatureProblems(
  signatures: CheckedConfiguration["signatures"],
  words: ConfigurationWords,
): Generator<Problem> {
  const names = new Set<string>();
  for (const [index, policy] of (signatures?.policies ?? []).entries()) {
    const at = ["signatures", "policies", index];
    if (names.has(policy.name)) yield { path: [...at, "name"], message: words.policyTwice(policy.name) };
    names.add(policy.name);
    const { require, authorities } = policy;
    if (typeof require === "number" && require > authorities.length) {
      yield { path: [...at, "require"], message: words.tooManyRequired(require, authorities.length) };
    }
    for (const [number, authority] of authorities.entries()) {
      const { key: ownKey, keyless, certificate } = authority;
      const own = [...at, "authorities", number];
      yield* onlyOne(own, authority, ["key", "keyless", "certificate"], words);
      yield* onlyOne([...own, "key"], ownKey, ["file", "inline", "secret"], words);
      yield* onlyOne([...own, "certificate", "roots"], certificate?.roots, ["file", "inline", "secret"], words);
      yield* onlyOne([...own, "keyless"], keyless, ["issuer", "issuerPattern"], words);
      yield* onlyOne([...own, "keyless"], keyless, ["subject", "subjectPattern"], words);
      yield* onlyOne([...own, "keyless", "trustedRoot"], keyless?.trustedRoot, ["file", "tuf"], words);
      for (const key of ["issuerPattern", "subjectPattern"] as const) {
        const reason = patternFault(keyless?.[key]);
        if (reason !== null)
          yield { path: [...own, "keyless", key], message: words.pattern(keyless?.[key] ?? "", reason) };
      }
    }
  }
}

/** The schema sees to it that one is there. */
function* onlyOne(
  path: Path,
  value: object | undefined,
  keys: string[],
  words: ConfigurationWords,
): Generator<Problem> {
  if (value !== undefined && keys.filter((key) => Object.hasOwn(value, key)).length > 1) {
    yield { path, message: words.onlyOne(keys) };
  }
}

function patternFault(pattern: string | undefined): string | null {
  if (pattern === undefined) return null;
  try {
    new RegExp(pattern, "u");
    return null;
  } catch (error) {
    return messageIn(error);
  }
}

function* globsOf({
  overrides = [],
  waivers = [],
  admission,
  signatures,
}: CheckedConfiguration): Generator<[Path, string]> {
  for (const [index, { files, namespaces }] of overrides.entries()) {
    yield* located(["overrides", index, "files"], files);
    yield* located(["overrides", index, "namespaces"], namespaces);
  }
  for (const [index, { files, resource, container }] of waivers.entries()) {
    yield* located(["waivers", index, "files"], files);
    yield* located(["waivers", index, "resource"], resource);
    yield* located(["waivers", index, "container"], container);
  }
  for (const [index, { images, exclude }] of (signatures?.policies ?? []).entries()) {
    yield* located(["signatures", "policies", index, "images"], images);
    yield* located(["signatures", "policies", index, "exclude"], exclude);
  }
  for (const [index, { images }] of (admission?.injected ?? []).entries()) {
    yield* located(["admission", "injected", index, "images"], images);
  }
}

function* located(path: Path, globs: string | readonly string[] | undefined): Generator<[Path, string]> {
  if (globs === undefined) return;
  if (typeof globs === "string") yield [path, globs];
  else for (const [index, glob] of listOf(globs).entries()) yield [[...path, index], glob];
}

function globFault(compile: GlobCompiler, glob: string): string | null {
  try {
    compile([glob]);
    return null;
  } catch (error) {
    return messageIn(error);
  }
}

function refuse(written: WrittenConfiguration, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const notifications = problems.map(({ path, message }): Notification & { line: number; column: number } => {
    const { line, column } = written.locate(path);
    return { level: "error", code: "configuration", message, file: written.shown, line, column };
  });
  notifications.sort((a, b) => a.line - b.line || a.column - b.column);
  throw new ConfigurationError(notifications);
}
