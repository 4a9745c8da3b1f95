import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, it, onTestFinished, vi } from "vitest";
import { startTracing } from "../../../src/admission/server/tracing.ts";

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A collector that takes OTLP over HTTP, as JSON. */
async function collector(): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ path: request.url, headers: request.headers, body: await json(request) });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received };
}

const record = {
  uid: "u-1",
  operation: "CREATE",
  group: "apps",
  kind: "Deployment",
  subResource: null,
  namespace: "ml",
  name: "ocr",
  user: "alice",
  dryRun: true,
  mode: "enforce",
  allowed: false,
  outcome: "judged",
  findings: [
    { rule: "pinned-image", level: "error", outcome: "violation", count: 1 },
    { rule: "network-policy", level: "info", outcome: "not-judged", count: 1 },
  ],
} as const;

it("sends a span for each review, with what became of it, under the span that the request belongs to", async () => {
  const { url, received } = await collector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=ocr");
  vi.stubEnv("OTEL_SERVICE_NAME", "paddlock-blue");
  onTestFinished(() => void vi.unstubAllEnvs());
  const tracing = startTracing();
  const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const arrivedAt = 1_795_650_000_000;
  tracing.decided({ record, arrivedAt, durationMs: 2.5, traceParent });
  tracing.decided({
    record: { ...record, outcome: "failed", reason: "deadline" },
    arrivedAt,
    durationMs: 9500,
    traceParent: "nonsense",
  });
  await tracing.close();
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    path: "/v1/traces",
    headers: { "x-team": "ocr" },
    body: {
      resourceSpans: [
        {
          resource: {
            attributes: expect.arrayContaining([{ key: "service.name", value: { stringValue: "paddlock-blue" } }]),
          },
          scopeSpans: [
            {
              scope: { name: "paddlock" },
              spans: [
                {
                  traceId: "0af7651916cd43dd8448eb211c80319c",
                  parentSpanId: "b7ad6b7169203331",
                  name: "admission review",
                  kind: 2,
                  startTimeUnixNano: "1795650000000000000",
                  endTimeUnixNano: "1795650000002500000",
                  attributes: expect.arrayContaining([
                    { key: "paddlock.review.uid", value: { stringValue: "u-1" } },
                    { key: "paddlock.review.kind", value: { stringValue: "Deployment" } },
                    { key: "paddlock.review.allowed", value: { boolValue: false } },
                    { key: "paddlock.review.violations", value: { intValue: 1 } },
                    { key: "paddlock.review.not_judged", value: { intValue: 1 } },
                    { key: "k8s.namespace.name", value: { stringValue: "ml" } },
                  ]),
                },
                { status: { code: 2, message: "deadline" } },
              ],
            },
          ],
        },
      ],
    },
  });
});

it("comes to its end where no collector answers", async () => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces");
  vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "50");
  onTestFinished(() => void vi.unstubAllEnvs());
  const tracing = startTracing();
  tracing.decided({ record, arrivedAt: Date.now(), durationMs: 1, traceParent: undefined });
  await expect(tracing.close()).resolves.toBeUndefined();
});
