"""The short way of small requests says and does what the long one would."""

import contextlib
import itertools
import re
import socket
import threading
import time

import pytest
from running_collector import PROTOBUF, RunningCollector, wait_for_count
from segments import log_request

from spanlog_collector.journal.active_segment import ActiveSegment
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.otlp.description import LOGS
from spanlog_collector.receivers import short_way
from spanlog_collector.receivers.known_heads import KnownHeads
from spanlog_keys import Gate, KeyFile, KeyRequest, KeyRing, Scope

INGEST = frozenset({Scope.INGEST})

HEAD = b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n%sContent-Length: %d\r\n\r\n"


def message(service: str, *texts: str, extra: bytes = b"") -> bytes:
    body = log_request(service, *texts).SerializeToString()
    return HEAD % (extra, len(body)) + body


def answer_on(connection: socket.socket) -> bytes:
    answer = b""
    while not (found := re.search(rb"content-length: (\d+)\r\n(?:.*\r\n)*?\r\n", answer)) or len(
        answer
    ) < found.end() + int(found[1]):
        more = connection.recv(4096)
        if not more:
            break
        answer += more
    return answer


@contextlib.contextmanager
def connection_to(running: RunningCollector):
    address = running.collector.otlp_http
    with socket.create_connection((address.host, address.port), timeout=20) as connection:
        yield connection


def heads_of(running: RunningCollector) -> KnownHeads:
    return running.collector._http._server.config.loaded_app.known_heads


@pytest.fixture
def short_answers(monkeypatch):
    """How many requests were answered the short way."""
    settled = []
    original = short_way.ShortWayProtocol._settled

    def note(self, is_kept):
        settled.append(is_kept)
        original(self, is_kept)

    monkeypatch.setattr(short_way.ShortWayProtocol, "_settled", note)
    return settled


def test_second_request_with_a_head_goes_the_short_way_and_is_answered_alike(running, service, short_answers):
    with connection_to(running) as connection:
        connection.sendall(message(service, "a1", extra=b"X-One: 1\r\n"))
        long_answer = answer_on(connection)
        assert short_answers == []
        connection.sendall(message(service, "a2", extra=b"X-One: 1\r\n"))
        assert answer_on(connection) == long_answer == short_way.ANSWER
        assert short_answers == [True]
    wait_for_count(running.store, service, 2)


def test_repeated_request_is_acknowledged_counted_and_stored_once(running, service, short_answers):
    labels = {"protocol": "http", "signal": "logs", "outcome": "duplicate"}
    before = running.registry.get_sample_value("spanlog_collector_requests_total", labels) or 0
    request = message(service, "b", extra=b"X-Two: 1\r\n")
    with connection_to(running) as connection:
        for _ in range(3):
            connection.sendall(request)
            assert answer_on(connection) == short_way.ANSWER
    assert short_answers == [True, True]
    assert running.registry.get_sample_value("spanlog_collector_requests_total", labels) == before + 2
    wait_for_count(running.store, service, 1)


@pytest.mark.parametrize(
    "extra",
    [
        b"Connection: close\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Expect: 100-continue\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
        b"Content-Type: application/x-protobuf\r\n",
        b"Authorization: Bearer one\r\nAuthorization: Bearer two\r\n",
        b"X-Long: " + b"x" * 2000 + b"\r\n",
    ],
)
def test_head_that_asks_for_something_special_is_not_remembered(running, service, extra):
    before = len(heads_of(running))
    with connection_to(running) as connection:
        connection.sendall(message(service, "c", extra=extra))
        answer_on(connection)
    assert len(heads_of(running)) == before


def test_what_is_wrong_is_told_as_on_the_long_way(running, service, short_answers):
    good = log_request(service, "d").SerializeToString()
    head = HEAD % (b"X-Four: 1\r\n", len(good))
    with connection_to(running) as connection:
        connection.sendall(head + good)
        assert answer_on(connection) == short_way.ANSWER
        for bad in (b"\xff" * len(good), b"\x0a" * len(good)):
            connection.sendall(head + bad)
            answer = answer_on(connection)
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert b"is not an OTLP" in answer
        connection.sendall(head + good)
        assert answer_on(connection) == short_way.ANSWER
    assert short_answers == [True]


def test_request_in_pieces_with_a_known_head_goes_the_long_way(running, service, short_answers):
    whole = message(service, "e", extra=b"X-Five: 1\r\n")
    with connection_to(running) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(whole)
        assert answer_on(connection) == short_way.ANSWER
        other = message(service, "f", extra=b"X-Five: 1\r\n")
        for piece in (other[:20], other[20:-5]):
            connection.sendall(piece)
            wait_until_read(running, connection)
        connection.sendall(other[-5:])
        assert answer_on(connection) == short_way.ANSWER
    assert short_answers == []
    wait_for_count(running.store, service, 2)


def wait_until_read(running: RunningCollector, connection: socket.socket) -> None:
    """Return when the collector's loop has run several times since: what was sent is with its parser."""
    for _ in range(5):
        done = threading.Event()
        running.loop.call_soon_threadsafe(done.set)
        assert done.wait(20)


def test_requests_sent_at_once_are_answered_in_their_order(running, service):
    bad = HEAD % (b"X-Six: 1\r\n", 3) + b"\xff\xff\xff"
    with connection_to(running) as connection:
        first, second, third = (message(service, f"g{number}", extra=b"X-Six: 1\r\n") for number in range(3))
        connection.sendall(first)
        assert answer_on(connection) == short_way.ANSWER
        connection.sendall(second)
        connection.sendall(bad + third)
        answers = b""
        while answers.count(b"HTTP/1.1") < 3 or not answers.endswith(short_way.ANSWER):
            more = connection.recv(4096)
            assert more, answers
            answers += more
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"400", b"200"]
    wait_for_count(running.store, service, 3)


@pytest.fixture
def key_file(tmp_path):
    return KeyFile(tmp_path / "keys")


def test_key_is_looked_at_each_time(store, tmp_path, service, key_file):
    _, right = key_file.create(KeyRequest("right", INGEST), "ana")
    running = RunningCollector(store, tmp_path / "data", gate=Gate(KeyRing(key_file)))
    numbers = itertools.count()
    try:
        with connection_to(running) as connection:

            def status_with(key: str) -> bytes:
                head = b"Authorization: Bearer %s\r\n" % key.encode()
                connection.sendall(message(service, f"{next(numbers):06}", extra=head))
                return answer_on(connection).split(b" ")[1]

            assert [status_with(key) for key in (right, right, "wrong", "wrong", right)] == [
                b"200", b"200", b"401", b"401", b"200",
            ]  # fmt: skip
            key_file.revoke("right", "ana")
            deadline = time.monotonic() + 30
            while status_with(right) != b"401":
                assert time.monotonic() < deadline
    finally:
        running.stop()


def test_keys_with_limits_and_of_certain_agents_are_held_to_them(store, tmp_path, service, key_file):
    _, seldom = key_file.create(KeyRequest("seldom", INGEST, ingest_limit=0.001), "ana")
    _, others = key_file.create(KeyRequest("others", INGEST, frozenset({"somebody-else"})), "ana")
    running = RunningCollector(store, tmp_path / "data", gate=Gate(KeyRing(key_file)))
    try:
        with connection_to(running) as connection:
            for key, refusal in ((seldom, b"429"), (others, b"403")):
                statuses = set()
                for number in range(10):
                    head = b"Authorization: Bearer %s\r\n" % key.encode()
                    connection.sendall(message(service, f"{number:02}", extra=head))
                    statuses.add(answer_on(connection).split(b" ")[1])
                assert refusal in statuses
            assert b"200" not in statuses
    finally:
        running.stop()


@pytest.mark.parametrize("limits", [JournalLimits(min_free_bytes=1 << 62), JournalLimits(max_bytes=1)])
def test_disk_that_refuses_is_told_with_a_time_to_come_back(store, tmp_path, service, limits):
    running = RunningCollector(store, tmp_path / "data", journal=limits)
    try:
        body = message(service, "h")
        heads_of(running).learn(
            body[: body.find(b"\r\n\r\n") + 4],
            "POST",
            "/v1/logs",
            "1.1",
            [
                (b"content-type", b"application/x-protobuf"),
                (b"content-length", b"%d" % (len(body) - body.find(b"\r\n\r\n") - 4)),
            ],
        )
        with connection_to(running) as connection:
            for _ in range(2):
                connection.sendall(body)
                answer = answer_on(connection)
                assert answer.startswith(b"HTTP/1.1 503 ")
                assert b"retry-after: 5" in answer
    finally:
        running.stop()
    assert running.collector._arrivals.held_bytes == 0


def test_idle_connection_is_closed(running, service):
    with connection_to(running) as connection:
        for number in range(2):
            connection.sendall(message(service, f"i{number}", extra=b"X-Nine: 1\r\n"))
            assert answer_on(connection) == short_way.ANSWER
        port = connection.getsockname()[1]
        (served,) = (other for other in running.connections if other.client[1] == port)
        served.timeout_keep_alive = 0
        assert connection.recv(10) == b""


def test_stop_answers_what_is_under_way(store, tmp_path, service, monkeypatch):
    running = RunningCollector(store, tmp_path / "data")
    may_write = threading.Event()
    original = ActiveSegment.append
    is_writing = threading.Event()
    with connection_to(running) as connection, connection_to(running) as other:
        connection.sendall(message(service, "j0"))
        assert answer_on(connection) == short_way.ANSWER

        def append(self, requests):
            is_writing.set()
            assert may_write.wait(20)
            return original(self, requests)

        monkeypatch.setattr(ActiveSegment, "append", append)
        connection.sendall(message(service, "j1"))
        assert is_writing.wait(20)
        stopping = threading.Thread(target=running.stop)
        stopping.start()
        # The idle one is closed first, so from then on the server is stopping.
        assert other.recv(10) == b""
        may_write.set()
        assert answer_on(connection) == short_way.ANSWER
        assert connection.recv(10) == b""
        stopping.join()
    wait_for_count(store, service, 2)


def test_sender_that_goes_away_leaves_nothing_behind(running, service, short_answers):
    with connection_to(running) as connection:
        connection.sendall(message(service, "k0", extra=b"X-Ten: 1\r\n"))
        assert answer_on(connection) == short_way.ANSWER
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.sendall(message(service, "k1", extra=b"X-Ten: 1\r\n"))
    wait_for_count(running.store, service, 2)
    deadline = time.monotonic() + 20
    while running.collector._arrivals.held_bytes:
        assert time.monotonic() < deadline


def test_heads_are_bounded():
    heads = KnownHeads()
    for number in range(5000):
        headers = [(b"content-type", PROTOBUF["Content-Type"].encode()), (b"content-length", b"%d" % number)]
        heads.learn(b"%d" % number, "POST", "/v1/logs", "1.1", headers)
        assert len(heads) <= 2048
    assert heads.get(b"4999").signal is LOGS
    assert heads.get(b"4999").body_bytes == 4999
