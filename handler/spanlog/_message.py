"""A record's message as text, whatever the program put into it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from spanlog._values import safe_text

if TYPE_CHECKING:
    import logging


def message_text(record: logging.LogRecord, formatter: logging.Formatter | None) -> tuple[str, str]:
    """Render the message. Gives the text, and what was wrong if it could not be rendered as written."""
    try:
        text: Any = record.getMessage() if formatter is None else _formatted(record, formatter)
    except Exception as error:  # noqa: BLE001 - arguments that do not fit, a __str__ or a formatter that fails
        return unformatted_text(record), problem_text(error)
    return text if isinstance(text, str) else safe_text(text), ""


def problem_text(error: BaseException) -> str:
    """Say why a message could not be rendered."""
    return f"{type(error).__name__}: {safe_text(error)}"


def unformatted_text(record: logging.LogRecord) -> str:
    """Give what is there to render: the message as it is, and its arguments."""
    text = safe_text(record.msg)
    if not record.args:
        return text
    try:
        arguments = repr(record.args)
    except Exception as error:  # noqa: BLE001 - a program's __repr__ may raise anything
        arguments = f"<unprintable: {type(error).__name__}>"
    return f"{text} [args: {arguments}]"


def _formatted(record: logging.LogRecord, formatter: logging.Formatter) -> str:
    # On a copy, because formatting writes into the record. Without the exception and the stack, which travel
    # as attributes of their own: the body stays the line that was logged.
    copied = copy.copy(record)
    copied.exc_info = copied.exc_text = copied.stack_info = None
    return formatter.format(copied)
