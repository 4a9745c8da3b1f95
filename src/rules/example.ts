import type { Region } from "../documents/document.ts";
import type { Level } from "./metadata.ts";
import type { Outcome } from "./violation.ts";

/** What a rule says of an example, in one language. */
export interface ExampleFinding extends Region {
  readonly level: Level;
  readonly outcome: Outcome;
  readonly message: string;
}

/** A manifest out of the rule's fixtures, and what the rule finds in it. */
export interface Example {
  readonly text: string;
  readonly findings: readonly ExampleFinding[];
}

export interface RuleExamples {
  /** Null where the rule has no fixture of that kind. */
  readonly good: Example | null;
  readonly bad: Example | null;
}

/**
 * An example out of a fixture: of one with findings the document of the first, with the lines counted from its
 * beginning; of one without, the whole, for a good example may need all its documents.
 */
export function exampleOf(text: string, findings: readonly ExampleFinding[]): Example {
  const lines = text.trimEnd().split(/\r?\n/);
  const [first] = findings;
  if (first === undefined) return { text: trimmed(lines).join("\n"), findings: [] };
  const marks = lines.flatMap((line, index) => (/^---(?:\s|$)/.test(line) ? [index + 1] : []));
  const from = marks.filter((mark) => mark < first.line).at(-1) ?? 0;
  const to = marks.find((mark) => mark > first.line) ?? lines.length + 1;
  const document = lines.slice(from, to - 1);
  const above = from + document.length - trimmed(document).length;
  return {
    text: trimmed(document).join("\n").trimEnd(),
    findings: findings
      .filter(({ line }) => line > from && line < to)
      .map(({ level, outcome, message, line, column, endLine, endColumn }) => {
        return { level, outcome, message, line: line - above, column, endLine: endLine - above, endColumn };
      }),
  };
}

/** Without the blank lines and the `---` that a file may begin with. */
function trimmed(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== "" && !/^---\s*$/.test(line));
  return start < 0 ? [] : lines.slice(start);
}
