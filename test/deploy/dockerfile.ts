import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Copy, DockerfileParser, type From, type Instruction } from "dockerfile-ast";
import { root } from "./tools.ts";

const dockerfile = DockerfileParser.parse(readFileSync(join(root, "Dockerfile"), "utf8"));

/** Where the stages of the Dockerfile begin. */
export const stages: readonly From[] = dockerfile.getFROMs();
/** All of the Dockerfile's instructions. */
export const instructions: readonly Instruction[] = dockerfile.getInstructions();

/** The instructions of a stage, from its FROM to the next. */
export function stage(index: number): readonly Instruction[] {
  const from = stages[index];
  const next = stages[index + 1];
  if (from === undefined) throw new Error(`no stage ${index}`);
  const start = instructions.indexOf(from);
  return instructions.slice(start, next === undefined ? undefined : instructions.indexOf(next));
}

/** What follows an instruction's keyword and flags. */
export function words(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** The instructions of a stage with a keyword. */
export function of(index: number, keyword: string): readonly Instruction[] {
  return stage(index).filter((instruction) => instruction.getKeyword() === keyword);
}

/** The command that the image starts. */
export function entrypoint(): readonly string[] {
  const instruction = of(1, "ENTRYPOINT")[0];
  const parsed: unknown = JSON.parse(instruction?.getArgumentsContent() ?? "[]");
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

export function isCopy(instruction: Instruction): instruction is Copy {
  return instruction.getKeyword() === "COPY";
}
