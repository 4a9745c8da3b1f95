/** How the text of a file is to be read: as YAML or JSON documents, or as Markdown whose code fences hold them. */
export type SourceFormat = "yaml" | "json" | "markdown";
