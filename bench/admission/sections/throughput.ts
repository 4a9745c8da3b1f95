import { connections, type LoadFigures, type LoadGenerator } from "../load.ts";
import { deniedCount, reviewCount, reviews } from "../reviews.ts";
import { median, megabytes, milliseconds, type Section, spread, whole } from "../section.ts";
import { configurations, type Stage } from "../stage.ts";
import { expectAnswers, type Subject, untilAnswering } from "../subject.ts";
import { UsageWatch, usageOf } from "../usage.ts";

export interface ThroughputOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Of the load at a fixed rate. */
  readonly rateSeconds: number;
  /** After so many reviews the memory counts. */
  readonly soak: number;
}

interface Measured {
  readonly subject: Subject;
  readonly targets: string;
  readonly peaks: LoadFigures[];
  readonly cores: number[];
  atRate: LoadFigures | null;
  reviews: number;
  /** Of the server after each load. */
  readonly rss: { readonly reviews: number; readonly bytes: number }[];
}

const six = "paddlock, the six core rules";
const all = "paddlock, all rules";
const opa = "opa run --server, the six rules";
const floor = "node:https that lets everything in";

/** One core for the server, the other for the load. */
export async function throughput(
  stage: Stage,
  load: LoadGenerator,
  core: number,
  options: ThroughputOptions,
): Promise<Section> {
  const { rounds, seconds, rateSeconds, soak } = options;
  const sent = reviews();
  const [first] = sent;
  if (first === undefined) throw new Error("no reviews");
  const subjects = [
    await stage.paddlock(six, configurations.six, core),
    await stage.paddlock(all, configurations.all, core),
    await stage.opa(opa, core),
    await stage.floor(floor, core),
  ];
  const measured: Measured[] = [];
  for (const subject of subjects) {
    await untilAnswering(subject, stage.ca, first);
    if (subject.name !== floor) await expectAnswers(subject, stage.ca, sent);
    const targets = load.writeTargets(`peak-${measured.length}`, subject.url, sent);
    measured.push({ subject, targets, peaks: [], cores: [], atRate: null, reviews: 0, rss: [] });
  }
  const run = async (each: Measured, rate: number | null, time: number): Promise<[LoadFigures, cores: number]> => {
    const { pid } = each.subject.process;
    const watch = new UsageWatch(pid);
    const figures = await load.run({ ca: stage.caFile, targets: each.targets, seconds: time, rate });
    const { cores } = watch.stop();
    each.reviews += figures.requests;
    each.rss.push({ reviews: each.reviews, bytes: usageOf(pid).rssBytes });
    return [figures, cores];
  };
  for (let round = -1; round < rounds; round++) {
    for (const each of round % 2 === 0 ? measured : measured.toReversed()) {
      const [figures, cores] = await run(each, null, seconds);
      // The first round warms up.
      if (round < 0) continue;
      each.peaks.push(figures);
      each.cores.push(cores);
    }
  }
  for (const each of measured) {
    [each.atRate] = await run(each, 0.8 * median(each.peaks.map(({ perSecond }) => perSecond)), rateSeconds);
  }
  for (const each of measured) {
    if (each.subject.name !== all && each.subject.name !== six) continue;
    while (each.reviews < soak) await run(each, null, seconds);
  }
  for (const { subject } of measured) await subject.process.end();
  return sectionOf(measured, options);
}

function sectionOf(measured: readonly Measured[], { rounds, seconds, rateSeconds, soak }: ThroughputOptions): Section {
  const find = (name: string): Measured => {
    const found = measured.find(({ subject }) => subject.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  const perSecond = (each: Measured): number[] => each.peaks.map((figures) => figures.perSecond);
  const p99 = (each: Measured): number[] => each.peaks.map((figures) => figures.p99);
  const [ours, whole_, peer] = [find(six), find(all), find(opa)];
  const ratio = median(ours.peaks.map((figures, round) => figures.perSecond / (peer.peaks[round]?.perSecond ?? NaN)));
  const soaked = measured.filter((each) => each === ours || each === whole_);
  const last = (each: Measured): number => each.rss.at(-1)?.bytes ?? Number.NaN;
  const half = (each: Measured): number =>
    each.rss.find(({ reviews: count }) => count >= each.reviews / 2)?.bytes ?? Number.NaN;
  const most = (each: Measured): number => Math.max(...each.rss.map(({ bytes }) => bytes));
  return {
    title: "Throughput on one core",
    note:
      `TLS 1.3, HTTP/1.1, ${connections} connections that are kept; ${reviewCount} reviews in turn, CREATE of Deployments ` +
      `and Pods of 4.7 to 5.6 KB with all their defaults, ${deniedCount} of them denied, each by one of the six rules. The ` +
      `servers have one core, vegeta the other. ${rounds} rounds of ${seconds} s in alternating order after one to warm ` +
      `up: medians, with the least and the greatest. Paddlock has the settings of its image and writes its line a review, OPA no log. At 80 %: ${rateSeconds} s at 80 % of ` +
      `the server's own median rate, requests sent when they are due. Memory after at least ${whole(soak)} reviews for Paddlock, ` +
      "after all loads for the others.",
    heads: [
      "",
      "reviews/s",
      "p50 ms",
      "p99 ms",
      "cores",
      "generator's cores",
      "p50 at 80 %",
      "p99 at 80 %",
      "MB",
      "reviews",
    ],
    rows: measured.map((each) => [
      each.subject.name,
      spread(perSecond(each), whole),
      milliseconds(median(each.peaks.map(({ p50 }) => p50))),
      spread(p99(each), milliseconds),
      median(each.cores).toFixed(2),
      median(each.peaks.map(({ generatorCores }) => generatorCores)).toFixed(2),
      milliseconds(each.atRate?.p50 ?? Number.NaN),
      milliseconds(each.atRate?.p99 ?? Number.NaN),
      megabytes(most(each)),
      whole(each.reviews),
    ]),
    targets: [
      { text: "six rules: at least 1.3 times OPA's reviews/s", measured: ratio.toFixed(2), met: ratio >= 1.3 },
      {
        text: "six rules: a lower p99 than OPA's",
        measured: `${milliseconds(median(p99(ours)))} ms against ${milliseconds(median(p99(peer)))} ms`,
        met: median(p99(ours)) < median(p99(peer)),
      },
      {
        text: "all rules: at least 3,000 reviews/s",
        measured: whole(median(perSecond(whole_))),
        met: median(perSecond(whole_)) >= 3000,
      },
      {
        text: "all rules: p99 at most 10 ms at 80 % of the peak rate",
        measured: `${milliseconds(whole_.atRate?.p99 ?? Number.NaN)} ms`,
        met: (whole_.atRate?.p99 ?? Number.NaN) <= 10,
      },
      {
        text: `at most 120 MB after ${whole(soak)} reviews`,
        measured: soaked.map((each) => megabytes(most(each))).join(" and "),
        met: soaked.every((each) => most(each) <= 120e6 && each.reviews >= soak),
      },
      {
        text: "memory flat: no more than a tenth above that after half of the reviews",
        measured: soaked.map((each) => `${megabytes(half(each))} → ${megabytes(last(each))}`).join(", "),
        met: soaked.every((each) => last(each) <= half(each) * 1.1),
      },
    ],
  };
}
