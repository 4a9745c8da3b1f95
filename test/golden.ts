import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "vitest";

/** Whether golden files are written instead of compared: `UPDATE_GOLDEN=1 npm test`. */
export const updatesGolden: boolean = process.env.UPDATE_GOLDEN === "1";

/** Compares with a golden file, or writes it. */
export function expectGolden(file: string, content: string): void {
  if (updatesGolden) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return;
  }
  expect(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 npm test writes it`).toBe(true);
  expect(content).toBe(readFileSync(file, "utf8"));
}
