"""What has been read and what of it was acknowledged, and how people are told."""

import sys
import time
from collections import Counter
from typing import Final

import click

from spanlog_cli.recognise.records import LineRecord

_LEVELS: Final = ("debug", "info", "warn", "error", "critical")
_PROGRESS_INTERVAL_SECONDS: Final = 0.5


class Tally:
    """Counts of one run."""

    def __init__(self) -> None:
        self.read_records = 0
        self.timed_records = 0
        self.acknowledged_records = 0
        self.rejected_records = 0
        self.rejected_reason = ""
        self._levels: Counter[str] = Counter()

    def count(self, record: LineRecord) -> None:
        """Count a record that is going to be sent."""
        self.read_records += 1
        self.timed_records += record.has_own_time
        self._levels[record.severity.level] += 1

    def closing_line(self, file_count: int, base_url: str, *, is_stdin_only: bool = False) -> str:
        """Give the line that ends a run."""
        files = "1 file" if file_count == 1 else f"{file_count} files"
        if is_stdin_only:
            files = "standard input"
        records = "1 record" if self.acknowledged_records == 1 else f"{self.acknowledged_records:,} records"
        line = f"sent {records} of {files} to {base_url}"
        if self.read_records:
            levels = ", ".join(f"{level} {self._levels[level]:,}" for level in _LEVELS if self._levels[level])
            # Never rounded up: 100 % means all of them.
            permille = self.timed_records * 1000 // self.read_records
            line += f" (levels: {levels}; times recognised in {permille / 10:g} %)"
        return line


class Progress:
    """One line on stderr that is written over and over; nothing where stderr is not a terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._next = time.monotonic() + _PROGRESS_INTERVAL_SECONDS
        self._is_on_line = False

    def update(self, text: str) -> None:
        """Show the text, at most twice a second."""
        if not self._is_shown or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PROGRESS_INTERVAL_SECONDS
        click.echo(f"\r\x1b[K{text}", err=True, nl=False)
        self._is_on_line = True

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self.clear()
        click.echo(text, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._is_on_line:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._is_on_line = False
