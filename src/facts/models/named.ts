import type { Path } from "../../json/value.ts";
import type { Command } from "../../shell/command.ts";
import type { Environment } from "../../shell/environment.ts";
import { isOpen } from "../../shell/shell.ts";
import { CACHE_VARIABLES, flagName, isRepository, namesModel, takesRepository, variableNamesModel } from "./names.ts";

/** A place that a manifest names for a model. */
export interface NamedModel {
  readonly how: "flag" | "env" | "mount" | "default" | "download";
  /** The flag, variable, mount or stack. */
  readonly evidence: string;
  /** As it was given, expanded as far as can be told. */
  readonly value: string;
  /** The directory against which a relative value is read; null when only the image knows. */
  readonly directory: string | null;
  /** Where in the object it was written. */
  readonly path: () => Path;
  /** The server fetches into this place what it does not find there. */
  readonly cache: boolean;
  /** The value may be a repository's name; then this is where it is fetched to. */
  readonly repositoryCache?: string;
}

/** Programs whose `--model` is what they fetch or convert, not what they serve. */
const FETCHERS = new Set([
  "modelscope",
  "huggingface-cli",
  "hf",
  "aistudio",
  "wget",
  "curl",
  "git",
  "tar",
  "echo",
  "mkdir",
]);

/** The models that flags name: `--model_dir x`, `--model-dir=x`, `Global.pretrained_model=x`, `vllm serve x`. */
export function flagsOf(commands: readonly Command[], environment: Environment, training: boolean): NamedModel[] {
  const named: NamedModel[] = [];
  for (const command of commands) {
    const { words, program, directory } = command;
    if (FETCHERS.has(program)) continue;
    // Each is asked for by every flag, and goes through all words.
    let serving: boolean | undefined;
    let cache: string | undefined;
    const add = (evidence: string, value: string | undefined, word: number, repository: boolean): void => {
      if (value === undefined || !isPlace(value)) return;
      const path = (): Path => command.field(word);
      const model: NamedModel = { how: "flag", evidence, value, directory, path, cache: false };
      if (!repository || !isRepository(value)) {
        named.push(model);
        return;
      }
      serving ??= words.some((other) => other.includes("paddle_serving_server"));
      if (serving) named.push(model);
      else {
        cache ??= repositoryCache(words, environment);
        named.push({ ...model, repositoryCache: cache });
      }
    };
    if (program === "vllm" && words[1] === "serve" && words[2]?.startsWith("-") === false) {
      add("vllm serve", words[2], 2, true);
    }
    for (let index = program === "" ? 0 : 1; index < words.length; index++) {
      const word = words[index] ?? "";
      const equals = word.indexOf("=");
      const dashed = word.startsWith("-");
      if (!dashed && equals < 0) continue;
      const written = equals < 0 ? word : word.slice(0, equals);
      const flag = flagName(dashed ? written : written.slice(written.lastIndexOf(".") + 1));
      if (flag.length < 4 || !namesModel(flag, training)) continue;
      if (equals >= 0) add(written, word.slice(equals + 1), index, takesRepository(flag));
      else if (words[index + 1]?.startsWith("-") === false) {
        add(written, words[index + 1], index + 1, takesRepository(flag));
      }
    }
  }
  return named;
}

/** The models that environment variables name. Where a variable names a model itself, caches are none. */
export function variablesOf(environment: Environment, container: Path): NamedModel[] {
  const named: NamedModel[] = [];
  const caches: NamedModel[] = [];
  let repository: string | undefined;
  for (const { name, value, index } of environment.variables) {
    const cache = CACHE_VARIABLES.has(name);
    if (!cache && !variableNamesModel(name)) continue;
    if (value !== null && !isPlace(value)) continue;
    const model: NamedModel = {
      how: "env",
      evidence: name,
      value: value ?? `\${${name}}`,
      directory: null,
      path: () => [...container, "env", index, "value"],
      cache,
    };
    if (cache) caches.push(model);
    else if (value !== null && isRepository(value)) {
      repository ??= repositoryCache([], environment);
      named.push({ ...model, repositoryCache: repository });
    } else named.push(model);
  }
  return named.length > 0 ? named : caches;
}

/** Variables that make a server fetch its models when it starts, and where to. */
export function fetchingVariablesOf(environment: Environment, container: Path, paddleNlp: boolean): NamedModel[] {
  const named: NamedModel[] = [];
  for (const { name, index } of environment.variables) {
    let to: string;
    if (name === "PADDLE_PDX_MODEL_SOURCE") to = orDefault(environment, "PADDLE_PDX_CACHE_HOME", "~/.paddlex");
    else if (name === "model_name" && paddleNlp) to = orDefault(environment, "MODEL_DIR", "/models");
    else continue;
    const path = (): Path => [...container, "env", index, "value"];
    named.push({ how: "download", evidence: name, value: to, directory: null, path, cache: true });
  }
  return named;
}

/** Where a server puts the repository that it fetches. */
function repositoryCache(words: readonly string[], environment: Environment): string {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("--download")) continue;
    const flag = flagName(word.split("=", 1)[0] ?? "");
    if (flag === "download_dir")
      return word.includes("=") ? word.slice(word.indexOf("=") + 1) : (words[index + 1] ?? "~");
  }
  for (const name of [
    "FD_MODEL_CACHE",
    "PPNLP_HOME",
    "MODELSCOPE_CACHE",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",
  ]) {
    const value = environment.get(name);
    if (value !== undefined && value !== "") return value ?? `\${${name}}`;
  }
  return words.some((word) => word.includes("vllm")) ? "~/.cache/huggingface" : "~";
}

function orDefault(environment: Environment, name: string, fallback: string): string {
  const value = environment.get(name);
  return value === undefined || value === "" ? fallback : (value ?? `\${${name}}`);
}

/** A value that can be a place: no switch, no number. */
function isPlace(value: string): boolean {
  return isOpen(value) || (value !== "" && !/^(?:true|false|none|null|auto|[0-9]+)$/i.test(value));
}
