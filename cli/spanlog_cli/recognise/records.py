"""Lines put together into records: a traceback and every indented line belong to the line they follow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.line import RecognisedLine, recognise_line
from spanlog_cli.recognise.severity import ERROR, Severity
from spanlog_cli.recognise.stacktraces import (
    CHAIN_LINES,
    TRACEBACK_HEADER,
    is_continuation,
    is_indented,
    python_exception,
)

# An endless indented dump must not grow in memory without end: beyond this it goes on as a new record.
MAX_RECORD_CHARACTERS: Final = 256 * 1024
# Blank lines are kept only between lines of one record, and not without end either.
_MAX_HELD_BLANK_LINES: Final = 100


@dataclass(slots=True)
class LineRecord:
    """A record made of one line or several."""

    body: str
    time_unix_nano: int
    severity: Severity
    first_line: int
    """The number of its first line, from 1."""
    has_own_time: bool
    """Whether the time was in the line; otherwise it is that of the record before, or of the reading."""
    trace_id: bytes = b""
    span_id: bytes = b""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """The record that lines are still being added to."""

    line: RecognisedLine
    first_line: int
    lines: list[str]
    characters: int
    attributes: dict[str, Any]
    has_traceback: bool = False
    expects_exception_line: bool = False
    is_chain_open: bool = False


class RecordAssembler:
    """Takes one file's lines in order and gives its records.

    Args:
        clock: reads time stamps.
        default_severity: for records in which no level is recognised and no Python traceback stands.
        now_unix_nano: gives the time of reading, for lines before the first time stamp.
    """

    def __init__(self, clock: Clock, default_severity: Severity, now_unix_nano: Callable[[], int]) -> None:
        self._clock = clock
        self._default_severity = default_severity
        self._now_unix_nano = now_unix_nano
        self._last_time: int | None = None
        self._open: _Open | None = None
        self._held_blank_lines = 0

    def add(self, number: int, text: str, attributes: Mapping[str, Any] | None = None) -> Iterator[LineRecord]:
        """Take one line, and give the record that it shows to be complete, if any.

        Args:
            number: the line's number, from 1.
            text: the line without its end.
            attributes: what is known of the line beside its text.
        """
        if not text.strip():
            self._held_blank_lines += 1
            return
        line = recognise_line(text, self._clock)
        if self._continues(line, text):
            self._append(text, attributes)
        else:
            yield from self.finish()
            self._start(number, line, text, attributes)
        self._held_blank_lines = 0

    def finish(self) -> Iterator[LineRecord]:
        """Give the record that is still open, if any."""
        opened, self._open = self._open, None
        if opened is None:
            return
        self._held_blank_lines = 0
        yield self._record_of(opened)

    def _continues(self, line: RecognisedLine, text: str) -> bool:
        opened = self._open
        if opened is None or line.unix_nano is not None or line.is_json:
            return False
        if opened.characters + len(text) > MAX_RECORD_CHARACTERS:
            return False
        if TRACEBACK_HEADER.match(text) and not is_indented(text):
            # A second traceback belongs here only where the first says so.
            return opened.is_chain_open or not (opened.has_traceback or self._held_blank_lines)
        return opened.expects_exception_line or is_continuation(text)

    def _append(self, text: str, attributes: Mapping[str, Any] | None) -> None:
        opened = self._open
        if opened is None:
            return
        blank_lines = min(self._held_blank_lines, _MAX_HELD_BLANK_LINES)
        opened.lines.extend([""] * blank_lines)
        opened.lines.append(text)
        opened.characters += len(text) + 1 + blank_lines
        if attributes:
            opened.attributes.update(attributes)
        self._follow_traceback(opened, text)

    def _start(self, number: int, line: RecognisedLine, text: str, attributes: Mapping[str, Any] | None) -> None:
        self._open = _Open(line, number, [line.body], len(text), {**line.attributes, **(attributes or {})})
        self._follow_traceback(self._open, text)

    @staticmethod
    def _follow_traceback(opened: _Open, text: str) -> None:
        if text.endswith("Traceback (most recent call last):"):
            opened.has_traceback = True
            opened.is_chain_open = False
            # What an exception group prints is indented to its end.
            opened.expects_exception_line = not is_indented(text)
        elif text in CHAIN_LINES:
            opened.is_chain_open = True
        elif not is_indented(text):
            opened.expects_exception_line = False

    def _record_of(self, opened: _Open) -> LineRecord:
        line = opened.line
        body = "\n".join(opened.lines)
        has_own_time = line.unix_nano is not None
        if line.unix_nano is not None:
            self._last_time = line.unix_nano
        elif self._last_time is None:
            self._last_time = self._now_unix_nano()
        exception = python_exception(body) if opened.has_traceback else _exception_in(opened.attributes)
        if exception is not None:
            opened.attributes.setdefault("exception.type", exception.type)
            opened.attributes.setdefault("exception.message", exception.message)
            opened.attributes.setdefault("exception.stacktrace", exception.stacktrace)
        severity = line.severity or (ERROR if exception is not None else self._default_severity)
        return LineRecord(
            body,
            self._last_time,
            severity,
            opened.first_line,
            has_own_time,
            line.trace_id,
            line.span_id,
            opened.attributes,
        )


def _exception_in(attributes: Mapping[str, Any]) -> Any:
    """Find the traceback that JSON loggers put under a key of its own."""
    for key in ("exc_info", "exception", "traceback", "stack_trace", "stacktrace", "exc_text"):
        value = attributes.get(key)
        if isinstance(value, str) and (found := python_exception(value)) is not None:
            return found
    return None
