/** The names by which Paddle's programs and their neighbours are told where models are. */

/** Flags that name a model to load, dashes as underscores, without the leading ones. */
const MODEL_FLAGS = new Set([
  "model",
  "models",
  "model_id",
  "model_dir",
  "model_path",
  "model_file",
  "model_root",
  "model_repository",
  "model_store",
  "model_name_or_path",
  "params_file",
  "draft_model",
  "pretrained",
  "pretrained_dir",
  "pretrained_model",
  "pretrained_model_dir",
  "pretrained_model_path",
  "pretrained_model_name_or_path",
  "checkpoint",
  "checkpoint_dir",
  "checkpoint_path",
  "checkpoints",
  "ckpt",
  "ckpt_dir",
  "ckpt_path",
  "init_checkpoint",
  "init_from_ckpt",
  "resume",
  "resume_from_checkpoint",
  "weights",
]);

/** Flags that name where a training writes its model. A serving program's results are no models. */
const OUTPUT_FLAGS = new Set([
  "save_dir",
  "save_path",
  "save_model_dir",
  "save_inference_dir",
  "output",
  "output_dir",
  "output_path",
  "checkpoint_save_dir",
]);

/** Flags that take a repository's name and fetch it when no such path exists. */
const REPOSITORY_FLAGS = new Set([
  "model",
  "model_id",
  "model_path",
  "model_name_or_path",
  "draft_model",
  "pretrained_model_name_or_path",
]);

/** Where Paddle's own servers keep what they download. */
export const CACHE_VARIABLES: ReadonlySet<string> = new Set([
  "PADDLE_PDX_CACHE_HOME",
  "FD_MODEL_CACHE",
  "PADDLE_OCR_BASE_DIR",
  "PPNLP_HOME",
  "HUB_HOME",
]);

const SUFFIXES = ["_model_dir", "_model_path", "_model_file", "_params_file"];
const MODEL_VARIABLE =
  /^(?:.+_)?(?:MODELS?|PRETRAINED(?:_MODEL)?|CHECKPOINT|CKPT|WEIGHTS)_(?:DIR|DIRECTORY|PATH|ROOT|HOME|CACHE|REPOSITORY|REPO|STORE|LOCATION|URI)$/;

/** A flag's name as these tables have it: `--Model-Dir` is `model_dir`. */
export function flagName(word: string): string {
  return word.replace(/^-+/, "").replaceAll("-", "_").toLowerCase();
}

/** Whether a flag names a model's path: for a training also those that say where it writes one. */
export function namesModel(flag: string, training: boolean): boolean {
  if (MODEL_FLAGS.has(flag) || (training && OUTPUT_FLAGS.has(flag))) return true;
  return SUFFIXES.some((suffix) => flag.endsWith(suffix));
}

export function takesRepository(flag: string): boolean {
  return REPOSITORY_FLAGS.has(flag);
}

/** Whether an environment variable names a model's path. */
export function variableNamesModel(name: string): boolean {
  return name === "MODEL" || MODEL_VARIABLE.test(name);
}

/** Directories that hold models by custom, so that `models/ernie` is a path and no repository. */
const DIRECTORIES =
  /^(?:models?|inference|output|outputs|checkpoints?|ckpts?|weights?|pretrain(?:ed)?(?:_models?)?|serving.*|.*_(?:infer|inference|server|serving|models?|dir)|app|data|home|mnt|opt|work|workspace|root|tmp|src|local)$/i;

/** Whether a value reads like `organisation/name` of a model hub rather than like a path. */
export function isRepository(value: string): boolean {
  const match = /^([A-Za-z0-9][\w.-]*)\/([A-Za-z0-9][\w.-]*)$/.exec(value);
  if (match?.[1] === undefined || match[2] === undefined) return false;
  return !DIRECTORIES.test(match[1]) && !isModelFile(match[2]);
}

/** Files of models and the archives in which they travel. */
export function isModelFile(name: string): boolean {
  return /\.(?:tar|tgz|tar\.\w+|zip|7z|rar|zst|pdmodel|pdiparams|pdparams|pdopt|nb|onnx|safetensors|bin|pt|pth|gguf|engine|npz)(?:[?#]|$)/i.test(
    name,
  );
}
