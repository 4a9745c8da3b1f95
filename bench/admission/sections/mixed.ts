import type { LoadGenerator } from "../load.ts";
import { largeReview, reviews } from "../reviews.ts";
import { median, megabytes, milliseconds, percentile, type Section, spread, whole } from "../section.ts";
import { configurations, type Stage } from "../stage.ts";
import { expectAnswers, untilAnswering } from "../subject.ts";
import { UsageWatch } from "../usage.ts";

export interface MixedOptions {
  readonly rounds: number;
  readonly seconds: number;
}

const perSecond = 300;
const oneLargeOf = 50;
const largeBytes = 3 << 20;

/** Few large reviews among many small ones, on all cores: whether the small ones wait for the large. */
export async function mixed(stage: Stage, load: LoadGenerator, { rounds, seconds }: MixedOptions): Promise<Section> {
  const small = reviews();
  const large = largeReview(largeBytes);
  const subject = await stage.paddlock("paddlock", configurations.all, null);
  await untilAnswering(subject, stage.ca, large);
  await expectAnswers(subject, stage.ca, [...small, large]);
  const among = Array.from({ length: oneLargeOf }, (_, index) => small[index % small.length] ?? large).with(0, large);
  const targets = {
    without: load.writeTargets("small", subject.url, small),
    with: load.writeTargets("mixed", subject.url, among),
  };
  const run = async (which: "without" | "with"): Promise<{ readonly small: number[]; readonly large: number[] }> => {
    const each = await load.runEach({ ca: stage.caFile, targets: targets[which], seconds, rate: perSecond });
    const limit = largeBytes / 2;
    return {
      small: each.filter(({ bytes }) => bytes < limit).map(({ ms }) => ms),
      large: each.filter(({ bytes }) => bytes >= limit).map(({ ms }) => ms),
    };
  };
  const runs: { readonly without: number[]; readonly with: number[]; readonly large: number[] }[] = [];
  await run("with");
  const watch = new UsageWatch(subject.process.pid);
  for (let round = 0; round < rounds; round++) {
    const without = await run("without");
    const both = await run("with");
    runs.push({ without: without.small, with: both.small, large: both.large });
  }
  const { mostRssBytes } = watch.stop();
  await subject.process.end();
  const row = (name: string, pick: (each: (typeof runs)[number]) => readonly number[]): string[] => [
    name,
    whole(runs.reduce((sum, each) => sum + pick(each).length, 0)),
    spread(
      runs.map((each) => percentile(pick(each), 50)),
      milliseconds,
    ),
    spread(
      runs.map((each) => percentile(pick(each), 99)),
      milliseconds,
    ),
  ];
  const ratio = median(runs.map((each) => percentile(each.with, 99) / percentile(each.without, 99)));
  return {
    title: "Large reviews among small ones",
    note:
      `${perSecond} reviews a second for ${seconds} s, ${rounds} rounds, on all cores, which the load shares: the small ones ` +
      `alone, then with every ${oneLargeOf}th of ${(largeBytes / 2 ** 20).toFixed(0)} MiB. All rules.`,
    heads: ["", "reviews", "p50 ms", "p99 ms"],
    rows: [
      row("small ones alone", (each) => each.without),
      row("small ones among large ones", (each) => each.with),
      row("large ones", (each) => each.large),
    ],
    targets: [
      {
        text: "p99 of the small ones at most 3 times that without the large ones",
        measured: ratio.toFixed(2),
        met: ratio <= 3,
      },
      { text: "at most 250 MB", measured: megabytes(mostRssBytes), met: mostRssBytes <= 250e6 },
    ],
  };
}
