import type { RuleMetadata } from "../rules/metadata.ts";
import type { Configuration } from "./configuration.ts";

/** Whether a rule judges nothing for want of a block of the configuration, and is reported so. */
export function isSkipped(
  { skippedWithout }: RuleMetadata,
  { signatures }: Pick<Configuration, "signatures">,
): boolean {
  return skippedWithout === "signatures" && signatures === null;
}
