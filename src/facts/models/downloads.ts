import { spend, within } from "../../budget/budget.ts";
import type { Path } from "../../json/value.ts";
import { baseName, type Command, resolved } from "../../shell/command.ts";
import type { Environment } from "../../shell/environment.ts";
import { isOpen } from "../../shell/shell.ts";
import { isModelFile } from "./names.ts";

/** Something that a container fetches when it starts. */
export interface Download {
  /** The program and what makes it a download: `wget`, `git clone`, `--get_model`. */
  readonly evidence: string;
  readonly path: Path;
  /** Where it ends up; null when only the image knows. */
  readonly destination: string | null;
  /** The destination hangs on something nobody here can fill in. */
  readonly open: boolean;
}

/** A destination as the program was given it, before it is resolved against the working directory. */
interface Target {
  readonly evidence: string;
  /** Absent: the working directory. */
  readonly to?: string | undefined;
  /** The target is a file, which may be an archive that a later command unpacks. */
  readonly file?: boolean;
}

/** No honest script fetches more; each is followed through the commands behind it. */
const MOST_DOWNLOADS = 64;

const MODEL_WORD = /model|infer|weight|pretrain|checkpoint|ckpt|param|paddle|ernie|ocr|huggingface|modelscope/i;

/** The downloads among a container's commands. A fetch that looks like anything but a model (a health check) is none. */
export function downloadsOf(commands: readonly Command[], environment: Environment): Download[] {
  const downloads: Download[] = [];
  for (let index = 0; index < commands.length; index++) {
    const command = commands[index];
    if (command === undefined) continue;
    const target = targetOf(command, commands[index + 1], environment);
    if (target === null) continue;
    within(downloads.length + 1, MOST_DOWNLOADS, "download");
    const written = target.to ?? ".";
    let place = resolved(written, command.directory, environment);
    let open = place === null && (isOpen(written) || isOpenDirectory(written));
    let directory = target.file === true ? parent(place) : place;
    const end = lastPlace(
      commands,
      index + 1,
      target.file === true ? (place ?? written) : null,
      directory,
      environment,
    );
    if (end !== undefined) {
      place = end.place;
      directory = end.place;
      open = end.open;
    }
    downloads.push({ evidence: target.evidence, path: command.field(0), destination: directory, open });
  }
  return downloads;
}

function isOpenDirectory(written: string): boolean {
  return written.startsWith("~");
}

function parent(path: string | null): string | null {
  if (path === null) return null;
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

function targetOf(command: Command, next: Command | undefined, environment: Environment): Target | null {
  const { words, program } = command;
  switch (program) {
    case "wget":
    case "curl":
    case "aria2c":
    case "axel":
      return fetched(command, next);
    case "git":
      return cloned(words);
    case "tar":
    case "unzip":
      return null;
    case "huggingface-cli":
    case "hf":
      return words[1] === "download" ? fromHub(words, "HF_HOME", "~/.cache/huggingface", environment) : null;
    case "modelscope":
      return words[1] === "download" ? fromHub(words, "MODELSCOPE_CACHE", "~/.cache/modelscope", environment) : null;
    case "aistudio":
      return words[1] === "download" ? fromHub(words, "AISTUDIO_CACHE_HOME", "~/.cache/aistudio", environment) : null;
    case "hub":
      return words[1] === "install"
        ? { evidence: "hub install", to: environment.get("HUB_HOME") ?? "~/.paddlehub" }
        : null;
    case "bcecmd":
    case "aws":
    case "gsutil":
    case "gcloud":
    case "ossutil":
    case "ossutil64":
    case "obsutil":
    case "coscmd":
    case "coscli":
    case "rclone":
    case "mc":
    case "s3cmd":
    case "s5cmd":
    case "hdfs":
    case "hadoop":
      return copied(words, program);
    default:
      return byFlagOrCode(words, command);
  }
}

/** wget, curl and their like. */
function fetched(command: Command, next: Command | undefined): Target | null {
  const { words, program } = command;
  const spider = words.some((word) => word === "--spider" || word === "-I" || word === "--head");
  if (spider) return null;
  const wget = program !== "curl";
  let file = value(
    words,
    wget ? (program === "wget" ? "O" : "o") : "o",
    wget ? ["output-document", "out"] : ["output"],
  );
  const directory = value(words, program === "aria2c" ? "d" : program === "wget" ? "P" : "", [
    "directory-prefix",
    "output-dir",
    "dir",
  ]);
  const remote = program === "curl" && words.some((word) => /^-[a-zA-Z]*O/.test(word) || word === "--remote-name");
  if (file === undefined && command.output !== null) file = command.output;
  const toOutput = file === "-" || file === "/dev/stdout" || (program === "curl" && file === undefined && !remote);
  const unpacks = command.piped && isUnpacker(next?.program);
  if (toOutput && !unpacks) return null;
  if (file === "/dev/null") return null;
  const named = words.some((word, index) => index > 0 && (isModelFile(word) || MODEL_WORD.test(word)));
  if (!named && !unpacks) return null;
  if (toOutput) return { evidence: program };
  if (file === undefined) return { evidence: program, to: directory, file: false };
  return {
    evidence: program,
    to: directory === undefined || file.startsWith("/") ? file : `${directory}/${file}`,
    file: true,
  };
}

function cloned(words: readonly string[]): Target | null {
  let at = 1;
  let base: string | undefined;
  while (at < words.length && (words[at] ?? "").startsWith("-")) {
    const option = words[at] ?? "";
    if (option === "-C") base = words[at + 1];
    at += option === "-C" || option === "-c" ? 2 : 1;
  }
  const lfs = words[at] === "lfs";
  const verb = words[lfs ? at + 1 : at];
  if (lfs && verb === "pull") return { evidence: "git lfs pull", to: base };
  if (verb !== "clone") return null;
  const plain = positional(words, (lfs ? at + 1 : at) + 1, GIT_OPTIONS_WITH_VALUE);
  const name = baseName(withoutSlashes(plain[0] ?? "")).replace(/\.git$/, "");
  const directory = plain[1] ?? name;
  const to = base === undefined || directory.startsWith("/") ? directory : `${base}/${directory}`;
  return { evidence: lfs ? "git lfs clone" : "git clone", to };
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}

const GIT_OPTIONS_WITH_VALUE = new Set([
  "-b",
  "--branch",
  "--depth",
  "-o",
  "--origin",
  "-c",
  "--config",
  "--filter",
  "-j",
  "--jobs",
  "--reference",
  "-u",
  "--template",
]);

function fromHub(words: readonly string[], variable: string, fallback: string, environment: Environment): Target {
  const to =
    value(words, "", ["local-dir", "local_dir"]) ??
    value(words, "", ["cache-dir", "cache_dir"]) ??
    (environment.get(variable) === null ? `\${${variable}}` : environment.get(variable)) ??
    fallback;
  return { evidence: `${words[0]} download`, to };
}

/** Clients of object stores and of HDFS: a copy from there to here. */
function copied(words: readonly string[], program: string): Target | null {
  const verb = words.findIndex((word, index) => index > 0 && COPY_VERBS.has(word));
  if (verb < 0) return null;
  const plain = positional(words, verb + 1, COPY_OPTIONS_WITH_VALUE);
  const from = plain[0];
  const to = plain.at(-1);
  if (from === undefined || to === undefined || plain.length < 2) return null;
  const schemeless = program === "mc" || program === "coscmd" || program === "rclone" || program.startsWith("h");
  if (!schemeless && !from.includes("://") && !from.includes(":/")) return null;
  if (to.includes("://") || to.includes(":/")) return null;
  if (program === "mc" && !to.startsWith("/") && !to.startsWith(".") && !to.startsWith("~")) return null;
  return { evidence: `${program} ${words[verb]}`, to };
}

const COPY_VERBS = new Set([
  "cp",
  "copy",
  "sync",
  "mirror",
  "get",
  "download",
  "-get",
  "-copyToLocal",
  "rsync",
  "copyto",
]);
const COPY_OPTIONS_WITH_VALUE = new Set([
  "--exclude",
  "--include",
  "--profile",
  "--region",
  "--endpoint-url",
  "--endpoint",
  "-e",
  "-i",
  "-k",
  "--concurrency",
]);

/** `--get_model` of paddle_serving_app, and Python that calls a hub's snapshot_download. */
function byFlagOrCode(words: readonly string[], command: Command): Target | null {
  for (const word of words) {
    if (word === "--get_model" || word.startsWith("--get_model=")) return { evidence: "--get_model" };
    if (word === "hub" && words.includes("install")) return { evidence: "hub install", to: "~/.paddlehub" };
    const call = word.length < 20_000 ? /\b(snapshot_download|hf_hub_download)\s*\(/.exec(word) : null;
    if (call?.[1] !== undefined && command.program === "python") {
      const to = /\b(?:local_dir|cache_dir)\s*=\s*(["'])([^"']*)\1/.exec(word)?.[2];
      return {
        evidence: call[1],
        to: to ?? (/\b(?:local_dir|cache_dir)\s*=/.test(word) ? "${local_dir}" : "~/.cache"),
      };
    }
  }
  return null;
}

/** Follows what was fetched: an archive to where it is unpacked, anything to where it is moved. */
function lastPlace(
  commands: readonly Command[],
  from: number,
  file: string | null,
  directory: string | null,
  environment: Environment,
): { place: string | null; open: boolean } | undefined {
  let end: { place: string | null; open: boolean } | undefined;
  let archive = file;
  for (let index = from; index < commands.length; index++) {
    const command = commands[index];
    if (command === undefined) continue;
    const { program, words } = command;
    spend(words.length);
    const fromPipe = index === from && commands[index - 1]?.piped === true;
    if (isUnpacker(program)) {
      const names = archive === null ? [] : [archive, baseName(archive)];
      const touches =
        fromPipe || words.some((word, at) => at > 0 && (names.includes(word) || isAnyArchive(word, archive)));
      if (!touches) continue;
      const to = value(words, program === "unzip" ? "d" : "C", ["directory"]) ?? ".";
      const place = resolved(to, command.directory, environment);
      end = { place, open: place === null && isOpen(to) };
      archive = null;
    } else if (program === "mv" || program === "cp" || program === "rsync") {
      const plain = positional(words, 1, NO_OPTIONS);
      const to = plain.at(-1);
      if (to === undefined || plain.length < 2) continue;
      const place = end === undefined ? directory : end.place;
      const source = plain[0] ?? "";
      const whence = resolved(source, command.directory, environment);
      const follows =
        (archive !== null && (source === archive || baseName(source) === baseName(archive))) ||
        (place === null ? whence === null && !isOpen(source) : whence !== null && `${whence}/`.startsWith(`${place}/`));
      if (!follows) continue;
      const target = resolved(to, command.directory, environment);
      end = { place: target, open: target === null && isOpen(to) };
      if (archive !== null) archive = target ?? to;
    }
  }
  return end;
}

const NO_OPTIONS: ReadonlySet<string> = new Set();

/** A glob or an archive in the words of tar, when what was fetched has no name of its own. */
function isAnyArchive(word: string, archive: string | null): boolean {
  if (word.startsWith("-") || !isModelFile(word)) return false;
  return archive === null || word.includes("*");
}

function isUnpacker(program: string | undefined): boolean {
  return program === "tar" || program === "unzip" || program === "bsdtar";
}

/** The value of an option: `-O x`, `-Ox`, `-qO x`, `--output x`, `--output=x`. */
function value(words: readonly string[], short: string, long: readonly string[]): string | undefined {
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      if (long.includes(name)) return equals < 0 ? words[index + 1] : word.slice(equals + 1);
    } else if (short !== "" && word.startsWith("-") && word.length > 1) {
      const at = word.indexOf(short, 1);
      if (at < 0 || !/^-[A-Za-z]+$/.test(word.slice(0, at + 1))) continue;
      return at === word.length - 1 ? words[index + 1] : word.slice(at + 1);
    }
  }
  return undefined;
}

/** The words from an index on that are neither options nor the values of the options that take one. */
function positional(words: readonly string[], start: number, withValue: ReadonlySet<string>): string[] {
  const plain: string[] = [];
  for (let index = start; index < words.length; index++) {
    const word = words[index] ?? "";
    if (withValue.has(word)) index++;
    else if (!word.startsWith("-")) plain.push(word);
  }
  return plain;
}
