from __future__ import annotations

import asyncio
import contextvars
import logging
import multiprocessing
import threading
import uuid
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

import spanlog
from spanlog._session import CURRENT_SESSION
from spanlog._session_spans import carry_sessions_into_spans


def ids():
    """Session and agent as code here sees them."""
    current = CURRENT_SESSION.get()
    return (current.session_key, current.agent_id) if current is not None else None


@pytest.fixture
def said(logged):
    """Gives session and agent of what arrived, by message."""

    def by_message():
        return {
            record.body: (record.attributes.get("session.id"), record.attributes.get("gen_ai.agent.id"))
            for record in logged()
        }

    return by_message


def test_what_is_logged_inside_carries_session_and_agent(logger, said):
    logger.info("before")
    with spanlog.session("run-42", agent_id="planner"):
        logger.info("inside")
    logger.info("after")
    assert said() == {"before": (None, None), "inside": ("run-42", "planner"), "after": (None, None)}


def test_sessions_nest_and_leave_what_they_do_not_say(logger, said):
    with spanlog.session("run-42", agent_id="planner"):
        with spanlog.session(agent_id="critic"):
            logger.info("critic")
        with spanlog.session("run-43"):
            logger.info("other run")
        logger.info("planner")
    assert said() == {
        "critic": ("run-42", "critic"),
        "other run": ("run-43", "planner"),
        "planner": ("run-42", "planner"),
    }


def test_what_a_record_brings_goes_before_the_session(logger, said):
    with spanlog.session("run-42", agent_id="planner"):
        logger.info("session", extra={"session_key": "run-7"})
        logger.info("agent", extra={"agent_id": "critic"})
        logger.info("both", extra={"session_key": "run-7", "agent_id": "critic", "more": 1})
        logger.info("neither", extra={"more": 1})
    assert said() == {
        "session": ("run-7", "planner"),
        "agent": ("run-42", "critic"),
        "both": ("run-7", "critic"),
        "neither": ("run-42", "planner"),
    }


def test_the_session_goes_before_the_handler(attach, logger, sink):
    handler = attach("crypto", session_key="run-1", endpoint=sink.url)
    with spanlog.session("run-42"):
        logger.info("session")
    with spanlog.session(agent_id="planner"):
        logger.info("agent")
    assert handler.flush(30)
    by_message = {record.body: record for record in sink.records}
    assert by_message["session"].attributes["session.id"] == "run-42"
    assert by_message["session"].attributes.get("gen_ai.agent.id", "crypto") == "crypto"
    assert by_message["agent"].attributes["session.id"] == "run-1"
    assert by_message["agent"].attributes["gen_ai.agent.id"] == "planner"
    # A name never stands twice in a record: Received.attributes would have failed.


def test_an_operation_inside_carries_it(attach, sink):
    handler = attach(endpoint=sink.url)
    operations = logging.getLogger("spanlog.operation")
    operations.addHandler(handler)
    operations.setLevel(logging.INFO)
    try:
        with spanlog.session("run-42", agent_id="planner"), spanlog.operation("fetch"):
            pass
        assert handler.flush(30)
    finally:
        operations.removeHandler(handler)
        operations.setLevel(logging.NOTSET)
    assert [record.attributes["session.id"] for record in sink.records] == ["run-42"] * 2
    assert [record.attributes["gen_ai.agent.id"] for record in sink.records] == ["planner"] * 2


def test_tasks_carry_the_session_they_were_started_in(logger, said):
    async def work(name):
        await asyncio.sleep(0)
        logger.info(name)

    async def run():
        with spanlog.session("run-1"):
            first = asyncio.create_task(work("first"))
        with spanlog.session("run-2"):
            second = asyncio.create_task(work("second"))
            await asyncio.to_thread(logger.info, "thread of a loop")
            await asyncio.get_running_loop().run_in_executor(None, logger.info, "executor of a loop")
        await asyncio.gather(first, second, work("none"))

    asyncio.run(run())
    assert {name: session for name, (session, _) in said().items()} == {
        "first": "run-1",
        "second": "run-2",
        "thread of a loop": "run-2",
        "executor of a loop": "run-2",
        "none": None,
    }


def test_threads_carry_the_session_they_were_started_in(logger, said):
    class OfItsOwn(threading.Thread):
        def run(self):
            logger.info("subclass")

    with spanlog.session("run-42", agent_id="planner"):
        threads = [
            threading.Thread(target=logger.info, args=("plain",)),
            threading.Timer(0, logger.info, args=("timer",)),
            OfItsOwn(),
        ]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert said() == dict.fromkeys(("plain", "timer", "subclass"), ("run-42", "planner"))


def test_a_thread_in_a_thread_carries_it_on(logger, said):
    def outer():
        inner = threading.Thread(target=logger.info, args=("inner",))
        inner.start()
        inner.join()

    with spanlog.session("run-42"):
        thread = threading.Thread(target=outer)
        thread.start()
    thread.join()
    assert said() == {"inner": ("run-42", None)}


def test_a_thread_made_inside_and_started_outside_has_none():
    seen = []
    with spanlog.session("run-42"):
        thread = threading.Thread(target=lambda: seen.append(ids()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_pool_carries_the_session_of_each_call(logger, said):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(logger.info, "before").result()
        with spanlog.session("run-1"):
            pool.submit(logger.info, "first").result()
            list(pool.map(logger.info, ["mapped"]))
        with spanlog.session("run-2"):
            pool.submit(logger.info, "second").result()
        pool.submit(logger.info, "after").result()
    assert {name: session for name, (session, _) in said().items()} == {
        "before": None,
        "first": "run-1",
        "mapped": "run-1",
        "second": "run-2",
        "after": None,
    }


def test_a_pool_whose_thread_was_started_inside_keeps_no_session():
    with ThreadPoolExecutor(1) as pool:
        with spanlog.session("run-1"):
            inside = pool.submit(ids).result()
        assert (inside, pool.submit(ids).result()) == (("run-1", None), None)


def test_a_call_in_a_pool_gives_and_raises_what_it_would():
    def fail(*args, **kwargs):
        raise KeyError(args, kwargs)

    with spanlog.session("run-1"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda a, *, b: a + b, 1, b=2).result() == 3
        with pytest.raises(KeyError, match=r"\(\(1,\), \{'b': 2\}\)"):
            pool.submit(fail, 1, b=2).result()
        with pytest.raises(TypeError):
            pool.submit()


def test_nothing_else_of_the_context_comes_along():
    other = contextvars.ContextVar("other", default="none")
    seen = []
    with spanlog.session("run-1"):
        other.set("set")
        thread = threading.Thread(target=lambda: seen.append(other.get()))
        thread.start()
        thread.join()
    assert seen == ["none"]


def test_a_thread_is_freed_when_it_is_over():
    with spanlog.session("run-1"):
        thread = threading.Thread(target=lambda: None)
        thread.start()
    thread.join()
    assert "run" not in vars(thread)
    reference = weakref.ref(thread)
    del thread
    assert reference() is None


def test_a_thread_that_was_started_already_refuses_as_ever():
    with spanlog.session("run-1"):
        thread = threading.Thread(target=lambda: None)
        thread.start()
        with pytest.raises(RuntimeError, match="once"):
            thread.start()
        thread.join()


def test_a_program_without_sessions_has_its_threading_as_it_was(run_program, sink):
    ran = run_program(
        """
import threading, concurrent.futures
start, submit = threading.Thread.start, concurrent.futures.ThreadPoolExecutor.submit
import logging, spanlog
log = logging.getLogger("app")
log.addHandler(spanlog.SpanlogHandler("app"))
log.error("hello")
assert (threading.Thread.start, concurrent.futures.ThreadPoolExecutor.submit) == (start, submit)
with spanlog.session("run-1"):
    assert threading.Thread.start is not start
    wrapped = threading.Thread.start
with spanlog.session("run-2"):
    assert threading.Thread.start is wrapped
""",
        SPANLOG_ENDPOINT=sink.url,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_somebody_elses_wrapper_stays(run_program):
    ran = run_program(
        """
import threading, spanlog
from spanlog._session import CURRENT_SESSION
seen = []
inner = threading.Thread.start
def before(self):
    seen.append("before")
    inner(self)
threading.Thread.start = before
with spanlog.session("run-1"):
    outer = threading.Thread.start
    def after(self):
        seen.append("after")
        outer(self)
    threading.Thread.start = after
    with spanlog.session("run-2"):
        thread = threading.Thread(target=lambda: seen.append(CURRENT_SESSION.get().session_key))
        thread.start()
        thread.join()
assert seen == ["after", "before", "run-2"], seen
assert threading.Thread.start is after
"""
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def _session_in_child(queue):
    queue.put(ids())


def test_a_forked_child_has_the_session_of_the_fork():
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    with spanlog.session("run-42", agent_id="planner"):
        child = context.Process(target=_session_in_child, args=(queue,))
        child.start()
    assert queue.get() == ("run-42", "planner")
    child.join()
    queue.close()


def test_a_function_runs_in_the_session_of_its_decorator():
    @spanlog.session("run-42")
    def work(number):
        """Do it."""
        return number, ids()

    @spanlog.session(agent_id="planner")
    async def work_async(number):
        await asyncio.sleep(0)
        return number, ids()

    assert work(1) == (1, ("run-42", None))
    assert (work.__name__, work.__doc__) == ("work", "Do it.")
    assert asyncio.run(work_async(2)) == (2, (None, "planner"))
    with spanlog.session("run-43"):
        assert asyncio.run(work_async(3)) == (3, ("run-43", "planner"))
    assert ids() is None


def test_one_session_is_entered_by_many_at_once():
    shared = spanlog.session("run-42")

    async def work(number):
        with shared:
            await asyncio.sleep(0.001 * (number % 3))
            with shared:
                await asyncio.sleep(0)
            assert ids() == ("run-42", None)
        return ids()

    async def run():
        return await asyncio.gather(*(work(number) for number in range(20)))

    assert asyncio.run(run()) == [None] * 20
    assert not shared._tokens


def test_an_exception_passes_as_it_was():
    error = ValueError("x")
    with pytest.raises(ValueError, match="x") as caught, spanlog.session("run-42"):
        raise error
    assert caught.value is error
    assert ids() is None


def test_a_generator_that_ends_in_another_context_breaks_nothing():
    def generate():
        with spanlog.session("run-42"):
            yield ids()
            yield ids()

    generator = generate()
    assert contextvars.copy_context().run(next, generator) == ("run-42", None)
    generator.close()
    assert ids() is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("", ""), (None, None)),
        ((None, None), (None, None)),
        ((17, uuid.UUID(int=1)), ("17", str(uuid.UUID(int=1)))),
        (("x" * 1_000, "y" * 1_000), ("x" * 256, "y" * 64)),
        (("\ud800", "\0"), ("\ud800", "\0")),
    ],
)
def test_values_are_taken_as_extras_are(given, expected, logger, logged):
    session_key, agent_id = given
    with spanlog.session(session_key, agent_id=agent_id) as current:
        logger.info("hello")
    assert (current.session_key, current.agent_id) == expected
    assert [record.body for record in logged()] == ["hello"]


class _Unprintable:
    def __str__(self):
        raise RuntimeError


def test_a_value_that_cannot_be_rendered_raises_nothing(logger, said):
    with spanlog.session(_Unprintable()):
        logger.info("hello")
    assert "unprintable" in said()["hello"][0]


@pytest.fixture
def spans(monkeypatch):
    """The real SDK as the program's tracer provider, for one test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    trace.set_tracer_provider(provider)
    yield provider, exporter.get_finished_spans
    provider.shutdown()


def test_spans_inside_carry_session_and_agent(spans):
    provider, finished = spans
    carry_sessions_into_spans(provider)
    carry_sessions_into_spans(provider)
    carry_sessions_into_spans(trace.NoOpTracerProvider())
    tracer = provider.get_tracer("test")
    with spanlog.session("run-42", agent_id="planner"):
        tracer.start_span("plain").end()
        tracer.start_span("its own", attributes={"session.id": "run-7"}).end()
        with spanlog.operation("operation"):
            pass
    tracer.start_span("outside").end()
    assert {span.name: dict(span.attributes) for span in finished()} == {
        "plain": {"session.id": "run-42", "gen_ai.agent.id": "planner"},
        "its own": {"session.id": "run-7", "gen_ai.agent.id": "planner"},
        "operation": {"session.id": "run-42", "gen_ai.agent.id": "planner"},
        "outside": {},
    }
    assert len(provider._active_span_processor._span_processors) == 2


def test_an_agent_that_the_resource_names_is_still_said_against_a_session(attach, logger, sink):
    handler = attach("crypto", endpoint=sink.url)
    with spanlog.session(agent_id="planner"):
        logger.info("hello", extra={"agent_id": "crypto"})
    assert handler.flush(30)
    assert sink.records[0].attributes["gen_ai.agent.id"] == "crypto"


def test_configure_sees_to_the_spans(run_program, sink):
    ran = run_program(
        """
import spanlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
spanlog.configure("crypto")
with spanlog.session("run-42"), trace.get_tracer("app").start_as_current_span("work"):
    pass
print([dict(span.attributes) for span in exporter.get_finished_spans()])
""",
        SPANLOG_ENDPOINT=sink.url,
    )
    assert (ran.stdout, ran.stderr) == ("[{'session.id': 'run-42'}]\n", "")
