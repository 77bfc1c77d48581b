"""The collector's own figures, for ``/metrics``."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from spanlog_keys import Gate


class CollectorMetrics:
    """Counters and gauges, all named ``spanlog_collector_…``, on one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"spanlog_collector_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(f"spanlog_collector_{name}", text, labels, registry=registry)

        self.requests = counter("requests", "Export requests by outcome.", "protocol", "signal", "outcome")
        self.records = counter("records", "Records and spans that were acknowledged.", "signal")
        self.handler_dropped = counter(
            "handler_dropped_records", "Records that handlers say they lost before they could send them.", "reason"
        )
        self.duplicates = counter("duplicate_requests", "Requests recognised as retries.", "signal")
        self.segments_loaded = counter("segments_loaded", "Journal segments stored.", "signal")
        self.load_failures = counter("load_failures", "Loads that will be tried again.", "signal")
        self.quarantined = counter("quarantined_messages", "Messages set aside.", "signal")
        self.load_seconds = histogram("load_seconds", "Time to load one segment.", "signal")
        self.visible_after_seconds = histogram(
            "visible_after_seconds", "From a segment's first request to its rows being visible.", "signal"
        )
        self.journal_bytes = Gauge(
            "spanlog_collector_journal_bytes", "Bytes in the journal, not yet stored.", registry=registry
        )
        self.journal_limit_bytes = Gauge(
            "spanlog_collector_journal_limit_bytes",
            "Bytes the journal may hold before requests are refused.",
            registry=registry,
        )
        self.lag_seconds = Gauge(
            "spanlog_collector_lag_seconds", "Age of the oldest request that is not stored yet.", registry=registry
        )
        self.quarantine_oldest_seconds = Gauge(
            "spanlog_collector_quarantine_oldest_seconds", "Age of the oldest message in quarantine.", registry=registry
        )
        self.replayed = counter("replayed_messages", "Messages sent again from quarantine.", "signal", "outcome")
        self.quarantine_messages = Gauge(
            "spanlog_collector_quarantine_messages", "Messages in quarantine.", registry=registry
        )


class RefusalMetrics(Collector):
    """How many requests the gate refused, of collector and query API together; read when somebody asks."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Give the counter by what was wanted and why it was refused."""
        family = CounterMetricFamily(
            "spanlog_refused_requests",
            "Requests refused for their key: unknown_key, scope, or limit.",
            labels=("scope", "reason"),
        )
        for (scope, reason), count in sorted(self._gate.refused.items()):
            family.add_metric((scope, reason), count)
        yield family
