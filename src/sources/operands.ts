import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Notification } from "../messages/notification.ts";
import { systemReason } from "../messages/system-reason.ts";
import { addBelonging, belongingOf } from "./belonging.ts";
import { Collected } from "./files/collected.ts";
import { Enclosing, roleInChart } from "./files/enclosing.ts";
import { walk } from "./files/walk.ts";
import { formatOf, isWithin, namedFormatOf } from "./terms/paths.ts";
import type { RunHome } from "./terms/place.ts";
import type { SourceRequest } from "./terms/request.ts";

/** What the operands of a command line are, one after another. */
export class Operands {
  readonly collected: Collected = new Collected();
  /** A directory was among them. */
  hasDirectories = false;
  readonly #request: SourceRequest;
  readonly #place: RunHome;
  readonly #judged: boolean;
  readonly #enclosing: Enclosing;

  /** @param judged false for those that take part in relations only */
  constructor(request: SourceRequest, place: RunHome, judged: boolean) {
    this.#request = request;
    this.#place = place;
    this.#judged = judged;
    this.#enclosing = new Enclosing(place.gitRoot);
  }

  /** A file, a directory, a glob or `-`. What is not there becomes a notification. */
  async add(operand: string): Promise<void> {
    if (operand === "-") return this.#addStream("<stdin>", 0);
    const path = resolve(this.#place.cwd, operand);
    let stats: Stats | undefined;
    try {
      stats = operand === "" ? undefined : statSync(path, { throwIfNoEntry: false });
    } catch (error) {
      return this.#unreadable("unreadable-file", path, error);
    }
    if (stats === undefined) await this.#addGlob(operand, path);
    else if (stats.isDirectory()) await this.addDirectory(path);
    else if (stats.isFile()) await this.addFile(path, true);
    // A pipe (`<(kubectl get …)`) or a device.
    else await this.#addStream(this.#place.show(path), path);
  }

  /** A file that somebody named, by itself or by a glob. Where it means something only in a rendering, that is added. */
  async addFile(path: string, named: boolean): Promise<void> {
    const belonging = await belongingOf(path, this.#enclosing);
    if (addBelonging(this.collected, belonging) === "plain") this.collected.addFile(path, named);
  }

  async addDirectory(path: string): Promise<void> {
    this.hasDirectories = true;
    const chart = this.#enclosing.chartOf(path);
    if (chart !== null && chart !== path && roleInChart(path, chart) !== "plain") {
      this.collected.addChart(chart, path);
      return;
    }
    const { markdown } = this.#request;
    const wanted = (name: string): boolean => formatOf(name, markdown) !== undefined;
    const walked = await walk(path, { wanted, flat: false, boundary: this.#boundaryOf(path) });
    this.collected.addWalked(walked);
    for (const each of walked.unreadable) await this.#unreadable("unreadable-directory", each.path, each.error);
  }

  /** Ignore files count from the git root down, without one from the working directory. */
  #boundaryOf(path: string): string {
    return isWithin(path, this.#place.root) ? this.#place.root : path;
  }

  async #addGlob(operand: string, path: string): Promise<void> {
    if (/[*?[{(]/.test(operand)) {
      const { expandGlob } = await import("./files/glob.ts");
      const { files, unreadable } = await expandGlob(operand, {
        cwd: this.#place.cwd,
        markdown: this.#request.markdown,
        boundaryOf: (directory) => this.#boundaryOf(directory),
      });
      for (const file of files) await this.addFile(file, false);
      for (const each of unreadable) await this.#unreadable("unreadable-directory", each.path, each.error);
      if (files.length > 0) return;
    }
    const { noSuchFile } = await import("./files/missing.ts");
    this.collected.notifications.push(noSuchFile(operand, path, this.#request.language));
  }

  async #addStream(shown: string, file: string | 0): Promise<void> {
    if (this.collected.read.has(shown)) return;
    const { readStream } = await import("./files/read-stream.ts");
    try {
      const text = await readStream(file);
      const format = file === 0 ? "yaml" : namedFormatOf(file);
      const { collected } = this;
      collected.read.set(shown, {
        path: shown,
        format,
        content: { text },
        judged: this.#judged,
        named: true,
        rendering: "",
      });
    } catch (error) {
      await this.#unreadable("unreadable-file", file === 0 ? shown : file, error);
    }
  }

  async #unreadable(code: "unreadable-file" | "unreadable-directory", path: string, error: unknown): Promise<void> {
    const { sourceWords } = await import("./terms/words.ts");
    const { language = "en" } = this.#request;
    const words = sourceWords[language];
    const say = code === "unreadable-file" ? words.unreadable : words.unreadableDirectory;
    const shown = path.startsWith("<") ? path : this.#place.show(path);
    const notification: Notification = {
      level: "error",
      code,
      message: say(systemReason(error, language)),
      file: shown,
    };
    this.collected.notifications.push(notification);
  }
}
