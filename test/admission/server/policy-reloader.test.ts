import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readReview } from "../../../src/admission/admission-review.ts";
import { noFacts } from "../../../src/admission/review-facts.ts";
import { Reviewer } from "../../../src/admission/reviewer.ts";
import { LargeReviews } from "../../../src/admission/server/large-reviews.ts";
import { defaultLimits } from "../../../src/admission/server/limits.ts";
import { Policies } from "../../../src/admission/server/policies.ts";
import { PolicyReloader } from "../../../src/admission/server/policy-reloader.ts";
import { SharedSource } from "../../../src/admission/server/shared-source.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { loadCatalogue } from "../../../src/rules/catalogue.ts";
import { eventually } from "./eventually.ts";
import { GivenSignatures } from "./given-signatures.ts";
import { reviewBody } from "./reviews.ts";

interface Reloading {
  readonly reloader: PolicyReloader;
  readonly loads: (string | null)[];
  readonly inForce: Policies[];
  /** Of each load, in order. */
  readonly signatures: GivenSignatures[];
  readonly refusals: string[];
  /** The mode in force, as a review says it. */
  mode(): string;
}

/**
 * Reloads a configuration file as the server does; `intervalMs` of 2 ms so that tests need not wait.
 * @param during called with the number of each load, while it loads
 */
async function reloading(folder: string, file: string, during: (load: number) => void = () => {}): Promise<Reloading> {
  const loads: (string | null)[] = [];
  const inForce: Policies[] = [];
  const signatures: GivenSignatures[] = [];
  const refusals: string[] = [];
  const read = async (files: string[]) =>
    loadConfiguration({
      cwd: folder,
      root: folder,
      file,
      catalogue: loadCatalogue(),
      onFile: (each) => files.push(each),
    });
  const reloader = await PolicyReloader.start({
    files: async () => {
      const files: string[] = [];
      await read(files).catch(() => {});
      return files;
    },
    load: async () => {
      const files: string[] = [];
      const configuration = await read(files);
      const lookup = new GivenSignatures();
      during(signatures.push(lookup));
      const options = { configuration, language: "en", bundles: [], kubernetesVersion: "1.34" } as const;
      const large = new LargeReviews({
        reviewer: options,
        facts: null,
        sources: {},
        owners: null,
        limits: defaultLimits,
        onWorkerLost: () => {},
      });
      const shared = new SharedSource(lookup, String(signatures.length));
      const reviewer = await Reviewer.prepare(options);
      const policies = new Policies({ reviewer, large, sources: { signatures: shared }, owners: null });
      return { policies, file: configuration.file, files };
    },
    intervalMs: 2,
    onInForce: (policies) => inForce.push(policies),
    onLoaded: (loaded) => loads.push(loaded),
    onRefused: (reason) => refusals.push(reason),
  });
  onTestFinished(() => reloader.close());
  const review = readReview(Buffer.from(reviewBody()));
  const mode = (): string => reloader.inForce.current.reviewer.review(review, noFacts(), new Date()).record.mode;
  return { reloader, loads, inForce, signatures, refusals, mode };
}

const folder = (): string => mkdtempSync(join(tmpdir(), "paddlock-reload-"));
const inMode = (mode: string): string => `admission: { mode: ${mode} }`;

it("puts a changed configuration in force", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  writeFileSync(file, inMode("warn"));
  const { mode, loads, refusals, reloader } = await reloading(here, file);
  expect(mode()).toBe("warn");
  const before = reloader.state.loadedAt;
  writeFileSync(file, inMode("enforce"));
  await eventually(mode).toBe("enforce");
  expect([loads, refusals]).toEqual([[file], []]);
  expect(reloader.state).toMatchObject({ file, refused: null });
  expect(reloader.state.loadedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
});

it("refuses a broken one once, keeps the old, and takes a repaired one", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  writeFileSync(file, inMode("warn"));
  const { mode, loads, refusals, reloader } = await reloading(here, file);
  writeFileSync(file, "admission: { mode: enforced }");
  await eventually(() => refusals.length).toBe(1);
  expect(refusals[0]).toMatch(/^paddlock\.yaml:1:\d+: .*enforced/);
  expect(reloader.state.refused?.reason).toBe(refusals[0]);
  expect(mode()).toBe("warn");
  // Many looks later it was still refused once.
  await reloader.reload();
  expect(refusals).toHaveLength(2);
  rmSync(file);
  await eventually(() => refusals.length).toBe(3);
  expect(mode()).toBe("warn");
  // The one that is in force already, once more.
  writeFileSync(file, inMode("warn"));
  await eventually(() => reloader.state.refused).toBeNull();
  expect(loads).toEqual([file]);
});

it("follows what a configuration extends, also where it is missing at first", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  const base = join(here, "base.yaml");
  writeFileSync(base, inMode("audit"));
  writeFileSync(file, "extends: base.yaml");
  const { mode, refusals } = await reloading(here, file);
  expect(mode()).toBe("audit");
  rmSync(base);
  await eventually(() => refusals.length).toBe(1);
  writeFileSync(base, inMode("enforce"));
  await eventually(mode).toBe("enforce");
});

it("sees a mounted ConfigMap change, which is a symbolic link that is replaced", async () => {
  const here = folder();
  mkdirSync(join(here, "..1"));
  mkdirSync(join(here, "..2"));
  writeFileSync(join(here, "..1", "paddlock.yaml"), inMode("warn"));
  writeFileSync(join(here, "..2", "paddlock.yaml"), inMode("enforce"));
  symlinkSync("..1", join(here, "..data"));
  const file = join(here, "paddlock.yaml");
  symlinkSync(join("..data", "paddlock.yaml"), file);
  const { mode, loads } = await reloading(here, file);
  expect(mode()).toBe("warn");
  symlinkSync("..2", join(here, "..data_tmp"));
  renameSync(join(here, "..data_tmp"), join(here, "..data"));
  await eventually(mode).toBe("enforce");
  expect(loads).toEqual([file]);
});

it("reloads when it is told to, one at a time", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  writeFileSync(file, inMode("warn"));
  const { loads, reloader } = await reloading(here, file);
  const first = reloader.inForce.current;
  await Promise.all([reloader.reload(), reloader.reload()]);
  expect(loads).toEqual([file, file]);
  expect(reloader.inForce.current).not.toBe(first);
});

it("keeps nothing open of a load that came between two changes, and says only of the last that it is in force", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  writeFileSync(file, inMode("warn"));
  const { reloader, signatures, inForce, mode } = await reloading(here, file, (load) => {
    if (load === 1) writeFileSync(file, inMode("audit"));
    if (load === 3) writeFileSync(file, inMode("enforce"));
  });
  expect(signatures.map(({ closed }) => closed)).toEqual([true, false]);
  expect(inForce).toEqual([reloader.inForce.current]);
  await reloader.reload();
  expect(mode()).toBe("enforce");
  expect(signatures.map(({ closed }) => closed)).toEqual([true, true, true, false]);
  expect(inForce).toHaveLength(2);
  expect(inForce[1]).toBe(reloader.inForce.current);
  await reloader.close();
  expect(signatures[3]?.closed).toBe(true);
});

it("closes nothing that is in force, and puts nothing in force, over a configuration that is refused", async () => {
  const here = folder();
  const file = join(here, "paddlock.yaml");
  writeFileSync(file, inMode("warn"));
  const { reloader, signatures, inForce, refusals } = await reloading(here, file, (load) => {
    if (load === 2) writeFileSync(file, "admission: { mode: strict }");
  });
  await reloader.reload();
  expect(refusals).toHaveLength(1);
  expect(signatures.map(({ closed }) => closed)).toEqual([false, true]);
  expect(inForce).toEqual([reloader.inForce.current]);
});
