import type { Image, Quantity } from "../contract/input.generated.ts";
import { type ClassifiedImage, classifyImage } from "../images/classify.ts";
import { isObject, listOf, objectOf, textOf } from "../json/json.ts";
import type { JsonObject, JsonValue, Path } from "../json/value.ts";
import type { ContainerSource, ImageSource } from "../kinds/pods/pod-source.ts";
import { quantityOf } from "../resources/quantity.ts";
import type { AcceleratorTable } from "./accelerators.ts";
import { hasPaddleSign } from "./paddle.ts";
import type { ContainerModel } from "./workload-model.ts";

/** Whose meaning the model carries elsewhere, or which are too long to hand to every rule. */
const LEFT_OUT: ReadonlySet<string> = new Set(["command", "args", "env", "envFrom", "resources", "image"]);

/** What becomes of the images of an object before it runs. */
export interface ImageContext {
  /** Nobody fills in templates any more: an image that still holds one is no image. */
  readonly filledIn: boolean;
}

/** A container as rules see it, without the facts of later stages. */
export function containerModel(
  source: ContainerSource,
  accelerators: AcceleratorTable,
  context: ImageContext,
): ContainerModel {
  const { raw } = source;
  const resources = objectOf(raw.resources);
  const requests = quantities(resources.requests);
  const limits = quantities(resources.limits);
  const image = source.image === null ? null : imageFact(source.image, raw.imagePullPolicy, context);
  return {
    path: [...source.path],
    name: source.name,
    role: source.role,
    image: source.image?.reference ?? null,
    spec: without(raw, LEFT_OUT),
    resources: { requests, limits },
    accelerators: accelerators.among(requests, limits).map(({ name, vendor, device }) => ({ name, vendor, device })),
    paddleSign: hasPaddleSign(raw, source.image?.reference ?? null),
    ...(source.readinessByController ? { readinessByController: true } : {}),
    ...(source.defaultsByController ? { defaultsByController: true } : {}),
    ...(runsFastDeploy(raw) ? { stack: "FastDeploy" } : {}),
    raw,
    imageFact: image,
  };
}

/** Whether a container's command says that it runs FastDeploy, whatever its image is called. */
function runsFastDeploy({ command, args }: JsonObject): boolean {
  const names = (word: JsonValue): boolean => typeof word === "string" && word.includes("fastdeploy");
  return listOf(command).some(names) || listOf(args).some(names);
}

/** The image volumes of a pod. https://kubernetes.io/docs/concepts/storage/volumes/#image */
export function imageVolumes(spec: JsonObject, path: Path, context: ImageContext): Image[] {
  const images: Image[] = [];
  const volumes = listOf(spec.volumes);
  for (let index = 0; index < volumes.length; index++) {
    const volume = volumes[index];
    const image = isObject(volume) ? volume.image : undefined;
    if (!isObject(image)) continue;
    const reference = textOf(image.reference);
    if (reference === null) continue;
    const at = [...path, "volumes", index, "image", "reference"];
    images.push(imageFact({ path: at, reference, hasRepository: true }, image.pullPolicy, context));
  }
  return images;
}

/** A copy of a mapping without some of its keys. */
export function without(object: JsonObject, keys: ReadonlySet<string>): { [key: string]: unknown } {
  const copy: { [key: string]: unknown } = {};
  for (const key of Object.keys(object)) {
    if (!keys.has(key)) define(copy, key, object[key]);
  }
  return copy;
}

function imageFact(source: ImageSource, pullPolicy: JsonValue | undefined, { filledIn }: ImageContext): Image {
  // The grammar wants a repository before a tag.
  const found = classifyImage(source.hasRepository ? source.reference : `runtime:${source.reference}`);
  const classified =
    filledIn && found.class === "template" ? { ...found, class: "invalid" as const, problem: "template" } : found;
  return {
    path: [...source.path],
    reference: source.reference,
    class: classified.class,
    ...(classified.problem === undefined ? {} : { problem: classified.problem }),
    repository: source.hasRepository ? classified.repository : null,
    tag: classified.tag,
    digest: classified.digest,
    components: classified.components,
    pullPolicy: textOf(pullPolicy) ?? defaultPolicy(classified),
  };
}

/**
 * The policy that the API server writes into the pod, for an image whose tag is not the last one; that of the others says
 * nothing.
 * Source: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 */
function defaultPolicy({ tag }: Pick<ClassifiedImage, "tag">): string | null {
  return tag === null || tag === "latest" ? null : "IfNotPresent";
}

function quantities(value: JsonValue | undefined): { [name: string]: Quantity } {
  const found: { [name: string]: Quantity } = {};
  if (!isObject(value)) return found;
  for (const name of Object.keys(value)) {
    const quantity = value[name];
    if (quantity !== undefined && quantity !== null) define(found, name, quantityOf(quantity));
  }
  return found;
}

/** Sets a key that a manifest chose: `__proto__` is one like any other. */
function define<Value>(target: { [key: string]: Value }, key: string, value: Value): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
