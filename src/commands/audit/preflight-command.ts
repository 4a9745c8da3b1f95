import { resolve } from "node:path";
import { ClusterClient } from "../../cluster/client.ts";
import { type Preflight, preflight } from "../../cluster/preflight/preflight.ts";
import { loadConfiguration } from "../../config/load.ts";
import { judgedKinds } from "../../judging/judged-kinds.ts";
import { neededBy } from "../../judging/needs.ts";
import { packageVersion } from "../../package/version.ts";
import { catalogueWithBundles } from "../catalogue-with-bundles.ts";
import { writeOutput } from "../report-outputs.ts";
import { rulesOf } from "../rules-of-run.ts";
import { colourFor, columnsOf } from "../terminal.ts";
import { UsageError } from "../usage.ts";
import { usageWords } from "../usage-words.ts";
import type { AuditTask } from "./audit-run.ts";
import { preflightText } from "./preflight-text.ts";

/**
 * `paddlock audit --preflight`: what the account may read, before anything is judged. 0 where an audit with the same
 * options could judge everything, 2 where a permission is missing, or could not be asked about.
 */
export async function preflightCommand(task: AuditTask): Promise<number> {
  const { language, outputs, namespaces, reports } = task;
  const other = outputs.find(({ format }) => format !== "text" && format !== "json");
  if (other !== undefined) throw new UsageError(usageWords[language].formatsOf("--preflight", other.format));
  const cwd = process.cwd();
  const bundles = (task.bundles ?? []).map((file) => resolve(cwd, file));
  const { catalogue } = await catalogueWithBundles(bundles, language);
  const { config: file, profile, rules, skip } = task;
  const configuration = await loadConfiguration({ cwd, file, profile, rules, skip, language, catalogue });
  const client = ClusterClient.connect({ kubeconfig: task.kubeconfig, context: task.kubeContext, language });
  let found: Preflight;
  try {
    found = await preflight({
      ...{ client, namespaces, reports, configuration, language },
      judged: judgedKinds(catalogue.rules, configuration),
      rules: rulesOf(catalogue, configuration).on,
      needs: neededBy(catalogue.rules, configuration),
    });
  } finally {
    client.close();
  }
  for (const { format, file } of outputs) {
    const colour = file === null ? await colourFor(task.colour, process.env) : null;
    const columns = file === null ? columnsOf(process.env) : 80;
    const text =
      format === "json" ? jsonOf(found, namespaces) : preflightText(found, { language, colour, columns, namespaces });
    writeOutput(file, [text], language);
  }
  return found.permissions.every(({ allowed }) => allowed) && found.notifications.length === 0 ? 0 : 2;
}

function jsonOf(found: Preflight, namespaces: readonly string[] | null): string {
  const { account, server, permissions, operators, infrastructure, notifications } = found;
  const missing = permissions.filter(({ allowed }) => !allowed).length;
  const tool = { name: "paddlock", version: packageVersion() };
  const summary = { permissions: permissions.length, missing };
  const head = { schemaVersion: 1, tool, account, server, namespaces, summary };
  return `${JSON.stringify({ ...head, permissions, operators, infrastructure, notifications }, null, 2)}\n`;
}
