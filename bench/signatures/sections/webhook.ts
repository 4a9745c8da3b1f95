import { connections, type LoadFigures, type LoadGenerator } from "../../admission/load.ts";
import { type Review, reviews } from "../../admission/reviews.ts";
import { median, milliseconds, type Section, spread, whole } from "../../admission/section.ts";
import type { Stage } from "../../admission/stage.ts";
import { ask, expectAnswers, type Subject, untilAnswering } from "../../admission/subject.ts";
import { UsageWatch } from "../../admission/usage.ts";
import { ToolFailedError } from "../../child.ts";
import type { World } from "../world.ts";

export interface WebhookOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Of the load at a fixed rate. */
  readonly rateSeconds: number;
  /** Reviews of one image at the same time. */
  readonly crowd: number;
}

const rate = 1000;
/** So long the registry takes for each answer while a crowd arrives. */
const slowMs = 1500;
const mode = "admission: { mode: enforce }\n";

interface Measured {
  readonly subject: Subject;
  readonly targets: string;
  readonly peaks: LoadFigures[];
  readonly cores: number[];
  atRate: LoadFigures | null;
}

/** The same server with and without a signature policy, on one core; then many reviews of one image. */
export async function webhook(
  world: World,
  stage: Stage,
  load: LoadGenerator,
  core: number,
  { rounds, seconds, rateSeconds, crowd }: WebhookOptions,
): Promise<Section> {
  const sent = reviewsOfSigned(world);
  const [first] = sent;
  if (first === undefined) throw new Error("no reviews");
  const without = await stage.paddlock("without a signature policy", `${mode}rules: { signed-image: off }\n`, core);
  const signed = await stage.paddlock("with one, and a warm cache", `${mode}${world.configuration()}`, core);
  const measured: Measured[] = [];
  for (const subject of [without, signed]) {
    await untilAnswering(subject, stage.ca, first);
    // Every image is known after this.
    await expectAnswers(subject, stage.ca, sent);
    const targets = load.writeTargets(`signed-${measured.length}`, subject.url, sent);
    measured.push({ subject, targets, peaks: [], cores: [], atRate: null });
  }
  const run = async ({ subject, targets }: Measured, rate: number | null, time: number) => {
    const watch = new UsageWatch(subject.process.pid);
    const figures = await load.run({ ca: stage.caFile, targets, seconds: time, rate });
    return { figures, ...watch.stop() };
  };
  for (let round = -1; round < rounds; round++) {
    for (const each of round % 2 === 0 ? measured : measured.toReversed()) {
      const { figures } = await run(each, null, seconds);
      // The first round warms up.
      if (round >= 0) each.peaks.push(figures);
    }
  }
  for (const each of measured) {
    const { figures, cores } = await run(each, rate, rateSeconds);
    each.atRate = figures;
    each.cores.push(cores);
  }
  const chain = await chains(world, stage, signed, crowd);
  for (const { subject } of measured) await subject.process.end();
  const [plain, ours] = measured;
  const ratio = median(
    (ours?.peaks ?? []).map(({ perSecond }, round) => perSecond / (plain?.peaks[round]?.perSecond ?? Number.NaN)),
  );
  const served = ours?.atRate?.perSecond ?? Number.NaN;
  return {
    title: "The webhook with a warm cache",
    note:
      `paddlock serve over TLS 1.3 with all rules, on one core, vegeta on the other with ${connections} connections. The ` +
      `reviews are those of the webhook's own benchmark, about ${imagesIn(sent).length} images that cosign signed, most of ` +
      `them by tag, which is looked up again every five seconds. ${rounds} rounds of ${seconds} s in alternating order: ` +
      `medians, with the least and the greatest; then ${rateSeconds} s at ${whole(rate)} reviews/s. The crowd: ${crowd} ` +
      "reviews of one image that nobody knows, on as many connections, while the registry takes its time.",
    heads: ["", "reviews/s", "p99 ms", `p50 at ${rate}/s`, `p99 at ${rate}/s`, `cores at ${rate}/s`],
    rows: measured.map(({ subject, peaks, atRate, cores }) => [
      subject.name,
      spread(
        peaks.map(({ perSecond }) => perSecond),
        whole,
      ),
      milliseconds(median(peaks.map(({ p99 }) => p99))),
      milliseconds(atRate?.p50 ?? Number.NaN),
      milliseconds(atRate?.p99 ?? Number.NaN),
      median(cores).toFixed(2),
    ]),
    targets: [
      {
        text: "at most 10 % below the rate without signatures",
        measured: `${((1 - ratio) * 100).toFixed(1)} %`,
        met: ratio >= 0.9,
      },
      { text: `serves ${whole(rate)} reviews/s`, measured: whole(served), met: served >= rate * 0.99 },
      {
        text: `one chain of registry calls under ${crowd} reviews of one image at the same time`,
        measured: `${chain.crowd} requests for ${crowd} reviews, ${chain.alone} for one`,
        met: chain.crowd === chain.alone,
      },
    ],
  };
}

/** How many requests about an image the registry gets, of one review and of many at the same time. */
async function chains(
  world: World,
  stage: Stage,
  { url }: Subject,
  crowd: number,
): Promise<{ readonly alone: number; readonly crowd: number }> {
  const { proxy } = world;
  const count = async (repository: string, times: number, delayMs: number): Promise<number> => {
    const { digest } = await world.another(repository, proxy.host);
    const body = reviewOf(`${proxy.host}/${repository}@${digest}`);
    const before = proxy.asked.length;
    proxy.delayMs = delayMs;
    const answers = await Promise.all(Array.from({ length: times }, () => ask(url, stage.ca, body)));
    proxy.delayMs = 0;
    if (answers.some(({ allowed }) => !allowed)) throw new ToolFailedError(`an image of the crowd was denied`);
    return proxy.asked.slice(before).filter((request) => request.includes(`/v2/${repository}/`)).length;
  };
  const alone = await count("ml/alone", 1, 0);
  return { alone, crowd: await count("ml/crowd", crowd, slowMs) };
}

/** A review that is allowed where its one image is signed. */
function reviewOf(image: string): string {
  const allowed = reviews().find((review) => review.allowed);
  if (allowed === undefined) throw new Error("no review is allowed");
  return allowed.body.replaceAll(imageField, `"image":"${image}"`);
}

/** The reviews of the webhook's benchmark, about images that are there and signed. */
function reviewsOfSigned(world: World): Review[] {
  const plain = reviews();
  const known = new Map(imagesIn(plain).map((image, at) => [image, signedLike(world, image, at)]));
  return plain.map(({ body, ...review }) => ({
    ...review,
    body: body.replaceAll(imageField, (field, image: string) => field.replace(image, known.get(image) ?? image)),
  }));
}

const imageField = /"image":"([^"]+)"/g;

function imagesIn(sent: readonly Review[]): string[] {
  return [...new Set(sent.flatMap(({ body }) => [...body.matchAll(imageField)].map(([, image = ""]) => image)))];
}

/** By digest what is by digest, and a tag that moves stays one. */
function signedLike(world: World, image: string, at: number): string {
  const signed = world.images[at];
  if (signed === undefined) throw new ToolFailedError("there are fewer images than the reviews name");
  if (image.includes("@")) return world.named(signed);
  return `${world.registry.host}/${signed.repository}:${image.endsWith(":latest") ? "latest" : signed.tag}`;
}
