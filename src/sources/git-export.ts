import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Collected } from "./files/collected.ts";
import { type Rendered, rendered } from "./finish.ts";
import type { Git } from "./git/git.ts";
import { readChart } from "./helm/chart.ts";
import { isWithin } from "./terms/paths.ts";
import type { RunHome } from "./terms/place.ts";
import type { SourceRequest } from "./terms/request.ts";
import type { SourceFile } from "./terms/source-file.ts";

interface ExportOptions {
  readonly request: SourceRequest;
  readonly place: RunHome;
  readonly git: Git;
}

/**
 * Renders charts and kustomizations as the index has them: from a copy of it in a temporary folder, of the charts'
 * folders alone where that is enough. The rest of what was collected is taken as it is.
 * @throws GitError
 */
export async function renderedFromIndex(
  collected: Collected,
  { request, place, git }: ExportOptions,
): Promise<Rendered> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "paddlock-index-")));
  try {
    exportIndex(collected, copy, git);
    const inCopy = (path: string): string => (isWithin(path, git.root) ? copy + path.slice(git.root.length) : path);
    const original = (path: string): string => (isWithin(path, copy) ? git.root + path.slice(copy.length) : path);
    const copied = new Collected();
    for (const [chart, parts] of collected.charts) {
      copied.charts.set(inCopy(chart), parts?.map(inCopy) ?? null);
      linkPackedCharts(chart, inCopy(chart));
    }
    for (const file of collected.kustomizations) copied.kustomizations.add(inCopy(file));
    const values = request.helm.values.map((file) => {
      const staged = inCopy(resolve(request.cwd, file));
      return existsSync(staged) ? staged : file;
    });
    const show = (path: string): string => place.show(original(path));
    const own = { ...request, helm: { ...request.helm, values } };
    const result = await rendered(copied, own, { ...place, show });
    collected.notifications.push(...copied.notifications);
    const covered = new Set([...result.covered].map(original));
    for (const file of covered) collected.read.delete(file);
    // A foreign object in a file that is called like a kustomization came back as a plain one.
    const files = result.files.map((file) => ("disk" in file.content ? inHand(file) : file));
    return { files: [...collected.plainFiles(place.show, true), ...files], unjudged: result.unjudged, covered };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Writes the index, or the charts' folders of it, into a folder. What filters would fetch is left as it is stored. */
function exportIndex({ charts, kustomizations }: Collected, copy: string, git: Git): void {
  const prefix = `--prefix=${copy}/`;
  const all = kustomizations.size > 0 || [...charts.keys()].some((chart) => readChart(chart).local.length > 0);
  if (all) {
    git.ask(["checkout-index", "-a", "-q", prefix]);
    return;
  }
  const folders = [...charts.keys()].map((chart) => `:(literal,top)${git.below(chart)}`);
  const { stdout } = git.ask(["ls-files", "-z", "--", ...folders]);
  git.ask(["checkout-index", "-z", "--stdin", "-q", prefix], stdout.toString("utf8"));
}

/** Dependencies that were packed into `charts/` are rarely committed; the work tree's are what the commit will meet. */
function linkPackedCharts(chart: string, copy: string): void {
  const from = join(chart, "charts");
  const to = join(copy, "charts");
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
}

function inHand(file: SourceFile): SourceFile {
  return "disk" in file.content ? { ...file, content: { text: readFileSync(file.content.disk) } } : file;
}
