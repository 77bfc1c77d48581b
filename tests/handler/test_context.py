"""Records take the ids of the OpenTelemetry span around them, with the real SDK."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from spanlog.context import current_trace_ids


@pytest.fixture
def tracer():
    provider = TracerProvider(shutdown_on_exit=False)
    yield provider.get_tracer("test")
    provider.shutdown()


def test_outside_of_spans_there_are_no_ids(encoded, make_record):
    received = encoded(make_record())
    assert (received.trace_id, received.span_id, received.message.flags) == ("", "", 0)
    assert "spanlog.parent_id" not in received.attributes


def test_inside_a_span_the_ids_are_the_spans(encoded, make_record, tracer):
    with tracer.start_as_current_span("root") as span:
        received = encoded(make_record())
    ids = span.get_span_context()
    assert received.trace_id == f"{ids.trace_id:032x}"
    assert received.span_id == f"{ids.span_id:016x}"
    assert received.message.flags == ids.trace_flags & 0xFF
    assert received.message.flags & 1
    assert "spanlog.parent_id" not in received.attributes


def test_the_parent_is_the_spans_parent(encoded, make_record, tracer):
    with tracer.start_as_current_span("outer") as outer, tracer.start_as_current_span("inner"):
        received = encoded(make_record())
    assert received.attributes["spanlog.parent_id"] == f"{outer.get_span_context().span_id:016x}"


def test_leaving_a_span_leaves_its_ids(encoded, make_record, tracer):
    with tracer.start_as_current_span("outer") as outer:
        with tracer.start_as_current_span("inner") as inner:
            assert encoded(make_record()).span_id == f"{inner.get_span_context().span_id:016x}"
        assert encoded(make_record()).span_id == f"{outer.get_span_context().span_id:016x}"
    assert encoded(make_record()).span_id == ""


def test_a_remote_parent_counts(encoded, make_record):
    remote = trace.SpanContext(7, 8, is_remote=True, trace_flags=trace.TraceFlags(1))
    token = context.attach(trace.set_span_in_context(trace.NonRecordingSpan(remote)))
    try:
        received = encoded(make_record())
    finally:
        context.detach(token)
    assert (received.trace_id, received.span_id) == (f"{7:032x}", f"{8:016x}")


def test_a_span_that_is_not_sampled_still_gives_its_ids(encoded, make_record):
    provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    with provider.get_tracer("test").start_as_current_span("root") as span:
        received = encoded(make_record())
    provider.shutdown()
    assert received.trace_id == f"{span.get_span_context().trace_id:032x}"
    assert not received.message.flags & 1


def test_an_explicit_trace_goes_before_the_spans(encoded, make_record, tracer):
    other = uuid.uuid4()
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
        received = encoded(make_record(extra={"trace_id": other}))
    assert received.trace_id == other.hex
    assert received.span_id == ""
    assert "spanlog.parent_id" not in received.attributes


def test_the_same_trace_given_explicitly_keeps_the_span(encoded, make_record, tracer):
    with tracer.start_as_current_span("root") as span:
        ids = span.get_span_context()
        received = encoded(make_record(extra={"trace_id": f"{ids.trace_id:032x}"}))
    assert received.span_id == f"{ids.span_id:016x}"


def test_an_explicit_parent_goes_before_the_spans(encoded, make_record, tracer):
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
        received = encoded(make_record(extra={"parent_id": "mine"}))
    assert received.attributes["spanlog.parent_id"] == "mine"


def test_each_asyncio_task_has_the_ids_of_its_span(encoded, make_record, tracer):
    async def work(name):
        with tracer.start_as_current_span(name) as span:
            for _ in range(5):
                await asyncio.sleep(0)
                assert encoded(make_record()).span_id == f"{span.get_span_context().span_id:016x}"

    async def main():
        await asyncio.gather(*[work(str(number)) for number in range(20)])

    asyncio.run(main())


def test_each_thread_has_the_ids_of_its_span(encoded, make_record, tracer):
    wrong = []

    def work(name):
        with tracer.start_as_current_span(name) as span:
            for _ in range(200):
                if encoded(make_record()).span_id != f"{span.get_span_context().span_id:016x}":
                    wrong.append(name)  # noqa: PERF401 - the loop is the test

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_ids_are_plain_bytes(tracer):
    assert current_trace_ids() is None
    with tracer.start_as_current_span("root"):
        ids = current_trace_ids()
    assert (len(ids.trace_id), len(ids.span_id), ids.parent_id) == (16, 8, "")
