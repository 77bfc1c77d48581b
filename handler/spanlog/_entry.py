"""What a program says to the log API, as the JSON that the API takes.

The API refuses what it cannot store and give back: a NUL, a number that is none, values nested too deeply. A log
call should not fail for that, so such values are rendered here as the handler would render them, and marked.
The bounds are those of the API (``PostedEntry``); a mistake in a name, an id or a level is the caller's to hear of.
Secrets are taken out of texts by the handler's rules, before anything is cut.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spanlog import _encode
from spanlog._exception import Stack, capture_exception, format_stack
from spanlog._redact import REDACTED_VALUE, is_sensitive_key, redact
from spanlog._session import CURRENT_SESSION
from spanlog._values import safe_text
from spanlog.context import current_trace_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_MESSAGE_CHARACTERS = 1024 * 1024
# The whole of the metadata may be 1 MiB of JSON; one value of this size leaves room for the others.
_MAX_TEXT_CHARACTERS = 256 * 1024
_MAX_KEY_CHARACTERS = 256
_MAX_KEYS = 1_000
_MAX_ITEMS = 10_000
_MAX_DEPTH = 20
_CUT = "… [cut]"


def new_entry(said: Mapping[str, Any], *, agent_id: str, session_key: str | None, source: str) -> dict[str, Any]:
    """Give an entry (``spanlog.client.LogEntry``) as ``POST /logs`` takes it.

    Agent and session are what the entry says, else the session around the call, else what is given here; trace and
    parent are what the entry says, else the operation or span around the call.
    """
    entry: dict[str, Any] = {"agent_id": agent_id, "session_key": session_key, "source": source}
    session = CURRENT_SESSION.get()
    if session is not None:
        entry["agent_id"] = session.agent_id or agent_id
        entry["session_key"] = session.session_key or session_key
    entry.update({name: value for name, value in said.items() if value is not None and name != "message"})
    ids = current_trace_ids()
    # An entry of another trace has nothing to do with the span around the call.
    if ids is not None and "trace_id" not in entry:
        entry["trace_id"] = ids.trace_id.hex()
        entry.setdefault("parent_id", ids.span_id.hex())
    for name in ("trace_id", "parent_id"):
        if name in entry:
            entry[name] = safe_text(entry[name])
    if "metadata" in entry:
        entry["metadata"] = _json_object(entry["metadata"], 1)
    message = _clean(safe_text(said["message"]), _MAX_MESSAGE_CHARACTERS)
    return {name: value for name, value in {**entry, "message": message}.items() if value is not None}


def exception_metadata(error: BaseException) -> dict[str, str]:
    """Give what is said of an exception, under the names of the semantic conventions, as the handler does."""
    captured = capture_exception(error, error.__traceback__)
    stack = captured.stack
    text = format_stack(stack) if isinstance(stack, Stack) else stack
    return {
        "exception.type": captured.type_name,
        "exception.message": captured.message,
        **({"exception.stacktrace": text} if text else {}),
    }


def _json_value(value: Any, depth: int) -> Any:  # noqa: PLR0911 - one return for each kind
    try:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return _clean(str(value), _MAX_TEXT_CHARACTERS)
        if isinstance(value, int):
            # A card number may come as a number; as any other number, it stays one.
            text = str(int(value))
            return int(value) if redact(text) == text else redact(text)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else safe_text(float(value))
        if isinstance(value, (dict, list, tuple, set, frozenset)) and depth < _MAX_DEPTH:
            if isinstance(value, dict):
                return _json_object(value, depth + 1)
            return [_json_value(item, depth + 1) for item in list(value)[:_MAX_ITEMS]]
        return _clean(safe_text(value), _MAX_TEXT_CHARACTERS)
    except Exception as error:  # noqa: BLE001 - a subclass may override anything, a container change meanwhile
        return f"<unprintable {type(value).__name__}: {type(error).__name__}>"


def _json_object(values: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for key, value in list(values.items())[:_MAX_KEYS]:
        name = _clean(safe_text(key), _MAX_KEY_CHARACTERS)
        is_secret = value is not None and is_sensitive_key(name)
        encoded[name] = REDACTED_VALUE if is_secret else _json_value(value, depth)
    return encoded


def _clean(text: str, max_characters: int) -> str:
    text = redact(text)
    if len(text) > max_characters:
        text = text[: max_characters - len(_CUT)] + _CUT
    return _encode.utf8(text.replace("\0", "\ufffd")).decode()
