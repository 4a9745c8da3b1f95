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
  const scratch = mkdtempSync(join(tmpdir(), "paddlock-policies-"));
  try {
    const bundle = join(scratch, "bundle.tar.gz");
    execFileSync(
      opa,
      [
        "build",
        "-t",
        "wasm",
        "-e",
        "paddlock/violations",
        "--ignore",
        "*_test.rego",
        "--ignore",
        "*.json",
        "--ignore",
        "*.yaml",
        "-o",
        bundle,
        ".",
      ],
      { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
    );
    const wasm = parseTar(gunzipSync(readFileSync(bundle))).find((entry) => entry.name.endsWith("policy.wasm"));
    if (wasm?.data === undefined) throw new Error("the bundle that opa built holds no policy.wasm");
    return wasm.data;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
