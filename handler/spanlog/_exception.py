"""Exceptions: at the call a traceback is walked into (code, instruction) pairs, in the background it is text.

The walk takes a microsecond or two and keeps no frame and no local alive; formatting takes a hundred times that, is
done by the background thread, and remembered there for each distinct stack. The text is what
``traceback.format_exception`` gives (from Python 3.12 without "Did you mean" hints, which need the frames).
Exceptions whose text needs more than code and message (groups, syntax errors) are formatted at the call.
"""

from __future__ import annotations

import linecache
import traceback
from itertools import islice
from types import CodeType, TracebackType
from typing import NamedTuple

from spanlog._cut import MAX_VALUE_BYTES, cut_middle, cut_text, is_longer

# An instruction offset; or, where a traceback has none, minus one minus the line number.
Position = tuple[CodeType, int]

_MAX_FRAMES_AT_EACH_END = 100
_MAX_LINKS = 50
MAX_KNOWN_STACKS = 512
_MAX_KNOWN_TYPES = 256
_BYTES_PER_FRAME = 128
# Their text needs the objects themselves.
_FORMATTED_AT_ONCE = (SyntaxError, BaseExceptionGroup)

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
STACK_HEADER = "Traceback (most recent call last):\n"


class Frames:
    """The frames of one traceback, wherever it occurs again: one object for all records that wait with it."""

    __slots__ = ("_frames_left_out", "_positions")

    def __init__(self, positions: tuple[Position, ...], frames_left_out: int) -> None:
        # The code objects stay alive as long as this does, so that an id in a key cannot come to mean another one.
        self._positions = positions
        self._frames_left_out = frames_left_out

    def __len__(self) -> int:
        return len(self._positions)

    def text(self) -> str:
        """Give the lines of the frames, as the standard library formats them; takes a hundred microseconds."""
        if not self._frames_left_out:
            return _formatted(self._positions)
        older, newer = self._positions[:_MAX_FRAMES_AT_EACH_END], self._positions[_MAX_FRAMES_AT_EACH_END:]
        return f"{_formatted(older)}  [{self._frames_left_out} frames left out]\n{_formatted(newer)}"


# One exception of a chain: its frames, if it was raised; ``module.Type: message`` and notes, each line ended; and
# what stands between the exception it came from and this one, empty for the oldest. A plain tuple: see _record.
Link = tuple[Frames | None, str, str]


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
    is_cut: bool
    """Whether something of it was too large."""


def capture_exception(
    error: BaseException, trace: TracebackType | None, max_bytes: int = MAX_VALUE_BYTES
) -> CapturedException:
    """Take from an exception what is needed to describe it, and nothing that keeps objects alive.

    Args:
        error: the exception.
        trace: where it passed; not always the one it holds.
        max_bytes: how large its message may be.
    """
    message = _message(error)
    is_cut = is_longer(message, max_bytes)
    if is_cut:
        message = cut_text(message, max_bytes)
    stack = _capture_chain(error, trace, message, max_bytes)
    if isinstance(stack, str) and is_longer(stack, max_bytes):
        stack, is_cut = cut_middle(stack, max_bytes), True
    return CapturedException(_type_names(type(error))[0], message, stack, is_cut)


def format_stack(stack: Stack) -> str:
    """Give the text that ``traceback.format_exception`` gives for the chain."""
    parts = []
    for frames, summary, joint in reversed(stack.links):
        parts.append(joint)
        if frames is not None:
            parts.append(STACK_HEADER)
            parts.append(frames.text())
        parts.append(summary)
    return "".join(parts)


_known_names: dict[type[BaseException], tuple[str, str]] = {}


def _type_names(kind: type[BaseException]) -> tuple[str, str]:
    """Give the name that ``exception.type`` has, and the one that stands in a stack."""
    names = _known_names.get(kind)
    if names is None:
        name = kind.__qualname__
        full_name = f"{kind.__module__}.{name}"
        if len(_known_names) >= _MAX_KNOWN_TYPES:
            _known_names.clear()
        names = _known_names[kind] = (
            name if kind.__module__ == "builtins" else full_name,
            name if kind.__module__ in {"__main__", "builtins"} else full_name,
        )
    return names


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a program's __str__ may raise anything
        # The marker the traceback module uses in the same place.
        return "<exception str() failed>"


def _capture_chain(error: BaseException, trace: TracebackType | None, message: str, max_bytes: int) -> Stack | str:
    if error.__cause__ is None and error.__context__ is None and not isinstance(error, _FORMATTED_AT_ONCE):
        # What most exceptions are.
        link, size_bytes = _link(error, trace, message, "")
        return Stack((link,), size_bytes)
    links: list[Link] = []
    total_bytes = 0
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and len(links) < _MAX_LINKS:
        if isinstance(current, _FORMATTED_AT_ONCE):
            return "".join(traceback.format_exception(type(error), error, trace))
        seen.add(id(current))
        older, joint = _older(current, seen)
        if current is error:
            link, size_bytes = _link(error, trace, message, joint)
        else:
            message = _message(current)
            message = cut_text(message, max_bytes) if is_longer(message, max_bytes) else message
            link, size_bytes = _link(current, current.__traceback__, message, joint)
        links.append(link)
        total_bytes += size_bytes
        current = older
    return Stack(tuple(links), total_bytes)


def _link(error: BaseException, trace: TracebackType | None, message: str, joint: str) -> tuple[Link, int]:
    """Give one exception of a chain, and how much memory it takes."""
    frames, size_bytes = _frames_of(trace) if trace is not None else (None, 0)
    summary = _summary(error, message)
    return (frames, summary, joint), size_bytes + len(summary)


def _older(error: BaseException, seen: set[int]) -> tuple[BaseException | None, str]:
    cause, context = error.__cause__, error.__context__
    if cause is not None and id(cause) not in seen:
        return cause, _CAUSE
    if context is not None and not error.__suppress_context__ and id(context) not in seen:
        return context, _CONTEXT
    return None, ""


# By the ids of the code objects and their positions, from the oldest frame on.
_known_frames: dict[tuple[int, ...], Frames] = {}


def _frames_of(trace: TracebackType) -> tuple[Frames, int]:
    """Give the frames of a traceback, and how much memory they take that was not taken before."""
    key: list[int] = []
    current: TracebackType | None = trace
    while current is not None:
        key.append(id(current.tb_frame.f_code))
        instruction = current.tb_lasti
        key.append(instruction if instruction >= 0 else -1 - (current.tb_lineno or 0))
        current = current.tb_next
    left_out = len(key) // 2 - 2 * _MAX_FRAMES_AT_EACH_END
    if left_out > 0:
        key[2 * _MAX_FRAMES_AT_EACH_END : -2 * _MAX_FRAMES_AT_EACH_END] = [-left_out]
    frames = _known_frames.get(tuple(key))
    if frames is not None:
        return frames, 0
    if len(_known_frames) >= MAX_KNOWN_STACKS:
        _known_frames.clear()
    frames = _known_frames[tuple(key)] = Frames(_positions(trace), max(0, left_out))
    return frames, len(frames) * _BYTES_PER_FRAME


def _positions(trace: TracebackType) -> tuple[Position, ...]:
    positions: list[Position] = []
    current: TracebackType | None = trace
    while current is not None:
        frame = current.tb_frame
        code = frame.f_code
        if code.co_filename not in linecache.cache:
            # So that source from a zip file is found later, when the frame is gone.
            linecache.lazycache(code.co_filename, frame.f_globals)
        instruction = current.tb_lasti
        positions.append((code, instruction if instruction >= 0 else -1 - (current.tb_lineno or 0)))
        current = current.tb_next
    if len(positions) > 2 * _MAX_FRAMES_AT_EACH_END:
        del positions[_MAX_FRAMES_AT_EACH_END:-_MAX_FRAMES_AT_EACH_END]
    return tuple(positions)


def _summary(error: BaseException, message: str) -> str:
    _, name = _type_names(type(error))
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
