"""How many messages one request may hold: an empty one takes two bytes, and eighty as much once it is parsed.

Asked before anything is parsed, and at C speed: small bodies cannot hold too many, and ordinary ones do not have the
bytes that as many would begin with. The others are read in outline (``message_classes.py``), in which all messages
become one: what is missing in it are the tags and lengths of the messages, at least two bytes for each.
"""

import re
from functools import cache
from typing import Final

from google.protobuf.descriptor import Descriptor

from spanlog_collector.exceptions import RequestTooLargeError
from spanlog_collector.otlp.message_classes import outline_class

MAX_RECORDS: Final = 1_000_000
"""Records or spans in one request, with the resources and scopes around them."""
MAX_MESSAGES: Final = 4_000_000
"""Messages of any kind in one request, attributes and values among them; an ordinary one of 64 MiB has 3,000,000."""

_LEAST_BYTES: Final = 2
"""A tag and a length."""
_OUTER_BYTES: Final = 1024
"""More than the few messages around many have in tags and lengths, which are longer."""
_MAX_JSON_ITEMS: Final = 2 * MAX_MESSAGES
"""Members and elements in one request: an object of OTLP has two or three."""
_JSON_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{\[,]', re.DOTALL)
"""A text, to the end of the document where it has none of its own: so each byte is looked at once."""


def check_bounds(request: Descriptor, body: bytes) -> None:
    """Check that ``body`` holds no more than is taken of one request, which is a ``request`` of opentelemetry-proto.

    Raises:
        RequestTooLargeError: it holds more.
        google.protobuf.message.DecodeError: it is no request, and may be large.
    """
    if _may_exceed(request, body, MAX_RECORDS, records_only=True):
        raise RequestTooLargeError(
            f"the request holds more than {MAX_RECORDS:,} records or spans, resources and scopes; send smaller requests"
        )
    if _may_exceed(request, body, MAX_MESSAGES, records_only=False):
        raise _too_many_messages()


def check_json_bounds(document: bytes) -> None:
    """Check that ``document`` holds no more than is taken of one request in JSON.

    Raises:
        RequestTooLargeError: it holds more.
    """
    objects = document.count(b"{") + document.count(b"[")
    if objects <= MAX_MESSAGES and objects + document.count(b",") <= _MAX_JSON_ITEMS:
        return
    # Perhaps they stand in texts.
    objects = items = 0
    for token in _JSON_TOKEN.finditer(document):
        if document[token.start()] == ord('"'):
            continue
        items += 1
        objects += document[token.start()] != ord(",")
        if objects > MAX_MESSAGES or items > _MAX_JSON_ITEMS:
            raise _too_many_messages()


def check_json_list(name: str, length: int) -> None:
    """Check one array of a document, before anything is made of its elements, which takes a thousand times as long.

    Raises:
        RequestTooLargeError: it is longer than any may be.
    """
    if length > MAX_RECORDS:
        raise RequestTooLargeError(
            f"{name} has {length:,} elements, and {MAX_RECORDS:,} are taken; send smaller requests"
        )


def _too_many_messages() -> RequestTooLargeError:
    return RequestTooLargeError(
        f"the request holds more than {MAX_MESSAGES:,} messages (records, attributes, values); send smaller requests"
    )


def _may_exceed(request: Descriptor, body: bytes, most: int, *, records_only: bool) -> bool:
    if len(body) <= _LEAST_BYTES * most:
        return False
    outline = outline_class(request, records_only=records_only)
    if len(body) - len(body.translate(None, _first_bytes(outline.DESCRIPTOR))) <= most:
        return False
    return len(body) - outline.FromString(body).ByteSize() > _LEAST_BYTES * most + _OUTER_BYTES


@cache
def _first_bytes(outline: Descriptor) -> bytes:
    """Return what the messages in ``outline`` may begin with: their tags, and those in more bytes than they need."""
    tags: set[int] = set()
    seen: set[str] = set()
    waiting = [outline]
    while waiting:
        message = waiting.pop()
        if message.full_name in seen:
            continue
        seen.add(message.full_name)
        for field in message.fields:
            first = (field.number << 3 | 2) & 0x7F
            tags |= {first, first | 0x80}
            if field.message_type is not None:
                waiting.append(field.message_type)
    return bytes(sorted(tags))
