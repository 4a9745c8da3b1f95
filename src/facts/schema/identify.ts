import type { SchemaError } from "../../contract/input.generated.ts";
import { typeName } from "../../json/type-name.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { nearest } from "../../messages/nearest.ts";
import { isTemplate } from "../../resources/quantity.ts";
import { KINDS } from "./kinds.generated.ts";
import { apiVersionsOf, homesOf, isBuiltIn, isPaddle, isPreview, kindsOf, type ObjectType } from "./object-type.ts";
import { serviceOf } from "./served-versions.ts";

/**
 * Kinds of the core `v1` that have no schema here because they are no objects of a cluster: a kubeconfig, answers and
 * options of the API, and what OpenShift once put there.
 */
const ALSO_V1 =
  /^(?:Config|Status|Table|WatchEvent|API(?:Group|ResourceList|Versions)|\w+Options|SerializedReference|RangeAllocation|PodStatusResult|EphemeralContainers|Policy|Template|DeploymentConfig|BuildConfig|Build|ImageStream\w*|Image|Route|Project\w*|Group|User|Identity|SecurityContextConstraints)$/;

/** What programs send each other in the groups of Kubernetes. */
const NEVER_WRITTEN = /(?:Review|Options|Request)$/;

/** What is wrong with `apiVersion` and `kind` of an object whose kind has no schema. Nothing for kinds that others own. */
export function typeErrors(object: JsonObject, type: ObjectType): SchemaError[] {
  return [...unreadable(object, type)] as SchemaError[];
}

function* unreadable(object: JsonObject, type: ObjectType): Iterable<SchemaError> {
  const { apiVersion, kind } = type;
  const bad = [...scalarErrors(object.apiVersion, "apiVersion"), ...scalarErrors(object.kind, "kind")];
  if (bad.length > 0) {
    if (!isForeign(object)) yield* bad;
  } else if (kind === "" || apiVersion === "") {
    if (isForeign(object)) return;
    if (kind === "") yield { problem: "no-kind", path: ["kind"], args: { apiVersion } };
    if (apiVersion === "") yield noApiVersion(kind);
  } else if (!isWellFormed(apiVersion)) {
    yield { problem: "malformed-api-version", path: ["apiVersion"], args: { apiVersion } };
  } else {
    yield* unknownType(type);
  }
}

function* scalarErrors(value: JsonValue | undefined, field: string): Iterable<SchemaError> {
  if (typeof value === "string") {
    if (isTemplate(value)) yield { problem: "template", path: [field], args: { value } };
  } else if (value !== undefined && value !== null) {
    yield { problem: "type", path: [field], args: { expected: "string", actual: typeName(value) } };
  }
}

/**
 * Other tools write `apiVersion` or `kind` too, one without the other: a Helm chart (`apiVersion: v2`, `name`,
 * `version`), a Grafana provisioning file (`apiVersion: 1`), a Drone pipeline (`kind: pipeline`).
 */
function isForeign({ apiVersion, kind, name, version }: JsonObject): boolean {
  if (kind === undefined || kind === null) {
    const isChart = /^v[12]$/.test(String(apiVersion)) && typeof name === "string" && version !== undefined;
    return isChart || typeof apiVersion === "number";
  }
  if (typeof kind !== "string" || kind === "" || (apiVersion !== undefined && apiVersion !== null)) return false;
  return !/^[A-Z]/.test(kind) && allKinds().every((known) => known.toLowerCase() !== kind.toLowerCase());
}

function noApiVersion(kind: string): SchemaError {
  const expected = homesOf(kind)[0];
  return {
    problem: expected === undefined ? "no-api-version" : "no-api-version-known",
    path: ["apiVersion"],
    args: { kind, ...(expected && { expected }) },
  };
}

function isWellFormed(apiVersion: string): boolean {
  return /^[^/\s]+(?:\/[^/\s]+)?$/.test(apiVersion);
}

function* unknownType(type: ObjectType): Iterable<SchemaError> {
  const { apiVersion, group, kind } = type;
  const service = serviceOf(apiVersion, kind);
  // A removed version without a schema: whoever asks for versions says so.
  if (service !== undefined) return;
  const here = apiVersionsOf(group).filter((known) => kindsOf(known).includes(kind));
  if (here.length > 0) {
    if (!isPreview(apiVersion)) yield unknownVersion(type, here.find((known) => !isPreview(known)) ?? here[0]);
    return;
  }
  const home = homeFor(type);
  if (home !== undefined) {
    yield { problem: "wrong-group", path: ["apiVersion"], args: { apiVersion, kind, expected: home } };
    return;
  }
  if (isBuiltIn(group)) {
    if ((apiVersion === "v1" && ALSO_V1.test(kind)) || NEVER_WRITTEN.test(kind)) return;
    const inGroup = apiVersionsOf(group).flatMap(kindsOf);
    if (/^(?:.*\/)?v\d+$/.test(apiVersion)) {
      yield unknownKind(type, nearestKind(kind, inGroup) ?? nearestKind(kind, allKinds()));
    } else {
      // Of alpha and beta kinds there are more than the schemas know: only a slip of the pen is one.
      const suggestion = nearestKind(kind, inGroup, 2);
      if (suggestion !== undefined) yield unknownKind(type, suggestion);
    }
  } else if (isPaddle(group)) {
    const suggestion = nearestKind(kind, apiVersionsOf(group).flatMap(kindsOf));
    if (suggestion !== undefined) yield unknownKind(type, suggestion);
  }
}

function unknownVersion({ apiVersion, kind }: ObjectType, served: string | undefined): SchemaError {
  return { problem: "unknown-version", path: ["apiVersion"], args: { apiVersion, kind, expected: served ?? null } };
}

function unknownKind({ apiVersion, kind }: ObjectType, suggestion: string | undefined): SchemaError {
  if (suggestion === undefined) return { problem: "unknown-kind", path: ["kind"], args: { apiVersion, kind } };
  return { problem: "misspelled-kind", path: ["kind"], args: { apiVersion, kind, suggestion } };
}

/**
 * Where a kind belongs that stands under a group which does not have it. Other groups may have a kind of the same name
 * (`serving.knative.dev/v1 Service`): only a group of Kubernetes, one without a dot (which no extension has), or one
 * that is misspelled counts.
 */
function homeFor({ apiVersion, group, kind }: ObjectType): string | undefined {
  const homes = homesOf(kind);
  if (homes.length === 0) return undefined;
  if (isBuiltIn(group) || isPaddle(group)) {
    return apiVersion === "v1" && ALSO_V1.test(kind) ? undefined : homes[0];
  }
  const groups = homes.map((home) => home.slice(0, Math.max(0, home.indexOf("/"))));
  if (!group.includes(".")) return homes[0];
  const near = nearest(
    group,
    groups.filter((known) => known.includes(".")),
    3,
  );
  return near === undefined ? undefined : homes[groups.indexOf(near)];
}

function nearestKind(kind: string, candidates: readonly string[], most: number = 3): string | undefined {
  return nearest(
    kind,
    candidates.filter((candidate) => !candidate.endsWith("List") || kind.endsWith("List")),
    most,
  );
}

function allKinds(): readonly string[] {
  return Object.keys(KINDS).flatMap(kindsOf);
}
