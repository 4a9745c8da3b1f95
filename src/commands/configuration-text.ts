import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadConfiguration } from "../config/load.ts";
import type { CustomKind } from "../kinds/custom-kinds.ts";
import type { Language } from "../messages/language.ts";
import { catalogueWithBundles } from "./catalogue-with-bundles.ts";

/** Has a configuration that is no file be used as one, for as long as that takes. */
export async function asFile<Result>(text: string, use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-configuration-"));
  try {
    const file = join(folder, "paddlock.yaml");
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The kinds that a configuration adds to the table; null: it cannot be read here. */
export function kindsOf(text: string, language: Language): Promise<readonly CustomKind[] | null> {
  return asFile(text, async (file) => {
    try {
      const { catalogue } = await catalogueWithBundles([], language);
      return (await loadConfiguration({ cwd: dirname(file), file, catalogue, language })).kinds;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      return null;
    }
  });
}

/**
 * What is wrong with a configuration, as far as it can be read here; null: nothing.
 * @param bundles absolute paths of files with rules that it may speak of
 */
export function faultOf(text: string, language: Language, bundles: readonly string[] = []): Promise<string | null> {
  return asFile(text, async (file) => {
    try {
      const { catalogue } = await catalogueWithBundles(bundles, language);
      await loadConfiguration({ cwd: dirname(file), file, catalogue, language });
      return null;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigurationError") throw error;
      return error.message;
    }
  });
}
