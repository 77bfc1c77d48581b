"""Are these bytes OTLP the engine can read, and how many records do they hold?"""

from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_collector.otlp.message_classes import strict_class
from spanlog_collector.otlp.normalize import containers_to_json, replace_invalid_utf8
from spanlog_collector.otlp.shallow_parse import parse_shallow

_SMALL_BYTES: Final = 8 * 1024
"""Up to here the plain way is the faster one."""


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request that the engine can read: ``body`` as it is to be journaled, and its number of records or spans."""

    body: bytes
    records: int


def check_request(signal: Signal, body: bytes) -> CheckedRequest:
    """Check ``body`` as one export request of ``signal``; mend what can be mended.

    Raises:
        MalformedRequestError: ``body`` is not a request of ``signal``.
    """
    if len(body) > _SMALL_BYTES:
        request = parse_shallow(signal, body)
        if request is not None:
            return CheckedRequest(body, _count(signal, request))
    try:
        request = strict_class(signal).FromString(body)
    except DecodeError:
        body, request = _mend(signal, body)
    if not request.IsInitialized():
        body = containers_to_json(signal, body)
    return CheckedRequest(body, _count(signal, request))


def _mend(signal: Signal, body: bytes) -> tuple[bytes, Any]:
    try:
        body = replace_invalid_utf8(signal, body)
        return body, strict_class(signal).FromString(body)
    except DecodeError as error:
        raise MalformedRequestError(f"the body is not an OTLP {signal.request} in protobuf: {error}") from error


def _count(signal: Signal, request: Any) -> int:
    if signal is LOGS:
        scopes = (scope.log_records for resource in request.resource_logs for scope in resource.scope_logs)
    else:
        scopes = (scope.spans for resource in request.resource_spans for scope in resource.scope_spans)
    return sum(map(len, scopes))
