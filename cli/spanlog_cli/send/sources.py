"""What is to be sent: files, compressed files, pipes and standard input, as chunks of bytes."""

import gzip
import os
import select
import stat
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedIOBase
from pathlib import Path
from typing import Final, NamedTuple

from spanlog_cli.exceptions import CommandError

STANDARD_INPUT: Final = "-"
_STDIN_DESCRIPTOR: Final = 0
_CHUNK_BYTES: Final = 256 * 1024
_IDLE_SECONDS: Final = 0.5
# Older stamps are what archivers write when they know none.
_EARLIEST_MODIFICATION: Final = datetime(2000, 1, 1, tzinfo=UTC)


class LogSource(NamedTuple):
    """One thing to be sent."""

    name: str
    """As it was given."""
    path: str | None
    """Its full path; None for standard input."""
    is_stream: bool
    """Whether it may pause without being at its end: standard input, pipes."""
    latest: datetime
    """No line in it is from after this moment."""


class UnreadableError(Exception):
    """A source could not be read on."""


def checked_sources(names: tuple[str, ...]) -> list[LogSource]:
    """Look at everything that is to be sent before anything is; nothing given means standard input.

    Raises:
        CommandError: one of them cannot be read.
    """
    names = names or (STANDARD_INPUT,)
    if names.count(STANDARD_INPUT) > 1:
        raise CommandError('"-" is given twice, and standard input can be read only once')
    return [_checked(name) for name in names]


def chunks(source: LogSource) -> Iterator[bytes | None]:
    """Give the bytes of a source as they come; None each time a stream has been quiet for half a second.

    Raises:
        UnreadableError: it cannot be read on.
    """
    try:
        if source.path is None:
            yield from _stream_chunks(_STDIN_DESCRIPTOR)
        elif source.is_stream:
            descriptor = os.open(source.path, os.O_RDONLY)
            try:
                yield from _stream_chunks(descriptor)
            finally:
                os.close(descriptor)
        else:
            yield from _file_chunks(source.path)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(_reason(error)) from error


def _file_chunks(path: str) -> Iterator[bytes]:
    with _opened(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _opened(path: str) -> BufferedIOBase:
    return gzip.open(path, "rb") if path.endswith(".gz") else Path(path).open("rb")


def _stream_chunks(descriptor: int) -> Iterator[bytes | None]:
    while True:
        # No thread waits in a read: that could not be ended cleanly when the program is.
        readable, _, _ = select.select([descriptor], [], [], _IDLE_SECONDS)
        if not readable:
            yield None
            continue
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


def _checked(name: str) -> LogSource:
    now = datetime.now(UTC)
    if name == STANDARD_INPUT:
        return LogSource(name, None, is_stream=True, latest=now)
    path = os.path.abspath(name)  # noqa: PTH100 - links stay as they are: that is the name people know
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise CommandError(f"{name} is a directory: name the files in it")
        if not stat.S_ISREG(status.st_mode):
            if not os.access(path, os.R_OK):
                raise CommandError(f"cannot read {name}: Permission denied")
            # Opening a pipe to look at it would take away what is in it.
            return LogSource(name, path, is_stream=True, latest=now)
        with _opened(path) as file:
            file.read(1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise CommandError(f"cannot read {name}: {_reason(error)}") from None
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return LogSource(
        name, path, is_stream=False, latest=min(now, modified) if modified > _EARLIEST_MODIFICATION else now
    )


def _reason(error: Exception) -> str:
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return "it is not a complete gzip file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
