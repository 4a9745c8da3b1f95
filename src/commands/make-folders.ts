import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeIn } from "../messages/thrown.ts";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries for ever where the folder above is
 * there and the system still says ENOENT, as it does in `/proc`.
 * @throws what the system refuses
 */
export function makeFolders(folder: string): void {
  const missing: string[] = [];
  for (let each = folder; statSync(each, { throwIfNoEntry: false }) === undefined; each = dirname(each)) {
    if (each === dirname(each)) break;
    missing.push(each);
  }
  for (const each of missing.reverse()) make(each);
}

function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have made it meanwhile; that it is no folder is said when something is put into it.
    if (codeIn(error) !== "EEXIST") throw error;
  }
}
