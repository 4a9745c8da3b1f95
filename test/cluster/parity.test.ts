import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../src/commands/check/check.ts";
import type { Finding } from "../../src/findings/finding.ts";
import { isObject, listOf, objectOf } from "../../src/json/json.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { printable } from "../../src/reporters/printable.ts";
import { Cluster } from "../../tools/cluster/cluster.ts";
import { DIFFERENT, REFUSED } from "./changed-fixtures.ts";
import { Authority } from "./harness/authority.ts";
import { installKinds } from "./harness/custom-kinds.ts";
import { EVERYWHERE_KINDS, FIXTURE_KINDS } from "./harness/fixture-kinds.ts";
import { createNamespaces, textAt } from "./harness/objects.ts";
import { PaddlockServer } from "./harness/paddlock-server.ts";
import { ResourcePaths } from "./harness/resource-paths.ts";
import {
  type FixtureObject,
  objectAtLine,
  type RuleFixture,
  ruleFixtures,
  textOfFixture,
} from "./harness/rule-fixtures.ts";
import { askedBy, registerWebhook, unregisterWebhook, WEBHOOK_NAME } from "./harness/webhook.ts";

/** What stands in an object's way, or is told of it: `violations`, `notes` and `not-judged` as the audit log has them. */
interface Judged {
  readonly violations: readonly string[];
  readonly notes: readonly string[];
  readonly notJudged: readonly string[];
  /** Of the violations, word for word. */
  readonly messages: readonly string[];
}

/** What the API server says of an object that it does not even ask about. */
interface Refusal {
  readonly refused: string;
}

const fixtures = ruleFixtures();
const folder = mkdtempSync(join(tmpdir(), "paddlock-parity-"));
const wanted = new Map<string, ReadonlyMap<string, Judged>>();

let cluster: Cluster;
let authority: Authority;
let paths: ResourcePaths;
beforeAll(async () => {
  // Claims that a test takes away must not wait for a controller to let them go.
  const apiServerFlags = ["--disable-admission-plugins=ServiceAccount,StorageObjectInUseProtection"];
  cluster = await Cluster.start({ apiServerFlags });
  await installKinds(cluster, FIXTURE_KINDS);
  authority = await Authority.create();
  paths = new ResourcePaths(cluster);
  for (const fixture of fixtures) {
    await createNamespaces(cluster, fixture.namespaces);
    const absent = new Set<FixtureObject>();
    for (const object of fixture.objects) {
      if (!object.isRelation || reachesEverywhere(object)) continue;
      if (!(await store(object, fixture))) absent.add(object);
    }
    wanted.set(fixture.name, await judgedByCheck(fixture, absent));
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster?.stop();
});

describe.each(groups())("$name", ({ config, members }) => {
  beforeAll(async () => {
    for (const fixture of members) {
      for (const object of fixture.objects.filter(reachesEverywhere)) await store(object, fixture);
    }
    const certificate = await authority.server();
    // What cannot be judged is told by both, and denied by neither.
    const server = await PaddlockServer.start(cluster, {
      config: `${config}\nadmission:\n  mode: enforce\n  onOpaquePatch: allow\n`,
      certificate,
    });
    const client = { url: `${server.url}/validate` };
    const rules = [
      { apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE"], resources: ["*/*"], scope: "*" } as const,
    ];
    await registerWebhook(cluster, { client, ca: authority.ca, rules }, askedBy(server));
    return async () => {
      await unregisterWebhook(cluster);
      await server.process.end("SIGKILL");
      for (const { value } of members.flatMap(({ objects }) => objects.filter(reachesEverywhere))) {
        const path = await paths.of(value, "");
        await cluster.client.delete(`${path}/${textAt(value, "metadata", "name")}`);
      }
    };
  });

  test.each(members)("$name: the same findings through the API server as in the file", async (fixture) => {
    const got: { [label: string]: Judged | Refusal } = {};
    const expected: { [label: string]: Judged | Refusal } = {};
    const refused: { [label: string]: string } = {};
    for (const object of fixture.objects) {
      const answer = await judgedByWebhook(object, fixture);
      if ("refused" in answer) {
        refused[object.label] = answer.refused;
        continue;
      }
      got[object.label] = answer;
      const found = wanted.get(fixture.name)?.get(object.label);
      if (found !== undefined) expected[object.label] = withDifference(found, fixture, object);
    }
    expect(got).toEqual(expected);
    const reasons = REFUSED[fixture.name] ?? {};
    const known = Object.entries(refused).map(([label, said]) => {
      const says = reasons[label]?.says;
      return [label, says !== undefined && said.includes(says) ? says : said];
    });
    expect(Object.fromEntries(known)).toEqual(
      Object.fromEntries(Object.entries(reasons).map(([label, { says }]) => [label, says])),
    );
  });
});

/**
 * Files judged by one configuration are judged by one server; a file with policies that reach into every namespace has
 * one for itself.
 */
function groups(): { readonly name: string; readonly config: string; readonly members: readonly RuleFixture[] }[] {
  const byConfig = new Map<string, RuleFixture[]>();
  const alone: RuleFixture[] = [];
  for (const fixture of fixtures) {
    if (fixture.objects.some(reachesEverywhere)) alone.push(fixture);
    else byConfig.set(fixture.config, [...(byConfig.get(fixture.config) ?? []), fixture]);
  }
  return [
    ...[...byConfig].map(([config, members]) => ({
      name: config === "" ? "by default" : `configured as ${members[0]?.name}`,
      config,
      members,
    })),
    ...alone.map((fixture) => ({ name: "alone in the cluster", config: fixture.config, members: [fixture] })),
  ];
}

function reachesEverywhere({ value }: FixtureObject): boolean {
  return typeof value.kind === "string" && EVERYWHERE_KINDS.has(value.kind);
}

/** Makes an object for real; false where it is refused, which comes up when it is asked about. */
async function store({ value }: Pick<FixtureObject, "value">, fixture: RuleFixture): Promise<boolean> {
  // What Calico's own API server is given as projectcalico.org/v3 it keeps like this, and this is what is watched.
  if (value.apiVersion === "projectcalico.org/v3") {
    await store({ value: { ...value, apiVersion: "crd.projectcalico.org/v1" } }, fixture);
  }
  const path = await paths.of(value, fixture.defaultNamespace);
  return path !== null && (await cluster.client.post(`${path}?fieldValidation=Strict`, value)).status === 201;
}

/**
 * What `check --as-admission` finds in the file, by object. The file moved into its own namespaces must say what the
 * file itself says. Then both doors get the same relations: what the file leaves open is given to both, its namespaces and
 * each claim; and what the API server refuses, `absent`, is nowhere.
 */
async function judgedByCheck(
  fixture: RuleFixture,
  absent: ReadonlySet<FixtureObject>,
): Promise<ReadonlyMap<string, Judged>> {
  const name = fixture.name.replaceAll("/", "-");
  const file = join(folder, name);
  writeFileSync(file, textOfFixture(fixture));
  const config = join(folder, `${name}.config.yaml`);
  writeFileSync(config, fixture.config);
  const options = { config, asAdmission: true, cwd: folder, namespace: fixture.defaultNamespace };

  const moved = await findings({ ...options, paths: [file], alone: true });
  const original = await findings({ ...options, paths: [fixture.file], alone: true, namespace: "default" });
  expect(moved.map(brief).sort(), fixture.name).toEqual(original.map(brief).sort());

  writeFileSync(file, textOfFixture(fixture, absent));
  const left = await findings({ ...options, paths: [file], alone: true });
  const beside = [...fixture.namespaces.map(bareNamespace), ...missingClaims(fixture, left)];
  for (const claim of beside.filter(({ kind }) => kind === "PersistentVolumeClaim")) {
    await store({ value: claim }, fixture);
  }
  const besideFile = join(folder, `${name}.beside.yaml`);
  writeFileSync(besideFile, beside.map((object) => `${JSON.stringify(object)}\n---\n`).join(""));
  const completed = await findings({ ...options, paths: [file], with: [besideFile] });
  return new Map(
    fixture.objects.map((object) => [
      object.label,
      judgedOf(
        completed.filter((finding) => objectAtLine(fixture, finding.line) === object && !isOfFilesAlone(finding)),
      ),
    ]),
  );
}

async function findings(options: Parameters<typeof check>[0]): Promise<readonly Finding[]> {
  return [...(await check(options)).report.findings];
}

function brief({ rule, level, outcome, path, container, resource }: Finding): string {
  return [rule, level, outcome, resource.kind, resource.name, path, container?.name].join(" ");
}

/** What the API server made of an object before it asked, as far as that changes what is found. */
function withDifference(found: Judged, { name }: RuleFixture, { label }: FixtureObject): Judged {
  let judged = found;
  for (const { list, inFile, atAdmission } of DIFFERENT[name]?.[label] ?? []) {
    const rest = judged[list].filter((entry) => entry !== inFile);
    expect(rest, `${name}: ${label} has no such finding any more`).toHaveLength(judged[list].length - 1);
    judged = { ...judged, [list]: [...rest, ...(atAdmission === null ? [] : [atAdmission])].sort() };
  }
  return judged;
}

/** As the API server makes it. */
function bareNamespace(name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
  };
}

/** The claims that findings leave open: a file cannot know whether they are in the cluster. */
function missingClaims(fixture: RuleFixture, found: readonly Finding[]): JsonObject[] {
  const claims = new Map<string, JsonObject>();
  for (const { rule, outcome, args, line } of found) {
    if (rule !== "model-volume" || outcome !== "not-judged" || typeof args.claim !== "string") continue;
    const { value } = objectAtLine(fixture, line);
    const namespace = textAt(value, "metadata", "namespace") || fixture.defaultNamespace;
    claims.set(`${namespace}/${args.claim}`, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: args.claim, namespace },
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
    });
  }
  return [...claims.values()];
}

/**
 * What differs between files and a cluster. That a policy selects nothing can be told of files, where the workloads are
 * that it could select; whoever is asked about the policy alone cannot know. And a target that files do not hold may be in
 * the cluster, where it is looked up.
 */
function isOfFilesAlone({ rule, resource, outcome, message }: Finding): boolean {
  if (rule === "network-policy") return resource.kind.endsWith("NetworkPolicy");
  return rule === "hpa-target" && outcome === "not-judged" && message.endsWith(" is not in the set");
}

function judgedOf(found: readonly Finding[]): Judged {
  const entry = ({ rule, path, container }: Finding): string =>
    undefaulted(container === null ? `${rule} ${path}` : `${rule} ${path} (${container.name})`);
  const violations = found.filter(({ outcome }) => outcome === "violation");
  return {
    violations: violations
      .filter(({ level }) => level === "error")
      .map(entry)
      .sort(),
    notes: violations
      .filter(({ level }) => level !== "error")
      .map((finding) => `${finding.level} ${entry(finding)}`)
      .sort(),
    notJudged: found
      .filter(({ outcome }) => outcome === "not-judged")
      .map(entry)
      .sort(),
    messages: violations
      .filter(({ level }) => level === "error")
      .map(({ message }) => printable(message))
      .sort(),
  };
}

/**
 * The API server gives what has none an empty `resources` or `securityContext`, and then a field that is absent there has
 * that for its nearest parent.
 */
function undefaulted(entry: string): string {
  return entry.replace(/\.(resources|securityContext)(?= |$)/, "");
}

/** What the webhook finds in an object that a client tries to make, as the audit log keeps it. */
async function judgedByWebhook({ value }: FixtureObject, { defaultNamespace }: RuleFixture): Promise<Judged | Refusal> {
  const path = await paths.of(value, defaultNamespace);
  if (path === null) return { refused: `no kind ${JSON.stringify(value.kind)} in ${JSON.stringify(value.apiVersion)}` };
  // Strict, as kubectl asks for it: a field that is dropped in silence could not be judged.
  const answer = await cluster.client.post(`${path}?dryRun=All&fieldValidation=Strict`, value);
  const annotations = objectOf((await cluster.auditEvent(answer.auditId)).annotations);
  if (annotations[`${WEBHOOK_NAME}/mode`] === undefined) {
    expect(answer.status, `${answer.text} was not asked about`).toBeGreaterThanOrEqual(400);
    return { refused: textAt(answer.body, "message") };
  }
  const entries = (key: string): string[] => {
    const text = annotations[`${WEBHOOK_NAME}/${key}`];
    return typeof text === "string" ? text.split("; ").map(undefaulted).sort() : [];
  };
  // The answer to the client names the same violations.
  const causes = listOf(objectOf(answer.body.details).causes).filter(isObject);
  const denied = causes.map(({ reason, field }) => undefaulted(`${reason} ${field}`));
  const messages = answer.status === 403 ? causes.map(({ message }) => String(message)).sort() : [];
  const judged = {
    violations: entries("violations"),
    notes: entries("notes"),
    notJudged: entries("not-judged"),
    messages,
  };
  const withoutContainers = judged.violations.map((entry) => entry.replace(/ \([^()]*\)$/, ""));
  if (answer.status === 403) expect(denied.sort()).toEqual(withoutContainers.sort());
  else expect(judged.violations).toEqual([]);
  return judged;
}
