import type { Path } from "../documents/document.ts";
import type { Notification } from "../notification.ts";
import { isCalendarDate } from "./calendar-date.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { GlobCompiler } from "./glob-compiler.ts";
import { loadGlobs } from "./globs.ts";
import type { WrittenConfiguration } from "./read.ts";
import { type Problem, schemaProblems } from "./schema-errors.ts";
import { nearest } from "./suggest.ts";
import type { ConfigurationValidator } from "./validator.ts";
import type { ConfigurationWords } from "./words.ts";
import { type CheckedConfiguration, listOf } from "./written.ts";

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

function* globsOf({ overrides = [], waivers = [], admission }: CheckedConfiguration): Generator<[Path, string]> {
  for (const [index, { files, namespaces }] of overrides.entries()) {
    yield* located(["overrides", index, "files"], files);
    yield* located(["overrides", index, "namespaces"], namespaces);
  }
  for (const [index, { files, resource, container }] of waivers.entries()) {
    yield* located(["waivers", index, "files"], files);
    yield* located(["waivers", index, "resource"], resource);
    yield* located(["waivers", index, "container"], container);
  }
  for (const [index, { match }] of (admission?.namespaces ?? []).entries()) {
    yield* located(["admission", "namespaces", index, "match"], match);
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
    return error instanceof Error ? error.message : String(error);
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
