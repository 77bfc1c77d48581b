"""A segment that the engine refused, in the one form of protobuf that every reader agrees about.

The check leaves nothing of what protobuf allows and the engine refuses. A journal that an older version left may hold
it: a known field number with a type of another kind, a group, a bool of 2.
"""

from google.protobuf.message import DecodeError

from spanlog_collector.journal.frame import Frame, digest_of, frame_header, received_unix_nano, scan
from spanlog_collector.otlp.description import Signal
from spanlog_collector.otlp.message_classes import strict_class
from spanlog_collector.otlp.normalize import canonical


def rewrite_segment(signal: Signal, data: bytes) -> bytes:
    """Return the messages of the segment ``data`` in their canonical form; what is none stays as it is."""
    return b"".join(_rewrite(signal, data, frame) for frame in scan(data) if isinstance(frame, Frame))


def _rewrite(signal: Signal, data: bytes, frame: Frame) -> bytes:
    try:
        body = canonical(strict_class(signal).FromString(data[frame.body : frame.end]))
    except DecodeError:
        return data[frame.start : frame.end]
    return frame_header(body, digest_of(body), received_unix_nano(data, frame)) + body
