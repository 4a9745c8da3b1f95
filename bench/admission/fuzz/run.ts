import { parseArgs } from "node:util";
import { isBuilt } from "../../workbench.ts";
import { Stage } from "../stage.ts";
import { fuzz } from "./fuzz.ts";

const usage = `npm run fuzz:admission [-- OPTIONS]

Sends mutated reviews to the server that is built. Ends with 1 where it crashed, grew, or answered other than the API server
takes; the same seed sends the same reviews.

  --reviews N   how many (default: 20000)
  --seed N      (default: 1)
`;

const { values } = parseArgs({
  options: {
    reviews: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(usage);
else if (!isBuilt()) {
  process.stderr.write("there is no build to try: npm run build\n");
  process.exitCode = 2;
} else {
  const stage = await Stage.open();
  try {
    const { answers, failures, halfBytes, endBytes, violations } = await fuzz(stage, {
      reviews: Number(values.reviews),
      seed: Number(values.seed),
    });
    const counts = [...answers].map(([what, count]) => `${count} ${what}`).join(", ");
    process.stdout.write(`${counts}; memory ${Math.round(halfBytes / 1e6)} → ${Math.round(endBytes / 1e6)} MB\n`);
    for (const [reason, count] of failures) process.stdout.write(`  ${count} failed: ${reason}\n`);
    for (const violation of violations) process.stdout.write(`  ${violation}\n`);
    if (violations.length > 0) process.exitCode = 1;
  } finally {
    await stage.close();
  }
}
