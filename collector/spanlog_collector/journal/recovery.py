"""What an earlier run left: torn tails are cut, damaged messages set aside, the rest is loaded."""

import logging
import os
from pathlib import Path
from typing import Final

from spanlog_collector.journal.frame import Damage, Frame, scan
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.segment import Segment, find_segments, fsync_directory

logger: Final = logging.getLogger(__name__)


def recover_segments(directory: Path, quarantine: Quarantine) -> list[Segment]:
    """Return the segments in ``directory``, oldest first, each holding whole messages only.

    A damaged end is what a crash leaves of a request that was never acknowledged; it is cut. Damage with whole
    messages behind it is the disk's; it is set aside.

    Raises:
        OSError: the folder cannot be read or written.
    """
    recovered = []
    for segment in find_segments(directory):
        data = segment.path.read_bytes()
        pieces = list(scan(data))
        frames = [piece for piece in pieces if isinstance(piece, Frame)]
        damages = [piece for piece in pieces if isinstance(piece, Damage)]
        for damage in damages:
            if damage.is_tail:
                logger.info("%s: cut a torn tail of %d bytes", segment.token, damage.end - damage.start)
            else:
                path = quarantine.add(
                    segment.signal,
                    f"{segment.token}-{damage.start}",
                    data[damage.start : damage.end],
                    "the checksum does not match: damaged on disk",
                )
                logger.warning("%s: damaged message set aside in %s", segment.token, path)
        if not frames:
            segment.path.unlink()
            continue
        if damages:
            _rewrite(segment, b"".join(data[frame.start : frame.end] for frame in frames))
        segment.size_bytes = segment.path.stat().st_size
        segment.digests = [frame.digest for frame in frames]
        recovered.append(segment)
    fsync_directory(directory)
    return recovered


def _rewrite(segment: Segment, data: bytes) -> None:
    temporary = segment.path.with_suffix(".rewriting")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(segment.path)
