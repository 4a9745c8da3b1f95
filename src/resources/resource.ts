import type { Document } from "../documents/document.ts";
import type { JsonObject, Path } from "../json/value.ts";
import type { ResourceIdentity } from "./identity.ts";

/** A Kubernetes object of a document: the document itself, or an item of a list in it. */
export interface Resource {
  readonly document: Document;
  /** Where the object is in the document: `[]`, or `["items", 3]`. */
  readonly at: Path;
  readonly object: JsonObject;
  readonly identity: ResourceIdentity;
  /** `apps`; "" for the core group. */
  readonly group: string;
  /** `v1`. */
  readonly version: string;
}
