"""The patterns of a run: counts for each shape while lines come in, patterns at the end."""

import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from spanlog_patterns import Shaper, Template, mine_shapes

MAX_SHAPES: Final = 100_000
"""Lines of further shapes are counted as one pattern, ``<*>``: memory must end somewhere."""

_REMAINDER: Final = 0
_MAX_EXAMPLE_CHARACTERS: Final = 1000
_FLUSH_LINES: Final = 1_000_000


@dataclass(slots=True)
class _Shape:
    example: str
    first_line: int
    last_line: int = 0
    count: int = 0


@dataclass(slots=True)
class FoundPattern:
    """A pattern and where it was found."""

    template: Template
    count: int
    first_line: int
    last_line: int
    example: str
    """One of its messages: the first."""


class PatternCollection:
    """Takes messages and gives their patterns.

    Args:
        keeps_lines: Whether it shall be possible to ask for the pattern of each line: four bytes for each, on disk
            when there are many.
        max_shapes: How many shapes are told apart.
    """

    def __init__(self, *, keeps_lines: bool, max_shapes: int = MAX_SHAPES) -> None:
        self.line_count = 0
        self._shaper = Shaper()
        self._max_shapes = max_shapes
        self._numbers: dict[str, int] = {}
        self._shapes = [_Shape("", 0)]
        self._lines: array[int] | None = array("I") if keeps_lines else None
        # Files, not a list of numbers: a log may have more lines than memory has room for.
        self._file: IO[bytes] | None = None

    @property
    def remainder_count(self) -> int:
        """How many lines were of no shape that there was room for."""
        return self._shapes[_REMAINDER].count

    def add(self, message: str) -> None:
        """Take the next line's message."""
        self.line_count += 1
        text = self._shaper.shape(message)
        number = self._numbers.get(text)
        if number is None:
            number = self._new_shape(text, message)
        shape = self._shapes[number]
        shape.count += 1
        shape.last_line = self.line_count
        if self._lines is not None:
            self._lines.append(number)
            if len(self._lines) >= _FLUSH_LINES:
                self._flush()

    def patterns(self) -> list[FoundPattern]:
        """Give the patterns, the most frequent first."""
        found: dict[str, FoundPattern] = {}
        for template, shape in zip(self.templates(), self._shapes, strict=True):
            if not shape.count:
                continue
            pattern = found.get(template.id)
            if pattern is None:
                found[template.id] = FoundPattern(
                    template, shape.count, shape.first_line, shape.last_line, shape.example
                )
                continue
            pattern.count += shape.count
            pattern.last_line = max(pattern.last_line, shape.last_line)
            if shape.first_line < pattern.first_line:
                pattern.first_line, pattern.example = shape.first_line, shape.example
        return sorted(found.values(), key=lambda pattern: (-pattern.count, pattern.first_line))

    def templates(self) -> list[Template]:
        """Give the template of each shape, by its number."""
        by_shape = mine_shapes(self._numbers)
        return [Template.of_text("<*>"), *(by_shape[shape] for shape in self._numbers)]

    def shape_numbers(self) -> Iterator[int]:
        """Give the number of each line's shape, in the order of the lines.

        Raises:
            ValueError: lines were not kept.
        """
        if self._lines is None:
            raise ValueError("lines were not kept")
        if self._file is not None:
            self._file.seek(0)
            while chunk := self._file.read(_FLUSH_LINES * self._lines.itemsize):
                yield from array("I", chunk)
        yield from self._lines

    def close(self) -> None:
        """Remove what is on disk."""
        if self._file is not None:
            self._file.close()

    def _new_shape(self, text: str, message: str) -> int:
        if len(self._numbers) >= self._max_shapes:
            remainder = self._shapes[_REMAINDER]
            if not remainder.count:
                remainder.first_line, remainder.example = self.line_count, message[:_MAX_EXAMPLE_CHARACTERS]
            return _REMAINDER
        number = self._numbers[text] = len(self._shapes)
        self._shapes.append(_Shape(message[:_MAX_EXAMPLE_CHARACTERS], self.line_count))
        return number

    def _flush(self) -> None:
        if self._lines is None:
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="spanlog-patterns-")  # noqa: SIM115 - lives as long as this
        self._lines.tofile(self._file)
        del self._lines[:]
