import type { Notification } from "../../messages/notification.ts";
import { namedFormatOf } from "../terms/paths.ts";
import type { SourceFile } from "../terms/source-file.ts";
import type { Walked } from "./walk.ts";

/** What was found before anything is rendered. Paths are absolute; each is there once, however often it was found. */
export class Collected {
  /** Plain files; true: somebody named this very file. */
  readonly files: Map<string, boolean> = new Map();
  /** Charts; the paths inside them whose renderings are asked for, null: all. */
  readonly charts: Map<string, readonly string[] | null> = new Map();
  /** The files that make directories kustomizations. */
  readonly kustomizations: Set<string> = new Set();
  /** Files that are in hand already. */
  readonly read: Map<string, SourceFile> = new Map();
  readonly notifications: Notification[] = [];

  addFile(file: string, named: boolean): void {
    this.files.set(file, named || this.files.get(file) === true);
  }

  /** @param part the path inside the chart whose rendering is asked for; null: the whole chart */
  addChart(chart: string, part: string | null): void {
    const known = this.charts.get(chart);
    if (part === null || known === null) this.charts.set(chart, null);
    else this.charts.set(chart, [...(known ?? []), part]);
  }

  addWalked({ files, charts, kustomizations }: Walked): void {
    for (const file of files) this.addFile(file, false);
    for (const chart of charts) this.addChart(chart, null);
    for (const file of kustomizations) this.kustomizations.add(file);
  }

  /** The plain files as a run takes them. */
  plainFiles(show: (file: string) => string, judged: boolean): SourceFile[] {
    const files: SourceFile[] = [...this.read.values()];
    for (const [file, named] of this.files) {
      const source = { path: show(file), format: namedFormatOf(file), content: { disk: file }, judged, rendering: "" };
      files.push(named ? { ...source, named } : source);
    }
    return files;
  }
}
