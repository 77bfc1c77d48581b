"""Export requests as hypothesis draws them: every field of the official message classes, with values that hurt."""

from typing import Any

import hypothesis.strategies as st
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from plain_decode import DAY, DESCRIPTORS, YEAR_2000

# Private characters stand for bytes that are no UTF-8; the official classes would not take those. Each is three bytes
# long, as what it is replaced by is, so that all lengths stay right.
NO_UTF8 = {
    "\ue000": b"\xff\xc3\x28",
    "\ue001": b"\xed\xa0\x80",  # half a surrogate pair
    "\ue002": b"\xc0\x80\xf5",
}
UNKNOWN_FIELDS = (
    b"\xf8\x07\x01",  # field 127: a varint
    b"\xfa\x07\x03\x0a\x01x",  # a length-delimited one
    b"\xfd\x07abcd",
    b"\xf9\x07abcdefgh",
    b"\xfb\x07\x08\x01\xfc\x07",  # a group
)

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=12),
    st.sampled_from(
        ("", "\0", "a\0b", "'", '"\\', "\n", "🙂", "\ufeff", "NULL", "\\N", *NO_UTF8, "x\ue000y", "🙂\ue001")
    ),
)
KEYS = st.one_of(
    st.sampled_from(
        ("", "k", "service.name", "session.id", "gen_ai.agent.id", "spanlog.tenant", "log.record.uid", "exception.type")
    ),
    TEXTS,
)
DOUBLES = st.one_of(
    st.floats(), st.sampled_from((0.0, -0.0, 1e21, 1e22, 1e-6, 1e-7, 5e-324, 1.7e308, 2.0**53, 2.0**63, 123456.789))
)
INTEGERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.sampled_from((0, -1, 2**63 - 1, -(2**63), 2**53 + 1)))
TIMES = st.one_of(
    st.sampled_from((0, 1, 2**63 - 1, 2**63, 2**64 - 1, YEAR_2000 - 1, YEAR_2000, YEAR_2000 + DAY)),
    st.integers(2**62, 2**64 - 1),
    # Within a day: each day is a part of its own, with files and syncs.
    st.integers(1_790_000_000 * 10**9, 1_790_040_000 * 10**9),
)
ENUMS = st.one_of(st.integers(0, 30), st.sampled_from((-1, 255, 256, 2**31 - 1, -(2**31))))
COUNTS = st.sampled_from((0, 1, 2**32 - 1))
FLAGS = st.one_of(st.sampled_from((0, 1, 255, 256, 0x301, 2**32 - 1)), st.integers(0, 2**32 - 1))


def ids(length: int) -> st.SearchStrategy[bytes]:
    return st.one_of(
        st.binary(min_size=length, max_size=length),
        st.sampled_from((b"", bytes(length))),
        st.binary(max_size=length + 1),
    )


BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "trace_id": ids(16),
    "span_id": ids(8),
    "parent_span_id": ids(8),
    "key": KEYS,
    "flags": FLAGS,
}
BY_TYPE: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: TEXTS,
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=9),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_DOUBLE: DOUBLES,
    FieldDescriptor.TYPE_INT64: INTEGERS,
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_ENUM: ENUMS,
    FieldDescriptor.TYPE_FIXED64: TIMES,
    FieldDescriptor.TYPE_FIXED32: FLAGS,
    FieldDescriptor.TYPE_UINT32: COUNTS,
}
UIDS = st.one_of(
    st.uuids().map(str),
    st.sampled_from(
        ("", "018f3a1b-0000-7000-8000-00000000000", "018F3A1B-0000-7000-8000-00000000000A", "order-7", "{}")
    ),
)
MAX_CONTAINERS = 6


@st.composite
def requests(draw: st.DrawFn, signal: str) -> bytes:
    """Return the bytes of one request of ``signal``."""
    body = fill(draw, GetMessageClass(DESCRIPTORS[signal])(), 0).SerializeToString()
    for character, replacement in NO_UTF8.items():
        body = body.replace(character.encode(), replacement)
    return body


def fill(draw: st.DrawFn, message: Any, containers: int) -> Message:  # noqa: PLR0912
    """Set some fields of ``message``, and of those in it."""
    fields = message.DESCRIPTOR.fields
    if message.DESCRIPTOR.name == "AnyValue":
        fields = [draw(st.sampled_from([None, *fields]))]
        if fields == [None]:
            return message
        if fields[0].name in ("array_value", "kvlist_value"):
            if containers == MAX_CONTAINERS:
                return message
            containers += 1
    for field in fields:
        if field.is_repeated:
            for _ in range(draw(st.sampled_from((1, 1, 2, 0, 3)))):
                if field.type == FieldDescriptor.TYPE_MESSAGE:
                    fill(draw, getattr(message, field.name).add(), containers)
                else:
                    getattr(message, field.name).append(draw(BY_TYPE[field.type]))
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            if len(fields) == 1 or draw(st.integers(0, 9)):
                getattr(message, field.name).SetInParent()
                fill(draw, getattr(message, field.name), containers)
        elif len(fields) == 1 or draw(st.booleans()):
            setattr(message, field.name, draw(BY_NAME[field.name] if field.name in BY_NAME else BY_TYPE[field.type]))
    if message.DESCRIPTOR.name == "KeyValue" and message.key == "log.record.uid":
        message.value.string_value = draw(UIDS)
    if not draw(st.integers(0, 30)):
        message.MergeFromString(draw(st.sampled_from(UNKNOWN_FIELDS)))
    return message
