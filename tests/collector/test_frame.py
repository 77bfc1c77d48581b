"""What lies in a segment is found again, whatever happened to the bytes around it."""

import hypothesis.strategies as st
from hypothesis import given
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from segments import framed

from spanlog_collector.journal.frame import Damage, Frame, digest_of, scan

BODIES = st.lists(st.binary(max_size=300), max_size=8)


def bodies_in(data: bytes) -> list[bytes]:
    return [data[piece.body : piece.end] for piece in scan(data) if isinstance(piece, Frame)]


@given(BODIES)
def test_whole_segments_give_back_what_was_put_in(bodies):
    data = b"".join(framed(body) for body in bodies)
    assert bodies_in(data) == bodies
    assert not [piece for piece in scan(data) if isinstance(piece, Damage)]


@given(BODIES.filter(bool), st.data())
def test_torn_tail_is_damage_at_the_end_and_costs_the_last_body_only(bodies, data):
    whole = b"".join(framed(body) for body in bodies)
    last = len(framed(bodies[-1]))
    cut = data.draw(st.integers(1, last))
    torn = whole[: len(whole) - cut]
    assert bodies_in(torn) == bodies[:-1]
    damages = [piece for piece in scan(torn) if isinstance(piece, Damage)]
    assert all(damage.is_tail for damage in damages)
    assert bool(damages) == (cut != last)


@given(BODIES.filter(lambda bodies: len(bodies) > 1), st.data())
def test_a_flipped_byte_costs_its_own_message_only(bodies, data):
    frames = [framed(body) for body in bodies]
    victim = data.draw(st.integers(0, len(frames) - 1))
    position = data.draw(st.integers(0, len(frames[victim]) - 1))
    flip = data.draw(st.integers(1, 255))
    broken = bytearray(frames[victim])
    broken[position] ^= flip
    whole = b"".join([*frames[:victim], bytes(broken), *frames[victim + 1 :]])
    expected = bodies[:victim] + bodies[victim + 1 :]
    found = bodies_in(whole)
    # The received time is not covered by the checksum: a flip there leaves the message as it was.
    assert found in (expected, bodies)


@given(st.binary(max_size=2000))
def test_scan_covers_any_bytes_without_gaps(data):
    position = 0
    for piece in scan(data):
        assert piece.start == position
        assert piece.end > piece.start
        position = piece.end
    assert position == len(data)


def test_framed_request_is_still_the_request_for_every_reader_of_otlp():
    request = ExportLogsServiceRequest()
    request.resource_logs.add(schema_url="https://example.org/1")
    frame = framed(request.SerializeToString())
    (piece,) = scan(frame)
    # Without the length it is one message, and the journal's fields are unknown ones.
    parsed = ExportLogsServiceRequest.FromString(frame[1:] if frame[0] < 0x80 else frame[2:])
    assert parsed.resource_logs == request.resource_logs
    assert piece.digest == digest_of(request.SerializeToString())
