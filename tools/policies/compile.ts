import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";

/**
 * Compiles the Rego of a folder to one Wasm module with the one entrypoint `paddlock/violations`; tests stay out.
 * The same sources give the same bytes.
 * @param opa path of the `opa` command
 */
export function compilePolicies(opa: string, folder: string): Uint8Array {
  const ignored = ["*_test.rego", "*.json", "*.yaml"];
  const bundle = buildBundle(opa, folder, { ignored });
  const wasm = parseTar(gunzipSync(bundle)).find((entry) => entry.name.endsWith("policy.wasm"));
  if (wasm?.data === undefined) throw new Error("the bundle that opa built holds no policy.wasm");
  return wasm.data;
}

/**
 * Builds the bundle of a folder as users build theirs: `opa build -t wasm -e paddlock/violations`. The same sources give
 * the same bytes.
 * @param ignored patterns of files to leave out
 */
export function buildBundle(
  opa: string,
  folder: string,
  {
    ignored = ["*_test.rego"],
    entrypoint = "paddlock/violations",
  }: { ignored?: readonly string[]; entrypoint?: string } = {},
): Uint8Array {
  const scratch = mkdtempSync(join(tmpdir(), "paddlock-policies-"));
  try {
    const bundle = join(scratch, "bundle.tar.gz");
    const words = ["build", "-t", "wasm", "-e", entrypoint, "-o", bundle];
    execFileSync(opa, [...words, ...ignored.flatMap((pattern) => ["--ignore", pattern]), "."], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return readFileSync(bundle);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
