-- Traces in which one of them has a span.
TraceId IN (SELECT TraceId FROM otel_traces WHERE AgentId IN ({agents}))
