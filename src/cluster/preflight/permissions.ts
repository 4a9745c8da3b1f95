import { objectOf, textOf } from "../../json/json.ts";
import type { ClusterClient } from "../client.ts";

/** Something that an account may do, or not: as roles say it. */
export interface Permission {
  readonly verb: "get" | "list" | "create" | "patch" | "delete";
  /** "" for the core group. */
  readonly group: string;
  /** The plural: `networkpolicies`. */
  readonly resource: string;
  /** Null: in all namespaces, or of a kind that lives in none. */
  readonly namespace: string | null;
  /** Null: of all objects. */
  readonly name: string | null;
}

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
/** Questions at one time. */
const MOST_RUNNING = 16;

/**
 * Asks the API server what the account may do; in the order of the questions. Every account may ask that of itself.
 * @throws ApiError where it may not even do that; TransportError where there is no answer
 */
export async function areAllowed(
  client: ClusterClient,
  permissions: readonly Permission[],
  signal?: AbortSignal,
): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (let first = 0; first < permissions.length; first += MOST_RUNNING) {
    const asked = permissions.slice(first, first + MOST_RUNNING).map(async (permission) => {
      const { status } = await client.create(REVIEWS, reviewOf(permission), { signal });
      return objectOf(status).allowed === true;
    });
    answers.push(...(await Promise.all(asked)));
  }
  return answers;
}

/** As whom the API server knows the account; null where it does not tell. */
export async function accountName(client: ClusterClient, signal?: AbortSignal): Promise<string | null> {
  try {
    const { status } = await client.create(
      SELF,
      { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      { signal },
    );
    return textOf(objectOf(objectOf(status).userInfo).username);
  } catch {
    // Servers before 1.28 know no such question; what can be asked is asked.
    return null;
  }
}

function reviewOf({ verb, group, resource, namespace, name }: Permission): Parameters<ClusterClient["create"]>[1] {
  const place = { ...(namespace === null ? {} : { namespace }), ...(name === null ? {} : { name }) };
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, ...place } },
  };
}
