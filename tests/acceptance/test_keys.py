"""Keys as people use them: made and revoked beside a running stack, carried by programs and commands."""

import json
import subprocess
import time

import grpc
import pytest
import urllib3
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from prometheus_client.parser import text_string_to_metric_families
from stack_process import SPANLOG, RunningStack, clean_environment

from spanlog_cli.stack import StackConfig
from spanlog_collector.addresses import Address
from spanlog_collector.config import CollectorConfig
from spanlog_collector.exceptions import ConfigurationError

PROGRAM = """
import logging, spanlog
for agent in ("crypto", "news"):
    handler = spanlog.SpanlogHandler(agent_id=agent)
    logger = logging.getLogger(agent)
    logger.addHandler(handler)
    logger.error("order %s of %s failed", 17, agent)
    handler.flush(20)
    print(agent, handler.stats()["sent"], handler.stats()["dropped"])
    handler.close()
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    running = RunningStack(tmp_path_factory.mktemp("keys") / "data", "--ingest-limit", "0.001")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def make(stack):
    """Make a key by the command line, and wait until the stack knows it."""

    def make(name, *arguments):
        secret = spanlog(stack, "keys", "create", name, *arguments).stdout.strip()
        deadline = time.monotonic() + 20
        # With the first key, the stack begins to ask for one.
        while ask(stack, secret, "/ready").status == 401 or ask(stack, "", "/ready").status != 401:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return secret

    return make


def spanlog(stack, *arguments, key=""):
    done = stack.spanlog(*arguments, SPANLOG_DATA_DIR=str(stack.data_directory), SPANLOG_API_KEY=key)
    assert done.returncode == 0, done.stderr
    return done


def ask(stack, secret, path, method="GET", **options):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return urllib3.request(method, stack.api + path, headers=headers, **options)


def test_a_stack_without_keys_asks_for_none_until_there_is_one_and_then_until_it_is_revoked(stack, make):
    assert ask(stack, "", "/logs").status == 200
    ready = ask(stack, "", "/ready").json()
    assert ready["parts"]["keys"] == {
        "ready": True,
        "detail": "none is asked for: whoever is on this machine may read and write",
    }
    admin = make("admin", "--scope", "admin")
    assert ask(stack, "", "/logs").status == 401
    assert ask(stack, "", "/health").status == 200
    assert ask(stack, admin, "/ready").json()["parts"]["keys"]["detail"] == "1 named key"

    sender = make("sender", "--scope", "ingest", "--agent", "crypto", "--ingest-limit", "0")
    done = subprocess.run(
        [*SPANLOG[:1], "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment(SPANLOG_ENDPOINT=stack.otlp_http, SPANLOG_API_KEY=sender),
    )
    assert done.stdout.splitlines() == ["crypto 1 {}", "news 0 {'http_403': 1}"], done.stderr

    reader = make("reader", "--scope", "read", "--agent", "crypto")
    deadline = time.monotonic() + 20
    while not (items := json.loads(ask(stack, reader, "/logs").data)["items"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [item["agent_id"] for item in items] == ["crypto"]
    assert "order 17 of crypto failed" in spanlog(stack, "tail", "--no-follow", key=reader).stdout

    spanlog(stack, "keys", "revoke", "reader")
    # "Within a second": the time itself is not held here, that it needs no restart is.
    deadline = time.monotonic() + 20
    while ask(stack, reader, "/logs").status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    audit = spanlog(stack, "audit", key=admin).stdout
    assert [line.split()[2:4] for line in audit.splitlines()] == [
        ["key.revoke", "reader"],
        ["key.create", "reader"],
        ["key.create", "sender"],
        ["key.create", "admin"],
    ]


def test_too_many_requests_over_grpc_and_http_are_told_so(stack, make):
    secret = make("limited", "--scope", "ingest")
    channel = grpc.insecure_channel(stack.otlp_grpc.removeprefix("http://"))
    codes = []
    for _ in range(3):
        try:
            LogsServiceStub(channel).Export(
                ExportLogsServiceRequest(), metadata=(("authorization", f"Bearer {secret}"),)
            )
            codes.append(grpc.StatusCode.OK)
        except grpc.RpcError as error:
            codes.append(error.code())
    channel.close()
    assert codes[0] == grpc.StatusCode.OK
    assert grpc.StatusCode.UNAVAILABLE in codes
    answer = ask(stack, secret, "/logs", "POST", body=b"{}")
    # One allowance for a key, however it sends.
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 1000


def test_one_scrape_has_all_of_the_stack_and_can_be_read(stack, make):
    reader = make("prometheus", "--scope", "read")
    ask(stack, reader, "/logs")
    answer = ask(stack, reader, "/metrics")
    assert answer.status == 200
    families = {family.name: family for family in text_string_to_metric_families(answer.data.decode())}
    for name, kind in {
        "spanlog_api_requests": "counter",
        "spanlog_api_request_seconds": "histogram",
        "spanlog_api_query_seconds": "histogram",
        "spanlog_collector_requests": "counter",
        "spanlog_collector_records": "counter",
        "spanlog_collector_handler_dropped_records": "counter",
        "spanlog_collector_journal_bytes": "gauge",
        "spanlog_collector_lag_seconds": "gauge",
        "spanlog_collector_load_seconds": "histogram",
    }.items():
        assert families[name].type == kind, name
        assert families[name].documentation.endswith("."), name
    seen = set()
    for family in families.values():
        for sample in family.samples:
            series = (sample.name, *sorted(sample.labels.items()))
            assert series not in seen
            seen.add(series)
    assert ("spanlog_refused_requests_total", ("reason", "limit"), ("scope", "ingest")) in seen
    queries = {(s.labels["route"], s.labels["query"]) for s in families["spanlog_api_query_seconds"].samples}
    assert ("/logs", "list_logs") in queries


def test_a_stack_with_keys_may_listen_to_other_machines():
    elsewhere = Address("0.0.0.0", 0)
    with pytest.raises(ConfigurationError, match="make a key with spanlog keys create"):
        StackConfig(api=elsewhere)
    StackConfig(api=elsewhere, has_named_keys=True)
    with pytest.raises(ConfigurationError, match="make a key with spanlog keys create"):
        CollectorConfig(otlp_http=elsewhere)
    CollectorConfig(otlp_http=elsewhere, otlp_grpc=elsewhere, has_named_keys=True)


def test_a_stack_that_cannot_read_its_keys_does_not_start(tmp_path):
    (tmp_path / "keys.json").write_text("{")
    done = subprocess.run(
        [*SPANLOG, "up", "--api", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment(SPANLOG_DATA_DIR=str(tmp_path)),
    )
    assert done.returncode == 2
    assert "keys.json is damaged" in done.stderr
    assert done.stderr.count("\n") == 1
