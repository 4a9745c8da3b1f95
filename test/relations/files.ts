import { parseFile } from "../../src/documents/parse-file.ts";
import { endsOf, entriesOf } from "../../src/relations/entries.ts";
import { ENDS } from "../../src/relations/relations-table.ts";
import { ResourceSet } from "../../src/relations/resource-set.ts";
import type { RelationOptions } from "../../src/relations/terms/options.ts";
import type { Participant } from "../../src/relations/terms/relation.ts";
import { resourcesOf } from "../../src/resources/unpack.ts";
import { workloadOf } from "../../src/workloads/workload.ts";

export interface File {
  readonly path: string;
  readonly rendering: string;
  readonly objects: readonly Participant[];
}

/** A file of a run; `chart:templates/a.yaml` is rendered by `chart`. */
export function file(place: string, text: string): File {
  const [rendering = "", path = place] = place.includes(":") ? place.split(":") : ["", place];
  const resources = parseFile(text, "yaml", "en").documents.flatMap((document) => resourcesOf(document).resources);
  return { path, rendering, objects: resources.map((resource) => ({ resource, workload: workloadOf(resource) })) };
}

const rare = endsOf(ENDS.keys()).filter(({ kinds, asksOnly }) => !kinds.includes("workload") && asksOnly !== true);

/** The set of a run that asks for these relations: what is rare is related first, the workloads come by afterwards. */
export function setOfFiles(
  files: readonly File[],
  names: readonly string[],
  options: Partial<RelationOptions> = {},
): ResourceSet {
  const set = unlearntSet(files, names, options);
  for (const each of files) for (const object of each.objects) set.learn(object, each);
  set.merge([structuredClone(set.learnt())]);
  return set;
}

/** The same before any workload came by. */
export function unlearntSet(
  files: readonly File[],
  names: readonly string[],
  options: Partial<RelationOptions> = {},
): ResourceSet {
  const entries = files.flatMap((each) => each.objects.flatMap((object) => entriesOf(rare, object, each)));
  const usual = { defaultNamespace: "default", namespaceGiven: false, cluster: false };
  return new ResourceSet(structuredClone(entries), { ...usual, ...options }, names);
}

/** What a set says of one relation of the object with a name. */
export function asked(
  set: ResourceSet,
  files: readonly File[],
  kind: string,
  name: string,
  relation: string,
): ReturnType<typeof shown> {
  for (const each of files) {
    for (const object of each.objects) {
      const { identity } = object.resource;
      if (identity.kind === kind && identity.name === name)
        return shown(set.related(object, each, [relation])?.[relation]);
    }
  }
  throw new Error(`no ${kind} ${name}`);
}

function shown(related: NonNullable<ReturnType<ResourceSet["related"]>>[string] | undefined): {
  readonly why: string | null;
  readonly objects: readonly string[];
} | null {
  if (related === undefined) return null;
  const { why, objects } = related;
  return { why, objects: objects.map((each) => `${each.file}:${each.line} ${each.kind}/${each.name}`) };
}

export function hpa(
  name: string,
  target: string,
  namespace?: string,
  kind = "Deployment",
  apiVersion = "apps/v1",
): string {
  return `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`} }
spec:
  scaleTargetRef: { apiVersion: ${apiVersion}, kind: ${kind}, name: ${target} }
  minReplicas: 2
  maxReplicas: 4
`;
}

export function deployment(name: string, namespace?: string, kind = "Deployment"): string {
  return `---
apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}${namespace === undefined ? "" : `\n  namespace: ${namespace}`}
spec:
  replicas: 3
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - { name: server, image: "nginx:1.27", resources: { requests: { cpu: 1 }, limits: { "nvidia.com/gpu": 1 } } }
`;
}
