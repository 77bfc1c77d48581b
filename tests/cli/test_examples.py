"""The programs in examples/, run as they are, against a real collector's socket and against none."""

import subprocess
import sys

import pytest

NAMES = ["news_reader", "planner", "price_watcher", "worker"]


@pytest.fixture
def run_example(repository, clean_environ):
    def run(name, endpoint):
        return subprocess.run(
            [sys.executable, str(repository / "examples" / f"{name}.py")],
            env={**clean_environ, "SPANLOG_ENDPOINT": endpoint, "OTEL_TRACES_EXPORTER": "none"},
            capture_output=True,
            text=True,
            timeout=90,
        )

    return run


def raised(sink):
    """Exception types of the errors received, with how often each came."""
    kinds = [record.attributes.get("exception.type") for record in sink.records]
    return {kind: kinds.count(kind) for kind in set(kinds) - {None}}


def test_every_example_is_tested_and_explained(repository):
    assert sorted(path.stem for path in (repository / "examples").glob("*.py")) == NAMES
    readme = (repository / "examples" / "README.md").read_text()
    assert all(f"`{name}.py`" in readme for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_example_ends_well_without_a_stack(run_example, closed_port, name):
    done = run_example(name, f"http://127.0.0.1:{closed_port}")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "agent_id", "errors"),
    [
        (
            "price_watcher",
            "price-watcher",
            {"KeyError": 3, "ZeroDivisionError": 3, "urllib3.exceptions.MaxRetryError": 3},
        ),
        ("planner", "planner", {"ValueError": 3}),
        ("worker", "worker", {"TimeoutError": 3}),
        ("news_reader", "news-reader", {"TimeoutError": 3, "KeyError": 3, "json.decoder.JSONDecodeError": 3}),
    ],
)
def test_example_fails_for_real_and_more_than_twice_each(run_example, sink, name, agent_id, errors):
    done = run_example(name, sink.url)
    assert done.returncode == 0, done.stderr
    assert raised(sink) == errors
    assert {record.resource["gen_ai.agent.id"] for record in sink.records} == {agent_id}


def test_libraries_that_log_on_their_own_are_received(run_example, sink):
    run_example("price_watcher", sink.url)
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    scopes = {
        scope.scope.name
        for body in sink.bodies
        for resource in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in resource.scope_logs
    }
    assert "watcher" in scopes
    assert "urllib3.connectionpool" in scopes


def test_operations_of_the_planner_are_one_trace(run_example, sink):
    done = run_example("planner", sink.url)
    traces = {record.message.trace_id.hex() for record in sink.records}
    assert traces == {done.stdout.split()[-1]}
