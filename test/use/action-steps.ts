import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { project } from "./project-copy.ts";

/** A step of `action.yml`. */
export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: { readonly [name: string]: string };
  readonly with?: { readonly [name: string]: string };
}

export interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: { readonly [name: string]: { readonly description: string; readonly default: string } };
  readonly outputs: { readonly [name: string]: { readonly value: string } };
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** `action.yml`, as GitHub reads it. */
export function readAction(): Action {
  return parse(readFileSync(join(project, "action.yml"), "utf8"));
}

/** The script of a step, and its environment: `${{ inputs.x }}` replaced by what the user gave, else by the default. */
export function scriptOf(
  id: string,
  given: { readonly [input: string]: string },
  actionPath: string,
): { readonly script: string; readonly env: { readonly [name: string]: string } } {
  const action = readAction();
  const step = action.runs.steps.find((each) => each.id === id);
  if (step?.run === undefined) throw new Error(`action.yml has no script ${id}`);
  const env: { [name: string]: string } = {};
  for (const [name, written] of Object.entries(step.env ?? {})) {
    const [, context, key = ""] = /^\$\{\{ (inputs|github)\.([a-z_-]+) \}\}$/.exec(written) ?? [];
    if (context === undefined) throw new Error(`${name}: ${written}`);
    const value = context === "github" ? actionPath : (given[key] ?? action.inputs[key]?.default);
    if (value === undefined || (context === "github" && key !== "action_path")) throw new Error(`${name}: ${written}`);
    env[name] = value;
  }
  return { script: step.run, env };
}
