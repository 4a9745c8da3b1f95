import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Random } from "../random.ts";
import { isSlow, Laboratory, placeOf, Search, type Tried } from "./search.ts";
import type { SlowCase } from "./slow-case.ts";

const usage = `npm run fuzz:slow -- [OPTIONS]

Searches for inputs whose judging takes more than their size accounts for, by counting steps at three sizes. Ends with 1 where
it found one; each is kept as a file, which --case tries again.

  --minutes N   how long (default: 5)
  --cases N     how many instead, judged by steps alone, so that every run ends alike
  --seed N      the same seed tries the same cases (default: 1)
  --bytes N     by how much objects grow first; then by 4 and 16 times as much (default: 4096)
  --case FILE   only that case, at larger and larger sizes
`;

const root = join(import.meta.dirname, "..", "..", "..", "..");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      cases: { type: "string" },
      seed: { type: "string", default: "1" },
      bytes: { type: "string", default: "4096" },
      case: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const laboratory = await Laboratory.open(pathToFileURL(join(root, "src")).href);
  try {
    if (values.case !== undefined) await again(laboratory, values.case);
    else {
      const { minutes, cases, seed, bytes } = values;
      const end = performance.now() + Number(minutes) * 60_000;
      const most = cases === undefined ? null : Number(cases);
      const goesOn = (count: number): boolean => (most === null ? performance.now() < end : count < most);
      await search(laboratory, goesOn, most === null, Number(seed), Number(bytes));
    }
  } finally {
    await laboratory.close();
  }
}

/** One case at doubling sizes, so that a person sees how it grows. */
async function again(laboratory: Laboratory, file: string): Promise<void> {
  const slow: SlowCase = JSON.parse(readFileSync(file, "utf8"));
  for (let bytes = 1 << 10; bytes <= 1 << 20; bytes *= 4) {
    process.stdout.write(`${described(await laboratory.try(slow, bytes))}\n`);
  }
}

async function search(
  laboratory: Laboratory,
  goesOn: (count: number) => boolean,
  timed: boolean,
  seed: number,
  bytes: number,
): Promise<void> {
  const found = new Search(laboratory, new Random(seed));
  const seen = new Set<string>();
  let count = 0;
  for (; goesOn(count); count++) {
    const tried = await laboratory.try(found.next(), bytes);
    found.learn(tried);
    const signal = isSlow(tried);
    const place = placeOf(tried.slow);
    if (signal === null || (signal === "time" && !timed) || seen.has(place)) continue;
    seen.add(place);
    process.exitCode = 1;
    process.stdout.write(`slow by ${signal}: ${described(tried)}\n  ${kept(tried.slow, seed, count)}\n`);
  }
  process.stdout.write(`${count} cases, seed ${seed}; the worst:\n`);
  for (const tried of found.worst.slice(0, 15)) process.stdout.write(`${described(tried)}\n`);
}

function described({ slow, bytes, work, exponent, timeExponent }: Tried): string {
  const growths = slow.growths.map((growth) => JSON.stringify(growth)).join(" and ");
  const steps = `${work.map((each) => each.steps).join(" → ")} steps (^${exponent.toFixed(2)})`;
  const time = `${work.map((each) => each.milliseconds.toFixed(0)).join(" → ")} ms (^${timeExponent.toFixed(2)})`;
  return `${steps}, ${time}, ${bytes} bytes: ${slow.target}, ${slow.base}, ${growths}`;
}

function kept(slow: SlowCase, seed: number, count: number): string {
  const folder = join(root, "bench", "results", "slow");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${seed}-case-${count}.json`);
  writeFileSync(file, `${JSON.stringify(slow, null, 2)}\n`);
  return file;
}

await main();
