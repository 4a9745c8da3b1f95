import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copy, folder, plainEnvironment, root } from "./cli/run.ts";

const node = (code: string, cwd: string = root, environment: Readonly<Record<string, string>> = {}): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    cwd,
    env: { ...plainEnvironment(), ...environment },
    encoding: "utf8",
  });

// The package refers to itself by its name, through the same `exports` that others see.
describe('import { check } from "paddlock"', () => {
  test("judges, and gives the report that the command line writes", () => {
    const cwd = folder();
    copy(cwd, "cli/findings.yaml");
    const printed = node(`
      import { check } from "paddlock";
      const { report, catalogue, configuration } = await check({ cwd: ${JSON.stringify(cwd)}, paths: ["."], language: "en" });
      console.log(JSON.stringify({ ...report, findings: [...report.findings] }));
      if (catalogue.rules.length === 0 || configuration.profile !== "recommended") throw new Error("no catalogue");
    `);
    const cli = spawnSync(process.execPath, [join(root, "bin/paddlock.cjs"), "check", "--format", "json"], {
      cwd,
      env: plainEnvironment(),
      encoding: "utf8",
    });
    const timeless = (text: string): unknown => {
      const report = JSON.parse(text);
      return { ...report, summary: { ...report.summary, durationMs: 0 } };
    };
    expect(timeless(printed)).toEqual(timeless(cli.stdout));
  });

  test("throws a ConfigurationError that says what is wrong", () => {
    const printed = node(`
      import { ConfigurationError, check } from "paddlock";
      for (const options of [{ rules: ["pined-image"] }, { profile: "stict" }, { bundles: ["no.tar.gz"] }, { config: "no.yaml" }, { baseline: "no.json" }]) {
        const error = await check({ cwd: ${JSON.stringify(folder())}, ...options }).catch((error) => error);
        console.log(error instanceof ConfigurationError && error instanceof Error && error.notifications.length === 1 && error.message !== "");
      }
    `);
    expect(printed).toBe("true\n".repeat(5));
  });

  test("importing it does nothing: no word, no file, no listener, no global, nothing left running", () => {
    const cwd = folder();
    const printed = node(
      `
      const events = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort();
      const before = JSON.stringify([events(), Object.getOwnPropertyNames(globalThis).sort(), process.exitCode, process.cwd(), Object.keys(process.env).sort()]);
      await import(${JSON.stringify(join(root, "dist/index.mjs"))});
      const after = JSON.stringify([events(), Object.getOwnPropertyNames(globalThis).sort(), process.exitCode, process.cwd(), Object.keys(process.env).sort()]);
      console.log(before === after, process.getActiveResourcesInfo().filter((each) => each !== "PipeWrap" && each !== "TTYWrap").length);
    `,
      cwd,
      { HOME: cwd, TMPDIR: cwd, XDG_CACHE_HOME: cwd },
    );
    expect(printed).toBe("true 0\n");
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("judging sets no exit status and writes nothing", () => {
    const cwd = folder({ "m/a.yaml": "kind: Pod\n" });
    const home = folder();
    const printed = node(
      `
      const { check } = await import(${JSON.stringify(join(root, "dist/index.mjs"))});
      const { report } = await check({ paths: ["m"] });
      console.log([...report.findings].length, process.exitCode);
    `,
      cwd,
      { HOME: home, TMPDIR: home },
    );
    expect(printed).toBe("1 undefined\n");
    expect([readdirSync(cwd), readdirSync(home)]).toEqual([["m"], []]);
  });

  test("exports what it is documented to, and nothing else of its insides", () => {
    const printed = node(`console.log(Object.keys(await import("paddlock")).sort().join(" "))`);
    expect(printed).toBe("ConfigurationError check\n");
    const inside = node(`await import("paddlock/dist/cli.cjs").catch((error) => console.log(error.code))`);
    expect(inside).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED\n");
    const schema = node(`
      import { createRequire } from "node:module";
      console.log(createRequire(import.meta.url)("paddlock/schemas/report.schema.json").title);
    `);
    expect(schema).toBe("Paddlock's JSON report\n");
  });

  test("a program that uses it type-checks by the declarations that are published", () => {
    const cwd = folder();
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    writeFileSync(
      join(cwd, "good.ts"),
      `import { check, ConfigurationError, type CheckOptions, type Finding, type Level, type Report } from "paddlock";

const options: CheckOptions = { paths: ["deploy"], profile: "strict", onProgress: (judged, total) => judged + total };
const level: Level = "error";
export async function failing(): Promise<readonly string[]> {
  try {
    const { report }: { report: Report } = await check(options);
    const findings: Finding[] = [...report.findings];
    const total: number = report.summary.errors + report.summary.durationMs;
    return total === 0 ? [] : findings.filter((each) => each.level === level).map(({ file, line, fingerprint }) => file + line + fingerprint);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.notifications.map(({ message }) => message);
    throw error;
  }
}
`,
    );
    writeFileSync(
      join(cwd, "bad.ts"),
      `import { check } from "paddlock";

export const wrong: Promise<unknown> = check({ paths: "deploy" });
export const misspelt: Promise<unknown> = check({ path: ["deploy"] });
export const missing: Promise<unknown> = check().then(({ report }) => report.finding);
`,
    );
    const compilerOptions = {
      target: "es2024",
      lib: ["es2024"],
      module: "nodenext",
      strict: true,
      noEmit: true,
      types: [],
      paths: { [manifest.name]: [join(root, manifest.exports["."].types)] },
    };
    writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", cwd, "--pretty", "false"], {
      cwd,
      encoding: "utf8",
    });
    const errors = stdout.split("\n").filter((line) => /: error TS/.test(line));
    expect(errors.map((line) => line.replace(/\(.*?\).*(TS\d+).*/, " $1"))).toEqual([
      "bad.ts TS2322",
      "bad.ts TS2561",
      "bad.ts TS2551",
    ]);
  });
});
