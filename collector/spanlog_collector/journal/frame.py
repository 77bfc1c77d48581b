"""How a request lies in a segment: a length, spanlog's two fields, the request's own bytes.

A segment must be what ``FORMAT Protobuf`` reads: length-delimited messages one after another. So the journal's own
data are fields of that very message, with numbers that OTLP does not use and every reader skips: a checksum, which
is also what the request is recognised by, and the time at which it came.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from spanlog_collector.otlp.description import CHECKSUM_FIELD, RECEIVED_FIELD

DIGEST_BYTES: Final = 16

_WIRE_FIXED64: Final = 1
_WIRE_LENGTH_DELIMITED: Final = 2
_MAX_LENGTH_BYTES: Final = 5
"""A length of 35 bits: far more than a request may have."""


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - protobuf's base-128 varint
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _read_varint(data: bytes, start: int) -> tuple[int, int] | None:
    value = 0
    for index, byte in enumerate(data[start : start + _MAX_LENGTH_BYTES]):
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return value, start + index + 1
    return None


_CHECKSUM_TAG: Final[bytes] = _varint(CHECKSUM_FIELD << 3 | _WIRE_LENGTH_DELIMITED) + bytes([DIGEST_BYTES])
_RECEIVED_TAG: Final[bytes] = _varint(RECEIVED_FIELD << 3 | _WIRE_FIXED64)
_RECEIVED: Final = struct.Struct("<Q")

HEADER_BYTES: Final = len(_CHECKSUM_TAG) + DIGEST_BYTES + len(_RECEIVED_TAG) + _RECEIVED.size


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole, undamaged message of a segment, at ``start:end`` of it; the request's own bytes begin at ``body``."""

    start: int
    body: int
    end: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a segment, ``start:end``, that are no whole message; ``is_tail`` where nothing readable follows."""

    start: int
    end: int
    is_tail: bool


def digest_of(body: bytes) -> bytes:
    """Return what a request is recognised by: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES).digest()


def frame_header(body: bytes, digest: bytes, received_unix_nano: int) -> bytes:
    """Return the bytes that go before ``body`` in a segment."""
    return b"".join(
        (
            _varint(HEADER_BYTES + len(body)),
            _CHECKSUM_TAG,
            digest,
            _RECEIVED_TAG,
            _RECEIVED.pack(received_unix_nano),
        )
    )


def received_unix_nano_of(data: bytes, frame: Frame) -> int:
    """Return when the request in ``frame`` of the segment ``data`` came, in nanoseconds since 1970."""
    received: int = _RECEIVED.unpack_from(data, frame.body - _RECEIVED.size)[0]
    return received


def scan(data: bytes) -> Iterator[Frame | Damage]:
    """Yield what ``data``, the bytes of a segment, holds, in order and without gaps."""
    position = 0
    while position < len(data):
        frame = _frame_at(data, position)
        if frame is None:
            resumed = _next_frame(data, position + 1)
            end = resumed.start if resumed else len(data)
            yield Damage(position, end, is_tail=resumed is None)
            position = end
        else:
            yield frame
            position = frame.end


def _frame_at(data: bytes, start: int) -> Frame | None:
    prefix = _read_varint(data, start)
    if prefix is None:
        return None
    length, header = prefix
    end = header + length
    if end > len(data) or length < HEADER_BYTES or not data.startswith(_CHECKSUM_TAG, header):
        return None
    digest_start = header + len(_CHECKSUM_TAG)
    digest = data[digest_start : digest_start + DIGEST_BYTES]
    body = header + HEADER_BYTES
    if digest_of(data[body:end]) != digest:
        return None
    return Frame(start, body, end, digest)


def _next_frame(data: bytes, position: int) -> Frame | None:
    """Return the first whole message at or after ``position``; behind damage no length can be trusted."""
    while (tag := data.find(_CHECKSUM_TAG, position)) != -1:
        for length_bytes in range(1, _MAX_LENGTH_BYTES + 1):
            start = tag - length_bytes
            if start >= position - 1:
                frame = _frame_at(data, start)
                if frame and frame.body - HEADER_BYTES == tag:
                    return frame
        position = tag + 1
    return None
