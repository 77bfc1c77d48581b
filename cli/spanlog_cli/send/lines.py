"""Bytes into numbered lines of text: encodings, line ends, NULs, and lines of absurd length."""

import codecs
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_LINE_CHARACTERS: Final = 256 * 1024

# Longest first: the mark of UTF-32 starts with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_MARK: Final = 4
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class SourceLine(NamedTuple):
    """A line as it stands in a source."""

    number: int
    """From 1."""
    text: str
    """Without its end; bytes that are no text, and NULs, replaced by U+FFFD."""
    cut_characters: int = 0
    """How many characters were cut off behind ``MAX_LINE_CHARACTERS``."""


class LineSplitter:
    """Takes chunks of bytes and gives whole lines. UTF-8, unless a byte-order mark says otherwise."""

    def __init__(self, max_line_characters: int = MAX_LINE_CHARACTERS) -> None:
        self._max_line_characters = max_line_characters
        self._decoder: codecs.IncrementalDecoder | None = None
        self._undecided = b""
        self._held: list[str] = []
        self._held_characters = 0
        self._cut_characters = 0
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[SourceLine]:
        """Give the lines that the chunk completes."""
        return self._split(self._decoded(chunk, is_final=False))

    def finish(self) -> Iterator[SourceLine]:
        """Give the last line, if it has no end."""
        yield from self._split(self._decoded(b"", is_final=True))
        if self._held_characters or self._cut_characters:
            yield self._take()

    def _decoded(self, chunk: bytes, *, is_final: bool) -> str:
        if self._decoder is None:
            self._undecided += chunk
            if not is_final and _may_become_a_mark(self._undecided):
                return ""
            encoding = next((name for mark, name in _MARKS if self._undecided.startswith(mark)), "utf-8")
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            chunk, self._undecided = self._undecided, b""
        return self._decoder.decode(chunk, is_final).replace("\0", _REPLACEMENT)

    def _split(self, text: str) -> Iterator[SourceLine]:
        first, *rest = text.split("\n")
        self._hold(first)
        for piece in rest:
            yield self._take()
            self._hold(piece)

    def _hold(self, piece: str) -> None:
        room = self._max_line_characters - self._held_characters
        if len(piece) > room:
            self._cut_characters += len(piece) - room
            piece = piece[:room]
        if piece:
            self._held.append(piece)
            self._held_characters += len(piece)

    def _take(self) -> SourceLine:
        self._number += 1
        line = SourceLine(self._number, "".join(self._held).removesuffix("\r"), self._cut_characters)
        self._held.clear()
        self._held_characters = self._cut_characters = 0
        return line


def _may_become_a_mark(start: bytes) -> bool:
    if len(start) >= _LONGEST_MARK:
        return False
    return any(mark.startswith(start) and mark != start for mark, _ in _MARKS)
