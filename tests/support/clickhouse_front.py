"""A ClickHouse server's HTTP interface over the embedded engine, for tests: no server can be installed everywhere.

What the engine answers is real; what this module adds is the transport: the query in the URL or the body, settings and
parameters in the URL, data in the body, results in the format asked for, errors as status, header and text. One thing
differs: the engine in-process reads no data from a body, so the data goes through a file, and ``input(…)`` becomes
``file(…)`` on the way.

Go programs speak Native blocks to it (clickhouse-go, which is in the standard Collector's exporter). Their layout
depends on the revision that client and server agree on, and the engine in-process writes and reads revision 0 only. So
the front says that it is a server of revision 0, and blocks go through as they are; only that answer itself must be in
the client's revision, and is put together here.

As a program: ``python clickhouse_front.py FOLDER PORT`` (port 0: any; the port is printed).
"""

import contextlib
import email
import gzip
import re
import socket
import struct
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame

# What the interface takes for itself; everything else in the URL is a parameter or a setting.
TRANSPORT = frozenset(
    (
        "query", "database", "default_format", "query_id", "session_id", "session_timeout", "session_check", "compress",
        "decompress", "enable_http_compression", "http_zlib_compression_level", "wait_end_of_query", "buffer_size",
        "client_protocol_version", "send_progress_in_http_headers", "http_headers_progress_interval_ms", "user",
        "password", "quota_key", "role",
    )
)  # fmt: skip
SETTING_NAME = re.compile(r"[A-Za-z_]\w*")
INSERT = re.compile(rb"\s*INSERT\b[^\n]*\bFORMAT\s+\w+[ ;]*\n", re.IGNORECASE)
ERROR_CODE = re.compile(r"Code: (\d+)")
HELLO = "SELECT displayName(), version(), revision(), timezone()"
FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)


class Front(ThreadingHTTPServer):
    """The server; ``statements`` are those it was asked, ``refuse`` makes each answer 503 while it is set.

    ``before`` is called with each statement: it may take its time, or raise what the client is to be told. Of one that
    ``loses_answer`` the client hears nothing: it is run, and then the connection is gone.

    ``GET /own-cpu`` tells the seconds of CPU that the front itself took, which a server would not have taken.
    """

    daemon_threads = True

    def __init__(self, store: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.store = store
        self.statements: list[str] = []
        self._connections: list[socket.socket] = []
        self.refuse = threading.Event()
        self.before: Callable[[str], None] = lambda _statement: None
        self.loses_answer: Callable[[str], bool] = lambda _statement: False
        # One handle for all: its settings and database belong to the request at hand.
        self.engine = chdb.connect(str(store))
        self.engine_lock = threading.Lock()
        self.own_cpu_seconds = 0.0

    @property
    def dsn(self) -> str:
        return f"clickhouse://127.0.0.1:{self.server_port}/otel"

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def server_close(self) -> None:
        super().server_close()
        # A server that goes away takes its connections with it.
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        with self.engine_lock:
            self.engine.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Front

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._answer(200, b"Ok.\n")
        elif urlsplit(self.path).path == "/own-cpu":
            self._answer(200, str(self.server.own_cpu_seconds).encode())
        else:
            self.do_POST()

    def do_POST(self) -> None:
        self.engine_cpu_seconds = 0.0
        began = time.thread_time()
        self._serve()
        with self.server.engine_lock:
            self.server.own_cpu_seconds += time.thread_time() - began - self.engine_cpu_seconds

    def _serve(self) -> None:
        body = self._read()
        if self.server.refuse.is_set():
            self._answer(503, b"Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY)", code="202")
            return
        options = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        data = b""
        content_type = self.headers.get("Content-Type", "")
        if content_type.startswith("multipart/form-data"):
            # Where parameters are too long for the URL.
            options |= _form_fields(content_type, body)
            body = b""
        if "query" in options:
            statement, data = options["query"], body
        else:
            # An insert's data may follow its statement in the body.
            insert = INSERT.match(body)
            statement, data = (insert[0].decode(), body[insert.end() :]) if insert else (body.decode(), b"")
        self.server.statements.append(statement)
        if statement == HELLO:
            self._answer(200, _hello(), format_name="Native")
            return
        try:
            self.server.before(statement)
            result, name = self._run(statement, data, options)
            if self.server.loses_answer(statement):
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
        except Exception as error:  # noqa: BLE001 - whatever it was, the client is told
            text = str(error)
            code = ERROR_CODE.search(text)
            self._answer(500, text.encode(), code=code[1] if code else "1002")
        else:
            self._answer(200, result, format_name=name)

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(chunks)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match self.headers.get("Content-Encoding", ""):
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
            case "lz4":
                return lz4.frame.decompress(body)
            case "":
                return body
            case other:
                raise NotImplementedError(other)

    def _run(self, statement: str, data: bytes, options: dict[str, str]) -> tuple[bytes, str | None]:
        parameters = {name[6:]: value for name, value in options.items() if name.startswith("param_")}
        settings = {
            name: value
            for name, value in options.items()
            if name not in TRANSPORT and not name.startswith("param_") and SETTING_NAME.fullmatch(name)
        }
        with tempfile.NamedTemporaryFile(dir=self.server.store.parent) as file, self.server.engine_lock:
            if data:
                file.write(data)
                file.flush()
                statement = _read_from_file(statement, file.name)
            engine = self.server.engine
            engine.query(f"USE `{options.get('database', 'default')}`")
            before = {}
            try:
                for name, value in settings.items():
                    if name == "readonly":
                        continue
                    before[name] = engine.query(f"SELECT getSetting('{name}')", "TSVRaw").data().rstrip("\n")
                    engine.query(f"SET {name} = {_quote(value)}")
                requested = FORMAT.search(statement)
                name = requested[1] if requested else options.get("default_format", "TabSeparated")
                began = time.thread_time()
                result = engine.query(statement, name, params=parameters)
                self.engine_cpu_seconds += time.thread_time() - began
                is_select = re.match(r"\s*(--[^\n]*\n\s*)*(WITH|SELECT|SHOW|DESC|EXPLAIN)\b", statement, re.IGNORECASE)
                return bytes(result.bytes() or b""), name if is_select else None
            finally:
                for name, value in before.items():
                    engine.query(f"SET {name} = {_quote(value)}")

    def _answer(self, status: int, body: bytes, *, code: str | None = None, format_name: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-ClickHouse-Timezone", "UTC")
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        if format_name:
            self.send_header("X-ClickHouse-Format", format_name)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _form_fields(content_type: str, body: bytes) -> dict[str, str]:
    form = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    return {
        str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True).decode()
        for part in form.get_payload()
    }


def _hello() -> bytes:
    """Answer who is there, as a Native block of a client's own revision: with block info and serialization flags."""
    strings = [("displayName()", "front"), ("version()", chdb.engine_version), ("timezone()", "UTC")]
    columns = [_native_column(name, "String", _native_string(value)) for name, value in strings]
    columns.insert(2, _native_column("revision()", "UInt32", struct.pack("<I", 0)))
    # Not overflows, bucket -1, end of info; four columns, one row.
    return struct.pack("<BBBiBBB", 1, 0, 2, -1, 0, len(columns), 1) + b"".join(columns)


def _native_column(name: str, kind: str, data: bytes) -> bytes:
    return _native_string(name) + _native_string(kind) + b"\0" + data


def _native_string(text: str) -> bytes:
    encoded = text.encode()
    assert len(encoded) < 128, "its length would take two bytes"
    return bytes([len(encoded)]) + encoded


def _read_from_file(statement: str, path: str) -> str:
    if "input('" in statement:
        statement = FORMAT.sub("", statement)
        return statement.replace("input('", f"file('{path}', Protobuf, '")
    requested = FORMAT.search(statement)
    assert requested, statement
    return f"{statement[: requested.start()]} FROM INFILE '{path}' FORMAT {requested[1]}"


def _quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    front = Front(Path(sys.argv[1]), int(sys.argv[2]))
    print(front.server_port, flush=True)
    front.serve_forever()
