import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { packageVersion } from "../../package/version.ts";
import type { Decision } from "./decision.ts";

/** Spans of reviews on their way to a collector. */
export interface Tracing {
  decided(decision: Decision): void;
  /** Sends what waits. */
  close(): Promise<void>;
}

/** A collector that does not answer must not hold up the end. */
const flushMs = 5000;

/**
 * One span a review, sent by OTLP over HTTP. Where to, with which headers and how patiently is read from the standard
 * variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, …) by the exporter and the resource detector.
 */
export function startTracing(): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": "paddlock", "service.version": packageVersion() }))
    .merge(detectResources({ detectors: [envDetector] }));
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer("paddlock", packageVersion());
  return {
    decided({ record, arrivedAt, durationMs, traceParent }) {
      const count = (outcome: string): number =>
        record.findings.reduce((sum, each) => (each.outcome === outcome ? sum + each.count : sum), 0);
      const span = tracer.startSpan(
        "admission review",
        {
          kind: SpanKind.SERVER,
          startTime: arrivedAt,
          attributes: {
            "paddlock.review.uid": record.uid,
            "paddlock.review.operation": record.operation,
            "paddlock.review.group": record.group,
            "paddlock.review.kind": record.kind,
            "paddlock.review.dry_run": record.dryRun,
            "paddlock.review.mode": record.mode,
            "paddlock.review.allowed": record.allowed,
            "paddlock.review.outcome": record.outcome,
            "paddlock.review.violations": count("violation"),
            "paddlock.review.not_judged": count("not-judged"),
            "paddlock.review.waived": count("waived"),
            ...(record.namespace === null ? {} : { "k8s.namespace.name": record.namespace }),
            ...(record.name === null ? {} : { "paddlock.review.name": record.name }),
            ...(record.subResource === null ? {} : { "paddlock.review.subresource": record.subResource }),
          },
        },
        parentContext(traceParent),
      );
      if (record.outcome === "failed") span.setStatus({ code: SpanStatusCode.ERROR, message: record.reason ?? "" });
      span.end(arrivedAt + durationMs);
    },
    async close() {
      await provider.forceFlush({ timeoutMillis: flushMs }).catch(() => {});
      await provider.shutdown().catch(() => {});
    },
  };
}

/** The span that the request says it belongs to. Source: W3C Trace Context, `traceparent`, version 00. */
function parentContext(traceParent: string | undefined): Context {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceParent ?? "");
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
