import { isObject, listOf, objectOf, textOf, valueAt } from "../json/json.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { readPods } from "../kinds/kinds.ts";
import type { KindRow } from "../kinds/pods/kind-row.ts";
import { greatestInteger, patternSteps } from "../kinds/pods/pod-places.ts";
import type { Alias } from "../kinds/pods/pod-source.ts";
import type { Resource } from "../resources/resource.ts";
import { type AcceleratorRow, AcceleratorTable } from "./accelerators.ts";
import { isMarkedPaddle, launchesTraining } from "./paddle.ts";
import { type PodContext, podModel } from "./pods.ts";
import type { PodModel, WorkloadModel } from "./workload-model.ts";

/** The settings of rules, some of which may name accelerators. */
type AcceleratorSettings = { readonly [rule: string]: { readonly parameters: JsonObject } };

/** What a configuration adds to the tables. */
export interface WorkloadOptions {
  readonly kinds?: readonly KindRow[];
  readonly accelerators?: AcceleratorTable;
  /** The object lives in a cluster, or is about to: nobody but its controller fills in templates any more. */
  readonly filledIn?: boolean;
}

let standardAccelerators: AcceleratorTable | undefined;

/** The parameter of rules by which people name resources that are accelerators. */
const PARAMETER = "accelerators";

/** The table of accelerator resources, with the rows that the parameters of a configuration's rules add. */
export function acceleratorTable(rules: AcceleratorSettings = {}): AcceleratorTable {
  const extra = Object.values(rules).flatMap(({ parameters }) => listOf(parameters[PARAMETER]).flatMap(acceleratorRow));
  if (extra.length > 0) return new AcceleratorTable(extra);
  standardAccelerators ??= new AcceleratorTable();
  return standardAccelerators;
}

/**
 * The workload that a resource is, as rules see it but for the facts that later stages join, or null where it carries
 * no pods: another kind, a Rollout that refers to a Deployment. Never throws: values of wrong types are taken for absent, and the schema reports them.
 */
export function workloadOf(resource: Resource, options: WorkloadOptions = {}): WorkloadModel | null {
  const reading = readPods(resource, options.kinds);
  if (reading === null) return null;
  const { row, pods: sources, unseen } = reading;
  const { object } = resource;
  const context: PodContext = {
    serving: row.nature === "serving",
    claimTemplates: row.claimTemplates === undefined ? NO_NAMES : claimTemplateNames(object, row.claimTemplates),
    aliases: row.claimTemplates === undefined ? NO_ALIASES : claimTemplateAliases(row.claimTemplates),
    probedContainer: typeof row.readinessByController === "string" ? row.readinessByController : null,
    accelerators: options.accelerators ?? acceleratorTable(),
    filledIn: options.filledIn === true && row.expands !== true,
    bySignOnly: row.byShape === true,
  };
  const pods: PodModel[] = [];
  for (const source of sources) pods.push(podModel(source, context));
  if (pods.length === 0 && unseen.length === 0) return null;
  return {
    serving: row.byShape ? pods.some((pod) => pod.serving) : context.serving,
    training: row.nature === "training" || ((row.nature === "batch" || row.byShape === true) && trains(pods)),
    paddle: isPaddle(object, row, pods),
    accelerated: isAccelerated(pods, context.accelerators),
    replicas: row.replicas === undefined ? null : greatestInteger(object, row.replicas),
    pods,
    ...(row.byShape ? { byShape: true } : {}),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
}

/** What is no name of a resource is no row. */
function acceleratorRow(written: JsonValue): readonly AcceleratorRow[] {
  const { match, vendor, device } = objectOf(written);
  const name = textOf(match);
  return name?.includes("/") ? [{ names: [name], vendor: textOf(vendor), device: device !== false }] : [];
}

const NO_NAMES: readonly string[] = [];

const NO_ALIASES: readonly Alias[] = [];

/** Where the model has the templates of claims, whatever the kind. */
const CLAIM_TEMPLATES = ["spec", "volumeClaimTemplates"] as const;

function claimTemplateAliases(pattern: string): readonly Alias[] {
  if (pattern === CLAIM_TEMPLATES.join(".")) return NO_ALIASES;
  return [{ model: CLAIM_TEMPLATES, object: patternSteps(pattern) }];
}

function claimTemplateNames(object: JsonObject, pattern: string): readonly string[] {
  const names: string[] = [];
  for (const template of listOf(valueAt(object, patternSteps(pattern)))) {
    const name = isObject(template) ? textOf(objectOf(template.metadata).name) : null;
    if (name !== null) names.push(name);
  }
  return names;
}

function isPaddle(object: JsonObject, row: KindRow, pods: readonly PodModel[]): boolean {
  const metadata = objectOf(object.metadata);
  return (
    row.paddle === true ||
    pods.some((pod) => pod.containers.some((container) => container.paddleSign)) ||
    isMarkedPaddle(objectOf(metadata.labels)) ||
    isMarkedPaddle(objectOf(metadata.annotations)) ||
    pods.some((pod) => isMarkedPaddle(pod.labels) || isMarkedPaddle(pod.annotations)) ||
    (typeof row.paddle === "function" && row.paddle(object))
  );
}

function isAccelerated(pods: readonly PodModel[], accelerators: AcceleratorTable): boolean {
  return pods.some((pod) =>
    pod.containers.some(({ accelerators: names, resources }) =>
      names.some(({ name }) => {
        const asked = resources.limits[name] ?? resources.requests[name];
        return asked?.value !== "0" && accelerators.classify(name)?.companion === false;
      }),
    ),
  );
}

function trains(pods: readonly PodModel[]): boolean {
  return pods.some((pod) => pod.containers.some((container) => launchesTraining(container.raw)));
}
