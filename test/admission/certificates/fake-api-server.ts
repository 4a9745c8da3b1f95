import type { IncomingMessage, ServerResponse } from "node:http";
import { ownCertificate } from "../../fake-api/certificate.ts";
import { LoopbackServer } from "../../fake-api/loopback-server.ts";

type Stored = { metadata: { resourceVersion: string; [key: string]: unknown }; [key: string]: unknown };

interface Request {
  readonly method: string;
  readonly path: string;
}

export const secretPath = "/api/v1/namespaces/paddlock-system/secrets/paddlock-ca";
export const leasePath = "/apis/coordination.k8s.io/v1/namespaces/paddlock-system/leases/paddlock-ca";
export const webhookPath = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/paddlock";
export const mutatingPath = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/paddlock";

/** An API server for a few objects: it gets, updates and patches them by name, with optimistic locking, and no more. */
export class FakeApiServer extends LoopbackServer {
  readonly requests: Request[] = [];
  /** Answers a request in place of the server where it gives a status; called before anything is done. */
  refuse: (request: Request) => number | null = () => null;
  /** Called before a write is looked at: where other writers come in between. */
  beforeWrite: (request: Request) => void = () => {};
  readonly #objects = new Map<string, Stored>();
  #version = 100;

  /** With the objects as a chart makes them: an empty Secret, an empty Lease, webhooks without bundles. */
  static async start(webhooks: readonly string[] = ["validate.paddlock.dev"]): Promise<FakeApiServer> {
    const api = new FakeApiServer(await ownCertificate());
    await api.up();
    const metadata = { name: "paddlock-ca", namespace: "paddlock-system" };
    api.put(secretPath, {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: { ...metadata, labels: { app: "x" } },
    });
    api.put(leasePath, { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata });
    api.put(webhookPath, configuration("ValidatingWebhookConfiguration", "/validate", webhooks));
    api.put(mutatingPath, configuration("MutatingWebhookConfiguration", "/mutate", ["mutate.paddlock.dev"]));
    return api;
  }

  get(path: string): Stored {
    const stored = this.#objects.get(path);
    if (stored === undefined) throw new Error(`no ${path}`);
    return structuredClone(stored);
  }

  put(path: string, object: { metadata: object; [key: string]: unknown }): Stored {
    const stored = {
      ...structuredClone(object),
      metadata: { ...object.metadata, resourceVersion: String(++this.#version) },
    };
    this.#objects.set(path, stored);
    return structuredClone(stored);
  }

  remove(path: string): void {
    this.#objects.delete(path);
  }

  /** Changes an object as anybody else may. */
  change(path: string, change: (object: Stored) => void): void {
    const object = this.get(path);
    change(object);
    this.put(path, object);
  }

  protected override async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#done(incoming);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async #done(incoming: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const request = { method: incoming.method ?? "", path: (incoming.url ?? "").split("?")[0] ?? "" };
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body: unknown = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
    this.requests.push(request);
    const refused = this.refuse(request);
    if (refused !== null) return failure(refused, "refused by the test");
    if (request.method !== "GET") this.beforeWrite(request);
    const stored = this.#objects.get(request.path);
    if (stored === undefined) return failure(404, `${request.path} not found`);
    switch (request.method) {
      case "GET":
        return { status: 200, body: stored };
      case "PUT":
        return this.#update(request.path, body as Stored);
      case "PATCH":
        return this.#patch(request.path, String(incoming.headers["content-type"]), body);
      default:
        return failure(405, `no ${request.method} here`);
    }
  }

  #update(path: string, object: Stored): { status: number; body: unknown } {
    if (object.metadata.resourceVersion !== this.get(path).metadata.resourceVersion)
      return failure(
        409,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    return { status: 200, body: this.put(path, object) };
  }

  /** RFC 6902 with `add` and `replace` of object members. */
  #patch(path: string, type: string, patch: unknown): { status: number; body: unknown } {
    if (type !== "application/json-patch+json" || !Array.isArray(patch))
      return failure(415, `no patches of type ${type}`);
    const object = this.get(path);
    for (const { op, path: pointer, value } of patch) {
      const steps = String(pointer).split("/").slice(1);
      const last = steps.pop() ?? "";
      let parent: unknown = object;
      for (const step of steps) parent = isObject(parent) ? parent[step] : undefined;
      if (!isObject(parent) || (op !== "add" && op !== "replace")) return failure(422, `cannot ${op} ${pointer}`);
      parent[last] = value;
    }
    return this.#update(path, object);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function failure(code: number, message: string): { status: number; body: unknown } {
  return { status: code, body: { kind: "Status", apiVersion: "v1", status: "Failure", code, message } };
}

function configuration(
  kind: string,
  path: string,
  names: readonly string[],
): { metadata: object; [key: string]: unknown } {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name: "paddlock" },
    webhooks: names.map((name) => ({
      name,
      clientConfig: { service: { namespace: "paddlock-system", name: "paddlock", path } },
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    })),
  };
}
