"""Are these bytes OTLP the engine can read, and how many records do they hold?"""

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError, EncodeError

from spanlog_collector.exceptions import MalformedRequestError
from spanlog_collector.otlp.bounds import check_bounds
from spanlog_collector.otlp.description import LOGS, Signal
from spanlog_collector.otlp.message_classes import folded_class, official_class, strict_class
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
        RequestTooLargeError: it holds more messages than one request may.
    """
    try:
        check_bounds(official_class(signal).DESCRIPTOR, body)
        is_all_known = _is_all_known(signal, body)
        request, written = _understood(signal, body)
    except DecodeError as error:
        raise MalformedRequestError(
            f"the body is not an OTLP {signal.request} in protobuf (which nests no deeper than 100 messages): {error}"
        ) from error
    if not is_all_known:
        written = canonical(request)
    # The caller has its own in memory as long as they are needed.
    return CheckedRequest(body if written == body else written, _count(signal, request))


def _is_all_known(signal: Signal, body: bytes) -> bool:
    """Tell whether ``body`` holds nothing but fields of OTLP, each with a type of its own kind.

    Protobuf passes over a known number with a type of another kind, and over groups. The engine does not look: it takes
    the eight bytes of a number for a text, and refuses a whole segment for a group. The time of receipt is unknown here
    too: it is the journal's to say, and a sender that says it would decide which times are plausible.
    """
    folded = folded_class(signal).FromString(body)
    size = folded.ByteSize()
    folded.DiscardUnknownFields()
    return folded.ByteSize() == size


def _understood(signal: Signal, body: bytes) -> tuple[Any, bytes]:
    """Return the request in ``body``, and what it says in one form: protobuf allows many, and the engine not all.

    Numbers and lengths are in their shortest form, a message that came in two pieces is one.
    """
    try:
        request = strict_class(signal).FromString(body)
        # Serializing is the cheapest question about required fields, three times cheaper than IsInitialized().
        return request, request.SerializeToString()
    except DecodeError:
        mended = normalize(signal, body, has_invalid_text=True)
    except EncodeError:
        mended = normalize(signal, body, has_invalid_text=False)
    return strict_class(signal).FromString(mended), mended


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
