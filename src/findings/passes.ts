import type { SourceFile } from "../sources/terms/source-file.ts";
import { applyBaseline } from "./baseline.ts";
import type { Finding } from "./finding.ts";
import { FingerprintCounter } from "./fingerprint.ts";
import { compareFindings } from "./order.ts";
import { sourceRegion } from "./source-region.ts";
import type { JudgedFile, Waive, Waived } from "./waive.ts";

/** What passes go by, besides the findings. */
export interface PassContext {
  readonly judged: JudgedFile;
  /** Where the text that was judged comes from; absent: it is what people see. */
  readonly source?: Pick<SourceFile, "lines" | "rendering">;
  readonly waive: Waive;
  /** Told of what the waivers did, beside the findings. */
  readonly onWaived: (waived: Waived) => void;
  /** What the other texts of the same path had; absent: it has one text. */
  readonly renderings?: Renderings | undefined;
}

/** One step from what rules found to what is reported. */
export type Pass<Context> = (findings: readonly Finding[], context: Context) => readonly Finding[];

/** Of one text: in order, waived, where people see it, and nothing that another text of the same path has already. */
export const OF_TEXT: readonly Pass<PassContext>[] = [inOrder, waived, placed, unrepeated];

/** Of one path, whose texts may be several: in order, each fingerprint once, and those known that the baseline knows. */
export const OF_PATH: readonly Pass<{ readonly baseline: ReadonlySet<string> }>[] = [inOrder, numbered, known];

/** Takes findings through passes, one after the other. */
export function pass<Context>(
  findings: readonly Finding[],
  passes: readonly Pass<Context>[],
  context: Context,
): readonly Finding[] {
  return passes.reduce((left, each) => each(left, context), findings);
}

/**
 * Tells findings that were there before: a base that several overlays build is one file, and what is wrong with it is
 * said once, however often it is built. What one and the same rendering repeats is not the same.
 */
export class Renderings {
  readonly #inRendering = new Map<string, number>();
  readonly #most = new Map<string, number>();

  repeats({ fingerprint, line, message }: Finding, rendering: string): boolean {
    const same = `${fingerprint}\0${line}\0${message}`;
    const key = `${rendering}\0${same}`;
    const count = (this.#inRendering.get(key) ?? 0) + 1;
    this.#inRendering.set(key, count);
    if (count <= (this.#most.get(same) ?? 0)) return true;
    this.#most.set(same, count);
    return false;
  }
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.length < 2 ? findings : findings.toSorted(compareFindings);
}

function waived(findings: readonly Finding[], { judged, waive, onWaived }: PassContext): readonly Finding[] {
  const result = waive(findings, judged);
  onWaived(result);
  return result.findings;
}

function placed(findings: readonly Finding[], { source }: PassContext): readonly Finding[] {
  const lines = source?.lines;
  return lines === undefined ? findings : findings.map((each) => ({ ...each, ...sourceRegion(each, lines) }));
}

function unrepeated(findings: readonly Finding[], { renderings, source }: PassContext): readonly Finding[] {
  if (renderings === undefined) return findings;
  return findings.filter((each) => !renderings.repeats(each, source?.rendering ?? ""));
}

/** Repeats of a fingerprint are told apart by their order in the file. */
function numbered(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  const counter = new FingerprintCounter();
  return findings.map((finding) => {
    const fingerprint = counter.number(finding.fingerprint);
    return fingerprint === finding.fingerprint ? finding : { ...finding, fingerprint };
  });
}

function known(findings: readonly Finding[], { baseline }: { readonly baseline: ReadonlySet<string> }) {
  return applyBaseline(findings, baseline);
}
