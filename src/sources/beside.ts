import { basename, dirname } from "node:path";
import type { Collected } from "./files/collected.ts";
import { Enclosing } from "./files/enclosing.ts";
import { paddlockIgnore } from "./files/paddlock-ignore.ts";
import { Git, GitError } from "./git/git.ts";
import { readBlobs } from "./git/index-content.ts";
import type { Judged } from "./terms/judged.ts";
import { formatOf, kustomizationNames } from "./terms/paths.ts";
import type { SourceFile } from "./terms/source-file.ts";

export interface BesideOptions extends Judged {
  /** What `--with` names. */
  readonly named: Collected;
}

/**
 * The files that take part in relations without being judged: those that `--with` names (charts and kustomizations
 * rendered, as if their objects lay in plain files), or else the other manifests that git tracks in the work trees of
 * what is judged, as they are staged. What lies in a chart is no manifest before it is rendered and is left out then, as
 * are the patches of kustomizations; neither helm nor kustomize is run for files that nobody named.
 */
export async function filesBeside(options: BesideOptions): Promise<readonly SourceFile[]> {
  const { request, place, files, covered, workTrees, named, notifications } = options;
  const judged = new Set(files.map(({ path }) => path));
  const beside: SourceFile[] = [];
  if (named.charts.size > 0 || named.kustomizations.size > 0) {
    const { render } = await import("./render.ts");
    const rendered = await render(named, { request, show: place.show });
    notifications.push(...named.notifications.filter((each) => !notifications.includes(each)));
    for (const file of rendered.files) beside.push({ ...file, judged: false, rendering: "" });
  }
  beside.push(...named.plainFiles(place.show, false));
  for (const root of workTrees) {
    try {
      const isCovered = (file: string): boolean => covered.has(file) || judged.has(place.show(file));
      beside.push(...(await trackedFiles(new Git(root, request.language), place.show, isCovered)));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      const { sourceWords } = await import("./terms/words.ts");
      const message = sourceWords[request.language ?? "en"].noneBeside(error.message);
      notifications.push({ level: "warning", code: "git", message });
    }
  }
  return beside.filter(({ path }) => !judged.has(path));
}

interface Tracked {
  readonly id: string;
  /** What is on disk is what is staged. */
  onDisk: boolean;
}

/**
 * The manifests of the index by one call of git; a second one fetches the staged content of those that differ on disk.
 */
async function trackedFiles(
  git: Git,
  show: (file: string) => string,
  isCovered: (file: string) => boolean,
): Promise<SourceFile[]> {
  const tracked = trackedIn(git, git.list(["ls-files", "-s", "-t", "-c", "-m", "-z", "--", ...patterns]));
  const enclosing = new Enclosing(git.root, (file) => tracked.has(file));
  const directories = new Set([...tracked.keys()].map(dirname));
  const outside = new Set([...directories].filter((directory) => enclosing.chartOf(directory) === null));
  const ignores = await paddlockIgnore(outside, git.root);
  const kustomizations = [...tracked.keys()].filter((file) => kustomizationNames.includes(basename(file)));
  const partial = kustomizations.length === 0 ? new Set<string>() : await partialFiles(git, kustomizations, tracked);
  const wanted = [...tracked].filter(
    ([file]) =>
      outside.has(dirname(file)) &&
      formatOf(basename(file), false) !== undefined &&
      !partial.has(file) &&
      !isCovered(file) &&
      !ignores(file),
  );
  const changed = wanted.filter(([, { onDisk }]) => !onDisk).map(([, { id }]) => id);
  const blobs = readBlobs(git, changed);
  return wanted.flatMap(([file, { id, onDisk }]): SourceFile[] => {
    const format = formatOf(basename(file), false);
    if (format === undefined) return [];
    const rest = { path: show(file), format, judged: false, rendering: "" };
    if (onDisk) return [{ ...rest, content: { disk: file } }];
    const blob = blobs.get(id);
    return blob !== undefined && "content" in blob ? [{ ...rest, content: { text: blob.content } }] : [];
  });
}

const patterns = ["*.yaml", "*.yml", "*.json", "*Kustomization"] as const;

/** `H 100644 <id> 0\t<path>`; a second record with `C` says that the file on disk is another. Conflicts are left out. */
function trackedIn(git: Git, records: readonly string[]): Map<string, Tracked> {
  const tracked = new Map<string, Tracked>();
  for (const record of records) {
    const tab = record.indexOf("\t");
    const [tag, mode, id = "", stage] = record.slice(0, tab).split(" ");
    if (stage !== "0" || (mode !== "100644" && mode !== "100755")) continue;
    const file = git.absolute(record.slice(tab + 1));
    const known = tracked.get(file);
    if (known === undefined) tracked.set(file, { id, onDisk: tag === "H" });
    else if (tag !== "H") known.onDisk = false;
  }
  return tracked;
}

/** The kustomizations themselves, and what they name that is no object of its own. */
async function partialFiles(
  git: Git,
  kustomizations: readonly string[],
  tracked: ReadonlyMap<string, Tracked>,
): Promise<ReadonlySet<string>> {
  const { readKustomization } = await import("./kustomize/kustomization.ts");
  const changed = kustomizations.filter((file) => tracked.get(file)?.onDisk === false);
  const blobs = readBlobs(
    git,
    changed.map((file) => tracked.get(file)?.id ?? ""),
  );
  const files = new Set<string>();
  for (const file of kustomizations) {
    const blob = changed.includes(file) ? blobs.get(tracked.get(file)?.id ?? "") : undefined;
    const staged = blob !== undefined && "content" in blob ? Buffer.from(blob.content).toString("utf8") : undefined;
    const { foreign, entries } = readKustomization(file, staged);
    if (foreign) continue;
    files.add(file);
    const resources = new Set(entries.filter(({ role }) => role === "resource").map(({ path }) => path));
    for (const { path } of entries) if (path !== null && !resources.has(path)) files.add(path);
  }
  return files;
}
