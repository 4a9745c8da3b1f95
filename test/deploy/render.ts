import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isObject, objectOf, valueAt } from "../../src/json/json.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { pinnedTool, root, run } from "./tools.ts";

/** helm at its pinned version, or null. */
export const helm: string | null = pinnedTool("helm");
/** The chart under test. */
export const chart: string = join(root, "deploy/chart");
/** What every rendering must be given: a digest of the right form. */
export const digest: string = `sha256:${"0123456789abcdef".repeat(4)}`;

/** A value in a tree of YAML or JSON. */
export type Values = { readonly [key: string]: unknown };

/** The objects that the chart makes of values, besides which the image's digest is given. Throws what helm says. */
export function render(values: Values = {}, namespace = "paddlock-system"): Objects {
  return withValues(values, (file) =>
    objectsOf(
      run(helm, ["template", "paddlock", chart, "-n", namespace, "--kube-version", "1.34.0", "--values", file]),
    ),
  );
}

/** Writes values into a file for as long as they are used; the image's digest is given unless they give it. */
export function withValues<Result>(values: Values, use: (file: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "paddlock-values-"));
  try {
    const file = join(folder, "values.yaml");
    writeFileSync(file, JSON.stringify({ ...values, image: { digest, ...objectOfUnknown(values.image) } }));
    return use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function objectOfUnknown(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** Rendered objects, found by kind and name. */
export class Objects {
  readonly all: readonly JsonObject[];

  constructor(all: readonly JsonObject[]) {
    this.all = all;
  }

  /** `Kind/name` of each, sorted. */
  get names(): readonly string[] {
    return this.all.map(nameOf).sort();
  }

  /** All of a kind. */
  of(kind: string): readonly JsonObject[] {
    return this.all.filter((object) => object.kind === kind);
  }

  /** The object `Kind/name`; throws where there is none. */
  get(name: string): JsonObject {
    const found = this.all.find((object) => nameOf(object) === name);
    if (found === undefined) throw new Error(`no ${name} among ${this.names.join(", ")}`);
    return found;
  }

  /** A value of the object `Kind/name`. */
  at(name: string, ...path: readonly (string | number)[]): JsonValue | undefined {
    return valueAt(this.get(name), path);
  }
}

/** The objects of a text of several YAML documents. */
export function objectsOf(text: string): Objects {
  const objects: JsonObject[] = [];
  for (const document of parseAllDocuments(text)) {
    const value: JsonValue = "contents" in document ? document.toJS() : null;
    if (isObject(value)) objects.push(value);
  }
  return new Objects(objects);
}

/** `Kind/name` of an object. */
export function nameOf(object: JsonObject): string {
  return `${String(object.kind)}/${String(objectOf(object.metadata).name)}`;
}
