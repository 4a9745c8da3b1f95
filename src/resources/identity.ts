/** What an object says it is. `namespace` is what the object itself says, else null. */
export interface ResourceIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

/** An object of a namespace, where its kind is known. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}
