import { readFileSync } from "node:fs";
import { createServer } from "node:https";

/** The least that a webhook in Node can do: reads a review, parses it and lets its object in. Arguments: PORT CERT KEY. */
const [port, cert = "", key = ""] = process.argv.slice(2);

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const review: { readonly request: { readonly uid: string } } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const answer = { uid: review.request.uid, allowed: true };
    const text = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  });
}).listen(Number(port), "127.0.0.1");
