"""A real OTLP/HTTP collector of a few lines, and handlers that send to it."""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from spanlog import HandlerConfig, SpanlogHandler
from spanlog._finish import Finisher
from spanlog._record import RecordEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_WAIT_SECONDS = 30.0


def plain(value: AnyValue) -> Any:
    """Give an AnyValue as the Python value it stands for."""
    match value.WhichOneof("value"):
        case None:
            return None
        case "array_value":
            return [plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {item.key: plain(item.value) for item in value.kvlist_value.values}
        case kind:
            return getattr(value, kind)


def attributes_of(pairs: Iterable[Any]) -> dict[str, Any]:
    pairs = list(pairs)
    named = {pair.key: plain(pair.value) for pair in pairs}
    assert len(named) == len(pairs), f"a key stands twice: {[pair.key for pair in pairs]}"
    return named


@dataclass
class Received:
    """One log record as a collector sees it."""

    message: LogRecord
    scope: str = ""
    resource: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> str:
        return self.message.body.string_value

    @property
    def attributes(self) -> dict[str, Any]:
        return attributes_of(self.message.attributes)

    @property
    def trace_id(self) -> str:
        return self.message.trace_id.hex()

    @property
    def span_id(self) -> str:
        return self.message.span_id.hex()


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def message(self) -> ExportLogsServiceRequest:
        content = self.content
        if self.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return ExportLogsServiceRequest.FromString(content)

    @property
    def records(self) -> list[Received]:
        return [
            Received(record, scope.scope.name, attributes_of(part.resource.attributes))
            for part in self.message.resource_logs
            for scope in part.scope_logs
            for record in scope.log_records
        ]


class OtlpSink:
    """Listens on a port of its own; answers what it was told to, then 200.

    While ``gate`` is closed, requests are read but not answered.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: deque[Answer] = deque()
        self.default = Answer()
        self.max_body_bytes = 2**63
        """Larger ones are answered with 413."""
        self.gate = threading.Event()
        self.gate.set()
        self.connections = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="otlp-sink")
        self._thread.start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def accepted(self) -> list[Request]:
        """The requests that were answered with success: what a store would hold."""
        return [request for request in self.requests if request.headers["x-answered"] == "200"]

    @property
    def records(self) -> list[Received]:
        """The program's records; what spanlog says of itself is no part of them."""
        return [record for request in self.accepted for record in request.records if record.scope != "spanlog"]

    @property
    def loss_reports(self) -> list[Received]:
        """What spanlog says of records that were lost."""
        return [record for request in self.accepted for record in request.records if record.scope == "spanlog"]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        wait_until(condition)

    def _handler_class(sink) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the inner one
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                sink.connections += 1
                super().setup()

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = sink.answers.popleft() if sink.answers else sink.default
                if len(content) > sink.max_body_bytes:
                    answer = Answer(413)
                # Looked at once: a test may change what it says meanwhile.
                answer = dataclasses.replace(answer)
                headers["x-answered"] = str(answer.status)
                sink.requests.append(Request(self.path, headers, content))
                sink.gate.wait(_WAIT_SECONDS)
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)
                except OSError:
                    pass  # the client has gone

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a fact, for as long as it takes on a slow machine."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.005)


def balances(stats: Any) -> bool:
    return stats["accepted"] == stats["sent"] + stats["queued"] + stats["spooled"] + sum(stats["dropped"].values())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OTEL_", "SPANLOG_")):
            monkeypatch.delenv(name)
    # A test that is about the spool says where it is; no test touches the user's own.
    monkeypatch.setenv("SPANLOG_SPOOL_DIR", "")


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: not [thread for thread in threading.enumerate() if thread not in before])


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    server = OtlpSink()
    yield server
    server.close()


@pytest.fixture
def silent_socket() -> Iterator[socket.socket]:
    """A socket that has a port, so that nobody else gets it, and does not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


@pytest.fixture
def refused_url(silent_socket: socket.socket) -> str:
    """A URL at which nobody listens."""
    return f"http://127.0.0.1:{silent_socket.getsockname()[1]}"


@pytest.fixture
def black_hole_url() -> Iterator[str]:
    """A URL at which connections are accepted and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


_names = itertools.count()


@pytest.fixture
def logger() -> logging.Logger:
    """A logger of the test's own that takes everything.

    Outside the tree of loggers: pytest puts handlers with locks on what it finds there.
    """
    return logging.Logger(f"app{next(_names)}", 1)  # noqa: LOG001 - as said


@pytest.fixture
def attach(logger: logging.Logger) -> Iterator[Callable[..., SpanlogHandler]]:
    """Makes handlers on the test's logger, closed at its end."""
    made: list[SpanlogHandler] = []

    def make(agent_id: str | None = None, **settings: Any) -> SpanlogHandler:
        handler = SpanlogHandler(agent_id, **{"flush_interval_seconds": 0.01, **settings})
        made.append(handler)
        logger.addHandler(handler)
        return handler

    yield make
    for handler in made:
        handler.close()


@pytest.fixture
def handler(attach: Callable[..., SpanlogHandler], sink: OtlpSink) -> SpanlogHandler:
    return attach(endpoint=sink.url)


@pytest.fixture
def logged(logger: logging.Logger, handler: SpanlogHandler, sink: OtlpSink) -> Callable[[], list[Received]]:
    """Gives what has arrived, after a flush."""

    def arrived() -> list[Received]:
        assert handler.flush(_WAIT_SECONDS)
        return sink.records

    return arrived


@pytest.fixture
def encoded() -> Callable[..., Received]:
    """Encodes one record without sending it, and reads it with the official classes."""

    def encode(record: logging.LogRecord, formatter: logging.Formatter | None = None, **settings: Any) -> Received:
        config = HandlerConfig(**settings)
        queued = RecordEncoder(config).encode(record, formatter)
        request = Finisher(None, config.max_value_bytes).request(b"", [queued])
        (part,) = ExportLogsServiceRequest.FromString(request).resource_logs
        (scope,) = part.scope_logs
        (message,) = scope.log_records
        return Received(message, scope.scope.name)

    return encode


@pytest.fixture
def make_record() -> Callable[..., logging.LogRecord]:
    """Makes a record as a logger does."""

    def make(message: Any = "hello", *args: Any, level: int = logging.INFO, **settings: Any) -> logging.LogRecord:
        return logging.getLogger("app").makeRecord(
            "app",
            level,
            "/srv/app/bot.py",
            17,
            message,
            args,
            settings.pop("exc_info", None),
            settings.pop("func", "trade"),
            settings.pop("extra", None),
            settings.pop("sinfo", None),
        )

    return make


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program as a user would, and waits for its end."""

    def run(source: str, *, warnings: str = "error", **environment: str) -> subprocess.CompletedProcess[str]:
        program = tmp_path / "program.py"
        program.write_text(source)
        return subprocess.run(
            [sys.executable, "-W", warnings, str(program)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
