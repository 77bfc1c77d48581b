"""A sender that costs next to nothing: requests made beforehand, over bare sockets, in a process of its own.

What a bench says of the collector must not be what its own client costs. Each connection has one request under way,
as OTLP clients do; a request that is answered 503 is sent again after a moment.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from records import request_of

HEAD = (
    "POST /v1/logs HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-protobuf\r\nContent-Length: {length}\r\n\r\n"
)
RETRY_SECONDS = 0.2
TRACE_ID_FROM_END = 16 + 2 + 8
TIME_TAG = b"\x09"
BETWEEN_RECORDS_NANO = 1000


@dataclass(frozen=True, slots=True)
class Flood:
    """What to send: ``requests`` of ``batch`` records each, over ``clients`` connections.

    At most ``distinct`` requests are made; they are sent again with another id, so that none repeats. Each record has
    the time at which it is sent, as with a live sender: what overlaps costs the engine twice as much to merge. With
    ``per_second`` above 0, requests are sent at that pace and no faster.
    """

    batch: int
    requests: int
    clients: int
    seed: int = 0
    distinct: int = 200
    per_second: float = 0
    error_share: float = 0.05


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a flood: how long it took, the sender's own CPU, and how long an answer took."""

    seconds: float
    cpu_seconds: float
    refused: int
    p50_ms: float
    p99_ms: float


class Requests:
    """Endless distinct requests from a few that were really made."""

    def __init__(self, flood: Flood, host: str) -> None:
        count = min(flood.distinct, flood.requests)
        made = [request_of(flood.batch, flood.seed * 1_000_003 + index, flood.error_share) for index in range(count)]
        self._made = [
            (bytearray(HEAD.format(host=host, length=len(body)).encode() + body), list(_times_from_end(body)))
            for body in made
        ]
        self._left = flood.requests
        self._number = 0

    def __len__(self) -> int:
        return self._left

    def take(self) -> bytes:
        """The next one, whole with its head; the last record's trace id makes it one of its own."""
        self._left -= 1
        self._number += 1
        message, times_from_end = self._made[self._number % len(self._made)]
        size, now = len(message), time.time_ns()
        for from_end in times_from_end:
            struct.pack_into("<Q", message, size - from_end, now)
            now += BETWEEN_RECORDS_NANO
        # The last record ends the request, and its trace and span ids end the record.
        struct.pack_into("<QQ", message, size - TRACE_ID_FROM_END, self._number, now)
        return bytes(message)


def _times_from_end(body: bytes) -> Iterator[int]:
    """Yield where the time of each record is, in bytes from the end of the request."""
    at = 0
    for resource_logs in ExportLogsServiceRequest.FromString(body).resource_logs:
        for scope_logs in resource_logs.scope_logs:
            for record in scope_logs.log_records:
                at = body.index(TIME_TAG + struct.pack("<Q", record.time_unix_nano), at) + len(TIME_TAG)
                yield len(body) - at


def flood(endpoint: str, what: Flood) -> Sent:
    """Send in a process of its own; every request must have been acknowledged."""
    done = subprocess.run(
        [sys.executable, __file__, endpoint, json.dumps(asdict(what))], stdout=subprocess.PIPE, text=True, check=True
    )
    return Sent(**json.loads(done.stdout))


class Connection:
    """One keep-alive connection and the request that is under way on it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.message = b""
        self.began = 0.0

    def send(self, message: bytes) -> None:
        """Send one request; what the kernel does not take at once is waited for."""
        self.message, self.began = message, time.perf_counter()
        self.socket.sendall(message)

    def status(self) -> int:
        """Read the answer, and return its status."""
        answer = self._more(b"")
        while b"\r\n\r\n" not in answer:
            answer = self._more(answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body = self._more(body)
        return int(answer[9:12])

    def _more(self, answer: bytes) -> bytes:
        more = self.socket.recv(65536)
        assert more, f"the collector closed the connection: {answer!r}"
        return answer + more


def run(endpoint: str, what: Flood) -> Sent:
    """Send everything and wait for every answer."""
    host, _, port = endpoint.removeprefix("http://").partition(":")
    requests = Requests(what, host)
    selector = selectors.DefaultSelector()
    idle: deque[Connection] = deque(Connection((host, int(port))) for _ in range(what.clients))
    again: deque[tuple[float, bytes]] = deque()
    times: list[float] = []
    refused = sent = under_way = 0
    cpu, began = time.process_time(), time.perf_counter()
    while requests or under_way or again:
        now = time.perf_counter()
        while idle:
            if again and again[0][0] <= now:
                message = again.popleft()[1]
            elif requests and (not what.per_second or sent < (now - began) * what.per_second):
                message = requests.take()
                sent += 1
            else:
                break
            connection = idle.popleft()
            connection.send(message)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            under_way += 1
        for key, _ in selector.select(0.001 if idle else None):
            connection = key.data
            selector.unregister(connection.socket)
            under_way -= 1
            status = connection.status()
            if status == 200:
                times.append(time.perf_counter() - connection.began)
            else:
                assert status == 503, status
                refused += 1
                again.append((time.perf_counter() + RETRY_SECONDS, connection.message))
            idle.append(connection)
    seconds = time.perf_counter() - began
    times.sort()
    return Sent(
        seconds,
        time.process_time() - cpu,
        refused,
        times[len(times) // 2] * 1000,
        times[len(times) * 99 // 100] * 1000,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps(asdict(run(sys.argv[1], Flood(**json.loads(sys.argv[2]))))))
    sys.stdout.flush()
    # Freeing hundreds of megabytes one by one is nobody's gain.
    os._exit(0)
