"""Valid requests written as no library would: every field may come twice, in pieces, too long, or with another type."""

import random

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hostile_payloads import CAPTURED_BODIES
from plain_decode import DESCRIPTORS, FIXED32, FIXED64, GROUP, LENGTH, VARINT, fields
from wire_requests import fixed32, fixed64, group, integer, text, varint

WIRE_TYPES = (VARINT, FIXED64, LENGTH, GROUP, FIXED32)
NOBODYS_NUMBERS = (127, 1000, 1001, 2**29 - 1)
NUMBERS = (0, 1, 2, 9, 127, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
TEXTS = (b"", b"x", b"\xff\xfe", bytes(8), bytes(16), varint(7), b"\x0a\x01x", b"\x12\x00", b"service.name")


def oddly_written(chance: random.Random, signal: str) -> bytes:
    """Return a request of ``signal`` with some oddities, well-formed as a rule."""
    return _message(
        chance, DESCRIPTORS[signal], chance.choice(CAPTURED_BODIES[signal]), chance.choice((0.01, 0.05, 0.2))
    )


def _message(chance: random.Random, descriptor: Descriptor, data: bytes, oddity: float) -> bytes:
    written = []
    for number, wire_type, value, _ in fields(data):
        field = descriptor.fields_by_number.get(number)
        is_message = field is not None and field.type == FieldDescriptor.TYPE_MESSAGE
        if is_message and chance.random() < oddity:
            # In pieces: of a message that comes once, the reader has to make one again.
            cut = chance.choice((0, *(end for *_, end in fields(value))))
            written += [text(number, value[:cut]), text(number, value[cut:])]
        elif is_message:
            written.append(text(number, _message(chance, field.message_type, value, oddity)))
        elif wire_type in (FIXED64, FIXED32):
            written.append(varint(number << 3 | wire_type) + value)
        else:
            written.append(text(number, value) if wire_type == LENGTH else integer(number, value))
    if written and chance.random() < oddity:
        written.append(chance.choice(written))
    while chance.random() < oddity:
        number = chance.choice((*descriptor.fields_by_number, *descriptor.fields_by_number, *NOBODYS_NUMBERS))
        written.insert(chance.randrange(len(written) + 1), _odd_field(chance, number))
    if chance.random() < oddity:
        chance.shuffle(written)
    return b"".join(written)


def _odd_field(chance: random.Random, number: int) -> bytes:
    match chance.choice(WIRE_TYPES):
        case 0 if chance.random() < 0.2:
            return varint(number << 3) + b"\x89\x80\x80\x00"
        case 0:
            return integer(number, chance.choice(NUMBERS))
        case 1:
            return fixed64(number, chance.choice((chance.getrandbits(64), 0x0909090909090909, 0x7A7978060A)))
        case 2:
            return text(number, chance.choice(TEXTS))
        case 3:
            return group(number, chance.choice((b"", integer(1, 1), text(number, b"x"))))
        case _:
            return fixed32(number, chance.choice((chance.getrandbits(32), 0x09090909, 0x7978020A)))
