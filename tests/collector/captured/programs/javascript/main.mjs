// Logs and traces a little with the OpenTelemetry SDK of JavaScript.
// Arguments: the protocol (http/protobuf, http/json or grpc) and the endpoint.
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

// Where the program lay is nobody's business.
Error.stackTraceLimit = 0;
const [protocol, endpoint] = process.argv.slice(2);
const kind = { "http/protobuf": "proto", "http/json": "http", grpc: "grpc" }[protocol];
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${kind}`);
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${kind}`);
const options = (path) => ({ url: kind === "grpc" ? endpoint : endpoint + path, compression: "gzip" });

const resource = resourceFromAttributes({ "service.name": "captured-javascript", "a.list": ["x", "y"] });
const loggers = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options("/v1/logs")) })],
});
const tracers = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(options("/v1/traces")))],
});
const logger = loggers.getLogger("captured.logger", "1.2", { schemaUrl: "https://opentelemetry.io/schemas/1.36.0" });
const tracer = tracers.getTracer("captured.tracer", "3.4");

logger.emit({
  severityNumber: SeverityNumber.INFO,
  severityText: "INFO",
  body: "order filled ✓",
  attributes: {
    symbol: "ETH/USDC",
    order_id: 42,
    ok: true,
    ratio: 0.5,
    raw: new Uint8Array([0, 255]),
    huge: Number.MAX_SAFE_INTEGER,
    empty: "",
    tags: ["p", 1],
    nested: { list: [{ deep: true }] },
  },
});

const outer = tracer.startSpan(
  "outer",
  { kind: SpanKind.SERVER, attributes: { n: 7, b: true, l: [0.5, 2] } },
  ROOT_CONTEXT,
);
const linked = {
  traceId: "01020300000000000000000000000000",
  spanId: "0405000000000000",
  traceFlags: 0,
};
const inner = tracer.startSpan(
  "inner",
  { kind: SpanKind.CLIENT, links: [{ context: linked, attributes: { why: "retry of" } }] },
  trace.setSpan(ROOT_CONTEXT, outer),
);
inner.addEvent("retry", { attempt: 2 });
inner.recordException(new Error("no quotes"));
inner.setStatus({ code: SpanStatusCode.ERROR, message: "no quotes" });
logger.emit({
  eventName: "order.failed",
  severityNumber: SeverityNumber.ERROR,
  severityText: "ERROR",
  body: { reason: "no quotes", prices: [1.5] },
  context: trace.setSpan(ROOT_CONTEXT, inner),
});
inner.end();
outer.end();
await loggers.shutdown();
await tracers.shutdown();
