"""What is written by hand is what the official classes write."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs

from spanlog import _encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    texts,
    st.binary(),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
attributes = st.dictionaries(texts, values, max_size=5)
uint64 = st.integers(0, 2**64 - 1)


def by_hand(value):
    match value:
        case None:
            return _encode.NULL
        case bool():
            return _encode.TRUE if value else _encode.FALSE
        case int():
            return _encode.int_value(value)
        case float():
            return _encode.float_value(value)
        case str():
            return _encode.string_value(value)
        case bytes():
            return _encode.bytes_value(value)
        case list():
            return _encode.array_value([by_hand(item) for item in value])
        case dict():
            return _encode.map_value({key: by_hand(item) for key, item in value.items()})


def official(value):
    match value:
        case None:
            return AnyValue()
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[official(item) for item in value]))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=official_pairs(value)))


def official_pairs(named):
    return [KeyValue(key=key, value=official(value)) for key, value in named.items()]


def same(left, right):
    # NaN is not equal to itself, its bytes are.
    return left == right or left.SerializeToString(deterministic=True) == right.SerializeToString(deterministic=True)


@given(values)
def test_a_value_parses_to_the_official_message(value):
    assert same(AnyValue.FromString(by_hand(value)), official(value))


@given(
    times=st.tuples(uint64, uint64),
    severity=st.tuples(st.integers(1, 24), texts),
    body=texts,
    named=attributes,
    ids=st.tuples(
        st.one_of(st.just(b""), st.binary(min_size=16, max_size=16)),
        st.one_of(st.just(b""), st.binary(min_size=8, max_size=8)),
        st.integers(0, 255),
    ),
)
def test_a_record_parses_to_the_official_message(times, severity, body, named, ids):
    written = b"".join(
        [
            _encode.times(*times),
            _encode.severity(*severity),
            _encode.body(body),
            *[_encode.attribute(key, by_hand(value)) for key, value in named.items()],
            _encode.trace_context(*ids),
        ]
    )
    expected = LogRecord(
        time_unix_nano=times[0],
        observed_time_unix_nano=times[1],
        severity_number=severity[0],
        severity_text=severity[1],
        body=AnyValue(string_value=body),
        attributes=official_pairs(named),
        trace_id=ids[0],
        span_id=ids[1],
        flags=ids[2],
    )
    assert same(LogRecord.FromString(written), expected)


@given(resource=attributes, bodies=st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=3))
def test_a_request_parses_to_the_official_message(resource, bodies):
    written = _encode.request(
        _encode.resource({key: by_hand(value) for key, value in resource.items()}),
        {scope: [_encode.body(body) for body in of_scope] for scope, of_scope in bodies.items()},
    )
    logs = ResourceLogs()
    logs.resource.attributes.extend(official_pairs(resource))
    for scope, of_scope in bodies.items():
        scope_logs = ScopeLogs(log_records=[LogRecord(body=AnyValue(string_value=body)) for body in of_scope])
        scope_logs.scope.name = scope
        logs.scope_logs.append(scope_logs)
    assert same(ExportLogsServiceRequest.FromString(written), ExportLogsServiceRequest(resource_logs=[logs]))


def test_long_contents_have_long_lengths():
    for length in (127, 128, 2_047, 2_048, 16_383, 16_384, 3_000_000):
        assert AnyValue.FromString(_encode.string_value("x" * length)).string_value == "x" * length


def test_the_not_a_numbers_of_floats_arrive():
    assert math.isnan(AnyValue.FromString(_encode.float_value(math.nan)).double_value)
    assert AnyValue.FromString(_encode.float_value(-math.inf)).double_value == -math.inf


def test_surrogates_alone_are_replaced_and_in_pairs_are_joined():
    text = AnyValue.FromString(_encode.string_value("a\ud800b \ud83d\ude00")).string_value
    assert text == "a\ufffdb \U0001f600"
