"""The whole stack in one process: data directory, collector, store, query API, in this order, and back.

The collector takes requests into its journal before the store is open: a sender does not wait for what takes longest
at a start, the engine and the query API's modules, which are imported for that reason where they are needed.
"""

import asyncio
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry

from spanlog_collector.addresses import Address, bind, bound_address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DEFAULT as DEFAULT_DATA_DIRECTORY
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.exceptions import ConfigurationError
from spanlog_collector.http_server import HttpServer
from spanlog_collector.server import Collector
from spanlog_collector.storage import DEFAULT_RETENTION_DAYS, Store, apply_retention, migrate, open_store
from spanlog_collector.storage.embedded_engine import release_library_pages
from spanlog_keys import Gate, KeyFile, KeyFileError, KeyRing, RateLimits

if TYPE_CHECKING:
    from spanlog_cli.query_api_part import QueryApiPart

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
        ConfigurationError: the file of keys cannot be read.

    After ``start`` the attributes ``api``, ``otlp_http`` and ``otlp_grpc`` say where it really listens.
    """

    def __init__(self, config: StackConfig) -> None:
        self._config = config
        self._data = DataDirectory(config.data_directory)
        self.keys = open_key_ring(config.data_directory, config.api_key)
        self._gate = Gate(self.keys, config.limits)
        self._store: Store | None = None
        self._collector: Collector | None = None
        self._query_api: QueryApiPart | None = None
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
            ConfigurationError: an address, the data directory, the DSN or the key cannot be used.
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
            registry = CollectorRegistry()
            self._collector = Collector(config.collector, self._data, None, registry, self._gate)
            await self._collector.start()
            self.otlp_http, self.otlp_grpc = self._collector.otlp_http, self._collector.otlp_grpc
            self._store = await asyncio.to_thread(open_store, config.dsn or f"chdb://{self._data.store.as_posix()}")
            await asyncio.to_thread(migrate, self._store)
            await asyncio.to_thread(apply_retention, self._store, config.retention_days)
            self._collector.load_into(self._store)
            self._query_api = await asyncio.to_thread(self._make_query_api, self._store, self._collector, registry)
        except BaseException:
            listener.close()
            raise
        self._api_server = HttpServer(self._query_api.app, listener, protocol=self._query_api.protocol)
        await self._api_server.start()
        if self._store.location.path is not None:
            await asyncio.to_thread(release_library_pages)

    def _make_query_api(self, store: Store, collector: Collector, registry: CollectorRegistry) -> "QueryApiPart":
        # pydantic loads plugins of whatever else is installed here; one of them doubles the time of a start.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        from spanlog_cli.query_api_part import QueryApiPart  # noqa: PLC0415 - senders do not wait for its modules

        return QueryApiPart(self._config.api_key, store, collector, registry, self._gate)

    async def stop(self) -> bool:
        """Stop in reverse order; ``False`` if acknowledged records stay in the journal for the next start."""
        is_stored = True
        began = time.monotonic()
        if self._query_api is not None:
            self._query_api.end_streams()
        if self._api_server is not None:
            await self._api_server.stop()
        if self._collector is not None:
            is_stored = await self._collector.stop()
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
        self._data.release()
        logger.info("stopped in %.2f s", time.monotonic() - began)
        return is_stored


def open_key_ring(data_directory: Path, api_key: str | None) -> KeyRing:
    """Return the keys of a stack: those in its data directory, and the one of the environment.

    Raises:
        ConfigurationError: the file of keys cannot be read. Nobody could tell then who may come in.
    """
    try:
        return KeyRing(KeyFile(data_directory), api_key)
    except KeyFileError as error:
        raise ConfigurationError(str(error)) from error
