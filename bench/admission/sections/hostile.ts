import { readReview } from "../../../src/admission/admission-review.ts";
import { noFacts } from "../../../src/admission/review-facts.ts";
import type { Reviewed } from "../../../src/admission/reviewed.ts";
import { Reviewer } from "../../../src/admission/reviewer.ts";
import { isLarge, smallReviewSteps } from "../../../src/admission/server/limits.ts";
import { requestIdentity } from "../../../src/admission/server/request-identity.ts";
import { objectSteps } from "../../../src/judging/object-judge.ts";
import { bases } from "../fuzz/slow/bases.ts";
import { type Growth, grown } from "../fuzz/slow/growth.ts";
import { known } from "../fuzz/slow/known.ts";
import type { SlowCase } from "../fuzz/slow/slow-case.ts";
import { reviewOf, reviewOptions } from "../fuzz/slow/targets.ts";
import { median, milliseconds, type Section } from "../section.ts";

/** From the largest that the thread which serves all takes at once, to the largest that an API server takes. */
const sizes = [16 << 10, 250 << 10, 1 << 20, 3 << 20] as const;
const mostMain = 20;
const mostWorker = 1_000;

/** What the judging of bodies takes that are made to take long: of the thread that serves all, and of a worker. */
export async function hostile({ rounds }: { readonly rounds: number }): Promise<Section> {
  const options = await reviewOptions();
  const main = await Reviewer.prepare(options, smallReviewSteps);
  const worker = await Reviewer.prepare(options, objectSteps);
  const floors: number[] = [];
  const worst = { main: 0, worker: 0 };
  const rows = known.map((slow): string[] => {
    const cells: string[] = [];
    for (const bytes of sizes) {
      const body = bodyOf(slow, bytes);
      if (body.length > 1.2 * (3 << 20)) {
        cells.push("–");
        continue;
      }
      const floor = timed(rounds, () => JSON.parse(body.toString("utf8")));
      floors.push(floor);
      // What it does not judge, it looks at no further than to say whose it is.
      const onMain = timed(rounds, () => (isLarge(body) ? requestIdentity(body) : review(main, body)));
      let outcome = "";
      const onWorker = timed(rounds, () => {
        const { record } = review(worker, body);
        outcome = record.outcome === "failed" ? " ended" : "";
      });
      worst.main = Math.max(worst.main, onMain);
      worst.worker = Math.max(worst.worker, onWorker);
      cells.push(`${milliseconds(onMain)} / ${milliseconds(onWorker)}${outcome}`);
    }
    return [slow.growths.map(describe).join(" and "), ...cells];
  });
  return {
    title: "Bodies that are made to take long",
    note:
      "Milliseconds of processor time of the thread that serves all / of a worker, medians, warm; “ended”: it was over its " +
      `budget, and answered by \`admission.onError\`. Each shape is what the named field is made of. To parse a body takes ${milliseconds(median(floors))} ms ` +
      `in the median and ${milliseconds(Math.max(...floors))} ms at most. All rules, profile strict.`,
    heads: ["shape", ...sizes.map((bytes) => (bytes < 1 << 20 ? `${bytes >> 10} KiB` : `${bytes >> 20} MiB`))],
    rows,
    targets: [
      {
        text: `at most ${mostMain} ms of the thread that serves all`,
        measured: milliseconds(worst.main),
        met: worst.main <= mostMain,
      },
      { text: "at most 1 s of a worker", measured: milliseconds(worst.worker), met: worst.worker <= mostWorker },
    ],
  };
}

function review(reviewer: Reviewer, body: Buffer): Reviewed {
  return reviewer.review(readReview(body), noFacts(), new Date());
}

function bodyOf({ base, growths }: SlowCase, bytes: number): Buffer {
  const object = bases().find(({ name }) => name === base)?.object ?? {};
  return reviewOf(grown(object, growths, bytes / growths.length), null);
}

/** Processor time, for a machine is never quiet: milliseconds, the median after one run to warm up. */
function timed(rounds: number, work: () => unknown): number {
  work();
  const times = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

function describe(growth: Growth): string {
  const field = growth.path.filter((step) => typeof step === "string").join(".");
  if (growth.kind === "text") return `${field} of \`${JSON.stringify(growth.unit + growth.end).slice(1, -1)}\``;
  if (growth.kind === "items") return `items of ${field}`;
  return growth.kind === "keys" ? `keys of ${field}` : `a long key of ${field}`;
}
