import type { AdmissionSettings } from "../config/admission.ts";
import { objectOf, textOf } from "../json/json.ts";
import type { JsonObject } from "../json/value.ts";
import { groupAndVersion } from "../resources/kind-key.ts";
import type { AdmissionRequest } from "./admission-review.ts";

/** Where the API server has an object. */
export interface ObjectPlace {
  readonly group: string;
  readonly version: string;
  /** As paths name its kind: `deployments`. */
  readonly plural: string;
  /** Null: cluster-scoped. */
  readonly namespace: string | null;
  readonly name: string;
}

/**
 * The object whose replicas a request raises by the subresource `scale`, where that has to be judged: new Pods of a template
 * that breaks rules are denied with `onUpdate: all`, and whoever scales is to be told why none will come. With `new` they are
 * let in as far as the template is from before; null then, and where replicas do not rise.
 */
export function scaledPlace(request: AdmissionRequest, { onUpdate }: AdmissionSettings): ObjectPlace | null {
  const { operation, subResource, resource, namespace, name } = request;
  if (onUpdate !== "all" || operation !== "UPDATE" || subResource !== "scale") return null;
  if (resource === undefined || name === null || rise(request) === null) return null;
  const { group, version, resource: plural } = resource;
  return { group, version, plural, namespace, name };
}

/** The review of a scaled object in place of that of its scale. */
export function scaledReview(request: AdmissionRequest, parent: JsonObject): AdmissionRequest {
  const { group, version } = groupAndVersion(textOf(parent.apiVersion) ?? "");
  const scaled = rise(request);
  return {
    ...request,
    kind: { group, version, kind: textOf(parent.kind) ?? "" },
    subResource: null,
    object: parent,
    // All that it has counts, and nobody brings any of it now.
    oldObject: null,
    ...(scaled === null ? {} : { scaled }),
  };
}

function rise({ object, oldObject }: AdmissionRequest): { readonly from: number; readonly to: number } | null {
  const [from, to] = [replicasOf(oldObject), replicasOf(object)];
  return to > from ? { from, to } : null;
}

function replicasOf(scale: JsonObject | null): number {
  const { replicas } = objectOf(scale?.spec);
  return typeof replicas === "number" ? replicas : 0;
}
