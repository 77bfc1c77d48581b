"""One request and what came of it, whatever the other side does."""

from __future__ import annotations

import email.utils
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from spanlog._body import packed
from spanlog._http_transport import HttpTransport, retry_after_seconds


@pytest.fixture
def transport(sink):
    made = HttpTransport(f"{sink.url}/v1/logs", {"authorization": "Bearer k"})
    yield made
    made.close()


@pytest.fixture
def scripted():
    """A server that sends prepared bytes, one after another connection; gives what it received."""
    threads, listeners = [], []

    def serve(*answers, wrap=None):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        received = []

        def serve_one(connection, answer):
            try:
                request = connection.recv(65_536)
                connection.sendall(answer)
            except OSError:  # the client did not like the certificate
                return b""
            finally:
                connection.close()
            return request

        def run():
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    received.append(serve_one(wrap(connection) if wrap else connection, answer))

        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()
        return f"127.0.0.1:{listener.getsockname()[1]}", received

    yield serve
    for thread in threads:
        thread.join(30)
    for listener in listeners:
        listener.close()


def test_the_way_of_packing_is_told_by_a_header(transport, sink):
    assert transport.send(packed(b"\x0a\x00", "gzip"), 30).is_accepted
    assert transport.send(b"\x0a\x00", 30).is_accepted
    first, second = sink.requests
    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in second.headers
    assert {one.headers["content-type"] for one in sink.requests} == {"application/x-protobuf"}
    assert {one.headers["authorization"] for one in sink.requests} == {"Bearer k"}
    assert first.headers["user-agent"].startswith("spanlog/")


def test_a_connection_is_kept(transport, sink):
    for _ in range(5):
        assert transport.send(b"", 30).is_accepted
    assert sink.connections == 1


def test_it_can_be_used_again_after_close(transport, sink):
    assert transport.send(b"", 30).is_accepted
    transport.close()
    assert transport.send(b"", 30).is_accepted
    assert sink.connections == 2


def test_a_kept_connection_that_the_collector_closed_costs_nothing(scripted):
    # It said nothing of closing, and closes all the same.
    host, _ = scripted(*[b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"] * 3)
    transport = HttpTransport(f"http://{host}/v1/logs", {})
    for _ in range(3):
        assert transport.send(b"", 30).is_accepted
        time.sleep(0.02)
    transport.close()


def test_a_kept_connection_that_is_closed_in_the_moment_of_its_use_is_made_anew_at_once():
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))
    requests = []

    def serve():
        first, _ = listener.accept()
        with first:
            requests.append(first.recv(65_536))
            first.sendall(answer)
            requests.append(first.recv(65_536))  # and no word more
        second, _ = listener.accept()
        with second:
            requests.append(second.recv(65_536))
            second.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{listener.getsockname()[1]}/", {})
    assert transport.send(b"", 30).is_accepted
    assert transport.send(b"", 30).is_accepted
    thread.join(30)
    listener.close()
    transport.close()
    assert requests[1] == requests[2]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00" * 1_000,
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x-long: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_answer_is_none(scripted, answer):
    host, _ = scripted(answer)
    transport = HttpTransport(f"http://{host}/", {})
    outcome = transport.send(b"", 30)
    assert not outcome.is_accepted
    assert outcome.is_retryable
    assert outcome.problem
    transport.close()


def test_a_chunked_answer_is_an_answer(scripted):
    host, _ = scripted(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n\x0a\x00\r\n0\r\n\r\n")
    transport = HttpTransport(f"http://{host}/", {})
    assert transport.send(b"", 30) == (200, "", 0, None)
    transport.close()


def test_no_redirect_takes_the_key_elsewhere(transport, sink):
    sink.default.status = 307
    sink.default.headers["location"] = "http://127.0.0.1:1/"
    outcome = transport.send(b"", 30)
    assert (outcome.status, outcome.is_retryable) == (307, False)
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    ("url", "problem"),
    [("http://no-such-host.invalid/v1/logs", "host not found"), ("http://127.0.0.1:1/", "connection refused")],
)
def test_what_went_wrong_is_said_in_words(url, problem):
    outcome = HttpTransport(url, {}).send(b"", 30)
    assert (outcome.status, outcome.problem, outcome.reason) == (None, problem, "unreachable")


def test_a_black_hole_times_out(black_hole_url):
    transport = HttpTransport(black_hole_url, {})
    assert transport.send(b"", 0.05).problem == "timed out"
    transport.close()


def test_an_ipv6_address_is_an_address():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    port = listener.getsockname()[1]
    listener.close()
    assert HttpTransport(f"http://[::1]:{port}/", {}).send(b"", 30).problem == "connection refused"


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost that nobody else trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(chain)]
    subprocess.run(command, check=True, capture_output=True)
    return key, chain


def test_tls_is_checked_against_what_the_machine_trusts(scripted, certificate, monkeypatch):
    key, chain = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def wrap(connection):
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)

    host, received = scripted(b"", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", wrap=wrap)
    url = f"https://localhost:{host.rsplit(':', 1)[1]}/v1/logs"
    stranger = HttpTransport(url, {"authorization": "Bearer s3cret"})
    assert stranger.send(b"", 30).problem == "TLS failed"
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    friend = HttpTransport(url, {"authorization": "Bearer s3cret"})
    assert friend.send(b"", 30).is_accepted
    friend.close()
    assert [b"s3cret" in content for content in received] == [False, True]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 17 ", 17.0),
        ("999999999999999999999999", 21_600.0),
        (email.utils.formatdate(0, usegmt=True), 0.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 21_600.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("Wed, 99 Foo 2026", None),
        ("Fri, 31 Dec 9999 23:59:59 -9999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text, seconds):
    assert retry_after_seconds(text) == seconds
