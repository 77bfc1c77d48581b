"""A segment that the engine refuses is split on disk: each piece is loaded, repeated and forgotten like any other.

The pieces of ``logs-7-ab`` are ``logs-7-ab.0``, ``logs-7-ab.1`` and so on: tokens of their own. They are there before
the whole goes, and nothing of them is loaded before it has gone; so where whole and pieces lie side by side, a crash
came between, and the whole is what counts.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.journal.durable_file import write_durably
from spanlog_collector.journal.frame import Frame, received_unix_nano, scan
from spanlog_collector.journal.segment import Segment, find_segments, fsync_directory
from spanlog_collector.otlp.check import check_request
from spanlog_collector.otlp.description import Signal

_PIECES: Final = 8
"""A refused load takes the engine several times as long as one that succeeds: many pieces, few levels."""


def split_segment(segment: Segment) -> list[Segment]:
    """Put the pieces of ``segment``, which has several messages, in its place, and return them.

    What the collector's own check refuses is the first to be suspected: each such message becomes a piece of its own,
    and the rest one piece. Where that tells nothing, the pieces are of equal length.

    Raises:
        OSError: the disk refused; ``segment`` is still there.
    """
    data = segment.path.read_bytes()
    frames = [piece for piece in scan(data) if isinstance(piece, Frame)]
    pieces = []
    for number, part in enumerate(_parts(segment.signal, data, frames)):
        content = b"".join(data[frame.start : frame.end] for frame in part)
        path = segment.path.with_name(f"{segment.token}.{number}{segment.path.suffix}")
        write_durably(path, content)
        pieces.append(
            Segment(
                path,
                segment.signal,
                segment.sequence,
                size_bytes=len(content),
                digests=[frame.digest for frame in part],
                oldest_received_unix_nano=received_unix_nano(data, part[0]),
            )
        )
    fsync_directory(segment.path.parent)
    segment.path.unlink()
    fsync_directory(segment.path.parent)
    return pieces


def remove_unfinished_splits(directory: Path) -> None:
    """Remove the pieces whose whole is still there.

    Raises:
        OSError: the folder cannot be written.
    """
    segments = find_segments(directory)
    tokens = {segment.token for segment in segments}
    for segment in segments:
        parent, _, piece = segment.token.rpartition(".")
        while piece:
            if parent in tokens:
                segment.path.unlink()
                break
            parent, _, piece = parent.rpartition(".")


def _parts(signal: Signal, data: bytes, frames: list[Frame]) -> Iterator[Sequence[Frame]]:
    suspects = [frame for frame in frames if not _is_readable(signal, data[frame.body : frame.end])]
    if suspects and len(suspects) < len(frames):
        innocent = set(frames).difference(suspects)
        yield [frame for frame in frames if frame in innocent]
        yield from ([frame] for frame in suspects)
    else:
        length = max(1, -(-len(frames) // _PIECES))
        yield from (frames[start : start + length] for start in range(0, len(frames), length))


def _is_readable(signal: Signal, body: bytes) -> bool:
    try:
        return check_request(signal, body).body == body
    except MalformedRequestError:
        return False
