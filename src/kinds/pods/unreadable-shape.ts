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

/** How lists of containers are called, or mappings of them by their names. */
const CONTAINERS = /(?:containers|sidecars)$/i;

/** What holds images that are built, offered or compared, and not run. */
const NOT_RUN =
  /^(?:images?|output|source|from|to|target|destination|base|build\w*|runImage|desired\w*|available\w*|catalogs?)$/i;

const REFERENCE = /^(?:pod|job|workload|deployment)Template(?:Ref|Name)$/;

/** A manifest in a text has each of these at the beginning of a line, whatever comes before it there. */
const MANIFEST = [
  /^[\s"'-]*apiVersion["']?:/m,
  /^[\s"'-]*kind["']?:/m,
  /^[\s"'-]*containers["']?:/m,
  /^[\s"'-]*image["']?:/m,
];

/** A pod in JSON, whole or its spec alone. */
const JSON_PODS = [/"containers"\s*:\s*\[\s*\{/, /"image"\s*:\s*"/];

/** What in a mapping stands for pods that nobody can read; null where nothing does. */
export function unreadablePart(mapping: JsonObject): UnreadablePart | null {
  for (const key of LISTS) if (listOf(mapping[key]).some(isPartOfContainer)) return { why: "partial", key };
  for (const key of IMAGE_KEYS) {
    if (mapping[key] !== undefined && isImageOfPods(mapping[key], mapping)) return { why: "flat", key };
  }
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (typeof value === "string" && isManifest(value)) return { why: "text", key };
    if (CONTAINERS.test(key) && hasImages(value)) return { why: "flat", key };
    if (key.includes("Template") && REFERENCE.test(key) && (textOf(value) ?? textOf(objectOf(value).name)) !== null)
      return { why: "reference", key };
  }
  return null;
}

/** A name with a tag or a digest: what is followed or built is named without. */
const TAGGED = /^[a-z0-9][\w.:/-]*(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})$/;

/**
 * A whole image says enough, even where nothing else there tells of a container.
 * @param holder the key under which the mapping stands, or the list that it is an item of
 */
export function imageAlone(mapping: JsonObject, holder: string): UnreadablePart | null {
  if (NOT_RUN.test(holder)) return null;
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (key === "images" && isObject(value) && Object.values(value).some(isTagged)) return { why: "flat", key };
    if (
      !(key.endsWith("Image") || IMAGE_KEYS.some((each) => each === key)) ||
      /^(?:base|build|source|target)/.test(key)
    )
      continue;
    const tag = textOf(mapping.imageTag) ?? textOf(mapping.tag);
    if (isTagged(value) || isParted(value) || (tag !== null && textOf(value) !== null)) return { why: "flat", key };
  }
  return null;
}

function isTagged(value: JsonValue | undefined): boolean {
  return TAGGED.test(textOf(value) ?? "");
}

/** `{repository: app, tag: "1"}`. */
function isParted(value: JsonValue | undefined): boolean {
  const { repository, name, tag, digest } = objectOf(value);
  return (textOf(repository) ?? textOf(name)) !== null && (tag !== undefined || digest !== undefined);
}

/** Containers in a list, or by their names. */
function hasImages(value: JsonValue | undefined): boolean {
  const items = isObject(value) ? Object.values(value) : listOf(value);
  return items.some((item) => isObject(item) && (textOf(item.image) ?? textOf(item.Image) ?? "") !== "");
}

function isImageOfPods(image: JsonValue | undefined, mapping: JsonObject): boolean {
  const runs = Object.keys(CONTAINER_FIELDS).some((field) => CONTAINER_FIELDS[field]?.(mapping[field]) === true);
  const reference = textOf(image);
  if (reference !== null) {
    if (/\s/.test(reference)) return false;
    return runs || (/[/:@]/.test(reference) && OFTEN.some((field) => mapping[field] !== undefined));
  }
  return runs && isParted(image);
}

/** A container whose image somebody else knows: `{name: db, resources: …}`. */
function isPartOfContainer(item: JsonValue): boolean {
  if (!isObject(item) || textOf(item.name) === null || item.image !== undefined) return false;
  return Object.keys(CONTAINER_FIELDS).some((field) => CONTAINER_FIELDS[field]?.(item[field]) === true);
}

function isManifest(text: string): boolean {
  if (!text.includes("containers")) return false;
  return (
    (JSON_PODS.every((part) => part.test(text)) && /^\s*[{[]/.test(text)) || MANIFEST.every((line) => line.test(text))
  );
}

function isFilled(value: JsonValue | undefined): boolean {
  return listOf(value).length > 0;
}

function hasNames(value: JsonValue | undefined): boolean {
  return listOf(value).some((item) => textOf(objectOf(item).name) !== null);
}
