import { admissionSettings, type WrittenAdmission } from "../../src/config/admission.ts";
import type { ConfiguredWaiver } from "../../src/config/configuration.ts";
import { parseFile } from "../../src/documents/parse-file.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { type JudgedFile, prepareWaivers, type Waived, type WaiverOptions } from "../../src/findings/waive.ts";
import type { JudgedObject } from "../../src/findings/waiver-objects.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import type { RuleSetting } from "../../src/rules/metadata.ts";

export const rules: ReadonlySet<string> = new Set(["heavy-anchor", "tight-rope", "white-sail", "quiet"]);

const settings: { readonly [rule: string]: RuleSetting } = {
  "heavy-anchor": { level: "as written", parameters: {} },
  "tight-rope": { level: "error", parameters: {} },
  "white-sail": { level: "warning", parameters: {} },
  quiet: { level: "off", parameters: {} },
};

/** A file as the waivers see it after it was judged. */
export function judgedFile(yaml: string, file = "deploy.yaml"): JudgedFile {
  const { documents, comments } = parseFile(yaml, "yaml");
  const objects = documents.flatMap((document) =>
    resourcesOf(document).resources.map(
      (resource): JudgedObject => ({ resource, rules: settings, containers: () => ["server", "proxy"] }),
    ),
  );
  return { file, comments, objects };
}

/** A finding on the object of that name, on these lines. */
export function finding(rule: string, line: number, more: Partial<Finding> = {}): Finding {
  return {
    rule,
    level: "error",
    outcome: "violation",
    message: "",
    remedy: "",
    url: "",
    file: "deploy.yaml",
    line,
    column: 1,
    endLine: line,
    endColumn: 9,
    path: "spec",
    resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "ml", name: "ocr" },
    container: { name: "server", role: "container" },
    args: {},
    fingerprint: `${rule}${line}`,
    ...more,
  };
}

/** A waiver of a configuration. */
export function configured(waiver: Partial<ConfiguredWaiver>): ConfiguredWaiver {
  return { rule: "heavy-anchor", reason: "known", place: { file: ".paddlock.yaml", line: 7, column: 5 }, ...waiver };
}

/** What the waivers make of the findings. */
export async function waived(
  yaml: string,
  findings: readonly Finding[],
  waivers: readonly ConfiguredWaiver[] = [],
  options: Partial<WaiverOptions> & { file?: string } = {},
  admission: WrittenAdmission = {},
): Promise<Waived> {
  const globBase = { strip: "", prepend: "" };
  const configuration = { waivers, globBase, admission: admissionSettings([admission]) };
  const waive = await prepareWaivers(configuration, {
    rules,
    today: "2026-11-24",
    namespace: "default",
    language: "en",
    ...options,
  });
  return waive(findings, judgedFile(yaml, options.file));
}
