"""The query API as a part of the stack. Imported when the collector listens: its modules take longer than all else."""

from typing import Any, Final

from prometheus_client import CollectorRegistry

from spanlog_cli.api_protocol import ApiProtocol
from spanlog_collector.exceptions import ConfigurationError, JournalUnavailableError
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.server import Collector
from spanlog_collector.storage import Store
from spanlog_keys import Gate
from spanlog_query_api.app import create_app, end_streams
from spanlog_query_api.config import ApiConfig
from spanlog_query_api.ingest import IngestUnavailableError
from spanlog_query_api.readiness import Readiness, ReadinessPart


class QueryApiPart:
    """The application, with ``store`` to read from and ``collector`` to write to.

    Raises:
        ConfigurationError: the key cannot be used.
    """

    def __init__(
        self, api_key: str | None, store: Store, collector: Collector, registry: CollectorRegistry, gate: Gate
    ) -> None:
        self._collector = collector
        self._keys = gate.ring
        try:
            config = ApiConfig(api_key=api_key)
        except ValueError as error:
            raise ConfigurationError(f"SPANLOG_API_KEY cannot be used: {error}") from error
        readiness = (
            ReadinessPart("journal", self._journal_readiness),
            ReadinessPart("keys", self._keys_readiness),
        )
        self.protocol: Final = ApiProtocol
        self.app: Any = create_app(config, store, self._ingest, registry=registry, readiness=readiness, gate=gate)

    def end_streams(self) -> None:
        """End the answers that go on until somebody ends them."""
        end_streams(self.app)

    async def _ingest(self, request: bytes) -> None:
        try:
            await self._collector.ingest.accept("api", LOGS, request)
        except JournalUnavailableError as error:
            raise IngestUnavailableError(str(error), error.retry_after_seconds) from error

    def _journal_readiness(self) -> Readiness:
        is_ready, detail = self._collector.readiness()
        return Readiness(ready=is_ready, detail=detail)

    def _keys_readiness(self) -> Readiness:
        told = self._keys.describe()
        if self._keys.failure:
            return Readiness(ready=False, detail=f"{told}; as they were before: {self._keys.failure}")
        return Readiness(ready=True, detail=told)
