import { type FuzzOptions, fuzz } from "../fuzz/fuzz.ts";
import { megabytes, type Section, whole } from "../section.ts";
import type { Stage } from "../stage.ts";

/** Mutated reviews, and what became of them. */
export async function fuzzing(stage: Stage, options: FuzzOptions): Promise<Section> {
  const { answers, halfBytes, endBytes, violations } = await fuzz(stage, options);
  return {
    title: "Mutated reviews",
    note:
      `${whole(options.reviews)} reviews, mutated in structure, in bytes and in headers (seed ${options.seed}), 16 at a time. ` +
      "“Failed” are those answered by `admission.onError`.",
    heads: ["answer", "reviews"],
    rows: [...answers].toSorted((a, b) => b[1] - a[1]).map(([what, count]) => [what, whole(count)]),
    targets: [
      {
        text: "no crash, no leak, every answer a valid AdmissionReview or 4xx",
        measured: violations[0] ?? `${megabytes(halfBytes)} MB after a half, ${megabytes(endBytes)} MB at the end`,
        met: violations.length === 0,
      },
    ],
  };
}
