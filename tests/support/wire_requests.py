"""Requests of logs written byte by byte: what protobuf allows, no library writes, and every reader must agree about."""


def varint(value: int) -> bytes:
    encoded = b""
    while value > 127:
        encoded += bytes([value & 127 | 128])
        value >>= 7
    return encoded + bytes([value])


def text(number: int, content: bytes) -> bytes:
    """A length-delimited field: text, bytes or a message."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def integer(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def fixed64(number: int, value: int) -> bytes:
    return varint(number << 3 | 1) + value.to_bytes(8, "little")


def fixed32(number: int, value: int) -> bytes:
    return varint(number << 3 | 5) + value.to_bytes(4, "little")


def group(number: int, content: bytes = b"") -> bytes:
    return varint(number << 3 | 3) + content + varint(number << 3 | 4)


def pair(key: bytes, value: bytes) -> bytes:
    return text(1, key) + text(2, value)


def request(
    record: bytes = b"", scope: bytes = b"", resource: bytes = b"", top: bytes = b"", body: bool = True
) -> bytes:
    """One record with a body, and whatever else is given."""
    service = text(1, text(1, pair(b"service.name", text(1, b"wire"))) + resource)
    record = (text(5, text(1, b"body")) if body else b"") + record
    return text(1, service + text(2, scope + text(2, record))) + top


def of_body(value: bytes) -> bytes:
    return request(text(5, value), body=False)


def of_attribute(content: bytes) -> bytes:
    return request(text(6, content))


TAKEN = {
    "unknown varint": request(integer(127, 1)),
    "unknown text": request(text(127, b"abc")),
    "unknown fixed": request(fixed32(127, 1) + fixed64(126, 1)),
    "empty group": request(group(127)),
    "severity of 41 bits": request(integer(2, 2**40 + 9)),
    "severity of 32 set bits": request(integer(2, 2**32 - 1)),
    "severity of 64 set bits": request(integer(2, 2**64 - 1)),
    "severity written too long": request(b"\x10\x89\x80\x80\x00"),
    "bool of 2**40": of_attribute(pair(b"k", integer(2, 2**40))),
    "time twice": request(fixed64(1, 5) + fixed64(1, 7)),
    "severity twice": request(integer(2, 5) + integer(2, 9)),
    "text twice": request(text(3, b"a") + text(3, b"b")),
    "body twice": request(text(5, text(1, b"second"))),
    "body twice, of two kinds": request(text(5, integer(3, 2))),
    "value twice": of_body(text(1, b"one") + text(1, b"two")),
    "text, then number": of_body(text(1, b"one") + integer(3, 2)),
    "number, then text": of_body(integer(3, 2) + text(1, b"one")),
    "array, then text": of_body(text(5, text(1, text(1, b"x"))) + text(1, b"one")),
    "text, then array": of_body(text(1, b"one") + text(5, text(1, text(1, b"x")))),
    "key twice": of_attribute(text(1, b"k1") + text(1, b"k2") + text(2, text(1, b"x"))),
    "attribute's value twice": of_attribute(pair(b"k", text(1, b"x")) + text(2, text(1, b"y"))),
    "value before key": of_attribute(text(2, text(1, b"x")) + text(1, b"k")),
    "scope in pieces": request(
        scope=text(1, text(1, b"n")) + text(1, text(2, b"v")) + text(1, text(3, pair(b"a", b"")))
    ),
    "resource in pieces": request() + text(1, text(1, text(1, pair(b"a", b""))) + text(1, text(1, pair(b"b", b"")))),
    "time of receipt": request(fixed64(1, 5), top=fixed64(1001, 0)),
    "checksum": request(top=text(1000, b"x" * 16)),
    "text by index": of_body(integer(8, 3)),
    "text, and text by index": of_body(text(1, b"a") + integer(8, 3)),
    "text by index in an array": of_body(text(5, text(1, integer(8, 3)))),
    "key by index": of_attribute(integer(3, 4) + text(2, text(1, b"x"))),
    "entity references": request(resource=text(3, text(2, b"service") + text(3, b"\xff"))),
    "no text in a map": of_body(text(6, text(1, pair(b"\xff", text(1, b"\xed\xa0\x80"))))),
    "nothing at all in places": text(1, b"") + text(1, text(2, b"")) + text(1, text(2, text(2, b""))),
}
"""What the engine understands of these as the check leaves them, …"""

REFUSED = {
    "unknown group": request(group(127, integer(1, 1))),
    "group in a group": request(group(127, group(1, integer(1, 1)))),
    "group at the top": request(top=group(127, integer(1, 1))),
    "group for a known field": request(group(6, integer(1, 1))),
    "group for the resource": request(top=group(1, integer(1, 1))),
    "varint for the resource": request(top=integer(1, 3)),
    "varint for the body": request(integer(5, 7), body=False),
    "varint for an attribute": request(integer(6, 7)),
    "varint for a time": request(integer(1, 7)),
    "32 bits for a time": request(fixed32(1, 7)),
    "varint for a text": request(integer(3, 9)),
    "varint for an id": request(integer(9, 9)),
    "varint for flags": request(integer(8, 9)),
    "bool of 2": of_attribute(pair(b"k", integer(2, 2))),
    "time of receipt as a varint": request(top=integer(1001, 5)),
}
"""… what it refuses as it came, …"""

MISREAD = {
    "64 bits for a severity": request(fixed64(2, 0x0909090909090909)),
    "32 bits for a severity": request(fixed32(2, 0x09090909)),
    "list of one for a severity": request(text(2, varint(9))),
    "list of one for a time": request(text(1, (10**18).to_bytes(8, "little"))),
    "list of one for flags": request(text(8, bytes([1, 0, 0, 0]))),
    "list of one for a number": of_body(text(3, varint(7))),
    "list of one for a truth": of_body(text(2, varint(1))),
    "64 bits for a text": request(fixed64(3, 0x6161616161616161)),
    "32 bits for a text": request(fixed32(12, 0x61616161)),
    "64 bits for an id": request(fixed64(10, 9)),
    "64 bits for bytes": of_body(fixed64(7, 0x6161616161616161)),
    "32 bits for a key": of_attribute(fixed32(1, 0x61616161) + text(2, text(1, b"x"))),
    "32 bits for an attribute's value": of_attribute(text(1, b"k") + b"\x15" + text(1, b"yz")),
    "64 bits for a record": request(scope=b"\x11" + text(3, b"WRONG!")),
}
"""… and what it takes for something that protobuf passes over."""
