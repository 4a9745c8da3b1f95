import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the `.paddlockignore` files of directories and those above them, up to the root, say. */
export async function paddlockIgnore(directories: Iterable<string>, root: string): Promise<(file: string) => boolean> {
  const seen = new Set<string>();
  for (const directory of directories) {
    for (let current = directory; !seen.has(current); current = dirname(current)) {
      seen.add(current);
      if (existsSync(join(current, ".paddlockignore"))) {
        const { PaddlockIgnore } = await import("./ignore-rules.ts");
        const rules = new PaddlockIgnore(root);
        return (file) => rules.ignores(file);
      }
      if (current === root) break;
    }
  }
  return () => false;
}
