import type { Report } from "../findings/report.ts";
import type { Language } from "../messages/language.ts";
import type { Level, RuleMetadata, RuleText } from "../rules/metadata.ts";

/** From which level on a finding fails a run. */
export type FailOn = Level | "never";

/** The colours that reports use; a chalk instance is one. */
export interface Colour {
  readonly red: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly green: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}
export type Paint = (text: string) => string;

/** What a reporter may ask besides the report itself. */
export interface ReportContext {
  readonly language: Language;
  /** The command that made the report: `paddlock check`. */
  readonly command: string;
  /** Whether the objects are those of a cluster, where there are neither files nor documents. */
  readonly ofCluster?: boolean;
  /** Width of the terminal in cells. */
  readonly columns: number;
  /** Null: no colours. */
  readonly colour: Colour | null;
  /** The lowest level that fails the run. */
  readonly failOn: FailOn;
  /** In percent of the workloads, how many must have been seen; absent: none. */
  readonly minCoverage?: number;
  /** The rules that were on in this run, in the catalogue's order. */
  readonly rules: readonly RuleMetadata[];
  rule(id: string): RuleMetadata | undefined;
  ruleText(id: string): RuleText | undefined;
  /** The page of a rule. */
  ruleUrl(id: string): string | undefined;
  /** The text of a file of the report, for code frames; asked for file by file, so that one need be kept at a time. */
  sourceText(file: string): string | undefined;
}

/** A format: a report in, its bytes out, piece by piece. Pure: the same report and context give the same bytes. */
export type Reporter = (report: Report, context: ReportContext) => Iterable<string | Uint8Array>;
