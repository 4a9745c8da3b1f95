import { expect, it } from "vitest";
import type { OwnerSource } from "../../../src/admission/owner-chain.ts";
import { said } from "../said.ts";
import { post } from "./client.ts";
import { type Started, start } from "./start.ts";

const config = "admission: { mode: enforce, operators: { presets: [paddle-operator] } }";

/** A Pod by an operator that is trusted, which lacks what is for its owner to say; large enough for the worker if padded. */
function body(padding: number): string {
  const owner = {
    apiVersion: "batch.paddlepaddle.org/v1",
    kind: "PaddleJob",
    name: "train",
    uid: "job",
    controller: true,
  };
  const container = { name: "ocr", image: "registry.example.com/paddle-ocr:2.6.1" };
  return JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "u1",
      operation: "CREATE",
      kind: { group: "", version: "v1", kind: "Pod" },
      namespace: "ml",
      name: "p",
      userInfo: { username: "system:serviceaccount:paddle-system:paddle-manager-sa", groups: [] },
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "p",
          namespace: "ml",
          ownerReferences: [owner],
          annotations: { padding: "x".repeat(padding) },
        },
        spec: { containers: [{ ...container, ports: [{ containerPort: 8080 }] }] },
      },
    },
  });
}

/** What the server answers to a review. */
async function answered({ url, ca }: Started, review: string, query = ""): Promise<unknown> {
  return JSON.parse((await post(`${url}/validate${query}`, review, { ca })).body);
}

const object: OwnerSource["object"] = async () => ({ why: said("nobody asks") });
const silent: OwnerSource = {
  object,
  chain: (_, signal) =>
    new Promise((settle) => {
      signal.addEventListener("abort", () =>
        settle({ owners: [], state: "unknown", why: said("the API server is slow") }),
      );
    }),
};
const absent: OwnerSource = {
  object,
  chain: async () => ({ owners: [], state: "broken", why: said("there is none") }),
};

it.each([
  ["on the server's own thread", 0],
  ["on the worker's", 300_000],
])("answers by onError before its time is up where owners are not found out (%s)", async (_, padding) => {
  const server = await start({ config, owners: silent });
  const json = await answered(server, body(padding), "?timeout=2s");
  expect(json).toMatchObject({
    response: { allowed: false, status: { code: 500, message: expect.stringContaining("the API server is slow") } },
  });
});

it.each([0, 300_000])("judges as nobody's what has an owner that is not there (padded by %i)", async (padding) => {
  const server = await start({ config, owners: absent });
  const json = await answered(server, body(padding));
  expect(json).toMatchObject({ response: { allowed: false, status: { code: 403 } } });
});
