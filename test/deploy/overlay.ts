import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digest } from "./render.ts";
import { root } from "./tools.ts";

/** The image that overlays are given in tests; nobody pulls it. */
export const overlayImage: string = `registry.example.com/paddlock/paddlock@${digest}`;

/** The folder of an overlay whose user wrote into `image.yaml` what it asks for; there until it was used. */
export async function withImage<Result>(
  name: string,
  use: (overlay: string) => Result | Promise<Result>,
): Promise<Result> {
  const copy = mkdtempSync(join(tmpdir(), "paddlock-kustomize-"));
  try {
    cpSync(join(root, "deploy/kustomize"), copy, { recursive: true });
    const overlay = join(copy, "overlays", name);
    const file = join(overlay, "image.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/ {2}# image: .*/, `  image: ${overlayImage}`));
    return await use(overlay);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
