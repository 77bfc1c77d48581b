"""Requests that somebody might send by mistake or on purpose: damaged, lying about themselves, or far too large inside.

Everything is drawn from one ``random.Random``, so that a number says which payload it was.
"""

import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wire_requests import REFUSED, TAKEN, fixed32, fixed64, group, integer, text, varint

CAPTURED = Path(__file__).parents[1] / "collector" / "captured" / "requests"
PROTOBUF = "application/x-protobuf"
JSON = "application/json"
DEPTHS = (5, 16, 33, 50, 99, 101, 1_000, 20_000)


@dataclass(frozen=True)
class Payload:
    """One request: ``head`` and ``body`` as they go over the wire; over gRPC the body alone."""

    kind: str
    signal: str
    body: bytes
    content_type: str = PROTOBUF
    content_encoding: str = ""
    is_grpc: bool = False
    is_raw: bool = False
    """``body`` is all that is sent: head, lies and all."""
    headers: dict[str, str] = field(default_factory=dict)

    def request(self) -> bytes:
        """Return the bytes of the whole HTTP request."""
        if self.is_raw:
            return self.body
        lines = [
            f"POST /v1/{self.signal} HTTP/1.1",
            "Host: x",
            "Connection: close",
            f"Content-Type: {self.content_type}",
        ]
        if self.content_encoding:
            lines.append(f"Content-Encoding: {self.content_encoding}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


def _captured() -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {"logs": [], "traces": [], "json": []}
    for path in sorted(CAPTURED.glob("*.body")):
        headers = json.loads(path.with_suffix(".json").read_text())
        body = path.read_bytes()
        body = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        found["json" if "json" in path.name else path.name.split(".")[-2]].append(body)
    return found


CAPTURED_BODIES = _captured()
SEEDS = CAPTURED_BODIES | {"logs": [*TAKEN.values(), *REFUSED.values(), *CAPTURED_BODIES["logs"]]}


def _valid(chance: random.Random) -> tuple[str, bytes]:
    signal = chance.choice(("logs", "traces"))
    return signal, chance.choice(SEEDS[signal])


def bit_flips(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    damaged = bytearray(body)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return Payload("bit flips", signal, bytes(damaged), is_grpc=chance.random() < 0.2)


def truncation(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    return Payload("truncation", signal, body[: chance.randrange(len(body))], is_grpc=chance.random() < 0.2)


def splice(chance: random.Random) -> Payload:
    (signal, one), (_, other) = _valid(chance), _valid(chance)
    cut, start = chance.randrange(len(one)), chance.randrange(len(other))
    end = min(len(other), start + chance.randrange(1, 60))
    return Payload("splice", signal, one[:cut] + other[start:end] + one[cut:])


def concatenation(chance: random.Random) -> Payload:
    (signal, one), (_, other) = _valid(chance), _valid(chance)
    return Payload("concatenation", signal, one + other)


def lying_lengths(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    at = chance.randrange(len(body))
    lie = chance.choice((varint(2**31), varint(2**63), b"\xff" * 10, b"\xff" * 30, b"\x00", varint(len(body) * 2)))
    return Payload("lying lengths", signal, body[:at] + lie + body[at + 1 :])


def random_bytes(chance: random.Random) -> Payload:
    signal = chance.choice(("logs", "traces"))
    return Payload("random bytes", signal, chance.randbytes(chance.choice((1, 10, 100, 5_000))))


def odd_fields(chance: random.Random) -> Payload:
    """Well-formed fields, of any number and type, where they do not belong."""

    def content(depth: int) -> bytes:
        return b"".join(one(depth) for _ in range(chance.randrange(4)))

    def one(depth: int) -> bytes:
        number = chance.choice((*range(1, 17), 127, 1000, 1001, 2**29 - 1))
        match chance.randrange(6 if depth else 5):
            case 0:
                return integer(number, chance.choice((0, 1, 2, 127, 2**31, 2**32 - 1, 2**63, 2**64 - 1)))
            case 1:
                return fixed64(number, chance.getrandbits(64))
            case 2:
                return fixed32(number, chance.getrandbits(32))
            case 3:
                return text(number, chance.choice((b"", b"x", b"\xff\xfe", bytes(8), bytes(16), b"service.name")))
            case 4:
                return group(number, content(depth - 1) if depth else b"")
            case _:
                return text(number, content(depth - 1))

    def nested(depth: int) -> bytes:
        return b"".join(
            text(chance.choice((1, 2)), nested(depth - 1)) if depth else one(3) for _ in range(chance.randrange(1, 4))
        )

    return Payload("odd fields", chance.choice(("logs", "traces")), nested(chance.choice((3, 4, 5))))


def deep_protobuf(chance: random.Random) -> Payload:
    value = text(1, b"deep")
    is_map = chance.random() < 0.5
    # Lengths grow with the depth, so they are written from the inside out without copying all of it each time.
    pieces, size = [value], len(value)
    for _ in range(chance.choice(DEPTHS)):
        for head in (2, 1, 6) if is_map else (1, 5):
            if is_map and head == 1:
                pieces.append(b"")
            prefix = varint(head << 3 | 2) + varint(size)
            pieces.append(prefix)
            size += len(prefix)
    body = b"".join(reversed(pieces))
    record = chance.choice((text(5, body), text(6, text(1, b"k") + text(2, body))))
    return Payload("deep protobuf", "logs", text(1, text(2, text(2, record))), is_grpc=chance.random() < 0.2)


def deep_json(chance: random.Random) -> Payload:
    depth = chance.choice(DEPTHS)
    opened, closed = chance.choice(
        (("[", "]"), ('{"a":', "}"), ('{"arrayValue":{"values":[', "]}}"), ('{"resourceLogs":[', "]}"))
    )
    inner = opened * depth + "1" + closed * depth
    document = chance.choice((inner, f'{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{inner}}}]}}]}}]}}'))
    return Payload("deep JSON", "logs", document.encode(), JSON)


ODD_JSON = (
    "null", "true", "5", "-1", '"x"', "[]", "{}", "[null]", '[{"x":1}]', "NaN", "1e999", '"1e999"', "-Infinity", "1.5",
    '"9223372036854775808"', '"18446744073709551616"', "9" * 400, '"' + "9" * 5_000 + '"', '"\\ud83d"', '"\\u0000"',
    '"zz"', '"abc"', '"%%"', '{"stringValue":"a","intValue":1}', '{"doubleValue":"NaN"}', '{"boolValue":"yes"}',
)  # fmt: skip


def odd_json(chance: random.Random) -> Payload:
    document = json.loads(chance.choice(SEEDS["json"]))
    signal = "logs" if "resourceLogs" in document else "traces"
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            places.append((node, key))
            if isinstance(value, dict | list):
                walk(value)

    walk(document)
    marks = {}
    for node, key in chance.sample(places, chance.choice((1, 1, 2, 5))):
        mark = f"\x01{len(marks)}"
        marks[json.dumps(mark)] = chance.choice(ODD_JSON)
        node[key] = mark
    written = json.dumps(document)
    for mark, value in marks.items():
        written = written.replace(mark, value)
    return Payload("odd JSON", signal, written.encode("utf-8", "surrogatepass"), JSON)


def damaged_json(chance: random.Random) -> Payload:
    body = bytearray(chance.choice(SEEDS["json"]))
    signal = "logs" if b"resourceLogs" in body else "traces"
    for _ in range(chance.choice((1, 2, 8))):
        at = chance.randrange(len(body))
        body[at : at + chance.choice((0, 1, 1, 3))] = chance.choice(
            (b"", b"\x00", b"\xff", b'"', b"{", b"]", b"\\", b"9")
        )
    written = bytes(body)
    match chance.randrange(6):
        case 0:
            written = b"\xef\xbb\xbf" + written
        case 1:
            written = written.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-32", "utf-16-le")))
    return Payload("damaged JSON", signal, written, JSON)


def wrong_types(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    content_type = chance.choice(
        ("", "text/plain", "application/grpc", JSON, "application/x-protobuf; charset=\xff", "APPLICATION/X-PROTOBUF",
         "application/x-protobuf, application/json", "*/*", "multipart/form-data; boundary=x", "x" * 5_000)
    )  # fmt: skip
    return Payload("wrong content types", signal, body, content_type)


def wrong_encodings(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    encoding = chance.choice(
        ("gzip", "deflate", "br", "zstd", "identity", "gzip, gzip", "x-gzip", "GZIP", "snappy", "\xff")
    )
    packed = chance.choice((body, gzip.compress(body), zlib.compress(body), gzip.compress(gzip.compress(body))))
    return Payload("wrong content encodings", signal, packed, content_encoding=encoding)


def odd_gzip(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    packed = gzip.compress(body)
    half = len(body) // 2
    damaged = bytearray(packed)
    damaged[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
    variant = chance.choice(
        (
            packed[: chance.randrange(len(packed))],
            packed + chance.choice((b"\x00", b"garbage", bytes(100), packed[:5])),
            gzip.compress(body[:half]) + gzip.compress(body[half:]),
            b"".join(gzip.compress(body[at : at + 1]) for at in range(len(body))),
            gzip.compress(b"") + packed,
            bytes(damaged),
            b"",
        )
    )
    return Payload("odd gzip", signal, variant, content_encoding="gzip")


def bomb(chance: random.Random) -> Payload:
    """A megabyte of gzip may hold a gigabyte."""
    size = chance.choice((1, 65, 300)) * 2**20
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    filler = chance.choice((b"\x00", b"\x0a\x00", b"{", b" "))
    block = filler * (2**20 // len(filler))
    packed = b"".join(packer.compress(block) for _ in range(size // 2**20)) + packer.flush()
    return Payload("bombs", "logs", packed, chance.choice((PROTOBUF, JSON)), content_encoding="gzip")


def lying_http(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    head = f"POST /v1/{signal} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {PROTOBUF}\r\n".encode()
    length = b"Content-Length: %d\r\n" % len(body)
    chunked = b"Transfer-Encoding: chunked\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    return Payload(
        "lying HTTP",
        signal,
        chance.choice(
            (
                head + b"Content-Length: %d\r\n\r\n" % (len(body) + 10) + body,
                head + b"Content-Length: %d\r\n\r\n" % max(0, len(body) - 10) + body,
                head + b"Content-Length: -1\r\n\r\n" + body,
                head + b"Content-Length: 99999999999999999999999\r\n\r\n" + body,
                head + b"Content-Length: 1e3\r\n\r\n" + body,
                head + length + b"Content-Length: 3\r\n\r\n" + body,
                head + length + chunked + b"\r\n" + chunk + b"0\r\n\r\n",
                head + chunked + b"\r\n" + chunk + b"0\r\n\r\n",
                head + chunked + b"\r\n" + chunk,
                head + chunked + b"\r\nzz\r\n" + body,
                head + chunked + b"\r\nffffffffffffffff1\r\n" + body,
                head + chunked + b"\r\n-5\r\n" + body,
                head + b"\r\n" + body,
                head + b"X: " + b"y" * 100_000 + b"\r\n" + length + b"\r\n" + body,
                head + b"Expect: 100-continue\r\n" + length + b"\r\n" + body,
                head + b"Upgrade: websocket\r\nConnection: upgrade\r\n" + length + b"\r\n" + body,
                b"POST /v1/%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                b"POST http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                b"POST /v1/logs HTTP/9.9\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                chance.randbytes(200),
                head[: chance.randrange(1, len(head))],
            )
        ),
        is_raw=True,
    )


def grpc_garbage(chance: random.Random) -> Payload:
    signal = chance.choice(("logs", "traces"))
    return Payload("gRPC garbage", signal, chance.randbytes(chance.choice((1, 50, 3_000))), is_grpc=True)


def valid(chance: random.Random) -> Payload:
    signal, body = _valid(chance)
    # A schema of its own makes each of them another request.
    schema = b"%x" % chance.getrandbits(60)
    return Payload("valid", signal, body + text(1, text(3, schema)), is_grpc=chance.random() < 0.3)


KINDS: tuple[tuple[int, Callable[[random.Random], Payload]], ...] = (
    (20, bit_flips), (6, truncation), (8, splice), (4, concatenation), (8, lying_lengths), (4, random_bytes),
    (14, odd_fields), (3, deep_protobuf), (3, deep_json), (10, odd_json), (6, damaged_json), (4, wrong_types),
    (4, wrong_encodings), (5, odd_gzip), (1, bomb), (6, lying_http), (3, grpc_garbage), (6, valid),
)  # fmt: skip


def payload(seed: int, number: int) -> Payload:
    """Return payload ``number`` of the run ``seed``."""
    chance = random.Random(seed * 1_000_003 + number)
    (make,) = chance.choices([make for _, make in KINDS], [weight for weight, _ in KINDS])
    return make(chance)
