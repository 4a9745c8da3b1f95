import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { MAX_FILE_SIZE } from "../documents/limits.ts";
import { addBelonging, type Belonging, belongingOf, type ReadText } from "./belonging.ts";
import { Collected } from "./files/collected.ts";
import { Enclosing } from "./files/enclosing.ts";
import { paddlockIgnore } from "./files/paddlock-ignore.ts";
import { rendered, sourcesOf } from "./finish.ts";
import { asConfigurationError, Git, GitError } from "./git/git.ts";
import { changesSince, type GitChange, landmarksOf, stagedChanges, topLevel } from "./git/git-changes.ts";
import { type Selection, selectionOf } from "./git/git-selection.ts";
import { readBlobs } from "./git/index-content.ts";
import { formatOf, isWithin, namedFormatOf } from "./terms/paths.ts";
import { placeIn, type RunHome } from "./terms/place.ts";
import type { SourceRequest, Sources } from "./terms/request.ts";
import type { SourceFile } from "./terms/source-file.ts";

/**
 * What git is about to commit (`staged`), or what changed since a revision, in the whole work tree; operands restrict
 * it. What belongs to a chart or is a kustomization's patch brings in its rendering.
 * @throws ConfigurationError outside a work tree, for an unknown revision, and where git is missing or refuses.
 */
export async function gatherFromGit(request: SourceRequest, start: RunHome): Promise<Sources> {
  try {
    const place = start.gitRoot === null ? placeIn(start.cwd, topLevel(request, start.cwd)) : start;
    const git = new Git(place.root, request.language);
    const selection = await selectionOf(request.paths, place);
    const run = { request, place, git, selection, collected: new Collected() };
    const { files, unjudged, covered } = request.staged ? await gatherStaged(run) : await gatherChanged(run);
    await sayAbsent(run);
    const { notifications } = run.collected;
    return await sourcesOf({ request, place, files, unjudged, covered, workTrees: [place.root], notifications });
  } catch (error) {
    throw asConfigurationError(error instanceof GitError ? truerError(error, start, request) : error);
  }
}

/** `git diff` does not say that it refuses a work tree: it takes its options for those of `git diff --no-index`. */
function truerError(error: GitError, { gitRoot, cwd }: RunHome, { language }: SourceRequest): GitError {
  if (error.own === null) return error;
  try {
    new Git(gitRoot ?? cwd, language).ask(["rev-parse", "--git-dir"]);
  } catch (refusal) {
    if (refusal instanceof GitError) return refusal;
  }
  return error;
}

interface Run {
  readonly request: SourceRequest;
  readonly place: RunHome;
  readonly git: Git;
  readonly selection: Selection;
  readonly collected: Collected;
}

type Gathered = Awaited<ReturnType<typeof rendered>>;

/** In the work tree, whatever the index says. */
async function gatherChanged({ request, place, git, selection, collected }: Run): Promise<Gathered> {
  const { changes } = await wanted(changesSince(git, request.changedSince ?? ""), place, selection);
  const enclosing = new Enclosing(place.root);
  for (const { file, deleted } of changes) {
    // In the index and yet not on disk: a deletion that nobody told git of.
    const gone = deleted || !existsSync(file);
    if (!addChange(collected, await belongingOf(file, enclosing), gone)) continue;
    if (selection.names(file) || formatOf(basename(file), request.markdown) !== undefined) {
      collected.addFile(file, selection.names(file));
    }
  }
  return rendered(collected, request, place);
}

/** From the index, whatever the work tree says. */
async function gatherStaged({ request, place, git, selection, collected }: Run): Promise<Gathered> {
  const { changes, conflicts } = await wanted(stagedChanges(git), place, selection);
  for (const file of conflicts) {
    const message = git.words.conflict;
    collected.notifications.push({ level: "error", code: "merge-conflict", message, file: place.show(file) });
  }
  if (changes.length === 0) return { files: [], unjudged: [], covered: new Set() };
  const landmarks = landmarksOf(git);
  const enclosing = new Enclosing(place.root, (file) => landmarks.has(file));
  const kustomizations = new Set(changes.flatMap(({ file }) => enclosing.kustomizationsOf(dirname(file))));
  const ids = [...kustomizations].map((file) => landmarks.get(file) ?? "");
  const blobs = readBlobs(git, [...changes.filter((change) => !change.deleted).map(({ id }) => id), ...ids]);
  const readText: ReadText = (file) => {
    const blob = blobs.get(landmarks.get(file) ?? "");
    return blob !== undefined && "content" in blob ? Buffer.from(blob.content).toString("utf8") : null;
  };
  for (const { file, id, deleted } of changes) {
    if (!addChange(collected, await belongingOf(file, enclosing, readText), deleted)) continue;
    const named = selection.names(file);
    if (!named && formatOf(basename(file), request.markdown) === undefined) continue;
    const path = place.show(file);
    const blob = blobs.get(id);
    if (blob === undefined) continue;
    if ("content" in blob) collected.read.set(file, stagedFile(path, blob.content, named));
    else {
      const message = git.words.tooLarge(Math.ceil(blob.size / 2 ** 20), MAX_FILE_SIZE >> 20);
      collected.notifications.push({ level: "error", code: "too-large", message, file: path });
    }
  }
  if (collected.charts.size === 0 && collected.kustomizations.size === 0) return rendered(collected, request, place);
  const { renderedFromIndex } = await import("./git-export.ts");
  return renderedFromIndex(collected, { request, place, git });
}

/** @returns whether it is (also) a file to be read as it is */
function addChange(collected: Collected, belonging: Belonging, deleted: boolean): boolean {
  if (!deleted) return addBelonging(collected, belonging) === "plain";
  // What is gone may be missed by what is rendered.
  if (belonging.to === "chart") collected.addChart(belonging.chart, null);
  if (belonging.to === "kustomization" && belonging.as !== "itself") collected.kustomizations.add(belonging.file);
  return false;
}

function stagedFile(path: string, text: Uint8Array, named: boolean): SourceFile {
  const file: SourceFile = { path, format: namedFormatOf(path), content: { text }, judged: true, rendering: "" };
  return named ? { ...file, named } : file;
}

/** The changes that the operands select and no `.paddlockignore` takes out. */
async function wanted(
  all: readonly GitChange[],
  place: RunHome,
  { selects, names }: Selection,
): Promise<{ changes: readonly GitChange[]; conflicts: readonly string[] }> {
  const selected = all.filter(({ file }) => selects(file));
  const directories = new Set(selected.map(({ file }) => dirname(file)));
  const ignore = await paddlockIgnore(directories, place.root);
  const kept = selected.filter(({ file }) => names(file) || !ignore(file));
  const conflicts = new Set(kept.filter(({ conflict }) => conflict).map(({ file }) => file));
  return { changes: kept.filter(({ file }) => !conflicts.has(file)), conflicts: [...conflicts] };
}

/** Operands that neither the disk nor the index knows. */
async function sayAbsent({ request, place, git, selection, collected }: Run): Promise<void> {
  for (const { operand, path, glob } of selection.absent) {
    // A glob may match nothing of what changed.
    if (glob) continue;
    const known = isWithin(path, place.root)
      ? git.list(["ls-files", "-z", "--", `:(literal,top)${git.below(path)}`])
      : [];
    if (known.length > 0) continue;
    const { noSuchFile } = await import("./files/missing.ts");
    collected.notifications.push(noSuchFile(operand, path, request.language));
  }
}
