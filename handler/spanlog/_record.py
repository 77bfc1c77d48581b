"""A ``logging.LogRecord`` as an OTLP log record: everything that is read at the call is read here.

There are two ways to the same bytes. The quick one takes what is known of the call site and joins it with the little
that is new; it knows messages, texts, numbers and exceptions. Whatever else a program may put into a record, the
general way renders, cuts and marks, at several times the cost.
"""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

from spanlog import _encode
from spanlog._attribute import AttributeName, attribute_name
from spanlog._callsite import CallSite, CallSites
from spanlog._cut import cut_text, is_longer
from spanlog._exception import CapturedException, Stack, capture_exception
from spanlog._extras import Extras, extras_of
from spanlog._finish import encoded_cut
from spanlog._message import message_text, problem_text, unformatted_text
from spanlog._sensitive_keys import SensitiveKeys, default_keys
from spanlog._session import AGENT_ATTRIBUTE, CURRENT_SESSION, SESSION_ATTRIBUTE
from spanlog._values import Room, any_value, safe_text
from spanlog.context import PARENT_ATTRIBUTE, TraceIds, current_trace_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from spanlog._finish import RecordHead
    from spanlog.config import HandlerConfig

# Of an exception, what is added in the background: its attributes, encoded; its stack, to be formatted; and the names
# of what was cut of its record.
PendingException = tuple[bytes, Stack, tuple[str, ...]]
# What the call site always says, when it was logged (whatever the record has there), what is new as fields of a
# LogRecord, and what is still to be added. A plain tuple: there is one for every record.
QueuedRecord = tuple["RecordHead", Any, bytes, PendingException | None]

_NO_LIMIT = sys.maxsize
_MAX_NAMES = 512
_EXCEPTION_NAMES = ("exception.type", "exception.message", "exception.stacktrace")


class RecordEncoder:
    """Encodes the records of one handler.

    Attributes:
        encode: reads everything a record says, leaving the record as it was. Takes the record, and a formatter or
            None.
    """

    def __init__(self, config: HandlerConfig) -> None:
        self._agent_id = config.agent_id
        self._max_bytes = config.max_value_bytes
        self._is_secret = _secret_names(config)
        constants = {"spanlog.source": config.source, "spanlog.category": config.category}
        self._session_key = _attribute(SESSION_ATTRIBUTE, config.session_key) if config.session_key else b""
        self._names: dict[str, AttributeName] = {}
        self._sites = CallSites(
            {name: _attribute(name, text) for name, text in constants.items() if text is not None},
            self._session_key,
            config.agent_id,
            self._is_secret,
            self._max_bytes,
        )
        # What is cut is a little longer than it may be, by the mark.
        self._exception_type = AttributeName("exception.type", _NO_LIMIT)
        self._exception_message = AttributeName("exception.message", _NO_LIMIT)
        self.encode = self._quick_way()

    def _quick_way(  # noqa: C901, PLR0915 - see below
        self,
    ) -> Callable[[logging.LogRecord, logging.Formatter | None], QueuedRecord]:
        # One function, because taking it apart would cost more than most of its parts do; and a closure, because a
        # method would have to look up on the encoder what is at hand here.
        sites = self._sites
        with_args, without_args = sites.with_args, sites.without_args
        general_way = self._general_way
        body_headers, short_bytes, max_bytes = _encode.BODY_HEADERS, _encode.SHORT_BYTES, self._max_bytes
        thread_name = AttributeName("thread.name", self._max_bytes)
        thread_names = thread_name.known
        current_session = CURRENT_SESSION.get

        def encode(  # noqa: C901, PLR0911, PLR0912 - as said
            record: logging.LogRecord, formatter: logging.Formatter | None
        ) -> QueuedRecord:
            fields = record.__dict__
            message = fields["msg"]
            if formatter is None and type(message) is str and type(record) is logging.LogRecord:
                args = fields["args"]
                site = (with_args if args else without_args).get(
                    (fields["lineno"], fields["levelno"], message, fields["name"], fields["pathname"])
                )
                if site is None:
                    site = sites.find(record)
                try:
                    body = message % args if args else message
                except Exception as error:  # noqa: BLE001 - arguments that do not fit, or a __str__ that fails
                    return general_way(record, site, unformatted_text(record), problem_text(error))
            else:
                site = sites.find(record)
                body, problem = message_text(record, formatter)
                if problem or isinstance(message, BaseException):
                    return general_way(record, site, body, problem)
            plan = site.plan
            session = current_session()
            if len(fields) != plan.field_count:
                # The first record of the call site, or another one in the same place.
                sites.plan(site, record)
                return general_way(record, site, body)
            is_rare = fields["stack_info"] or (fields["exc_text"] and not fields["exc_info"])
            if is_rare or (session is not None and plan.has_session):
                return general_way(record, site, body)
            ids = current_trace_ids()
            thread = fields["threadName"]
            pending: PendingException | None = None
            try:
                content = body.encode()
                length = len(content)
                if length > max_bytes:
                    return general_way(record, site, body)
                # One that is None has joining fail: it stands for a value that has to be rendered or cut.
                pieces: list[Any] = [
                    body_headers[length] if length < short_bytes else _encode.body_header(length),
                    content,
                    b"" if ids is None else ids.encoded,
                    plan.session_key if session is None or session.session_key is None else b"",
                    b"" if session is None else session.encoded,
                    (thread_names.get(thread) or thread_name.text(thread)) if thread else b"",
                ]
                for name, attribute in plan.readers:
                    value = fields[name]
                    kind = type(value)
                    if kind is str or kind is int:
                        piece = attribute.known.get(value)
                        if piece is None:
                            piece = attribute.text(value) if kind is str else attribute.other(value)
                    else:
                        piece = attribute.other(value)
                    pieces.append(piece)
                if fields["exc_info"]:
                    exception, pending, cut = self._exception(record)
                    pieces += (exception, encoded_cut(cut) if pending is None else b"")
                encoded = b"".join(pieces)
            except KeyError:
                # As many extras as planned, but others.
                sites.plan(site, record)
                return general_way(record, site, body)
            except (AttributeError, TypeError, UnicodeEncodeError):
                # Such a value, or anything else out of the ordinary.
                return general_way(record, site, body)
            return plan.head, fields["created"], encoded, pending

        return encode

    def _general_way(self, record: logging.LogRecord, site: CallSite, body: str, problem: str = "") -> QueuedRecord:
        """Encode a record that may hold anything. What cannot be rendered is marked in its place."""
        extras = extras_of(record)
        given: dict[str, object] = extras.attributes if extras is not None else {}
        ids = _trace_ids(extras)
        exception, pending, cut = self._exception(record)
        has_exception = bool(exception or pending)
        if is_longer(body, self._max_bytes):
            body = cut_text(body, self._max_bytes)
            cut.append("body")

        attributes: dict[str, bytes] = {}
        texts = {
            "thread.name": record.threadName,
            # Of a record that came through a pickle: the exception is gone, its text is not.
            "exception.stacktrace": None if has_exception or record.exc_info else record.exc_text,
            "spanlog.format_error": problem,
            "code.stacktrace": record.stack_info,
            PARENT_ATTRIBUTE: ids.parent_id if ids is not None else None,
            "spanlog.trace_id.form": "uuid" if extras is not None and extras.trace_id_is_uuid else None,
        }
        for name, text in texts.items():
            if text:
                attributes[name] = self._any_attribute(name, safe_text(text), cut)
        attributes.update(self._session_attributes(given))
        for name, value in given.items():
            # The program's word goes before spanlog's, except about an exception that really is there.
            if not (has_exception and name in _EXCEPTION_NAMES):
                attributes[name] = self._any_attribute(name, value, cut)
        pieces = [_encode.body(body), *attributes.values(), exception, b"" if ids is None else ids.encoded_ids]
        if pending is not None:
            pending = (pending[0], pending[1], tuple(cut))
        else:
            pieces.append(encoded_cut(cut))
        return site.head(given), record.created, b"".join(pieces), pending

    def _any_attribute(self, name: str, value: object, cut: list[str]) -> bytes:
        attribute = self._names.get(name) or self._new_name(name)
        encoded = attribute.text(value) if type(value) is str else attribute.other(value)
        if encoded is None:
            room = Room(self._max_bytes)
            encoded = _encode.attribute(name, any_value(value, room))
            if room.is_cut:
                cut.append(name)
        return encoded

    def _new_name(self, name: str) -> AttributeName:
        made = attribute_name(name, self._max_bytes, self._is_secret)
        if len(self._names) < _MAX_NAMES:
            self._names[name] = made
        return made

    def _session_attributes(self, given: dict[str, object]) -> dict[str, bytes]:
        """Give what is said of session and agent around the record; its own word stays where it has one."""
        attributes = {SESSION_ATTRIBUTE: self._session_key} if self._session_key else {}
        session = CURRENT_SESSION.get()
        if session is not None:
            attributes.update(session.encoded_by_name)
            return attributes
        agent_id = given.get(AGENT_ATTRIBUTE)
        if isinstance(agent_id, str) and agent_id == self._agent_id:
            # The resource says it already.
            del given[AGENT_ATTRIBUTE]
        return attributes

    def _exception(self, record: logging.LogRecord) -> tuple[bytes, PendingException | None, list[str]]:
        """Give what is said of an exception, encoded or pending, and the names of what was cut of it."""
        captured = _captured(record, self._max_bytes)
        if captured is None:
            return b"", None, []
        cut = ["exception"] if captured.is_cut else []
        type_name, message = self._exception_type, self._exception_message
        encoded = (type_name.known.get(captured.type_name) or type_name.text(captured.type_name) or b"") + (
            message.known.get(captured.message) or message.text(captured.message) or b""
        )
        if isinstance(captured.stack, Stack):
            return b"", (encoded, captured.stack, tuple(cut)), cut
        if captured.stack is not None:
            encoded += _attribute("exception.stacktrace", captured.stack)
        return encoded, None, cut


def _trace_ids(extras: Extras | None) -> TraceIds | None:
    ids = current_trace_ids()
    if extras is None or not extras.trace_id or (ids is not None and ids.trace_id == extras.trace_id):
        return ids
    # Another trace than the one around the call: its spans are not this record's.
    return TraceIds(extras.trace_id, b"", 0, "")


def _captured(record: logging.LogRecord, max_bytes: int) -> CapturedException | None:
    error: object = record.exc_info
    trace: object = None
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error, trace = (error[1], error[2]) if len(error) == 3 else (None, None)  # noqa: PLR2004 - sys.exc_info()
    elif isinstance(error, BaseException):
        trace = error.__traceback__
    if isinstance(error, BaseException):
        return capture_exception(error, trace if isinstance(trace, TracebackType) else None, max_bytes)
    if isinstance(record.msg, BaseException):
        captured = capture_exception(record.msg, record.msg.__traceback__, max_bytes)
        return captured if record.msg.__traceback__ is not None else captured._replace(stack=None)
    return None


def _attribute(name: str, text: str) -> bytes:
    return _encode.attribute(name, _encode.string_value(text))


def _secret_names(config: HandlerConfig) -> Callable[[str], bool]:
    if not config.redact:
        return _is_never_secret
    return SensitiveKeys(config.redact_keys).matches if config.redact_keys else default_keys().matches


def _is_never_secret(name: str) -> bool:  # noqa: ARG001 - where the program wants no redaction
    return False
