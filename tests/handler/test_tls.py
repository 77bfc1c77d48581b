"""https, with certificates of the test's own: what is trusted, and who the program says it is."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

import spanlog

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    """Makes a self-signed certificate and its key: paths of both."""
    folder = tmp_path_factory.mktemp("pem")

    def make(name, *options):
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 1 -subj /CN=localhost"
        names = f"-addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}"
        arguments = [*request.split(), *names.split(), *(options or ["-nodes"])]
        subprocess.run(arguments, check=True, capture_output=True)
        return str(certificate), str(key)

    return make


@pytest.fixture(scope="module")
def server_pem(pem):
    return pem("server")


@pytest.fixture(scope="module")
def client_pem(pem):
    return pem("client")


class HttpsSink:
    """Counts what is posted; asks for a client's certificate where one is named."""

    def __init__(self, server_pem, client_certificate=None):
        self.posts = 0
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                sink.posts += 1
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # a client that breaks off is the point of some tests

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*server_pem)
        if client_certificate is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_certificate)
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def https_sink(server_pem):
    opened = HttpsSink(server_pem)
    yield opened
    opened.close()


def test_a_certificate_that_is_named_is_trusted(https_sink, server_pem, attach, logger):
    handler = attach(endpoint=https_sink.url, certificate_file=server_pem[0])
    logger.info("under cover")
    assert handler.flush(30)
    assert (handler.stats()["sent"], https_sink.posts) == (1, 1)


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE"])
def test_the_standard_variable_names_it_too(https_sink, server_pem, attach, logger, monkeypatch, variable):
    monkeypatch.setenv(variable, server_pem[0])
    handler = attach(endpoint=https_sink.url)
    logger.info("under cover")
    assert handler.flush(30)
    assert handler.stats()["sent"] == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(https_sink, attach, logger):
    handler = attach(endpoint=https_sink.url, retry_seconds=0)
    logger.info("not for you")
    assert handler.flush(30)
    assert (handler.stats()["dropped"], https_sink.posts) == ({"unreachable": 1}, 0)


def test_a_collector_may_ask_who_it_is(server_pem, client_pem, attach, logger):
    sink = HttpsSink(server_pem, client_certificate=client_pem[0])
    stranger = attach(endpoint=sink.url, certificate_file=server_pem[0], retry_seconds=0)
    logger.info("from a stranger")
    assert stranger.flush(30)
    logger.removeHandler(stranger)
    known = attach(
        endpoint=sink.url,
        certificate_file=server_pem[0],
        client_certificate_file=client_pem[0],
        client_key_file=client_pem[1],
    )
    logger.info("from a friend")
    assert known.flush(30)
    sink.close()
    assert (known.stats()["sent"], stranger.stats()["sent"], sink.posts) == (1, 0, 1)


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_files_that_cannot_be_used_are_told_at_once(pem, client_pem, tmp_path, protocol):
    empty = tmp_path / "empty.pem"
    empty.touch()
    locked = pem("locked", "-passout", "pass:secret")
    for files in (
        {"certificate_file": str(tmp_path / "missing.pem")},
        {"certificate_file": str(empty)},
        {"client_certificate_file": str(empty)},
        {"client_certificate_file": client_pem[0]},
        {"client_certificate_file": client_pem[0], "client_key_file": locked[1]},
        {"client_certificate_file": locked[0], "client_key_file": locked[1]},
    ):
        with pytest.raises(spanlog.ConfigurationError, match="give a file in PEM format"):
            spanlog.SpanlogHandler(endpoint="https://logs", protocol=protocol, **files)


def test_files_are_read_only_where_tls_is_spoken(tmp_path):
    spanlog.SpanlogHandler(endpoint="http://logs", certificate_file=str(tmp_path / "missing.pem")).close()
