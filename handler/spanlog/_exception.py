"""Exceptions: at the call a traceback is walked into (code, instruction) pairs, in the background it is text.

The walk takes microseconds and keeps no frame and no local alive; formatting takes a hundred times that, is
done by the background thread, and is cached for each distinct stack. The text is what
``traceback.format_exception`` gives (from Python 3.12 without "Did you mean" hints, which need the frames).
Exceptions whose text needs more than code and message (groups, syntax errors) are formatted at the call.
"""

from __future__ import annotations

import linecache
import traceback
from itertools import islice
from types import CodeType, TracebackType
from typing import NamedTuple

# An instruction offset; or, where a traceback has none, minus one minus the line number.
Position = tuple[CodeType, int]

_MAX_FRAMES_AT_EACH_END = 100
_MAX_LINKS = 50
_MAX_CACHED_STACKS = 512
_BYTES_PER_FRAME = 128

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
_HEADER = "Traceback (most recent call last):\n"


class Link(NamedTuple):
    """One exception of a chain."""

    positions: tuple[Position, ...]
    frames_left_out: int
    summary: str
    """``module.Type: message`` and notes, each line ended."""
    joint: str
    """What stands between the exception this one came from and this one; empty for the oldest."""


class Stack(NamedTuple):
    """A chain of exceptions without any of its objects, newest first, ready to be formatted anywhere."""

    links: tuple[Link, ...]
    size_bytes: int
    """About how much memory it holds while it waits."""


class CapturedException(NamedTuple):
    """What a record says of its exception."""

    type_name: str
    message: str
    stack: Stack | str | None
    """Text where it had to be formatted at the call; None where there is no traceback to speak of."""


def capture_exception(error: BaseException, trace: TracebackType | None) -> CapturedException:
    """Take from an exception what is needed to describe it, and nothing that keeps objects alive."""
    return CapturedException(_type_name(error), _message(error), _capture_chain(error, trace))


def format_stack(stack: Stack) -> str:
    """Give the text that ``traceback.format_exception`` gives for the chain."""
    parts = []
    for link in reversed(stack.links):
        parts.append(link.joint)
        if link.positions:
            parts.append(_HEADER)
            parts.append(_frames_text(link))
        parts.append(link.summary)
    return "".join(parts)


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a program's __str__ may raise anything
        # The marker the traceback module uses in the same place.
        return "<exception str() failed>"


def _capture_chain(error: BaseException, trace: TracebackType | None) -> Stack | str:
    links: list[Link] = []
    seen: set[int] = set()
    current: BaseException | None = error
    current_trace = trace
    while current is not None and len(links) < _MAX_LINKS:
        if isinstance(current, (SyntaxError, BaseExceptionGroup)):
            return "".join(traceback.format_exception(type(error), error, trace))
        seen.add(id(current))
        positions, left_out = _walk(current_trace)
        older, joint = _older(current, seen)
        links.append(Link(positions, left_out, _summary(current), joint))
        current, current_trace = older, older.__traceback__ if older is not None else None
    size_bytes = sum([len(link.positions) * _BYTES_PER_FRAME + len(link.summary) for link in links])
    return Stack(tuple(links), size_bytes)


def _older(error: BaseException, seen: set[int]) -> tuple[BaseException | None, str]:
    cause, context = error.__cause__, error.__context__
    if cause is not None and id(cause) not in seen:
        return cause, _CAUSE
    if context is not None and not error.__suppress_context__ and id(context) not in seen:
        return context, _CONTEXT
    return None, ""


def _walk(trace: TracebackType | None) -> tuple[tuple[Position, ...], int]:
    positions: list[Position] = []
    while trace is not None:
        frame = trace.tb_frame
        code = frame.f_code
        if code.co_filename not in linecache.cache:
            # So that source from a zip file is found later, when the frame is gone.
            linecache.lazycache(code.co_filename, frame.f_globals)
        instruction = trace.tb_lasti
        positions.append((code, instruction if instruction >= 0 else -1 - (trace.tb_lineno or 0)))
        trace = trace.tb_next
    left_out = len(positions) - 2 * _MAX_FRAMES_AT_EACH_END
    if left_out <= 0:
        return tuple(positions), 0
    return tuple(positions[:_MAX_FRAMES_AT_EACH_END] + positions[-_MAX_FRAMES_AT_EACH_END:]), left_out


def _summary(error: BaseException) -> str:
    kind = type(error)
    module = kind.__module__
    name = kind.__qualname__ if module in {"__main__", "builtins"} else f"{module}.{kind.__qualname__}"
    message = _message(error)
    summary = f"{name}: {message}\n" if message else f"{name}\n"
    notes = getattr(error, "__notes__", None)
    return summary + _notes_text(notes) if notes else summary


def _notes_text(notes: object) -> str:
    lines: list[str] = []
    for note in notes if isinstance(notes, (list, tuple)) else [notes]:
        try:
            text = str(note)
        except Exception:  # noqa: BLE001 - as in _message
            text = "<note str() failed>"
        lines.extend(f"{line}\n" for line in text.split("\n"))
    return "".join(lines)


# The entry keeps the code objects alive, so that an id in a key cannot come to mean another one.
_texts: dict[tuple[int, ...], tuple[tuple[Position, ...], str]] = {}


def _frames_text(link: Link) -> str:
    if link.frames_left_out:
        older, newer = (
            link.positions[:_MAX_FRAMES_AT_EACH_END],
            link.positions[_MAX_FRAMES_AT_EACH_END:],
        )
        return f"{_cached_text(older)}  [{link.frames_left_out} frames left out]\n{_cached_text(newer)}"
    return _cached_text(link.positions)


def _cached_text(positions: tuple[Position, ...]) -> str:
    key = tuple([part for code, offset in positions for part in (id(code), offset)])
    entry = _texts.get(key)
    if entry is None:
        if len(_texts) >= _MAX_CACHED_STACKS:
            _texts.clear()
        entry = _texts[key] = (positions, _formatted(positions))
    return entry[1]


def _formatted(positions: tuple[Position, ...]) -> str:
    for filename in {code.co_filename for code, _ in positions}:
        linecache.checkcache(filename)
    frames = [_frame_summary(code, offset) for code, offset in positions]
    return "".join(traceback.StackSummary.from_list(frames).format())


def _frame_summary(code: CodeType, offset: int) -> traceback.FrameSummary:
    if offset < 0:
        return traceback.FrameSummary(code.co_filename, -1 - offset, code.co_name, lookup_line=False)
    # Two bytes to an instruction; there is one entry for each.
    position = next(islice(code.co_positions(), offset // 2, None), (None, None, None, None))
    line, end_line, column, end_column = position
    return traceback.FrameSummary(
        code.co_filename,
        line,
        code.co_name,
        lookup_line=False,
        end_lineno=end_line,
        colno=column,
        end_colno=end_column,
    )
