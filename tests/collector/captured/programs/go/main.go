// Program go logs and traces a little with the OpenTelemetry SDK of Go.
// Arguments: the protocol (http/protobuf or grpc) and the endpoint.
package main

import (
	"context"
	"errors"
	"math"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	protocol, endpoint := os.Args[1], must(url.Parse(os.Args[2]))

	var logs sdklog.Exporter
	var spans sdktrace.SpanExporter
	if protocol == "grpc" {
		logs = must(otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(endpoint.Host), otlploggrpc.WithInsecure()))
		spans = must(otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(endpoint.Host), otlptracegrpc.WithInsecure(),
			otlptracegrpc.WithCompressor("gzip")))
	} else {
		logs = must(otlploghttp.New(ctx, otlploghttp.WithEndpoint(endpoint.Host), otlploghttp.WithInsecure(),
			otlploghttp.WithCompression(otlploghttp.GzipCompression)))
		spans = must(otlptracehttp.New(ctx, otlptracehttp.WithEndpoint(endpoint.Host), otlptracehttp.WithInsecure()))
	}

	described := resource.NewWithAttributes("https://opentelemetry.io/schemas/1.37.0",
		attribute.String("service.name", "captured-go"),
		attribute.StringSlice("a.list", []string{"x", "y"}))
	loggers := sdklog.NewLoggerProvider(sdklog.WithResource(described),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(logs)))
	tracers := sdktrace.NewTracerProvider(sdktrace.WithResource(described), sdktrace.WithBatcher(spans))
	logger := loggers.Logger("captured.logger", log.WithInstrumentationVersion("1.2"),
		log.WithSchemaURL("https://opentelemetry.io/schemas/1.36.0"))
	tracer := tracers.Tracer("captured.tracer", trace.WithInstrumentationVersion("3.4"))

	emit := func(ctx context.Context, severity log.Severity, text string, body attribute.Value, attributes ...attribute.KeyValue) {
		var record log.Record
		record.SetTimestamp(time.Now())
		record.SetSeverity(severity)
		record.SetSeverityText(text)
		record.SetBody(body)
		record.AddAttributes(attributes...)
		logger.Emit(ctx, record)
	}

	emit(ctx, log.SeverityInfo, "INFO", attribute.StringValue("order filled ✓"),
		attribute.String("symbol", "ETH/USDC"), attribute.Int("order_id", 42), attribute.Bool("ok", true), attribute.Float64("ratio", 0.5),
		attribute.ByteSlice("raw", []byte{0, 255}), attribute.Int64("huge", math.MaxInt64), attribute.String("empty", ""),
		attribute.Slice("tags", attribute.StringValue("p"), attribute.Int64Value(1)),
		attribute.Map("nested", attribute.Slice("list", attribute.MapValue(attribute.Bool("deep", true)))))

	outerCtx, outer := tracer.Start(ctx, "outer", trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.Int("n", 7), attribute.Bool("b", true), attribute.Float64Slice("l", []float64{0.5, 2})))
	state := must(trace.ParseTraceState("vendor=value"))
	linked := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5}, TraceState: state})
	innerCtx, inner := tracer.Start(outerCtx, "inner", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithLinks(trace.Link{SpanContext: linked, Attributes: []attribute.KeyValue{attribute.String("why", "retry of")}}))
	inner.AddEvent("retry", trace.WithAttributes(attribute.Int("attempt", 2)))
	inner.RecordError(errors.New("no quotes"))
	inner.SetStatus(codes.Error, "no quotes")
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetEventName("order.failed")
	record.SetSeverity(log.SeverityError)
	record.SetSeverityText("ERROR")
	record.SetBody(attribute.MapValue(attribute.String("reason", "no quotes"), attribute.Slice("prices", attribute.Float64Value(1.5))))
	logger.Emit(innerCtx, record)
	inner.End()
	outer.End()

	if err := errors.Join(loggers.Shutdown(ctx), tracers.Shutdown(ctx)); err != nil {
		panic(err)
	}
}
