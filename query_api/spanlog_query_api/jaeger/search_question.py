"""What a search asks for, read from the parameters of either version of the API."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from starlette.datastructures import QueryParams

from spanlog_query_api.jaeger.durations import parse_duration
from spanlog_query_api.jaeger.errors import JaegerError, quoted
from spanlog_query_api.jaeger.values import (
    parse_integer,
    parse_rfc3339,
    parse_trace_id,
    parse_truth,
    storable_time,
)
from spanlog_query_api.times import DAY_NANOSECONDS

_T = TypeVar("_T")

MAX_TRACES: Final = 1500
"""The most that Jaeger UI lets people ask for."""

MAX_TRACE_IDS: Final = 100
_MAX_TAGS: Final = 50
_DEFAULT_TRACES: Final = 100
_DEFAULT_LOOKBACK_NANOSECONDS: Final = 2 * DAY_NANOSECONDS
_NANOSECONDS_PER_MICROSECOND: Final = 1000
_NO_TAGS: Final[dict[str, str]] = {}

_OLD_NAMES: Final = {
    "query.serviceName": ("query.service_name",),
    "query.operationName": ("query.operation_name", "query.span_name"),
    "query.startTimeMin": ("query.start_time_min",),
    "query.startTimeMax": ("query.start_time_max",),
    "query.searchDepth": ("query.search_depth", "query.num_traces"),
    "query.durationMin": ("query.duration_min",),
    "query.durationMax": ("query.duration_max",),
    "query.rawTraces": ("query.raw_traces",),
    "startTime": ("start_time",),
    "endTime": ("end_time",),
    "rawTraces": ("raw_traces",),
    "spanKind": ("span_kind",),
}
"""The v3 API's parameters: camel case now, in snake case before; clients send either."""


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """Spans that all of this is true of; their traces are the answer. Both ends of the period are inside.

    An empty service or operation, no tag, and a longest duration of 0 ask for nothing. Times and durations in
    nanoseconds.
    """

    service: str
    operation: str
    first: int
    last: int
    min_duration: int = 0
    max_duration: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    limit: int = _DEFAULT_TRACES
    raw: bool = False


@dataclass(frozen=True, slots=True)
class V1Search:
    """A search of the v1 API: for traces with these ids, or if there are none, for those that fit the question."""

    trace_ids: tuple[str, ...]
    question: SearchQuestion


def read_v1_search(params: QueryParams) -> V1Search:
    """Return what ``/api/traces`` is asked.

    Raises:
        JaegerError: a parameter is not what it must be.
    """
    now = time.time_ns()
    first = v1_time(params, "start")
    last = v1_time(params, "end")
    tags = _v1_tags(params)
    # Not a number, this one is named by no message of Jaeger's.
    limit = _checked(params.get("limit", ""), _parse_limit, _DEFAULT_TRACES, "{}")
    shortest = _v1_value(params, "minDuration", parse_duration, 0)
    longest = _v1_value(params, "maxDuration", parse_duration, 0)
    trace_ids = tuple(dict.fromkeys(_v1_trace_id(text) for text in params.getlist("traceID")))
    raw = v1_truth(params, "raw")
    service = params.get("service", "")
    if not trace_ids and not service:
        raise JaegerError(400, "parameter 'service' is required")
    if shortest and longest and longest < shortest:
        raise JaegerError(400, "'maxDuration' should be greater than 'minDuration'")
    if len(trace_ids) > MAX_TRACE_IDS:
        raise JaegerError(400, f"at most {MAX_TRACE_IDS} traces are read at once")
    question = SearchQuestion(
        service=service,
        operation=params.get("operation", ""),
        first=storable_time(now - _DEFAULT_LOOKBACK_NANOSECONDS if first is None else first),
        last=storable_time(now if last is None else last),
        min_duration=max(0, shortest),
        max_duration=longest,
        tags=tags,
        limit=_bounded_limit(limit),
        raw=raw,
    )
    return V1Search(trace_ids, question)


def read_v3_search(params: QueryParams) -> SearchQuestion:
    """Return what ``/api/v3/traces`` or ``/api/v3/trace-summaries`` is asked.

    Raises:
        JaegerError: a parameter is not what it must be.
    """
    tags = _checked(
        params.get("query.attributes", ""), _parse_tags, _NO_TAGS, "malformed parameter query.attributes: {}"
    )
    first = v3_value(params, "query.startTimeMin", parse_rfc3339, None)
    last = v3_value(params, "query.startTimeMax", parse_rfc3339, None)
    if first is None or last is None:
        raise JaegerError(400, "query.startTimeMin and query.startTimeMax are required")
    if first >= last:
        raise JaegerError(400, "query.startTimeMin must be before query.startTimeMax")
    shortest = v3_value(params, "query.durationMin", parse_duration, 0)
    longest = v3_value(params, "query.durationMax", parse_duration, 0)
    return SearchQuestion(
        service=v3_text(params, "query.serviceName"),
        operation=v3_text(params, "query.operationName"),
        first=storable_time(first),
        last=storable_time(last),
        min_duration=max(0, shortest),
        max_duration=max(0, longest),
        tags=_few(tags),
        limit=_bounded_limit(v3_value(params, "query.searchDepth", _parse_depth, _DEFAULT_TRACES)),
        raw=v3_value(params, "query.rawTraces", parse_truth, False),
    )


def v1_time(params: QueryParams, name: str) -> int | None:
    """Return a parameter in microseconds since 1970 as nanoseconds, or None where it is not given.

    Raises:
        JaegerError: it is no number.
    """
    found = _v1_value(params, name, parse_integer, None)
    return None if found is None else found * _NANOSECONDS_PER_MICROSECOND


def v1_integer(params: QueryParams, name: str, default: int | None) -> int | None:
    """Return a parameter that is a whole number.

    Raises:
        JaegerError: it is none.
    """
    return _v1_value(params, name, parse_integer, default)


def v1_truth(params: QueryParams, name: str) -> bool:
    """Return a parameter that is true or false; false where it is not given.

    Raises:
        JaegerError: it is neither.
    """
    return _v1_value(params, name, parse_truth, False)


def v3_text(params: QueryParams, name: str) -> str:
    """Return a parameter of the v3 API, under its name or one that it had before; empty where it is not given."""
    return _v3_named(params, name)[1]


def v3_value(params: QueryParams, name: str, parse: Callable[[str], _T], default: _T) -> _T:
    """Return a parameter of the v3 API, or ``default``.

    Raises:
        JaegerError: it is not what ``parse`` takes; the message has the name that the client used.
    """
    used, text = _v3_named(params, name)
    return _checked(text, parse, default, f"malformed parameter {used}: {{}}")


def _v3_named(params: QueryParams, name: str) -> tuple[str, str]:
    for known in (name, *_OLD_NAMES.get(name, ())):
        if text := params.get(known, ""):
            return known, text
    return name, ""


def _v1_value(params: QueryParams, name: str, parse: Callable[[str], _T], default: _T) -> _T:
    return _checked(params.get(name, ""), parse, default, f"unable to parse param '{name}': {{}}")


def _checked(text: str, parse: Callable[[str], _T], default: _T, message: str) -> _T:
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as error:
        raise JaegerError(400, message.replace("{}", str(error))) from None


def _v1_trace_id(text: str) -> str:
    try:
        return parse_trace_id(text)
    except JaegerError as error:
        raise JaegerError(400, f"cannot parse traceID param: {error}") from None


def _v1_tags(params: QueryParams) -> Mapping[str, str]:
    tags: dict[str, str] = {}
    for text in params.getlist("tag"):
        name, colon, value = text.partition(":")
        if not colon:
            raise JaegerError(400, f"malformed 'tag' parameter, expecting key:value, received: {text}")
        tags[name] = value
    for text in params.getlist("tags"):
        tags |= _checked(text, _parse_tags, _NO_TAGS, "malformed 'tags' parameter, cannot unmarshal JSON: {}")
    return _few(tags)


def _parse_tags(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str | None) for value in found.values()):
        raise ValueError(f"not an object of texts: {quoted(text[:100])}")
    # Go reads null as the empty text.
    return {name: value or "" for name, value in found.items()}


def _few(tags: Mapping[str, str]) -> Mapping[str, str]:
    if len(tags) > _MAX_TAGS:
        raise JaegerError(400, f"at most {_MAX_TAGS} tags can be asked for at once")
    return tags


def _parse_limit(text: str) -> int:
    return parse_integer(text, bits=32)


def _parse_depth(text: str) -> int:
    try:
        return parse_integer(text, bits=32)
    except ValueError as error:
        # Jaeger reads this one with another function, which names itself.
        raise ValueError(str(error).replace("ParseInt", "Atoi")) from None


def _bounded_limit(limit: int) -> int:
    # None, to Jaeger's memory storage, is no limit.
    return min(limit, MAX_TRACES) if limit > 0 else MAX_TRACES
