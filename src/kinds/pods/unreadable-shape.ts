import { isObject, listOf, objectOf, textOf } from "../../json/json.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { UnseenPods } from "./unseen-pods.ts";

/** What in an object of a kind that nobody knows stands for pods, and does not say how they are. */
export interface UnreadablePart {
  readonly why: Extract<UnseenPods["why"], "flat" | "partial" | "reference" | "text">;
  /** The field of the mapping. */
  readonly key: string;
}

/** How kinds call the field with an image, beside those that have a template of a pod. */
const IMAGE_KEYS = ["image", "imageName", "containerImage", "dockerImage"] as const;

/** Fields that only what becomes a container has, and whether their values are such. */
const CONTAINER_FIELDS: { readonly [field: string]: (value: JsonValue | undefined) => boolean } = {
  resources: (value) => ["requests", "limits", "claims"].some((key) => objectOf(value)[key] !== undefined),
  env: hasNames,
  envFrom: isFilled,
  command: isFilled,
  args: isFilled,
  volumeMounts: hasNames,
  imagePullPolicy: (value) => textOf(value) !== null,
  securityContext: isObject,
  podSecurityContext: isObject,
  livenessProbe: isObject,
  readinessProbe: isObject,
  podTemplate: isObject,
  podSpec: isObject,
  resourcesPerNode: isObject,
};

/** Fields that it often has, and that other things have too. */
const OFTEN = [
  "replicas",
  "instances",
  "ports",
  "port",
  "nodeSelector",
  "tolerations",
  "affinity",
  "cmd",
  "cpu",
  "memory",
];

const LISTS = ["containers", "initContainers"] as const;

const REFERENCE = /^(?:pod|job|workload|deployment)Template(?:Ref|Name)$/;

/** A manifest in a text has each of these at the beginning of a line, whatever comes before it there. */
const MANIFEST = [
  /^[\s"'-]*apiVersion["']?:/m,
  /^[\s"'-]*kind["']?:/m,
  /^[\s"'-]*containers["']?:/m,
  /^[\s"'-]*image["']?:/m,
];

/** What in a mapping stands for pods that nobody can read; null where nothing does. */
export function unreadablePart(mapping: JsonObject): UnreadablePart | null {
  for (const key of LISTS) if (listOf(mapping[key]).some(isPartOfContainer)) return { why: "partial", key };
  for (const key of IMAGE_KEYS) {
    if (mapping[key] !== undefined && isImageOfPods(mapping[key], mapping)) return { why: "flat", key };
  }
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (typeof value === "string" && isManifest(value)) return { why: "text", key };
    if (key.includes("Template") && REFERENCE.test(key) && (textOf(value) ?? textOf(objectOf(value).name)) !== null)
      return { why: "reference", key };
  }
  return null;
}

/** A name with a tag or a digest: what is followed or built is named without. */
const TAGGED = /^[a-z0-9][\w.:/-]*(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})$/;

/** In an object's own spec an image says enough, even where nothing else there tells of a container. */
export function imageAlone(spec: JsonObject): UnreadablePart | null {
  const key = IMAGE_KEYS.find((each) => TAGGED.test(textOf(spec[each]) ?? ""));
  return key === undefined ? null : { why: "flat", key };
}

function isImageOfPods(image: JsonValue | undefined, mapping: JsonObject): boolean {
  const runs = Object.keys(CONTAINER_FIELDS).some((field) => CONTAINER_FIELDS[field]?.(mapping[field]) === true);
  const reference = textOf(image);
  if (reference !== null) {
    if (/\s/.test(reference)) return false;
    return runs || (/[/:@]/.test(reference) && OFTEN.some((field) => mapping[field] !== undefined));
  }
  const { repository, name, tag, digest } = objectOf(image);
  return runs && (textOf(repository) ?? textOf(name)) !== null && (tag !== undefined || digest !== undefined);
}

/** A container whose image somebody else knows: `{name: db, resources: …}`. */
function isPartOfContainer(item: JsonValue): boolean {
  if (!isObject(item) || textOf(item.name) === null || item.image !== undefined) return false;
  return Object.keys(CONTAINER_FIELDS).some((field) => CONTAINER_FIELDS[field]?.(item[field]) === true);
}

function isManifest(text: string): boolean {
  return text.includes("containers") && MANIFEST.every((line) => line.test(text));
}

function isFilled(value: JsonValue | undefined): boolean {
  return listOf(value).length > 0;
}

function hasNames(value: JsonValue | undefined): boolean {
  return listOf(value).some((item) => textOf(objectOf(item).name) !== null);
}
