from __future__ import annotations

import asyncio
import logging
import threading

import pytest
from opentelemetry import context, trace
from opentelemetry.propagate import inject
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

import spanlog


@pytest.fixture
def operations(attach, sink):
    """Gives what came through the logger of operations and the test's own, after a flush."""
    handler = attach(endpoint=sink.url)
    operation_logger = logging.getLogger("spanlog.operation")
    operation_logger.addHandler(handler)
    operation_logger.setLevel(logging.DEBUG)

    def arrived():
        assert handler.flush(30)
        return sorted(sink.records, key=lambda record: record.message.observed_time_unix_nano)

    yield arrived
    operation_logger.removeHandler(handler)
    operation_logger.setLevel(logging.NOTSET)


@pytest.fixture
def spans(monkeypatch):
    """The real SDK as the program's tracer provider, for one test; gives what it exported."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # OpenTelemetry lets a provider be set once for a process.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    trace.set_tracer_provider(provider)
    yield exporter.get_finished_spans
    provider.shutdown()


def events(records):
    return [
        (record.attributes["spanlog.operation.name"], record.attributes["spanlog.operation.event"])
        for record in records
    ]


def test_an_operation_logs_its_start_and_its_end(operations):
    with spanlog.operation("fetch", market="ETH") as current:
        pass
    start, end = operations()
    assert events([start, end]) == [("fetch", "start"), ("fetch", "end")]
    assert (start.body, start.message.severity_text, start.scope) == (
        "operation fetch started",
        "INFO",
        "spanlog.operation",
    )
    assert end.message.severity_text == "INFO"
    assert end.attributes["spanlog.operation.outcome"] == "ok"
    assert end.attributes["spanlog.operation.duration_ms"] >= 0
    assert isinstance(end.attributes["spanlog.operation.duration_ms"], float)
    for record in (start, end):
        assert (record.trace_id, record.span_id) == (current.trace_id, current.span_id)
        assert record.attributes["market"] == "ETH"
        assert "spanlog.parent_id" not in record.attributes
        assert record.attributes["code.file.path"] == __file__
        assert record.attributes["code.function.name"] == "test_an_operation_logs_its_start_and_its_end"
    assert (len(current.trace_id), len(current.span_id)) == (32, 16)


def test_what_is_logged_inside_has_its_ids(operations, logger):
    logger.info("before")
    with spanlog.operation("fetch") as current:
        logger.info("inside")
    logger.info("after")
    by_body = {record.body: record for record in operations()}
    assert (by_body["inside"].trace_id, by_body["inside"].span_id) == (current.trace_id, current.span_id)
    assert by_body["before"].trace_id == by_body["after"].trace_id == ""


def test_operations_nest(operations):
    with spanlog.operation("outer") as outer, spanlog.operation("inner") as inner:
        pass
    assert inner.trace_id == outer.trace_id
    assert inner.span_id != outer.span_id
    for record in operations():
        parent = record.attributes.get("spanlog.parent_id")
        assert parent == (outer.span_id if record.span_id == inner.span_id else None)


def test_two_operations_have_two_traces(operations):
    with spanlog.operation("first") as first:
        pass
    with spanlog.operation("second") as second:
        pass
    assert first.trace_id != second.trace_id
    assert len(operations()) == 4


def test_an_exception_is_an_error_and_goes_on_as_it_was(operations):
    error = KeyError("missing")
    with pytest.raises(KeyError) as raised, spanlog.operation("fetch"):
        raise error
    assert raised.value is error
    end = operations()[-1]
    assert end.message.severity_text == "ERROR"
    assert end.attributes["spanlog.operation.outcome"] == "error"
    assert end.attributes["exception.type"] == "KeyError"
    assert end.attributes["exception.stacktrace"].endswith("KeyError: 'missing'\n")
    assert end.attributes["spanlog.operation.event"] == "end"


def test_one_failure_through_several_operations_is_one_error(operations):
    with pytest.raises(KeyError), spanlog.operation("outer"), spanlog.operation("inner"):
        raise KeyError("missing")
    ends = [record for record in operations() if record.attributes["spanlog.operation.event"] == "end"]
    assert [record.message.severity_text for record in ends] == ["ERROR", "INFO"]
    assert [record.attributes["spanlog.operation.name"] for record in ends] == ["inner", "outer"]
    assert [record.attributes["spanlog.operation.outcome"] for record in ends] == ["error", "error"]
    assert "exception.type" not in ends[1].attributes


def test_one_failure_through_several_spans_is_one_error(operations, spans):
    with pytest.raises(KeyError), spanlog.operation("outer"), spanlog.operation("inner"):
        raise KeyError("missing")
    (record,) = operations()
    assert record.attributes["spanlog.operation.name"] == "inner"
    assert [span.status.status_code for span in spans()] == [trace.StatusCode.ERROR] * 2


def test_an_exception_that_takes_no_mark_still_goes_on_as_it_was(operations):
    class Slotted(Exception):  # noqa: N818 - a name like any
        __slots__ = ()

        def __setattr__(self, name, value):
            if not name.startswith("__"):
                raise TypeError(name)
            super().__setattr__(name, value)

    with pytest.raises(Slotted), spanlog.operation("outer"), spanlog.operation("inner"):
        raise Slotted
    assert len(operations()) == 4


def test_a_cancelled_operation_is_a_warning(operations):
    async def main():
        async def work():
            with spanlog.operation("wait"):
                await asyncio.sleep(3600)

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    end = operations()[-1]
    assert end.message.severity_text == "WARN"
    assert end.attributes["exception.type"] == "asyncio.exceptions.CancelledError"
    assert end.attributes["spanlog.operation.outcome"] == "error"


def test_names_with_a_meaning_mean_it_here_too(operations):
    with spanlog.operation("fetch", agent_id="a", session_key="s", category="c", message="m", name="n", args=1):
        pass
    for record in operations():
        found = record.attributes
        assert (found["gen_ai.agent.id"], found["session.id"], found["spanlog.category"]) == ("a", "s", "c")
        assert (found["message"], found["name"], found["args"]) == ("m", "n", 1)


def test_tasks_inherit_the_operation_that_started_them(operations, logger):
    async def main():
        async def work(name):
            with spanlog.operation(name) as inner:
                await asyncio.sleep(0)
                logger.info("in %s", name)
                return inner

        with spanlog.operation("outer") as outer:
            return outer, await asyncio.gather(*[work(str(number)) for number in range(5)])

    outer, inner = asyncio.run(main())
    assert {one.trace_id for one in inner} == {outer.trace_id}
    assert len({one.span_id for one in inner}) == 5
    records = {record.body: record for record in operations()}
    for number, one in enumerate(inner):
        assert records[f"in {number}"].span_id == one.span_id
        assert records[f"in {number}"].attributes["spanlog.parent_id"] == outer.span_id


def test_threads_have_operations_of_their_own(operations):
    ids = []

    def work():
        with spanlog.operation("work") as current:
            ids.append(current.trace_id)

    with spanlog.operation("main") as main:
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({main.trace_id, *ids}) == 4
    assert operations()


def test_a_decorated_function_is_an_operation_each_time(operations):
    @spanlog.operation("double", kind="sum")
    def double(number):
        """Twice."""
        return double(number - 1) + 2 if number else 0

    assert double(2) == 4
    assert (double.__name__, double.__doc__) == ("double", "Twice.")
    records = operations()
    assert events(records) == [("double", "start")] * 3 + [("double", "end")] * 3
    assert len({record.span_id for record in records}) == 3
    assert len({record.trace_id for record in records}) == 1


def test_a_decorated_coroutine_function_lasts_until_it_is_done(operations, logger):
    @spanlog.operation("fetch")
    async def fetch():
        await asyncio.sleep(0)
        logger.info("inside")
        return 7

    assert asyncio.run(fetch()) == 7
    start, inside, end = operations()
    assert inside.body == "inside"
    assert events([start, end]) == [("fetch", "start"), ("fetch", "end")]
    assert inside.span_id == start.span_id == end.span_id


def test_a_generator_left_in_another_context_does_no_harm(operations):
    import contextvars

    def steps():
        with spanlog.operation("steps"):
            yield 1

    generator = steps()
    contextvars.copy_context().run(next, generator)
    contextvars.copy_context().run(generator.close)
    assert operations()[-1].attributes["spanlog.operation.outcome"] == "error"


def test_an_operation_is_handed_on_over_the_network(operations):
    with spanlog.operation("call") as current:
        headers: dict[str, str] = {}
        inject(headers)
    assert headers["traceparent"] == f"00-{current.trace_id}-{current.span_id}-01"
    assert operations()


def test_a_remote_caller_is_the_parent(operations):
    remote = trace.SpanContext(7, 8, is_remote=True, trace_flags=trace.TraceFlags(1))
    token = context.attach(trace.set_span_in_context(trace.NonRecordingSpan(remote)))
    try:
        with spanlog.operation("serve") as current:
            pass
    finally:
        context.detach(token)
    assert current.trace_id == f"{7:032x}"
    assert {record.attributes["spanlog.parent_id"] for record in operations()} == {f"{8:016x}"}
    assert {record.message.flags for record in operations()} == {1}


def test_with_an_sdk_an_operation_is_a_span(operations, logger, spans):
    with (
        spanlog.operation("outer", market="ETH", category="c", odd=[1, 2]) as outer,
        spanlog.operation("inner") as inner,
    ):
        logger.info("inside")
    finished = {span.name: span for span in spans()}
    assert f"{finished['outer'].context.span_id:016x}" == outer.span_id
    assert f"{finished['inner'].context.span_id:016x}" == inner.span_id
    assert finished["inner"].parent.span_id == finished["outer"].context.span_id
    assert finished["outer"].parent is None
    assert dict(finished["outer"].attributes) == {"market": "ETH", "spanlog.category": "c", "odd": "[1, 2]"}
    (record,) = operations()
    assert (record.body, record.trace_id, record.span_id) == ("inside", inner.trace_id, inner.span_id)
    assert record.attributes["spanlog.parent_id"] == outer.span_id


def test_with_an_sdk_a_failure_is_in_the_span_and_logged(operations, spans):
    with pytest.raises(KeyError), spanlog.operation("fetch") as current:
        raise KeyError("missing")
    (span,) = spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert [event.name for event in span.events] == ["exception"]
    (record,) = operations()
    assert record.message.severity_text == "ERROR"
    assert (record.trace_id, record.span_id) == (current.trace_id, current.span_id)
    assert record.attributes["exception.type"] == "KeyError"


def test_a_span_inside_an_operation_is_its_child(operations, logger):
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("late")
    with spanlog.operation("without an SDK") as outer, tracer.start_as_current_span("late"):
        logger.info("inside")
    provider.shutdown()
    (span,) = exporter.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == outer.trace_id
    assert f"{span.parent.span_id:016x}" == outer.span_id
    (inside,) = [record for record in operations() if record.body == "inside"]
    assert inside.span_id == f"{span.context.span_id:016x}"


def test_without_opentelemetry_operations_work_and_do_not_import_it(run_program, sink):
    source = """
import logging, sys
import spanlog
handler = spanlog.SpanlogHandler("script")
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.INFO)
with spanlog.operation("outer"):
    with spanlog.operation("inner"):
        logging.info("inside")
assert handler.flush(30)
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [record.body for record in sink.records if record.scope == "root"] == ["inside"]
    assert len({record.trace_id for record in sink.records}) == 1
    assert len({record.span_id for record in sink.records}) == 2
