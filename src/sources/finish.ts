import type { Collected } from "./files/collected.ts";
import { Operands } from "./operands.ts";
import type { Judged } from "./terms/judged.ts";
import type { RunHome } from "./terms/place.ts";
import type { SourceRequest, Sources } from "./terms/request.ts";
import type { SourceFile } from "./terms/source-file.ts";

export async function sourcesOf(judged: Judged): Promise<Sources> {
  const { request, place, files, unjudged, notifications } = judged;
  // Whether they are there is looked up now: only what they hold can wait.
  const named = new Operands(request, place, false);
  const paths = request.alone ? [] : request.beside;
  for (const path of paths) await named.add(path);
  notifications.push(...named.collected.notifications);
  const workTrees = request.alone || paths.length > 0 ? [] : judged.workTrees;
  const beside = async (): Promise<readonly SourceFile[]> => {
    if (workTrees.length === 0 && paths.length === 0) return unjudged;
    const { filesBeside } = await import("./beside.ts");
    return [...unjudged, ...(await filesBeside({ ...judged, workTrees, named: named.collected }))];
  };
  return { files, notifications, beside };
}

export interface Rendered {
  readonly files: readonly SourceFile[];
  readonly unjudged: readonly SourceFile[];
  readonly covered: ReadonlySet<string>;
}

/** The plain files that were collected, and what its charts and kustomizations render to. */
export async function rendered(collected: Collected, request: SourceRequest, place: RunHome): Promise<Rendered> {
  if (collected.charts.size === 0 && collected.kustomizations.size === 0) {
    return { files: collected.plainFiles(place.show, true), unjudged: [], covered: new Set() };
  }
  const { render } = await import("./render.ts");
  const { files, unjudged, covered } = await render(collected, { request, show: place.show });
  return { files: [...collected.plainFiles(place.show, true), ...files], unjudged, covered };
}
