"""Messages that could not be read or loaded: set aside and counted, never thrown away.

A message ``x`` is ``x.message``, with the reason in ``x.reason``. Once somebody has asked for it to be sent again it is
``x.replay``, until the collector has stored it (it goes) or refused it again (it is ``x.message`` once more). Each step
is one rename, so it works from another process, and with no collector running: the next one finds it.
"""

import contextlib
import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spanlog_collector.journal.durable_file import make_directory, write_durably
from spanlog_collector.journal.segment import UNFINISHED_SUFFIX, fsync_directory
from spanlog_collector.otlp.description import SIGNALS, Signal

logger: Final = logging.getLogger(__name__)

_MESSAGE: Final = ".message"
_REPLAY: Final = ".replay"
_REASON: Final = ".reason"
_FILE_NAME: Final = re.compile(r"((logs|traces)-[\w.-]+)(\.message|\.replay)")
_SIGNALS: Final = {signal.name: signal for signal in SIGNALS}
_LONGEST_REASON_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class SetAside:
    """One message in quarantine, and where its bytes are."""

    name: str
    signal: Signal
    path: Path
    size_bytes: int
    since_unix_seconds: float
    reason: str
    is_waiting_for_replay: bool


class Quarantine:
    """The folder of these messages; ``on_added`` is told the signal of each that is added."""

    def __init__(self, directory: Path, on_added: Callable[[Signal], None] = lambda _signal: None) -> None:
        self._directory = directory
        self._on_added = on_added

    def add(self, signal: Signal, origin: str, message: bytes, reason: str) -> Path:
        """Keep ``message`` durably under the name of its ``origin`` and return its path.

        The same bytes of the same origin are kept once, so that a step that a crash cut short can be repeated.

        Raises:
            OSError: the disk refused; the message must stay where it is.
        """
        make_directory(self._directory)
        prefix = "" if origin.startswith(f"{signal.name}-") else f"{signal.name}-"
        path = self._directory / f"{prefix}{origin}-{_short_hash(message)}{_MESSAGE}"
        write_durably(path.with_suffix(_REASON), reason.encode())
        write_durably(path, message)
        fsync_directory(self._directory)
        self._on_added(signal)
        return path

    def count(self) -> int:
        """Return how many messages are set aside."""
        return sum(1 for _ in self._paths())

    def oldest_unix_seconds(self) -> float | None:
        """Return since when the oldest one is here."""
        oldest = None
        for path, _ in self._paths():
            with contextlib.suppress(OSError):
                since = path.stat().st_mtime
                oldest = since if oldest is None else min(oldest, since)
        return oldest

    def entries(self) -> list[SetAside]:
        """Return what is set aside, the oldest first."""
        found = []
        for path, match in self._paths():
            with contextlib.suppress(OSError):  # it went, or is not ours to look at
                status = path.stat()
                found.append(
                    SetAside(
                        name=match[1],
                        signal=_SIGNALS[match[2]],  # type: ignore[index]
                        path=path,
                        size_bytes=status.st_size,
                        since_unix_seconds=status.st_mtime,
                        reason=_reason(path),
                        is_waiting_for_replay=match[3] == _REPLAY,
                    )
                )
        return sorted(found, key=lambda entry: (entry.since_unix_seconds, entry.name))

    def ask_for_replay(self, entry: SetAside) -> None:
        """Let the collector send it again: the one that runs now, or the next.

        Raises:
            OSError: the folder cannot be written, or it is gone.
        """
        if not entry.is_waiting_for_replay:
            entry.path.rename(entry.path.with_suffix(_REPLAY))
            fsync_directory(self._directory)

    def keep(self, entry: SetAside, reason: str) -> None:
        """Give up on sending it: it stays, with a new ``reason``.

        Raises:
            OSError: the disk refused.
        """
        write_durably(entry.path.with_suffix(_REASON), reason.encode())
        entry.path.rename(entry.path.with_suffix(_MESSAGE))
        fsync_directory(self._directory)

    def remove(self, entry: SetAside) -> None:
        """Remove it: it is stored, or somebody said that it is worth nothing.

        Raises:
            OSError: the disk refused.
        """
        # The message first: a reason alone is no message.
        entry.path.unlink()
        entry.path.with_suffix(_REASON).unlink(missing_ok=True)
        fsync_directory(self._directory)

    def remove_unfinished(self) -> None:
        """Remove what a crash left of messages that were being added; their bytes are still where they came from."""
        with contextlib.suppress(OSError):
            for path in self._directory.glob(f"*{UNFINISHED_SUFFIX}"):
                path.unlink()

    def _paths(self) -> Iterator[tuple[Path, re.Match[str]]]:
        try:
            paths = list(self._directory.iterdir())
        except OSError:
            # Not made before something is set aside; and nothing may fail because it cannot be looked at.
            return
        for path in paths:
            if (match := _FILE_NAME.fullmatch(path.name)) and path.is_file():
                yield path, match


def _short_hash(message: bytes) -> str:
    return hashlib.blake2b(message, digest_size=4).hexdigest()


def _reason(path: Path) -> str:
    try:
        with path.with_suffix(_REASON).open("rb") as file:
            return file.read(_LONGEST_REASON_BYTES).decode(errors="replace")
    except OSError:
        return "unknown"
