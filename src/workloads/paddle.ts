import { isObject, listOf } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { baseName, type Command, commandsOf } from "../shell/command.ts";
import { environmentOf } from "../shell/environment.ts";

/** The label or annotation by which people say that a workload is Paddle. */
const MARK = "paddlock.dev/paddle";
const PRODUCTS_IN_IMAGES = ["paddle", "fastdeploy"] as const;
const PRODUCTS_IN_COMMANDS = ["paddle", "fastdeploy", "hps"] as const;
const VARIABLE_PREFIXES = ["PADDLE_", "FD_"] as const;
const OPERATOR_ENDINGS = ["-operator", "-controller", "controller-manager"] as const;
const TRAINING_PROGRAMS = ["paddle.distributed.launch", "paddle.distributed.fleet.launch"] as const;

/** Whether a mapping of labels or annotations carries the mark. A bare `true` is a mistake, and clear all the same. */
export function isMarkedPaddle(labels: JsonObject): boolean {
  const mark = labels[MARK];
  return mark === "true" || mark === true;
}

/**
 * Whether a container itself says Paddle: by a component of its image's path, by the program or module that it runs,
 * or by a variable of Paddle's. Operators and controllers manage Paddle and are none.
 */
export function hasPaddleSign(raw: JsonObject, image: string | null): boolean {
  if (image !== null && isOperatorImage(image)) return false;
  return (image !== null && isPaddleImage(image)) || hasPaddleVariable(raw.env) || runsPaddle(raw);
}

/** Whether a component of the image's path, its registry apart, names a Paddle product. */
export function isPaddleImage(reference: string): boolean {
  const text = reference.toLowerCase();
  if (!PRODUCTS_IN_IMAGES.some((product) => text.includes(product))) return false;
  return pathComponents(text).some((component) => PRODUCTS_IN_IMAGES.some((product) => component.includes(product)));
}

/** Whether a container runs Paddle's launcher for distributed training. */
export function launchesTraining(raw: JsonObject): boolean {
  return programsOf(raw).some(
    (command) =>
      programName(command) === "fleetrun" ||
      command.words.some(
        (word, index, all) => all[index - 1] === "-m" && TRAINING_PROGRAMS.some((name) => word === name),
      ),
  );
}

function programsOf(raw: JsonObject): readonly Command[] {
  return commandsOf(raw, [], environmentOf(raw));
}

/** The base name of the program; where the image's entry point decides, that of the first argument. */
function programName({ program, words }: Command): string {
  return program === "" ? baseName(words[0] ?? "") : program;
}

function isOperatorImage(reference: string): boolean {
  if (!reference.includes("operator") && !reference.includes("controller")) return false;
  return pathComponents(reference).some((component) => OPERATOR_ENDINGS.some((ending) => component.endsWith(ending)));
}

/** The components of an image's path without registry, tag and digest; good enough for references that are invalid. */
function pathComponents(reference: string): readonly string[] {
  const at = reference.indexOf("@");
  const name = at < 0 ? reference : reference.slice(0, at);
  const components = name.split("/");
  const first = components[0] ?? "";
  if (components.length > 1 && (first.includes(".") || first.includes(":") || first === "localhost")) {
    components.shift();
  }
  const last = components.pop() ?? "";
  const colon = last.indexOf(":");
  components.push(colon < 0 ? last : last.slice(0, colon));
  return components;
}

function hasPaddleVariable(env: JsonValue | undefined): boolean {
  for (const entry of listOf(env)) {
    if (!isObject(entry)) continue;
    const { name } = entry;
    if (typeof name === "string" && VARIABLE_PREFIXES.some((prefix) => name.startsWith(prefix))) return true;
  }
  return false;
}

function runsPaddle(raw: JsonObject): boolean {
  if (raw.command === undefined && raw.args === undefined) return false;
  for (const command of programsOf(raw)) {
    if (isPaddleName(programName(command))) return true;
    const { words } = command;
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? "";
      if (!word.startsWith("-m")) continue;
      if (isPaddleName(word === "-m" ? (words[index + 1] ?? "") : word.slice(2))) return true;
    }
  }
  return false;
}

function isPaddleName(name: string): boolean {
  const text = name.toLowerCase();
  return PRODUCTS_IN_COMMANDS.some((product) => text.startsWith(product));
}
