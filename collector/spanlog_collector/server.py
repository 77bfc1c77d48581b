"""The collector as a whole: start and stop, readable as a script."""

import asyncio
import logging
import time
from typing import Final

from prometheus_client import CollectorRegistry

from spanlog_collector.addresses import Address, bind, bound_address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.http_server import HttpServer
from spanlog_collector.ingest import Ingest
from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.drain import Drain
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.segment import Segment
from spanlog_collector.journal.writer import Journal
from spanlog_collector.loader import Loader
from spanlog_collector.metrics import CollectorMetrics, RefusalMetrics
from spanlog_collector.otlp.description import SIGNALS
from spanlog_collector.process_memory import FreedMemory
from spanlog_collector.receivers.arrivals import Arrivals
from spanlog_collector.receivers.otlp_grpc import OtlpGrpcReceiver
from spanlog_collector.receivers.otlp_http import OtlpHttpReceiver
from spanlog_collector.receivers.short_way import ShortWayProtocol
from spanlog_collector.replay import Replay
from spanlog_collector.storage.connection import Store
from spanlog_keys import Gate, KeyRing

logger: Final = logging.getLogger(__name__)

_RECEIVER_GRACE_SECONDS: Final = 5


class Collector:
    """OTLP in, rows out. ``data`` must be acquired and ``store`` migrated by whoever starts it.

    Without a store it takes requests into its journal, until ``load_into`` says where they go.
    ``gate`` decides who may send; by default whoever has the configuration's key.
    """

    def __init__(
        self,
        config: CollectorConfig,
        data: DataDirectory,
        store: Store | None,
        registry: CollectorRegistry,
        gate: Gate | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._gate = gate or Gate(KeyRing(static_key=config.api_key))
        self._metrics = CollectorMetrics(registry)
        registry.register(RefusalMetrics(self._gate))
        self._quarantine = Quarantine(
            data.quarantine, lambda signal: self._metrics.quarantined.labels(signal.name).inc()
        )
        drain = Drain()
        self._loaders = {signal: Loader(signal, self._quarantine, self._metrics, drain) for signal in SIGNALS}
        leftover = recover_segments(data.journal, self._quarantine)
        self._journal = Journal(
            data.journal,
            config.journal,
            SeenRequests(data.seen, time.time()),
            self._on_segment,
            leftover,
            is_store_idle=lambda signal: not self._loaders[signal].backlog,
            drain=drain,
        )
        for segment in leftover:
            self._on_segment(segment)
        self._metrics.journal_bytes.set_function(lambda: self._journal.size_bytes)
        self._metrics.journal_limit_bytes.set(self._journal.max_bytes)
        self._metrics.lag_seconds.set_function(self._lag_seconds)
        self._metrics.quarantine_messages.set_function(self._quarantine.count)
        self._metrics.quarantine_oldest_seconds.set_function(self._quarantine_oldest_seconds)
        self._replay: Replay | None = None
        self.ingest: Final = Ingest(self._journal, self._metrics)
        self._http: HttpServer | None = None
        self._memory: asyncio.Task[None] | None = None
        self._arrivals = Arrivals(config.max_arriving_bytes)
        self._grpc = OtlpGrpcReceiver(
            self.ingest,
            gate=self._gate,
            max_message_bytes=min(config.max_body_bytes, config.max_grpc_message_bytes),
            arrivals=self._arrivals,
        )
        self.otlp_http = config.otlp_http
        self.otlp_grpc = config.otlp_grpc

    @property
    def is_everything_stored(self) -> bool:
        """Whether nothing that was acknowledged waits in the journal."""
        return not self._journal.size_bytes

    @property
    def backlog(self) -> int:
        """Closed segments that are not stored yet."""
        return sum(loader.backlog for loader in self._loaders.values())

    def readiness(self) -> tuple[bool, str]:
        """Tell whether requests are being taken and stored, and in words how it stands."""
        words = f"{self._journal.size_bytes} bytes in {self.backlog} segments wait for the store"
        quarantined = self._quarantine.count()
        if quarantined:
            words += f", {quarantined} messages are in quarantine (spanlog replay lists them)"
        failing = [loader.failure for loader in self._loaders.values() if loader.failure]
        if refusal := self._journal.probe():
            failing.insert(0, f"the journal cannot be written: {refusal}")
        return not failing, f"{words}; {failing[0]}" if failing else words

    async def start(self) -> None:
        """Listen; and load, where there is a store already.

        Raises:
            AddressError: an address cannot be listened on; nothing is left running but the journal (``stop`` it).
        """
        if self._store is not None:
            self.load_into(self._store)
        listener = bind(self._config.otlp_http, "OTLP/HTTP", "--otlp-http")
        self.otlp_http = bound_address(listener)
        receiver = OtlpHttpReceiver(
            self.ingest,
            gate=self._gate,
            max_body_bytes=self._config.max_body_bytes,
            arrivals=self._arrivals,
        )
        self._http = HttpServer(receiver, listener, shutdown_seconds=_RECEIVER_GRACE_SECONDS, protocol=ShortWayProtocol)
        await self._http.start()
        self._memory = asyncio.create_task(FreedMemory().give_back_for_ever())
        port = await self._grpc.start(self._config.otlp_grpc)
        self.otlp_grpc = Address(self._config.otlp_grpc.host, port)

    def load_into(self, store: Store) -> None:
        """Begin to load what an earlier run left, and what has come since."""
        for loader in self._loaders.values():
            loader.start(self._journal, store)
        self._replay = Replay(self._quarantine, store, self._metrics)
        self._replay.start()

    async def stop(self) -> bool:
        """Stop listening, then store everything that was acknowledged; ``False`` if some stays in the journal."""
        if self._memory is not None:
            self._memory.cancel()
        if self._http is not None:
            await self._http.stop()
        await self._grpc.stop(_RECEIVER_GRACE_SECONDS)
        if self._replay is not None:
            await asyncio.to_thread(self._replay.stop)
        await asyncio.to_thread(self._journal.close)
        stored = await asyncio.gather(
            *(asyncio.to_thread(loader.stop, self._config.shutdown_seconds) for loader in self._loaders.values())
        )
        return all(stored)

    def _lag_seconds(self) -> float:
        oldest = self._journal.oldest_unstored_unix_nano
        return max(0.0, time.time() - oldest / 1e9) if oldest is not None else 0.0

    def _quarantine_oldest_seconds(self) -> float:
        oldest = self._quarantine.oldest_unix_seconds()
        return max(0.0, time.time() - oldest) if oldest is not None else 0.0

    def _on_segment(self, segment: Segment) -> None:
        self._loaders[segment.signal].put(segment)
