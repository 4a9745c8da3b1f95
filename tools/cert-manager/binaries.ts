import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFile } from "../../src/documents/parse-file.ts";
import { isObject, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { ToolMissingError } from "../install.ts";
import { built, type Pin, requiredVersion } from "../pinned-build.ts";

const MODULE = "github.com/cert-manager/cert-manager";

/** The programs of cert-manager that issue certificates, and that put their CAs into webhooks. */
export interface CertManagerPrograms {
  readonly controller: string;
  readonly cainjector: string;
}

/**
 * Both programs, built from the Go module that `go.mod` here pins: of the versions that are one module whole, the last.
 * @throws ToolMissingError where they are not built yet and Go is missing, or the build fails
 */
export function certManagerPrograms(): CertManagerPrograms {
  const folder = import.meta.dirname;
  const pin: Pin = {
    folder,
    programs: ["controller", "cainjector"],
    what: `cert-manager ${requiredVersion(folder, MODULE)}`,
    minutes: 4,
    otherwise: "",
  };
  const programs = built(pin, "cert-manager");
  return { controller: join(programs, "controller"), cainjector: join(programs, "cainjector") };
}

/** The definitions of its kinds, from the module itself: it was unpacked to be built. */
export function certManagerKinds(): readonly JsonObject[] {
  const words = ["list", "-m", "-f", "{{.Dir}}", MODULE];
  const module = execFileSync("go", words, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const folder = join(module, "deploy/crds");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => parseFile(readFileSync(join(folder, name), "utf8"), "yaml").documents)
    .map(({ value }) => value)
    .filter(isObject)
    .map((definition) => {
      // Labels are a template of its chart.
      const { name } = objectOf(definition.metadata);
      return { ...definition, metadata: { name: name ?? "" } };
    });
}

/** `node tools/cert-manager/binaries.ts` builds what is missing, and prints the paths; status 2 where it cannot be had. */
if (import.meta.main) {
  try {
    process.stdout.write(`${Object.values(certManagerPrograms()).join("\n")}\n`);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
