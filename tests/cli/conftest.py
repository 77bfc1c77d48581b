"""Real servers for the commands to talk to, and the commands as processes."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

COMMAND = [sys.executable, "-c", "from spanlog_cli.main import main; main()"]
WAIT_SECONDS = 30.0


def plain(value):
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


def attributes_of(pairs):
    named = {pair.key: plain(pair.value) for pair in pairs}
    assert len(named) == len(pairs), f"a key stands twice: {[pair.key for pair in pairs]}"
    return named


def _wait_until(condition, what="it"):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.01)


@dataclass
class Received:
    """One log record as a collector sees it."""

    message: object
    resource: dict

    @property
    def body(self):
        return self.message.body.string_value

    @property
    def attributes(self):
        return attributes_of(self.message.attributes)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    def handle_error(self, request, client_address):
        """A client that was stopped in the middle of a request is no news."""


@dataclass
class Sink:
    """A collector: what it received, and what it is told to answer next."""

    url: str = ""
    bodies: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    paths: list = field(default_factory=list)
    statuses: deque = field(default_factory=deque)
    """Of the next answers: a status, or a status with headers; 200 when it is empty."""
    always: int | None = None
    rejected: int = 0
    accepted: list = field(default_factory=list)

    @property
    def records(self):
        return [
            Received(record, attributes_of(resource_logs.resource.attributes))
            for body in self.accepted
            for resource_logs in ExportLogsServiceRequest.FromString(body).resource_logs
            for scope_logs in resource_logs.scope_logs
            for record in scope_logs.log_records
        ]


def _served(handler):
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    return server, thread


def _stop(server, thread):
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 1  # so that a kept-open connection does not hold up the end of a test

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Tests print enough."""


@pytest.fixture
def sink():
    """A real OTLP/HTTP collector."""
    sink = Sink()

    class Handler(_Handler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            sink.bodies.append(body)
            sink.headers.append(dict(self.headers))
            sink.paths.append(self.path)
            status = sink.always or (sink.statuses.popleft() if sink.statuses else 200)
            headers = ()
            if isinstance(status, tuple):
                status, headers = status
            if status == 200:
                sink.accepted.append(body)
            response = ExportLogsServiceResponse()
            if sink.rejected:
                response.partial_success.rejected_log_records = sink.rejected
                response.partial_success.error_message = "too old"
            self.answer(status, response.SerializeToString() if status == 200 else b"", headers)

    server, thread = _served(Handler)
    sink.url = f"http://127.0.0.1:{server.server_port}"
    yield sink
    _stop(server, thread)


@dataclass
class Api:
    """A query API that serves recorded answers."""

    url: str = ""
    routes: dict = field(default_factory=dict)
    """Path to an object, to (status, object), or to a function of the query that gives either."""
    asked: list = field(default_factory=list)
    key: str | None = None
    sent: list = field(default_factory=list)
    """Method, path and JSON of what was posted or patched."""

    def queries(self, path):
        return [query for asked_path, query in self.asked if asked_path == path]


def _problem(status, title, detail, **more):
    return status, {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


@pytest.fixture
def api():
    """A real HTTP server with the contract's error shapes."""
    api = Api()

    class Handler(_Handler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.headers["Content-Type"] == "application/json"
            api.sent.append((self.command, self.path, body))
            self.do_GET()

        do_PATCH = do_POST  # noqa: N815 - the name that the server looks for

        def do_GET(self):
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            api.asked.append((parts.path, query))
            answer = api.routes.get(parts.path, _problem(404, "Not Found", f"nothing at {parts.path}"))
            if api.key and parts.path != "/health" and self.headers.get("Authorization") != f"Bearer {api.key}":
                answer = _problem(401, "Unauthorized", "the key is missing or wrong")
            answer = answer(query) if callable(answer) else answer
            status, body = answer if isinstance(answer, tuple) else (200, answer)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            kind = "application/json" if status < 400 else "application/problem+json"
            self.answer(status, content, [("Content-Type", kind)])

    server, thread = _served(Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    yield api
    _stop(server, thread)


@pytest.fixture
def clean_environ(tmp_path):
    """The environment without what this machine says of spanlog and OpenTelemetry."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SPANLOG_", "OTEL_"))}
    return {**environ, "HOME": str(tmp_path), "COLUMNS": "80", "PYTHONWARNINGS": "error"}


@pytest.fixture
def spanlog(clean_environ):
    """Run a command line to its end."""

    def run(*arguments, env=None, stdin="", **options):
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            env={**clean_environ, **(env or {})},
            timeout=90,
            **options,
        )

    def run_as_text(*arguments, **options):
        done = run(*arguments, **options)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_as_text


@pytest.fixture
def started(clean_environ):
    """Start a command line and give its process; it is stopped after the test."""
    processes = []

    def start(*arguments, env=None):
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**clean_environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def recorded():
    """An answer that a real stack gave about the programs in examples/, by its name."""

    def read(name):
        return json.loads((Path(__file__).parent / "answers" / f"{name}.json").read_text())

    return read


@pytest.fixture
def wait_until():
    """Wait for a condition, however long this machine takes."""
    return _wait_until


@pytest.fixture
def command():
    """The command line of the command line."""
    return COMMAND


@pytest.fixture
def closed_port():
    """A port of this machine where nobody listens, and nobody can: it is taken."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
