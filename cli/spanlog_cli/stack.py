"""The whole stack in one process: data directory, store, collector, query API, in this order, and back."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from spanlog_collector.addresses import Address, bind, bound_address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import ConfigurationError, JournalUnavailableError
from spanlog_collector.http_server import HttpServer
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.server import Collector
from spanlog_collector.storage import DEFAULT_RETENTION_DAYS, Store, apply_retention, migrate, open_store
from spanlog_collector.storage.embedded_engine import release_library_pages
from spanlog_keys import Gate, KeyFile, KeyFileError, KeyRing, RateLimits
from spanlog_query_api.app import create_app, end_streams
from spanlog_query_api.config import ApiConfig
from spanlog_query_api.ingest import IngestUnavailableError
from spanlog_query_api.readiness import Readiness, ReadinessPart

logger: Final = logging.getLogger(__name__)

DEFAULT_API: Final = Address("127.0.0.1", 8421)


@dataclass(frozen=True, slots=True)
class StackConfig:
    """Everything ``spanlog up`` can be told.

    ``dsn`` is the embedded store below ``data_directory`` unless set. ``retention_days`` 0 keeps records for ever.
    ``has_named_keys`` says that keys are asked for though ``api_key`` is not set.

    Raises:
        ConfigurationError: the API could be reached from other machines, without a key.
    """

    data_directory: Path = DEFAULT_DATA_DIRECTORY
    dsn: str | None = None
    api: Address = DEFAULT_API
    api_key: str | None = field(default=None, repr=False)
    has_named_keys: bool = False
    limits: RateLimits = field(default_factory=RateLimits)
    collector: CollectorConfig = field(default_factory=CollectorConfig)
    retention_days: int = DEFAULT_RETENTION_DAYS

    def __post_init__(self) -> None:
        if not self.api.is_loopback and not self.has_named_keys and not (self.api_key or "").strip():
            raise ConfigurationError(
                f"{self.api} can be reached from other machines: set SPANLOG_API_KEY, make a key with spanlog keys "
                "create, or listen on 127.0.0.1 only"
            )


class Stack:
    """A stack; ``start`` returns when it answers, ``stop`` when everything acknowledged is stored.

    Raises:
        ConfigurationError: the key, or the file of keys, cannot be used.

    After ``start`` the attributes ``api``, ``otlp_http`` and ``otlp_grpc`` say where it really listens.
    """

    def __init__(self, config: StackConfig) -> None:
        self._config = config
        try:
            self._api_config = ApiConfig(api_key=config.api_key)
        except ValueError as error:
            raise ConfigurationError(f"SPANLOG_API_KEY cannot be used: {error}") from error
        self._data = DataDirectory(config.data_directory)
        self.keys = open_key_ring(config.data_directory, config.api_key)
        self._gate = Gate(self.keys, config.limits)
        self._store: Store | None = None
        self._collector: Collector | None = None
        self._api_server: HttpServer | None = None
        self.api = config.api
        self.otlp_http = config.collector.otlp_http
        self.otlp_grpc = config.collector.otlp_grpc

    @property
    def store_name(self) -> str:
        """Where the rows are, without passwords."""
        return self._store.location.display if self._store is not None else ""

    @property
    def is_everything_stored(self) -> bool:
        """Whether nothing that was acknowledged waits in the journal."""
        return self._collector is None or self._collector.is_everything_stored

    async def start(self) -> None:
        """Start everything; on an error, stop what was started.

        Raises:
            ConfigurationError: an address, the data directory or the DSN cannot be used.
            StoreError: the store cannot be opened or migrated.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        config = self._config
        # Taken ports are told before anything is opened or migrated.
        listener = bind(config.api, "the query API", "--api")
        self.api = bound_address(listener)
        try:
            self._data.acquire()
            self._data.keep_reserve()
            self._store = await asyncio.to_thread(open_store, config.dsn or f"chdb://{self._data.store.as_posix()}")
            await asyncio.to_thread(migrate, self._store)
            await asyncio.to_thread(apply_retention, self._store, config.retention_days)
            registry = CollectorRegistry()
            self._collector = Collector(config.collector, self._data, self._store, registry, self._gate)
            await self._collector.start()
        except BaseException:
            listener.close()
            raise
        self.otlp_http, self.otlp_grpc = self._collector.otlp_http, self._collector.otlp_grpc
        app = create_app(
            self._api_config,
            self._store,
            self._ingest,
            registry=registry,
            readiness=(
                ReadinessPart("journal", self._journal_readiness),
                ReadinessPart("keys", self._keys_readiness),
            ),
            gate=self._gate,
        )
        self._api_app = app
        self._api_server = HttpServer(app, listener)
        await self._api_server.start()
        if self._store.location.path is not None:
            await asyncio.to_thread(release_library_pages)

    async def stop(self) -> bool:
        """Stop in reverse order; ``False`` if acknowledged records stay in the journal for the next start."""
        is_stored = True
        began = time.monotonic()
        if self._api_server is not None:
            end_streams(self._api_app)
            await self._api_server.stop()
        if self._collector is not None:
            is_stored = await self._collector.stop()
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
        self._data.release()
        logger.info("stopped in %.2f s", time.monotonic() - began)
        return is_stored

    async def _ingest(self, request: bytes) -> None:
        assert self._collector is not None  # noqa: S101 - the API starts after the collector
        try:
            await self._collector.ingest.accept("api", LOGS, request)
        except JournalUnavailableError as error:
            raise IngestUnavailableError(str(error), error.retry_after_seconds) from error

    def _journal_readiness(self) -> Readiness:
        assert self._collector is not None  # noqa: S101 - the API starts after the collector
        is_ready, detail = self._collector.readiness()
        return Readiness(ready=is_ready, detail=detail)

    def _keys_readiness(self) -> Readiness:
        told = self.keys.describe()
        if self.keys.failure:
            return Readiness(ready=False, detail=f"{told}; as they were before: {self.keys.failure}")
        return Readiness(ready=True, detail=told)


def open_key_ring(data_directory: Path, api_key: str | None) -> KeyRing:
    """Return the keys of a stack: those in its data directory, and the one of the environment.

    Raises:
        ConfigurationError: the file of keys cannot be read. Nobody could tell then who may come in.
    """
    try:
        return KeyRing(KeyFile(data_directory), api_key)
    except KeyFileError as error:
        raise ConfigurationError(str(error)) from error
