"""The body of a request: the same bytes every time, and cut in two without a change to any record."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from spanlog._body import Body, halves, is_gzipped, packed, unpacked


def request_of(shape):
    """A request with so many records in each scope of each resource, all told apart by their bodies."""
    request = ExportLogsServiceRequest()
    number = 0
    for resource, scopes in enumerate(shape):
        part = request.resource_logs.add()
        part.resource.attributes.add().key = f"resource {resource}"
        for name, count in enumerate(scopes):
            scope = part.scope_logs.add()
            scope.scope.name = f"scope {name}"
            for _ in range(count):
                scope.log_records.add().body.string_value = f"record {number}"
                number += 1
    return request, number


def listing(request):
    return [
        (part.resource.attributes[0].key, scope.scope.name, record.body.string_value)
        for part in request.resource_logs
        for scope in part.scope_logs
        for record in scope.log_records
    ]


@given(
    st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=4),
    st.sampled_from(["gzip", "none"]),
)
def test_halves_hold_every_record_once_in_its_place(shape, compression):
    request, count = request_of(shape)
    body = Body(packed(request.SerializeToString(), compression), count)
    if count < 2:
        with pytest.raises(ValueError, match="single"):
            halves(body)
        return
    left, right = halves(body)
    assert (left.record_count, right.record_count) == (count // 2, count - count // 2)
    assert is_gzipped(left.content) == is_gzipped(right.content) == (compression == "gzip")
    parts = [ExportLogsServiceRequest.FromString(unpacked(half.content)) for half in (left, right)]
    assert [len(listing(part)) for part in parts] == [left.record_count, right.record_count]
    assert listing(parts[0]) + listing(parts[1]) == listing(request)
    assert halves(body) == (left, right), "the same bytes every time"


def test_what_a_newer_sender_put_in_is_kept():
    request, _ = request_of([[2]])
    unknown = b"\x9a\x06\x03new"  # a field 99 that these classes do not know
    content = request.SerializeToString() + unknown
    for half in halves(Body(content, 2)):
        assert unknown in half.content


def test_packing_gives_the_same_bytes_at_any_time():
    first = packed(b"\x0a\x01a" * 100, "gzip")
    time.sleep(1.1)  # the header of gzip knows seconds
    assert packed(b"\x0a\x01a" * 100, "gzip") == first
    assert unpacked(first) == b"\x0a\x01a" * 100


@given(st.binary())
def test_no_request_is_taken_for_a_packed_one(payload):
    plain = packed(b"\x0a" + payload, "none")
    assert not is_gzipped(plain)
    assert unpacked(plain) == plain
