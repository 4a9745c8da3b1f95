import { prepareModes } from "../../admission/mode.ts";
import { trustOf } from "../../admission/trust.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { JudgedKinds } from "../../judging/judged-kinds.ts";
import { OPERATORS } from "../../kinds/operators.ts";
import type { Language } from "../../messages/language.ts";
import type { Notification } from "../../messages/notification.ts";
import { rolesFor } from "../../relations/needs.ts";
import { kindKey } from "../../resources/kind-key.ts";
import { ApiError, clusterReason } from "../api-error.ts";
import { type AuditOptions, reportApis } from "../audit/audit.ts";
import { takeInventory } from "../audit/inventory.ts";
import { reaching } from "../audit/reaching.ts";
import { auditWords } from "../audit/words.ts";
import { isClusterScoped, locate, watchedKinds } from "../watched-kinds.ts";
import { type InfrastructureNamespace, infrastructureNamespaces, registeredWebhooks } from "./infrastructure.ts";
import { type AuditPlan, type Need, needsOf } from "./needs.ts";
import { type OperatorAtWork, operatorsAtWork, ownKindsOf } from "./operators.ts";
import { accountName, areAllowed } from "./permissions.ts";
import { kindsInUse, runningWorkloads } from "./running-workloads.ts";

export interface PreflightOptions extends Pick<AuditOptions, "client" | "namespaces" | "reports"> {
  readonly configuration: Configuration;
  /** The kinds that the rules are for. */
  readonly judged: JudgedKinds;
  /** The rules that are on. */
  readonly rules: AuditPlan["rules"];
  /** What they need. */
  readonly needs: ReadonlySet<string>;
  readonly language: Language;
}

/** What an audit may read and write, and what an administrator should know besides. Nothing is judged. */
export interface Preflight {
  /** As whom the API server knows the account; null where it does not tell. */
  readonly account: string | null;
  readonly server: string;
  readonly permissions: readonly (Need & { readonly allowed: boolean })[];
  readonly operators: readonly OperatorAtWork[];
  readonly infrastructure: readonly InfrastructureNamespace[];
  /** What could not be found out. */
  readonly notifications: readonly Notification[];
}

/** @throws ConfigurationError where the cluster cannot be asked, or cannot hold the reports that are asked for */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { client, namespaces, configuration, language } = options;
  const words = auditWords[language];
  return reaching(client, words, async () => {
    const notifications: Notification[] = [];
    const untold = (group: string, reason: string): void => {
      notifications.push({ level: "error", code: "cluster-read", message: words.unreadableGroup(group, reason) });
    };
    const inventory = await takeInventory(client, options.judged);
    for (const [group, error] of inventory.unknown) untold(group, words.reason(error));
    const relations = await locatedRelations(options, untold);
    const apis = await reportApis(options, inventory, words);
    const needs = needsOf({
      ...{ kinds: inventory.kinds, relations, namespaces, reports: apis?.used ?? null, rules: options.rules },
      keys: secretsOf(configuration),
      pullSecrets: options.rules.some(({ id }) => id === "signed-image") ? configuration.registries.pullSecrets : [],
    });
    const allowed = await areAllowed(client, needs);
    const running = await runningWorkloads(client, inventory.kinds, namespaces);
    const owners = new Set(OPERATORS.flatMap(ownKindsOf));
    const ofOperators = inventory.kinds.filter((kind) => owners.has(kindKey(kind)));
    const used = await kindsInUse(client, ofOperators, namespaces);
    const modeOf = await prepareModes(configuration.admission);
    return {
      account: await accountName(client),
      server: client.kubeConfig.getCurrentCluster()?.server ?? "",
      permissions: needs.map((need, index) => ({ ...need, allowed: allowed[index] === true })),
      operators: operatorsAtWork(used, running, trustOf(configuration.admission.operators)),
      infrastructure: infrastructureNamespaces(running, await registeredWebhooks(client), modeOf),
      notifications,
    };
  });
}

async function locatedRelations(
  { client, needs, language }: PreflightOptions,
  untold: (group: string, reason: string) => void,
): Promise<AuditPlan["relations"]> {
  const { signal } = new AbortController();
  const relations: AuditPlan["relations"][number][] = [];
  for (const watched of watchedKinds(new Set(["namespace", ...rolesFor(needs)]))) {
    try {
      const at = await locate(client, watched, signal);
      if (at !== null) relations.push({ watched, at, clusterScoped: isClusterScoped(watched, at) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      untold(watched.groups.join(", "), clusterReason(error, language));
    }
  }
  return relations;
}

/** The Secrets in which the configuration keeps keys and roots. */
function secretsOf({ signatures }: Configuration): AuditPlan["keys"] {
  const sources = (signatures?.policies ?? []).flatMap(({ authorities }) =>
    authorities.flatMap((each) => Object.values(each)),
  );
  return sources.flatMap((source) => {
    return typeof source === "object" && source !== null && "secret" in source ? [source.secret] : [];
  });
}
