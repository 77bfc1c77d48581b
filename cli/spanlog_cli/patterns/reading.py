"""The patterns of files and pipes."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import Final

import click

from spanlog_cli.patterns.collection import FoundPattern, PatternCollection
from spanlog_cli.patterns.messages import messages_of
from spanlog_cli.patterns.table import Row, print_table
from spanlog_cli.recognise.clock import Clock
from spanlog_cli.send.lines import LineSplitter, SourceLine
from spanlog_cli.send.sources import LogSource, UnreadableError, chunks
from spanlog_cli.send.tally import Progress

_PROGRESS_LINES: Final = 10_000
_LINES_AT_ONCE: Final = 1_000
_PER_CENT: Final = 100


class Reading:
    """Reads sources one after the other and prints what was found.

    Attributes:
        shortcomings: A line for each thing that was not as it should be.
    """

    def __init__(self, sources: list[LogSource], *, is_json: bool) -> None:
        self.shortcomings: list[str] = []
        self._sources = sources
        self._is_json = is_json
        self._collection = PatternCollection(keeps_lines=is_json)
        self._lines_before: list[int] = []
        """How many lines came before each source, for those that were begun."""

    def read(self) -> None:
        """Read to the end, or until Ctrl-C.

        Raises:
            KeyboardInterrupt: what was read until then can be printed.
        """
        progress = Progress()
        if self._sources[0].path is None and sys.stdin is not None and sys.stdin.isatty():
            progress.say("reading from the terminal; end with Ctrl-D")
        try:
            for source in self._sources:
                self._lines_before.append(self._collection.line_count)
                # Which zone a time is in does not matter to what it is.
                for message in messages_of(self._lines(source), Clock(UTC, source.latest)):
                    self._collection.add(message.text)
                    if not message.line_number % _PROGRESS_LINES:
                        progress.update(f"read {self._collection.line_count:,} lines")
        finally:
            progress.clear()

    def print(self, limit: int) -> None:
        """Print what was read: the patterns, or with JSON each line's."""
        if self._is_json:
            self._print_lines()
        else:
            self._print_patterns(limit)
        if count := self._collection.remainder_count:
            self.shortcomings.append(
                f"there are more shapes of lines than are told apart; {count:,} lines were counted as <*>"
            )
        self._collection.close()

    def _lines(self, source: LogSource) -> Iterator[SourceLine]:
        splitter = LineSplitter()
        try:
            for chunk in chunks(source):
                # None: a pipe is quiet. There is nothing to do before it ends.
                if chunk is not None:
                    yield from splitter.feed(chunk)
        except UnreadableError as error:
            self.shortcomings.append(f"cannot read {source.name} to its end: {error}")
        yield from splitter.finish()

    def _print_patterns(self, limit: int) -> None:
        patterns = self._collection.patterns()
        total = self._collection.line_count
        lines = "1 line" if total == 1 else f"{total:,} lines"
        kinds = "1 pattern" if len(patterns) == 1 else f"{len(patterns):,} patterns"
        click.echo(f"{kinds} in {lines}")
        if not patterns:
            return
        shown = patterns if limit == 0 else patterns[:limit]
        print_table(("count", "share", "lines"), (self._row(pattern, total) for pattern in shown))
        if rest := patterns[len(shown) :]:
            count = sum(pattern.count for pattern in rest)
            click.echo(f"… and {len(rest):,} more with {count:,} lines (--limit 0 for all)")

    def _row(self, pattern: FoundPattern, total: int) -> Row:
        first, last = pattern.first_line, pattern.last_line
        cells = (
            f"{pattern.count:,}",
            f"{pattern.count * _PER_CENT / total:.1f}%",
            f"{first}" if first == last else f"{first}-{last}",
        )
        return Row(cells, pattern.template.text, pattern.example)

    def _print_lines(self) -> None:
        rest_of_line = [
            f', "pattern": {json.dumps(template.id)}, "template": {json.dumps(template.text)}'
            for template in self._collection.templates()
        ]
        numbers = self._collection.shape_numbers()
        ends = [*self._lines_before[1:], self._collection.line_count]
        for source, start, end in zip(self._sources, self._lines_before, ends, strict=False):
            file = f', "file": {json.dumps(source.name)}' if len(self._sources) > 1 else ""
            own = islice(numbers, end - start)
            line = 1
            while some := list(islice(own, _LINES_AT_ONCE)):
                texts = [f'{{"line": {line + at}{rest_of_line[number]}{file}}}' for at, number in enumerate(some)]
                click.echo("\n".join(texts))
                line += len(some)
