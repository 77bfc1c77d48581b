"""A collector on ports of its own, in this process, with the store of the test run."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import grpc
import urllib3
from prometheus_client import CollectorRegistry

from spanlog_collector.addresses import Address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.data_directory import DataDirectory
from spanlog_collector.server import Collector
from spanlog_collector.storage import Store
from spanlog_keys import Gate

PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
ANY_PORT = Address("127.0.0.1", 0)
MAX_BODY_BYTES = 1024 * 1024
COUNT = "SELECT count() AS n FROM otel_logs WHERE ServiceName = {service:String}"


class RunningCollector:
    """A collector in an event loop of its own, in a thread."""

    def __init__(self, store: Store | None, directory: Path, *, gate: Gate | None = None, **config) -> None:
        self.data = DataDirectory(directory)
        self.data.acquire()
        self.store = store
        self.registry = CollectorRegistry()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.http = urllib3.PoolManager(retries=False)
        self.collector = Collector(
            CollectorConfig(otlp_http=ANY_PORT, otlp_grpc=ANY_PORT, **{"max_body_bytes": MAX_BODY_BYTES} | config),
            self.data,
            store,
            self.registry,
            gate,
        )
        self.run(self.collector.start())

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    @property
    def connections(self) -> set[Any]:
        """What is connected to OTLP over HTTP now."""
        return self.collector._http._server.server_state.connections

    def post(self, path: str, body: bytes, headers: dict[str, str], method: str = "POST"):
        return self.http.request(method, f"http://{self.collector.otlp_http}{path}", body=body, headers=headers)

    def channel(self) -> grpc.Channel:
        return grpc.insecure_channel(str(self.collector.otlp_grpc))

    def stop(self) -> bool:
        is_stored = self.run(self.collector.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self.http.clear()
        self.data.release()
        return is_stored


def wait_for_count(store: Store, service: str, expected: int) -> None:
    deadline = time.monotonic() + 20
    while (count := store.query(COUNT, {"service": service})[0]["n"]) != expected:
        assert time.monotonic() < deadline, f"{count} rows, not {expected}"
        time.sleep(0.02)
