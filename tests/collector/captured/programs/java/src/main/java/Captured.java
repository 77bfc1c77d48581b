import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Logs and traces a little with the OpenTelemetry SDK of Java. Arguments: the protocol (http/protobuf or grpc) and the
 * endpoint.
 */
public final class Captured {
  public static void main(String[] arguments) {
    boolean isGrpc = arguments[0].equals("grpc");
    String endpoint = arguments[1];
    LogRecordExporter logs =
        isGrpc
            ? OtlpGrpcLogRecordExporter.builder().setEndpoint(endpoint).build()
            : OtlpHttpLogRecordExporter.builder()
                .setEndpoint(endpoint + "/v1/logs")
                .setCompression("gzip")
                .build();
    SpanExporter spans =
        isGrpc
            ? OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).setCompression("gzip").build()
            : OtlpHttpSpanExporter.builder().setEndpoint(endpoint + "/v1/traces").build();
    Resource resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", "captured-java")
                .put("a.list", "x", "y")
                .build(),
            "https://opentelemetry.io/schemas/1.37.0");
    SdkLoggerProvider loggers =
        SdkLoggerProvider.builder()
            .setResource(resource)
            .addLogRecordProcessor(BatchLogRecordProcessor.builder(logs).build())
            .build();
    SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setResource(resource)
            .addSpanProcessor(BatchSpanProcessor.builder(spans).build())
            .build();
    Logger logger =
        loggers
            .loggerBuilder("captured.logger")
            .setInstrumentationVersion("1.2")
            .setSchemaUrl("https://opentelemetry.io/schemas/1.36.0")
            .build();
    Tracer tracer =
        tracers.tracerBuilder("captured.tracer").setInstrumentationVersion("3.4").build();

    logger
        .logRecordBuilder()
        .setTimestamp(Instant.now())
        .setSeverity(Severity.INFO)
        .setSeverityText("INFO")
        .setBody("order filled ✓")
        .setAttribute(AttributeKey.stringKey("symbol"), "ETH/USDC")
        .setAttribute(AttributeKey.longKey("order_id"), 42L)
        .setAttribute(AttributeKey.booleanKey("ok"), true)
        .setAttribute(AttributeKey.doubleKey("ratio"), 0.5)
        .setAttribute(AttributeKey.longKey("huge"), Long.MAX_VALUE)
        .setAttribute(AttributeKey.stringKey("empty"), "")
        .setAttribute(AttributeKey.stringArrayKey("tags"), java.util.List.of("p", "1"))
        .emit();

    Span outer =
        tracer
            .spanBuilder("outer")
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("n", 7)
            .setAttribute("b", true)
            .setAttribute(AttributeKey.doubleArrayKey("l"), java.util.List.of(0.5, 2.0))
            .startSpan();
    SpanContext linked =
        SpanContext.create(
            "01020300000000000000000000000000",
            "0405000000000000",
            TraceFlags.getDefault(),
            TraceState.builder().put("vendor", "value").build());
    Span inner =
        tracer
            .spanBuilder("inner")
            .setParent(Context.root().with(outer))
            .setSpanKind(SpanKind.CLIENT)
            .addLink(linked, Attributes.of(AttributeKey.stringKey("why"), "retry of"))
            .startSpan();
    inner.addEvent("retry", Attributes.of(AttributeKey.longKey("attempt"), 2L));
    inner.recordException(new IllegalStateException("no quotes"));
    inner.setStatus(StatusCode.ERROR, "no quotes");
    logger
        .logRecordBuilder()
        .setTimestamp(Instant.now())
        .setContext(Context.root().with(inner))
        .setEventName("order.failed")
        .setSeverity(Severity.ERROR)
        .setSeverityText("ERROR")
        .setBody(
            Value.of(
                KeyValue.of("reason", Value.of("no quotes")),
                KeyValue.of("prices", Value.of(Value.of(1.5)))))
        .emit();
    inner.end();
    outer.end();
    loggers.shutdown().join(10, TimeUnit.SECONDS);
    tracers.shutdown().join(10, TimeUnit.SECONDS);
  }
}
