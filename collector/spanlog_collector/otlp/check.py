"""Are these bytes OTLP the engine can read, and how many records do they hold?"""

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError, EncodeError

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.description import LOGS, RECEIVED_NAME, Signal
from spanlog_collector.otlp.message_classes import strict_class
from spanlog_collector.otlp.normalize import canonical, normalize


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
    try:
        request = strict_class(signal).FromString(body)
        # Serializing is the cheapest question about required fields, three times cheaper than IsInitialized().
        is_as_written = len(request.SerializeToString()) == len(body)
    except DecodeError:
        request, body = _normalized(signal, body, has_invalid_text=True)
    except EncodeError:
        request, body = _normalized(signal, body, has_invalid_text=False)
    else:
        # The time of receipt is the journal's to say; a sender that says it would decide which times are plausible.
        if not is_as_written or request.HasField(RECEIVED_NAME):
            body = canonical(request)
    return CheckedRequest(body, _count(signal, request))


def _normalized(signal: Signal, body: bytes, *, has_invalid_text: bool) -> tuple[Any, bytes]:
    try:
        body = normalize(signal, body, has_invalid_text=has_invalid_text)
        return strict_class(signal).FromString(body), body
    except DecodeError as error:
        raise MalformedRequestError(
            f"the body is not an OTLP {signal.request} in protobuf (which nests no deeper than 100 messages): {error}"
        ) from error


def _count(signal: Signal, request: Any) -> int:
    count = 0
    if signal is LOGS:
        for resource_logs in request.resource_logs:
            for scope_logs in resource_logs.scope_logs:
                count += len(scope_logs.log_records)
    else:
        for resource_spans in request.resource_spans:
            for scope_spans in resource_spans.scope_spans:
                count += len(scope_spans.spans)
    return count
