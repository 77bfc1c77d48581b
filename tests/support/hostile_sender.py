"""Sends hostile payloads and keeps the books: what was answered, and what must be stored of what was acknowledged."""

import contextlib
import gzip
import socket
import time
from collections import Counter, defaultdict

import grpc
from hostile_payloads import JSON, Payload

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import SIGNALS
from spanlog_collector.otlp.json_codec import json_to_protobuf

_SIGNALS = {signal.name: signal for signal in SIGNALS}
_SERVICES = {"logs": "logs.v1.LogsService", "traces": "trace.v1.TraceService"}
ALLOWED = frozenset((0, 200, 400, 404, 405, 408, 413, 415, 431))
"""0: the payload was cut off by its sender, so there is nobody to answer."""


class HostileSender:
    """Sends to one collector; ``answers`` counts by kind, ``accepted`` holds what was acknowledged, once."""

    def __init__(self, http: tuple[str, int], grpc_address: str) -> None:
        self._http = http
        self._channel = grpc.insecure_channel(
            grpc_address, options=[("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)]
        )
        self.answers: dict[str, Counter[str]] = defaultdict(Counter)
        self.accepted: dict[tuple[str, bytes], int] = {}
        self.plain_bodies: list[tuple[str, bytes]] = []
        """Acknowledged bodies in protobuf, for those who compare more than their number."""
        self.wrong: list[str] = []

    def send(self, payload: Payload, name: str) -> None:
        """Send one; overload is waited for, as a client would."""
        for _ in range(100):
            status = self._send_grpc(payload) if payload.is_grpc else str(self._send_http(payload))
            self.answers[payload.kind][status] += 1
            if status not in ("503", "UNAVAILABLE"):
                break
            time.sleep(0.1)
        if payload.is_grpc:
            if status not in ("OK", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"):
                self.wrong.append(f"{name} ({payload.kind}): {status}")
        elif int(status) not in ALLOWED:
            self.wrong.append(f"{name} ({payload.kind}): {status}")
        if status in ("200", "OK"):
            self._enter(payload, name)

    def records(self, signal: str) -> int:
        """Return how many rows must be there of ``signal``."""
        return sum(records for (of, _), records in self.accepted.items() if of == signal)

    def close(self) -> None:
        self._channel.close()

    def _enter(self, payload: Payload, name: str) -> None:
        body = _body_of(payload)
        signal = _SIGNALS[payload.signal]
        try:
            is_json = payload.content_type.partition(";")[0].strip().lower() == JSON
            checked = check_request(signal, json_to_protobuf(signal, body) if is_json else body)
        except MalformedRequestError as error:
            self.wrong.append(f"{name} ({payload.kind}): acknowledged, but {error}")
            return
        if checked.records and (payload.signal, checked.body) not in self.accepted:
            self.accepted[payload.signal, checked.body] = checked.records
            if not is_json:
                self.plain_bodies.append((payload.signal, body))

    def _send_http(self, payload: Payload) -> int:
        with socket.create_connection(self._http, timeout=60) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(payload.request())
                if payload.is_raw:
                    # Else the collector would wait, as it must, for what was promised.
                    time.sleep(0.02)
                    connection.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionError):
                while not (answer.startswith(b"HTTP/") and b"\r\n\r\n" in answer):
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    answer += piece
                    if answer.startswith(b"HTTP/1.1 100 ") and b"\r\n\r\n" in answer:
                        answer = answer.partition(b"\r\n\r\n")[2]
        return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0

    def _send_grpc(self, payload: Payload) -> str:
        method = f"/opentelemetry.proto.collector.{_SERVICES[payload.signal]}/Export"
        try:
            self._channel.unary_unary(method)(payload.body, timeout=60)
        except grpc.RpcError as error:
            return error.code().name
        return "OK"


def _body_of(payload: Payload) -> bytes:
    """Return the request that a reader of HTTP finds in ``payload``."""
    body = payload.body
    if payload.is_raw:
        head, _, body = body.partition(b"\r\n\r\n")
        lengths = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
        if b"chunked" in head:
            size, _, rest = body.partition(b"\r\n")
            body = rest[: int(size, 16)]
        else:
            body = body[: int(lengths[0][16:])] if lengths else b""
    return gzip.decompress(body) if payload.content_encoding.lower() == "gzip" and body else body
