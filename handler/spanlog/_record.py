"""A ``logging.LogRecord`` as an OTLP log record: everything that is read at the call is read here."""

from __future__ import annotations

import copy
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from spanlog import _encode
from spanlog._callsite import call_site
from spanlog._exception import CapturedException, Stack, capture_exception
from spanlog._extras import Extras, extras_of
from spanlog._uid import UIDS
from spanlog._values import any_value, safe_text
from spanlog.context import TraceIds, current_trace_ids

if TYPE_CHECKING:
    import logging

    from spanlog.config import HandlerConfig

# Logger name (the scope), the encoded record, and a stack that is still to be formatted and appended.
# A plain tuple: there is one for every record, and the garbage collector stops tracking it.
QueuedRecord = tuple[str, bytes, Stack | None]

_EXCEPTION_NAMES = ("exception.type", "exception.message", "exception.stacktrace")
_CALL_SITE_NAMES = ("code.file.path", "code.function.name", "code.line.number")
_MAX_CACHED_TEXTS = 4_096
_MAX_CACHED_CHARACTERS = 1_024
_TIME_LIMIT = 2**64


class RecordEncoder:
    """Encodes the records of one handler."""

    def __init__(self, config: HandlerConfig) -> None:
        self._agent_id = config.agent_id
        constants = {
            "spanlog.source": config.source,
            "spanlog.category": config.category,
            "session.id": config.session_key,
        }
        self._constants = {name: _text_attribute(name, text) for name, text in constants.items() if text is not None}
        self._last_ids: tuple[TraceIds, bytes] | None = None

    def encode(self, record: logging.LogRecord, formatter: logging.Formatter | None) -> QueuedRecord:
        """Read everything a record says, leaving the record as it was.

        What cannot be rendered is marked in its place; see ``_values`` and ``_body_text``.
        """
        extras = extras_of(record)
        given: dict[str, object] = extras.attributes if extras else {}
        observed = time.time_ns()
        time_unix_nano = _time_unix_nano(record, observed)
        body, format_error = _body_text(record, formatter)
        ids = _trace_ids(extras)

        attributes = dict(self._constants)
        attributes["log.record.uid"] = _text_attribute("log.record.uid", UIDS.next(time_unix_nano))
        if record.threadName:
            attributes["thread.name"] = _cached_attribute("thread.name", record.threadName)
        if record.args and isinstance(record.msg, str):
            attributes["spanlog.template"] = _cached_attribute("spanlog.template", record.msg)
        if format_error:
            attributes["spanlog.format_error"] = _text_attribute("spanlog.format_error", format_error)
        if record.stack_info:
            attributes["code.stacktrace"] = _text_attribute("code.stacktrace", safe_text(record.stack_info))
        if ids is not None and ids.parent_id:
            attributes["spanlog.parent_id"] = _text_attribute("spanlog.parent_id", ids.parent_id)
        if extras is not None and extras.trace_id_is_uuid:
            attributes["spanlog.trace_id.form"] = _text_attribute("spanlog.trace_id.form", "uuid")
        stack = self._add_exception(record, attributes)

        site = call_site(record)
        site_attributes = site.attributes
        if given:
            site_attributes = self._add_given(given, attributes, site.attribute_by_name)
        encoded = b"".join(
            (
                _encode.times(time_unix_nano, observed),
                site.severity,
                _encode.body(body),
                site_attributes,
                *attributes.values(),
                b"" if ids is None else self._encoded_ids(ids),
            )
        )
        return record.name if isinstance(record.name, str) else safe_text(record.name), encoded, stack

    def _add_given(self, given: dict[str, object], attributes: dict[str, bytes], of_site: dict[str, bytes]) -> bytes:
        """Add what the program gave; give what is left of the call site's own attributes.

        A name stands once in a record. The program's word goes before spanlog's, except about an exception
        that really is there.
        """
        agent_id = given.get("gen_ai.agent.id")
        if isinstance(agent_id, str) and agent_id == self._agent_id:
            # The resource says it already.
            del given["gen_ai.agent.id"]
        has_exception = "exception.type" in attributes
        for name, value in given.items():
            if not (has_exception and name in _EXCEPTION_NAMES):
                attributes[name] = _encode.attribute(name, any_value(value))
        return b"".join([encoded for name, encoded in of_site.items() if name not in given])

    def _add_exception(self, record: logging.LogRecord, attributes: dict[str, bytes]) -> Stack | None:
        captured = _captured(record)
        if captured is None:
            if record.exc_text and not record.exc_info:
                # A record that came through a pickle: the exception is gone, its text is not.
                attributes["exception.stacktrace"] = _text_attribute("exception.stacktrace", safe_text(record.exc_text))
            return None
        attributes["exception.type"] = _text_attribute("exception.type", captured.type_name)
        attributes["exception.message"] = _text_attribute("exception.message", captured.message)
        if isinstance(captured.stack, str):
            attributes["exception.stacktrace"] = _text_attribute("exception.stacktrace", captured.stack)
            return None
        return captured.stack

    def _encoded_ids(self, ids: TraceIds) -> bytes:
        last = self._last_ids
        if last is not None and last[0] is ids:
            return last[1]
        encoded = _encode.trace_context(ids.trace_id, ids.span_id, ids.flags)
        self._last_ids = (ids, encoded)
        return encoded


def _time_unix_nano(record: logging.LogRecord, observed: int) -> int:
    try:
        # By way of microseconds, which is what a float of this size can tell: 1.25 s must not become 1.24999….
        nanoseconds = round(record.created * 1e6) * 1_000
    except (TypeError, ValueError, OverflowError):
        return observed
    return nanoseconds if 0 < nanoseconds < _TIME_LIMIT else observed


def _body_text(record: logging.LogRecord, formatter: logging.Formatter | None) -> tuple[str, str]:
    """Render the message. Gives the text, and what was wrong if it could not be rendered as written."""
    try:
        text: Any = record.getMessage() if formatter is None else _formatted(record, formatter)
    except Exception as error:  # noqa: BLE001 - arguments that do not fit, a __str__ or a formatter that fails
        return _unformatted_text(record), f"{type(error).__name__}: {safe_text(error)}"
    return text if isinstance(text, str) else safe_text(text), ""


def _formatted(record: logging.LogRecord, formatter: logging.Formatter) -> str:
    # On a copy, because formatting writes into the record. Without the exception and the stack, which travel
    # as attributes of their own: the body stays the line that was logged.
    copied = copy.copy(record)
    copied.exc_info = copied.exc_text = copied.stack_info = None
    return formatter.format(copied)


def _unformatted_text(record: logging.LogRecord) -> str:
    text = safe_text(record.msg)
    if not record.args:
        return text
    try:
        arguments = repr(record.args)
    except Exception as error:  # noqa: BLE001 - a program's __repr__ may raise anything
        arguments = f"<unprintable: {type(error).__name__}>"
    return f"{text} [args: {arguments}]"


def _trace_ids(extras: Extras | None) -> TraceIds | None:
    ids = current_trace_ids()
    if extras is None or not extras.trace_id or (ids is not None and ids.trace_id == extras.trace_id):
        return ids
    # Another trace than the one around the call: its spans are not this record's.
    return TraceIds(extras.trace_id, b"", 0, "")


def _captured(record: logging.LogRecord) -> CapturedException | None:
    error: object = record.exc_info
    trace: object = None
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error, trace = (error[1], error[2]) if len(error) == 3 else (None, None)  # noqa: PLR2004 - sys.exc_info()
    elif isinstance(error, BaseException):
        trace = error.__traceback__
    if isinstance(error, BaseException):
        return capture_exception(error, trace if isinstance(trace, TracebackType) else None)
    if isinstance(record.msg, BaseException):
        captured = capture_exception(record.msg, record.msg.__traceback__)
        return captured if record.msg.__traceback__ is not None else captured._replace(stack=None)
    return None


def _text_attribute(name: str, text: str) -> bytes:
    return _encode.attribute(name, _encode.string_value(text))


_cached: dict[tuple[str, str], bytes] = {}


def _cached_attribute(name: str, text: str) -> bytes:
    """Encode an attribute whose text comes again and again."""
    encoded = _cached.get((name, text))
    if encoded is None:
        encoded = _text_attribute(name, text)
        if len(text) <= _MAX_CACHED_CHARACTERS:
            if len(_cached) >= _MAX_CACHED_TEXTS:
                _cached.clear()
            _cached[name, text] = encoded
    return encoded
