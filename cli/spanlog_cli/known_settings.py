"""Every ``SPANLOG_*`` environment variable there is, so that a misspelled one can be told."""

from typing import Final

SETTINGS: Final[dict[str, str]] = {
    "SPANLOG_AGENT_ID": "who logs, for the handler and spanlog send",
    "SPANLOG_SESSION_KEY": "which run or conversation, for the handler and spanlog send",
    "SPANLOG_ENDPOINT": "the collector, for the handler and spanlog send",
    "SPANLOG_SPOOL_DIR": "where the handler keeps what it cannot send; empty for nowhere",
    "SPANLOG_API_KEY": "the key, for the stack and for everything that talks to it",
    "SPANLOG_URL": "the query API, for the commands",
    "SPANLOG_DATA_DIR": "journal and store, for spanlog up",
    "SPANLOG_DSN": "the store, for spanlog up",
    "SPANLOG_RETENTION_DAYS": "for how many days spanlog up keeps records",
    "SPANLOG_READ_LIMIT": "how many questions a second each key may ask of spanlog up",
    "SPANLOG_INGEST_LIMIT": "how many requests with records a second each key may send to spanlog up",
    "SPANLOG_API": "where spanlog up serves the query API",
    "SPANLOG_OTLP_HTTP": "where spanlog up takes OTLP over HTTP",
    "SPANLOG_OTLP_GRPC": "where spanlog up takes OTLP over gRPC",
    # Read by the standard Collector, out of otel-collector.yaml.
    "SPANLOG_OTELCOL_EXPORTER": "the standard Collector's way out: otlp_http/spanlog or clickhouse",
    "SPANLOG_OTELCOL_UPSTREAM": "spanlog's collector, for the standard Collector",
    "SPANLOG_OTELCOL_CLICKHOUSE": "the ClickHouse server, for the standard Collector",
    "SPANLOG_OTELCOL_CLICKHOUSE_USER": "who it signs in as there",
    "SPANLOG_OTELCOL_CLICKHOUSE_PASSWORD": "its password there",
    "SPANLOG_OTELCOL_CLICKHOUSE_DATABASE": "the database there",
    "SPANLOG_OTELCOL_STORAGE": "where the standard Collector keeps its queues",
    "SPANLOG_OTELCOL_OTLP_GRPC": "where the standard Collector takes OTLP over gRPC",
    "SPANLOG_OTELCOL_OTLP_HTTP": "where the standard Collector takes OTLP over HTTP",
    "SPANLOG_OTELCOL_SYSLOG_UDP": "where the standard Collector takes syslog over UDP",
    "SPANLOG_OTELCOL_SYSLOG_TCP": "where the standard Collector takes syslog over TCP",
    "SPANLOG_OTELCOL_JSON_FILES": "the JSON files that the standard Collector follows",
    "SPANLOG_OTELCOL_TEXT_FILES": "the text files that the standard Collector follows",
    "SPANLOG_OTELCOL_HEALTH": "where the standard Collector tells its health",
    "SPANLOG_OTELCOL_METRICS_PORT": "the port of the standard Collector's own metrics",
}

_NUMBERS: Final = frozenset({"int", "float"})


def known_settings() -> dict[str, str]:
    """Give name and purpose of all of them: those above, and the handler's numbers."""
    from spanlog.config import HandlerOptions  # noqa: PLC0415 - only the doctor asks

    numbers = {
        f"SPANLOG_{name.upper()}": f"the handler's {name}"
        for name, kind in HandlerOptions.__annotations__.items()
        if getattr(kind, "__forward_arg__", getattr(kind, "__name__", "")) in _NUMBERS
    }
    return {**SETTINGS, **numbers}
