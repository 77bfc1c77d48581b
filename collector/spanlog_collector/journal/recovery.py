"""What an earlier run left: what is damaged is set aside, the rest is loaded, and nothing of it stops the start."""

import logging
from pathlib import Path
from typing import Final

from spanlog_collector.journal.durable_file import write_durably
from spanlog_collector.journal.frame import Damage, Frame, received_unix_nano, scan
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.segment import UNFINISHED_SUFFIX, Segment, find_segments, fsync_directory
from spanlog_collector.journal.splitting import remove_unfinished_splits
from spanlog_collector.otlp.description import Signal

logger: Final = logging.getLogger(__name__)

_DAMAGED: Final = "the checksum does not match: damaged on disk"
_CUT_SHORT: Final = (
    "the file ends within this message: a crash cut it short before it was acknowledged, and its sender sends it "
    "again; or the disk damaged it"
)


def recover_segments(directory: Path, quarantine: Quarantine) -> list[Segment]:
    """Return the segments in ``directory``, oldest first, each holding whole messages only, and each message once.

    A segment that cannot be read, or whose damage cannot be set aside now, stays as it is for the next start.

    Raises:
        OSError: the folder cannot be read or written.
    """
    for path in directory.glob(f"*{UNFINISHED_SUFFIX}"):
        path.unlink()
    quarantine.remove_unfinished()
    remove_unfinished_splits(directory)
    recovered = []
    # A request is journaled once; what is here twice was copied by a disk or a person.
    known: set[tuple[Signal, bytes]] = set()
    for segment in find_segments(directory):
        try:
            if _recover(segment, quarantine, known):
                recovered.append(segment)
        except OSError as error:
            logger.error("%s is left for the next start: %s", segment.path, error.strerror)  # noqa: TRY400 - told whole
    fsync_directory(directory)
    return recovered


def _recover(segment: Segment, quarantine: Quarantine, known: set[tuple[Signal, bytes]]) -> bool:
    """Mend ``segment``, whose requests are added to ``known``; ``False`` if nothing is left of it."""
    data = segment.path.read_bytes()
    frames: list[Frame] = []
    is_whole = True
    for piece in scan(data):
        if isinstance(piece, Damage):
            _set_aside(segment, piece, data[piece.start : piece.end], quarantine)
        elif (segment.signal, piece.digest) not in known:
            known.add((segment.signal, piece.digest))
            frames.append(piece)
            continue
        is_whole = False
    if not frames:
        segment.path.unlink()
        return False
    if not is_whole:
        write_durably(segment.path, b"".join(data[frame.start : frame.end] for frame in frames))
    segment.size_bytes = segment.path.stat().st_size
    segment.digests = [frame.digest for frame in frames]
    segment.oldest_received_unix_nano = received_unix_nano(data, frames[0])
    return True


def _set_aside(segment: Segment, damage: Damage, content: bytes, quarantine: Quarantine) -> None:
    if damage.is_tail and not any(content):
        # A file that grew before its bytes were written: nothing was said in it.
        logger.info("%s: cut %d empty bytes", segment.token, len(content))
        return
    path = quarantine.add(
        segment.signal, f"{segment.token}-{damage.start}", content, _CUT_SHORT if damage.is_tail else _DAMAGED
    )
    logger.warning("%s: a damaged message is set aside in %s", segment.token, path)
