import type { Reporter } from "./reporter.ts";

export type Format = "text" | "compact" | "json" | "sarif" | "junit" | "github" | "gitlab" | "checkstyle" | "markdown";

/** Each format is a file of its own, loaded when it is asked for. */
const LOADERS: { readonly [format in Format]: () => Promise<Reporter> } = {
  text: async () => (await import("./text.ts")).textReport,
  compact: async () => (await import("./compact.ts")).compactReport,
  json: async () => (await import("./json.ts")).jsonReport,
  sarif: async () => (await import("./sarif.ts")).sarifReport,
  junit: async () => (await import("./junit.ts")).junitReport,
  github: async () => (await import("./github.ts")).githubReport,
  gitlab: async () => (await import("./gitlab.ts")).gitlabReport,
  checkstyle: async () => (await import("./checkstyle.ts")).checkstyleReport,
  markdown: async () => (await import("./markdown.ts")).markdownReport,
};

/** The names of the formats, for help and "did you mean". */
export const FORMATS: readonly string[] = Object.keys(LOADERS);

export function isFormat(name: string): name is Format {
  return Object.hasOwn(LOADERS, name);
}

export function loadReporter(format: Format): Promise<Reporter> {
  return LOADERS[format]();
}
