import { createServer, type Server } from "node:https";
import { text } from "node:stream/consumers";
import { isObject, listOf, objectOf, textOf } from "../../../src/json/json.ts";
import type { JsonObject } from "../../../src/json/value.ts";
import type { PemPair } from "../../../tools/cluster/admission-files.ts";
import type { Cluster } from "../../../tools/cluster/cluster.ts";
import { freePorts } from "../../../tools/cluster/free-ports.ts";

/** Pods with this label are given what the injector that it names adds. */
export const INJECT = "inject";

/** A mutating webhook that adds containers and volumes to Pods, as meshes do. */
export class Injector {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param additions by an injector's name what it adds to the lists of a Pod's spec */
  static async start(
    cluster: Cluster,
    certificate: PemPair,
    ca: string,
    additions: (injector: string) => JsonObject,
  ): Promise<Injector> {
    const [port = 0] = await freePorts(1);
    const server = createServer(certificate, async (request, response) => {
      const review = objectOf(JSON.parse(await text(request)));
      const { uid, object } = objectOf(review.request);
      const injector = textOf(objectOf(objectOf(objectOf(object).metadata).labels)[INJECT]) ?? "";
      const patch = patchOf(objectOf(objectOf(object).spec), additions(injector));
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          apiVersion: "admission.k8s.io/v1",
          kind: "AdmissionReview",
          response: {
            uid: uid ?? "",
            allowed: true,
            patchType: "JSONPatch",
            patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
          },
        }),
      );
    });
    await new Promise<void>((settle) => server.listen(port, "127.0.0.1", settle));
    const made = await cluster.client.post(
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
      registration(`https://127.0.0.1:${port}/inject`, ca),
    );
    if (made.status !== 201) throw new Error(made.text);
    return new Injector(server);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function registration(url: string, ca: string): JsonObject {
  return {
    metadata: { name: "injector" },
    webhooks: [
      {
        name: "inject.example.com",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        objectSelector: { matchExpressions: [{ key: INJECT, operator: "Exists" }] },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        clientConfig: { url, caBundle: Buffer.from(ca).toString("base64") },
      },
    ],
  };
}

function patchOf(spec: JsonObject, added: JsonObject): JsonObject[] {
  return ["initContainers", "containers", "volumes"].flatMap((list): JsonObject[] => {
    const items = listOf(added[list]).filter(isObject);
    if (items.length === 0) return [];
    const op = spec[list] === undefined ? "add" : "replace";
    return [{ op, path: `/spec/${list}`, value: [...listOf(spec[list]), ...items] }];
  });
}
