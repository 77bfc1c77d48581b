"""``configure()``, in programs of their own because it is about the whole program."""

from __future__ import annotations

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@pytest.fixture
def log_bodies(sink):
    def bodies():
        return [record.body for request in sink.requests if request.path == "/v1/logs" for record in request.records]

    return bodies


@pytest.fixture
def span_requests(sink):
    import gzip

    def requests():
        return [
            ExportTraceServiceRequest.FromString(gzip.decompress(request.content))
            for request in sink.requests
            if request.path == "/v1/traces"
        ]

    return requests


def test_one_line_sends_records_and_spans(run_program, sink, span_requests):
    source = """
import logging, spanlog
spanlog.configure(agent_id="crypto", api_key="k")
with spanlog.operation("fetch") as current:
    logging.getLogger("bot").info("inside")
print(current.trace_id, current.span_id)
"""
    # OpenTelemetry's exporter leaves its socket to the garbage collector.
    ran = run_program(source, warnings="default::UserWarning", SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    trace_id, span_id = ran.stdout.split()
    logs = [request for request in sink.requests if request.path == "/v1/logs"]
    (record,) = [record for request in logs for record in request.records if record.scope == "bot"]
    assert (record.body, record.trace_id, record.span_id) == ("inside", trace_id, span_id)
    (spans,) = span_requests()
    resource = {item.key: item.value.string_value for item in spans.resource_spans[0].resource.attributes}
    (span,) = spans.resource_spans[0].scope_spans[0].spans
    assert (span.name, span.trace_id.hex(), span.span_id.hex()) == ("fetch", trace_id, span_id)
    assert resource["service.name"] == "crypto"
    assert resource["gen_ai.agent.id"] == "crypto"
    assert resource["service.instance.id"] == record.resource["service.instance.id"]
    assert resource["telemetry.sdk.name"] == "opentelemetry"
    assert {request.headers["authorization"] for request in sink.requests} == {"Bearer k"}


def test_twice_is_once(run_program, sink, log_bodies):
    source = """
import logging, spanlog
first = spanlog.configure(agent_id="crypto", tracing=False)
assert spanlog.configure(agent_id="crypto", tracing=False) is first
assert logging.getLogger().handlers == [first]
logging.getLogger("bot").info("once")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert log_bodies() == ["once"]


def test_other_settings_replace_the_handler(run_program, sink, log_bodies):
    source = """
import logging, spanlog
spanlog.configure(agent_id="first", tracing=False)
logging.getLogger("bot").info("one")
second = spanlog.configure(agent_id="second", tracing=False)
assert logging.getLogger().handlers == [second]
logging.getLogger("bot").info("two")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert log_bodies() == ["one", "two"]
    assert [record.resource["gen_ai.agent.id"] for record in sink.records] == ["first", "second"]


def test_an_equal_handler_that_the_program_added_is_taken(run_program, sink, log_bodies):
    source = """
import logging, spanlog
mine = spanlog.SpanlogHandler("crypto")
logging.getLogger().addHandler(mine)
assert spanlog.configure("crypto", tracing=False) is mine
logging.getLogger("bot").info("once")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert log_bodies() == ["once"]


@pytest.mark.parametrize(
    ("before", "after"), [("WARNING", "INFO"), ("ERROR", "ERROR"), ("DEBUG", "DEBUG"), ("NOTSET", "NOTSET")]
)
def test_info_passes_unless_the_program_set_a_level(run_program, sink, before, after):
    source = f"""
import logging, spanlog
logging.getLogger().setLevel({before!r})
spanlog.configure("crypto", tracing=False)
assert logging.getLevelName(logging.getLogger().level) == {after!r}
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_provider_that_the_program_set_stays(run_program, sink, span_requests):
    source = """
import spanlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
mine = TracerProvider()
trace.set_tracer_provider(mine)
spanlog.configure("crypto")
assert trace.get_tracer_provider() is mine
with spanlog.operation("fetch"):
    pass
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert span_requests() == []


@pytest.mark.parametrize("wish", ["argument", "variable"])
def test_tracing_can_be_left_out(run_program, sink, log_bodies, wish):
    source = f"""
import spanlog
from opentelemetry import trace
spanlog.configure("crypto"{", tracing=False" if wish == "argument" else ""})
assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
with spanlog.operation("fetch"):
    pass
"""
    environment = {"OTEL_TRACES_EXPORTER": "none"} if wish == "variable" else {}
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url, **environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(log_bodies()) == 2


def test_spans_do_not_keep_a_program_alive_at_a_black_hole(run_program, black_hole_url):
    source = """
import logging, spanlog
spanlog.configure("crypto")
for number in range(2_000):
    with spanlog.operation("fetch"):
        pass
logging.getLogger("bot").info("hello")
"""
    ran = run_program(
        source,
        SPANLOG_ENDPOINT=black_hole_url,
        SPANLOG_SHUTDOWN_SECONDS="0.5",
        SPANLOG_TIMEOUT_SECONDS="3600",
    )
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_no_stack_running_is_no_error(run_program, refused_url):
    source = """
import logging, spanlog
spanlog.configure("crypto")
with spanlog.operation("fetch"):
    logging.getLogger("bot").info("hello")
"""
    ran = run_program(source, SPANLOG_ENDPOINT=refused_url, SPANLOG_SHUTDOWN_SECONDS="1")
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_what_cannot_be_used_raises(run_program):
    ran = run_program("import spanlog\nspanlog.configure('x' * 65)\n")
    assert ran.returncode == 1
    assert ran.stderr.endswith("ConfigurationError: agent_id has 65 characters: use at most 64\n")
