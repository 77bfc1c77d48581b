//! Logs and traces a little with the OpenTelemetry SDK of Rust.
//! Arguments: the protocol (http/protobuf or http/json) and the endpoint.

use std::collections::HashMap;
use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::trace::{
    Span, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Array, Context, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_otlp::{Compression, LogExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{logs::SdkLoggerProvider, trace::SdkTracerProvider, Resource};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let endpoint = &arguments[2];
    let protocol = if arguments[1] == "http/json" { Protocol::HttpJson } else { Protocol::HttpBinary };

    let logs = LogExporter::builder()
        .with_http()
        .with_protocol(protocol)
        .with_compression(Compression::Gzip)
        .with_endpoint(format!("{endpoint}/v1/logs"))
        .build()
        .unwrap();
    let spans = SpanExporter::builder()
        .with_http()
        .with_protocol(protocol)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()
        .unwrap();
    let resource = Resource::builder_empty()
        .with_schema_url(
            [
                KeyValue::new("service.name", "captured-rust"),
                KeyValue::new("a.list", Value::Array(Array::String(vec![StringValue::from("x"), StringValue::from("y")]))),
            ],
            "https://opentelemetry.io/schemas/1.37.0",
        )
        .build();
    let loggers = SdkLoggerProvider::builder().with_resource(resource.clone()).with_batch_exporter(logs).build();
    let tracers = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(spans).build();
    let logger = loggers.logger_with_scope(
        InstrumentationScope::builder("captured.logger")
            .with_version("1.2")
            .with_schema_url("https://opentelemetry.io/schemas/1.36.0")
            .with_attributes([KeyValue::new("scoped", true)])
            .build(),
    );
    let tracer = tracers.tracer_with_scope(InstrumentationScope::builder("captured.tracer").with_version("3.4").build());

    let mut record = logger.create_log_record();
    record.set_timestamp(SystemTime::now());
    record.set_severity_number(Severity::Info);
    record.set_severity_text("INFO");
    record.set_body("order filled ✓".into());
    record.add_attribute("symbol", "ETH/USDC");
    record.add_attribute("order_id", 42);
    record.add_attribute("ok", true);
    record.add_attribute("ratio", 0.5);
    record.add_attribute("raw", AnyValue::Bytes(Box::new(vec![0, 255])));
    record.add_attribute("huge", i64::MAX);
    record.add_attribute("empty", "");
    record.add_attribute("tags", AnyValue::ListAny(Box::new(vec!["p".into(), 1.into()])));
    let deep = AnyValue::Map(Box::new(HashMap::from([("deep".into(), true.into())])));
    let nested = HashMap::from([("list".into(), AnyValue::ListAny(Box::new(vec![deep])))]);
    record.add_attribute("nested", AnyValue::Map(Box::new(nested)));
    logger.emit(record);

    let outer = tracer
        .span_builder("outer")
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("n", 7),
            KeyValue::new("b", true),
            KeyValue::new("l", Value::Array(Array::F64(vec![0.5, 2.0]))),
        ])
        .start_with_context(&tracer, &Context::new());
    let outer = Context::new().with_span(outer);
    let linked = SpanContext::new(
        TraceId::from_bytes([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        SpanId::from_bytes([4, 5, 0, 0, 0, 0, 0, 0]),
        TraceFlags::default(),
        true,
        TraceState::from_key_value([("vendor", "value")]).unwrap(),
    );
    let mut inner = tracer.span_builder("inner").with_kind(SpanKind::Client).start_with_context(&tracer, &outer);
    inner.add_link(linked, vec![KeyValue::new("why", "retry of")]);
    inner.add_event("retry", vec![KeyValue::new("attempt", 2)]);
    inner.record_error(&std::io::Error::other("no quotes"));
    inner.set_status(Status::error("no quotes"));
    let mut record = logger.create_log_record();
    record.set_timestamp(SystemTime::now());
    record.set_trace_context(
        inner.span_context().trace_id(),
        inner.span_context().span_id(),
        Some(inner.span_context().trace_flags()),
    );
    record.set_event_name("order.failed");
    record.set_severity_number(Severity::Error);
    record.set_severity_text("ERROR");
    record.set_body(AnyValue::Map(Box::new(HashMap::from([
        ("reason".into(), "no quotes".into()),
        ("prices".into(), AnyValue::ListAny(Box::new(vec![1.5.into()]))),
    ]))));
    logger.emit(record);
    inner.end();
    outer.span().end();
    loggers.shutdown().unwrap();
    tracers.shutdown().unwrap();
}
