"""What the server refuses before the application sees it has the shape of every other error."""

import asyncio
import contextlib
import json
import socket
import threading

import pytest

from spanlog_cli.api_protocol import ApiProtocol
from spanlog_collector import http_guard
from spanlog_collector.addresses import Address, bind, bound_address
from spanlog_collector.http_server import HttpServer
from spanlog_query_api import ApiConfig, create_app


@pytest.fixture
def connect():
    """Open plain connections to the API, served as the stack serves it."""
    listener = bind(Address("127.0.0.1", 0), "the query API", "--api")
    address = bound_address(listener)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = HttpServer(create_app(ApiConfig(), None, None), listener, shutdown_seconds=1, protocol=ApiProtocol)
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
    with contextlib.ExitStack() as opened:
        yield lambda: opened.enter_context(socket.create_connection((address.host, address.port), timeout=20))
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


def check(connection, status):
    """Read to the end of the connection; return the headers and the problem."""
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line.startswith(f"HTTP/1.1 {status} ")
    named = dict(header.split(": ", 1) for header in headers)
    assert named["content-type"] == "application/problem+json"
    assert int(named["content-length"]) == len(body)
    assert named["connection"] == "close"
    problem = json.loads(body)
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert (problem["status"], problem["title"]) == (status, line.split(" ", 2)[2])
    return named, problem


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00",  # https to a port of http
        b"GET\r\n\r\n",
        b"GET /logs HTTP/7.3\r\n\r\n",
        b"GET /logs HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /logs HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /logs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_request(connect, sent):
    connection = connect()
    connection.sendall(sent)
    _, problem = check(connection, 400)
    assert "HTTP/1.1" in problem["detail"]


@pytest.mark.parametrize("sent", [b"", b"GET /lo", b"POST /logs HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])
def test_what_comes_too_slowly(connect, monkeypatch, sent):
    monkeypatch.setattr(http_guard, "ARRIVAL_SECONDS", 0.1)
    connection = connect()
    connection.sendall(sent)
    assert "in time" in check(connection, 408)[1]["detail"]


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n123"])
def test_a_head_that_is_too_large(connect, monkeypatch, end):
    """Whether or not the whole of it came at once."""
    monkeypatch.setattr(http_guard, "MAX_HEAD_BYTES", 100)
    connection = connect()
    connection.sendall(b"POST / HTTP/1.1\r\nX-Padding: " + b"x" * 100 + end)
    assert "64 KiB" in check(connection, 431)[1]["detail"]


def test_a_small_head_with_a_large_body_is_no_large_head(connect, monkeypatch):
    monkeypatch.setattr(http_guard, "MAX_HEAD_BYTES", 100)
    connection = connect()
    connection.sendall(b"POST /nowhere HTTP/1.1\r\nContent-Length: 200\r\nConnection: close\r\n\r\n" + b"x" * 200)
    check(connection, 404)


def test_a_connection_too_many(connect, monkeypatch):
    monkeypatch.setattr(http_guard, "max_connections", lambda: 1)
    first = connect()
    first.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert first.recv(65536)
    headers, problem = check(connect(), 503)
    assert int(headers["retry-after"]) > 0
    assert "connections" in problem["detail"]


def test_what_is_answered_before_all_of_it_came_is_answered_once(connect, monkeypatch):
    monkeypatch.setattr(http_guard, "ARRIVAL_SECONDS", 0.1)
    connection = connect()
    connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.count(b"HTTP/1.1 ") == 1
