"""Gzip, a step at a time: a few kilobytes of it can hold gigabytes."""

import zlib
from collections.abc import Iterator
from typing import Final

from spanlog_collector.exceptions import MalformedRequestError

STEP_BYTES: Final = 128 * 1024
"""What one step gives at most: a fraction of a millisecond of work."""

_GZIP_WINDOW: Final = 31


class GzipBody:
    """A body in gzip of one or several members (RFC 1952)."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP_WINDOW)
        self._is_inside = False

    def steps(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data``, the next piece of the body, holds, at most ``STEP_BYTES`` at a time.

        Raises:
            MalformedRequestError: it is not gzip.
        """
        while data:
            self._is_inside = True
            try:
                yield self._inflater.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise MalformedRequestError(f"the body is not gzip: {error}") from error
            data = self._inflater.unconsumed_tail
            if self._inflater.eof:
                data = self._inflater.unused_data
                self._inflater = zlib.decompressobj(_GZIP_WINDOW)
                self._is_inside = False

    def finish(self) -> None:
        """Say that nothing follows.

        Raises:
            MalformedRequestError: the last member has no end.
        """
        if self._is_inside:
            raise MalformedRequestError("the gzip body ends too early")
