"""Heads of requests that were read before: a sender writes the same one, byte for byte, again and again.

What the HTTP parser made of a head holds for the same bytes. Only such heads are known that ask for nothing
special: OTLP in protobuf by POST, a length, no encoding, on a connection that stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from spanlog_collector.otlp.description import LOGS, TRACES, Signal

_MAX_HEADS: Final = 2048
_MAX_HEAD_BYTES: Final = 1024
"""Together at most some megabytes. Lengths differ, so each sender has as many heads as its requests have lengths."""

_SIGNALS: Final = {"/v1/logs": LOGS, "/v1/traces": TRACES}
_CONTENT_TYPE: Final = b"application/x-protobuf"
_SPECIAL: Final = frozenset(
    (b"content-encoding", b"expect", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"http2-settings")
)


@dataclass(frozen=True, slots=True)
class KnownHead:
    """What a head asks for; who asks is looked at anew each time."""

    signal: Signal
    body_bytes: int
    authorization: str | None


class KnownHeads:
    """Heads by their bytes. Not thread-safe: it belongs to one event loop."""

    def __init__(self) -> None:
        self._heads: dict[bytes, KnownHead] = {}

    def __len__(self) -> int:
        return len(self._heads)

    def get(self, head: bytes) -> KnownHead | None:
        """Return what ``head``, with the empty line at its end, asks for, if it is known."""
        return self._heads.get(head)

    def learn(
        self, head: bytes, method: str, path: str, http_version: str, headers: Iterable[tuple[bytes, bytes]]
    ) -> None:
        """Remember ``head``, of which the parser said the rest, unless it asks for something special."""
        if method != "POST" or path not in _SIGNALS or http_version != "1.1" or len(head) > _MAX_HEAD_BYTES:
            return
        known = _known(_SIGNALS[path], headers)
        if known is None:
            return
        if len(self._heads) >= _MAX_HEADS:
            # Nobody asks which was used last: those in use are back after one request each.
            self._heads.clear()
        self._heads[head] = known


def _known(signal: Signal, headers: Iterable[tuple[bytes, bytes]]) -> KnownHead | None:
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        # A head that says something twice is for the parser to judge, each time.
        if name in found or name in _SPECIAL:
            return None
        found[name] = value
    length = found.get(b"content-length", b"")
    if found.get(b"content-type") != _CONTENT_TYPE or not length.isdigit():
        return None
    if found.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    authorization = found.get(b"authorization")
    return KnownHead(signal, int(length), authorization.decode("latin-1") if authorization is not None else None)
