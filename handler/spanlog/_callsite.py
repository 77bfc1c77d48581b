"""What never changes for one call site, worked out once: its constants, and how to read the extras it gives.

A call site is a line of code with its logger, level and message. The message counts because several may stand on one
line of a wrapper; a line whose messages keep changing (an f-string) is one call site for all of them, and tells no
template, which would be the message itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spanlog import _encode
from spanlog._attribute import AttributeName, FieldName, FixedName, attribute_name
from spanlog._extras import ATTRIBUTE_BY_EXTRA, OWN_NAMES, PLAIN_NAMES
from spanlog._finish import UID_ATTRIBUTE, RecordHead
from spanlog._session import AGENT_ATTRIBUTE, SESSION_ATTRIBUTE
from spanlog._severity import severity_number, severity_text
from spanlog._values import any_value, safe_text
from spanlog.context import PARENT_ATTRIBUTE

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Collection

# Generated code can have any number of call sites; a program's own is far below.
_MAX_SITES = 4_096
_MAX_MESSAGES_AT_ONE_PLACE = 8
_MAX_TEMPLATE_CHARACTERS = 1_024
# How often the extras of one call site may turn out to be others, before it is left to the general way.
_MAX_PLANS_FOR_ONE_SITE = 8
_MAX_NAMES = 512

TEMPLATE_ATTRIBUTE = "spanlog.template"
# What a record's extras must not name for the quick way: what is worked out for each record anew.
_NAMES_OF_RECORDS = frozenset(
    {
        "code.stacktrace",
        "metadata",
        "spanlog.format_error",
        "spanlog.trace_id.form",
        "spanlog.truncated",
        "thread.name",
        "trace_id",
        PARENT_ATTRIBUTE,
    }
)


class ExtrasPlan:
    """How records of one call site are read whose extras have certain names.

    Attributes:
        field_count: how many fields such a record has.
        readers: the extras: name of the field, and of the attribute.
        head: the constants, less those that an extra takes the place of.
        session_key: what the handler was told of the session, encoded; empty where an extra says it.
        has_session: whether an extra says what a session would.
    """

    __slots__ = ("field_count", "has_session", "head", "readers", "session_key")

    def __init__(
        self,
        field_count: int,
        readers: tuple[tuple[str, AttributeName], ...],
        head: RecordHead,
        session_key: bytes,
        *,
        has_session: bool,
    ) -> None:
        self.field_count = field_count
        self.readers = readers
        self.head = head
        self.session_key = session_key
        self.has_session = has_session


_NO_PLAN = ExtrasPlan(-1, (), ("", b"", False), b"", has_session=False)


class CallSite:
    """One call site.

    Attributes:
        scope: the logger's name.
        severity: encoded.
        constants: attributes by name, tag included.
        plan: how to read its records; a field count of -1 where only the general way will do.
        plans_made: how often that changed.
    """

    __slots__ = ("_whole", "constants", "plan", "plans_made", "scope", "severity")

    def __init__(self, scope: str, severity: bytes, constants: dict[str, bytes]) -> None:
        self.scope = scope
        self.severity = severity
        self.constants = constants
        self.plan = _NO_PLAN
        self.plans_made = 0
        self._whole: RecordHead = (scope, severity + b"".join(constants.values()), False)

    def head(self, overridden: Collection[str] = ()) -> RecordHead:
        """Give the constants, less those of some names."""
        if self.constants.keys().isdisjoint(overridden) and UID_ATTRIBUTE not in overridden:
            return self._whole
        attributes = [encoded for name, encoded in self.constants.items() if name not in overridden]
        return self.scope, self.severity + b"".join(attributes), UID_ATTRIBUTE in overridden


class CallSites:
    """The call sites that one handler has seen.

    Args:
        constants: attributes of every record, by name, tag included.
        session_key: likewise, where no session says another one; empty if there is none.
        agent_id: whose records they are; not repeated in a record.
        is_secret: tells the names of extras whose values must not be sent.
        max_bytes: how large a value may be.
    """

    def __init__(
        self,
        constants: dict[str, bytes],
        session_key: bytes,
        agent_id: str | None,
        is_secret: Callable[[str], bool],
        max_bytes: int,
    ) -> None:
        # By line, level, message, logger and path of a record. What is not there, ``find`` finds. A message is a
        # template only where it has arguments, so it makes another call site with them than without.
        self.with_args: dict[Any, CallSite] = {}
        self.without_args: dict[Any, CallSite] = {}
        self._by_place: dict[tuple[Any, ...], list[CallSite]] = {}
        self._constants = constants
        self._session_key = session_key
        self._agent_id = agent_id
        self._is_secret = is_secret
        self._max_bytes = max_bytes
        self._names: dict[str, AttributeName] = {}

    def find(self, record: logging.LogRecord) -> CallSite:
        """Give the call site of a record whose key is not known, or is none (an object as message, say)."""
        has_args = bool(record.args)
        by_key = self.with_args if has_args else self.without_args
        place = (
            record.lineno,
            record.levelno,
            record.name,
            record.pathname,
            record.funcName,
            record.levelname,
            has_args,
        )
        sites = self._by_place.get(place)
        if sites is None:
            if max(len(self._by_place), len(by_key)) >= _MAX_SITES:
                self._by_place.clear()
                self.with_args.clear()
                self.without_args.clear()
            # The first one is for messages that are no template.
            sites = self._by_place[place] = [self._site(record, None)]
        message = record.msg
        if type(message) is not str or len(message) > _MAX_TEMPLATE_CHARACTERS:
            return sites[0]
        key = record.lineno, record.levelno, message, record.name, record.pathname
        site = by_key.get(key)
        if site is None:
            if len(sites) > _MAX_MESSAGES_AT_ONE_PLACE:
                return sites[0]
            site = by_key[key] = self._site(record, message if has_args else None)
            sites.append(site)
        return site

    def plan(self, site: CallSite, record: logging.LogRecord) -> None:
        """Have records of a call site read the way that suits this one, unless that changes all the time."""
        if site.plans_made >= _MAX_PLANS_FOR_ONE_SITE:
            return
        site.plans_made += 1
        added = [name for name in list(record.__dict__) if name not in PLAIN_NAMES]
        attributes = [ATTRIBUTE_BY_EXTRA.get(name, name) for name in added if name not in OWN_NAMES]
        if (
            not all(isinstance(name, str) for name in added)
            or len(set(attributes)) < len(attributes)
            or any(name in _NAMES_OF_RECORDS or name.startswith("exception.") for name in attributes)
        ):
            return
        site.plan = ExtrasPlan(
            len(PLAIN_NAMES) + len(added),
            tuple([(name, self._name(name)) for name in added]),
            site.head(attributes),
            b"" if SESSION_ATTRIBUTE in attributes else self._session_key,
            has_session=SESSION_ATTRIBUTE in attributes or AGENT_ATTRIBUTE in attributes,
        )

    def _site(self, record: logging.LogRecord, template: str | None) -> CallSite:
        place = {
            "code.file.path": record.pathname,
            "code.function.name": record.funcName,
            "code.line.number": record.lineno,
            TEMPLATE_ATTRIBUTE: template,
        }
        named = {name: _encode.attribute(name, any_value(value)) for name, value in place.items() if value is not None}
        severity = _encode.severity(
            severity_number(record.levelno), severity_text(record.levelno, str(record.levelname))
        )
        scope = record.name if isinstance(record.name, str) else safe_text(record.name)
        return CallSite(scope, severity, {**self._constants, **named})

    def _name(self, extra: str) -> AttributeName:
        name = self._names.get(extra)
        if name is None:
            name = self._new_name(extra)
            if len(self._names) < _MAX_NAMES:
                self._names[extra] = name
        return name

    def _new_name(self, extra: str) -> AttributeName:
        if extra in ATTRIBUTE_BY_EXTRA:
            field = FieldName(ATTRIBUTE_BY_EXTRA[extra], self._max_bytes)
            if extra == "agent_id" and self._agent_id is not None:
                # The resource says it already.
                field.known[self._agent_id] = b""
            return field
        if extra in OWN_NAMES:
            # What formatters leave on a record. Found where it was before, it proves that no other field has come.
            return FixedName(extra, b"")
        return attribute_name(extra, self._max_bytes, self._is_secret)
