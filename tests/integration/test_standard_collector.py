"""handler, syslog and files → the standard Collector → each of its two ways → query API: the same answers.

One Collector goes both ways at once, so that the very same records can be compared: over OTLP into a stack with the
embedded engine, and by its ClickHouse exporter into a server, which another stack then reads. There is no ClickHouse
server that could be installed everywhere these tests run, so the test-only front stands in for one: the engine is the
real one, the exporter is the real one, and the blocks between them go through as they are.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from front_process import FrontProcess
from stack_process import RunningStack
from standard_collector_process import (
    BOTH_WAYS,
    CONFIG,
    StandardCollector,
    collector_environment,
    standard_collector_binary,
)
from standard_collector_traffic import (
    BLOCKED,
    HARMLESS,
    MASK,
    NEITHER,
    PROGRAM_AGENTS,
    SECRET_TEXTS,
    send_program,
    send_secrets,
    send_syslog,
    write_files,
)

# The first one may have to wait until the Collector is built.
pytestmark = pytest.mark.timeout(1800)

TRACES = 5
PERIOD = {"since": "2026-11-01T00:00:00Z"}
ROWS = "SELECT formatRow('JSONEachRow', *) AS row FROM (SELECT * EXCEPT (IngestedAt) FROM {table})"


@dataclass
class Way:
    """What came out at the end of one of the two ways."""

    entries: list[dict[str, Any]]
    traces: list[dict[str, Any]]
    agents: Any
    summary: Any
    logs: list[dict[str, Any]]
    spans: list[dict[str, Any]]

    def of_agent(self, agent: str) -> list[dict[str, Any]]:
        """Give an agent's entries, oldest first."""
        return [entry for entry in self.entries if entry["agent_id"] == agent]

    def only(self, agent: str) -> dict[str, Any]:
        (entry,) = self.of_agent(agent)
        return entry


@pytest.fixture(scope="module")
def binary() -> Path:
    return standard_collector_binary()


@pytest.fixture(scope="module")
def ways(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Way]]:
    """Send everything there is through one Collector, and give what is at both ends."""
    folder = tmp_path_factory.mktemp("ways")
    front = FrontProcess(folder)
    stacks = {"OTLP": RunningStack(folder / "otlp"), "ClickHouse": RunningStack(folder / "server", "--dsn", front.dsn)}
    collector = StandardCollector(
        binary, folder, BOTH_WAYS, UPSTREAM=stacks["OTLP"].otlp_http, CLICKHOUSE=front.endpoint
    )
    try:
        sent = send_syslog(collector) + write_files(folder) + send_secrets(collector)
        send_program(collector)
        answers = {}
        for way, stack in stacks.items():
            for agent in PROGRAM_AGENTS:
                stack.wait_for("/logs", lambda page: page["total"] > 0, agent_id=agent)
            others = sent + _total(stack, PROGRAM_AGENTS)
            stack.wait_for("/logs", lambda page, others=others: page["total"] >= others, limit=1)
            stack.wait_for("/traces", lambda found: len(found["items"]) >= TRACES, **PERIOD)
            answers[way] = _ask(stack)
        assert collector.stop() == 0, collector.log()
        rows = {"ClickHouse": [front.rows(ROWS.format(table=table)) for table in ("otel_logs", "otel_traces")]}
        for stack in stacks.values():
            assert stack.stop() == 0
        rows["OTLP"] = [stacks["OTLP"].rows(ROWS.format(table=table)) for table in ("otel_logs", "otel_traces")]
        yield {way: Way(*answers[way], *[_parsed(table) for table in rows[way]]) for way in stacks}
    finally:
        collector.kill()
        for stack in stacks.values():
            if stack.process.poll() is None:
                stack.kill()
        front.stop()


def _total(stack: RunningStack, agents: tuple[str, ...]) -> int:
    return sum(stack.get("/logs", limit=1, agent_id=agent)["total"] for agent in agents)


def _ask(stack: RunningStack) -> tuple[Any, ...]:
    entries = stack.get("/logs", limit=1000)["items"]
    listed = stack.get("/traces", **PERIOD)["items"]
    trees = [stack.get(f"/traces/{trace['trace_id']}") for trace in listed]
    summary = stack.get("/logs/summary", **PERIOD)
    return list(reversed(entries)), trees, stack.get("/logs/agents"), summary


def _parsed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((json.loads(row["row"]) for row in rows), key=lambda row: json.dumps(row, sort_keys=True))


@pytest.fixture(params=["OTLP", "ClickHouse"])
def way(request: pytest.FixtureRequest, ways: dict[str, Way]) -> Way:
    return ways[request.param]


@pytest.mark.parametrize("exporter", ["otlp_http/spanlog", "clickhouse"])
def test_configuration_is_valid_and_one_variable_switches_the_way_out(binary, tmp_path, exporter):
    environment = collector_environment(EXPORTER=exporter, STORAGE=str(tmp_path / "storage"))
    run = [binary, "validate", "--config", CONFIG]
    done = subprocess.run(run, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    run = [binary, "print-config", "--mode=redacted", "--format=json", "--config", CONFIG]
    shown = json.loads(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout)
    pipelines = shown["service"]["pipelines"]
    assert [pipelines[signal]["exporters"] for signal in ("logs", "traces")] == [[exporter], [exporter]]


def test_unknown_exporter_is_no_configuration(binary, tmp_path):
    environment = collector_environment(EXPORTER="clickhose", STORAGE=str(tmp_path / "storage"))
    done = subprocess.run([binary, "validate", "--config", CONFIG], env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "clickhose" in done.stderr


def test_it_listens_on_this_machine_only_and_keeps_what_it_promises(binary):
    run = [binary, "print-config", "--mode=redacted", "--format=json", "--config", CONFIG]
    done = subprocess.run(run, env=collector_environment(), capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout)
    otlp = shown["receivers"]["otlp"]["protocols"]
    listening = [
        otlp["grpc"]["endpoint"], otlp["http"]["endpoint"], shown["receivers"]["syslog/udp"]["udp"]["listen_address"],
        shown["receivers"]["syslog/tcp"]["tcp"]["listen_address"], shown["extensions"]["health_check"]["endpoint"],
        shown["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]["host"],
    ]  # fmt: skip
    assert {address.partition(":")[0] for address in listening} == {"127.0.0.1"}
    for exporter in ("otlp_http/spanlog", "clickhouse"):
        settings = shown["exporters"][exporter]
        assert settings["sending_queue"]["storage"] == "file_storage"
        assert settings["retry_on_failure"]["max_elapsed_time"] in {0, "0s"}
    assert shown["exporters"]["clickhouse"]["create_schema"] is False


def _without_rates(agents):
    return [{name: agent[name] for name in agent if not re.search("rate|silent", name)} for agent in agents]


def test_both_ways_give_the_same_answers(ways):
    otlp, clickhouse = ways["OTLP"], ways["ClickHouse"]
    assert len(otlp.entries) == len(otlp.logs) == len(clickhouse.logs)
    assert _comparable(otlp.entries) == _comparable(clickhouse.entries)
    assert _comparable(otlp.traces) == _comparable(clickhouse.traces)
    # Rates and silence are of the moment at which they are asked for.
    assert _without_rates(otlp.agents) == _without_rates(clickhouse.agents)
    assert otlp.summary["by_agent"] == clickhouse.summary["by_agent"]
    assert otlp.summary["by_level"] == clickhouse.summary["by_level"]


def test_both_ways_fill_every_column_alike(ways):
    tables = []
    for way in ways.values():
        rows = [dict(row) for row in way.logs]
        for row in rows:
            # The exporter's way keeps it twice.
            uid = row["LogAttributes"].pop("log.record.uid", None)
            assert uid in {None, row["LogId"]}
            if row["ServiceName"] not in PROGRAM_AGENTS:
                del row["LogId"]
        tables.append(sorted(rows, key=_text_of))
    assert tables[0] == tables[1]
    assert ways["OTLP"].spans == ways["ClickHouse"].spans
    assert {row["FingerprintRule"] for row in tables[0]} == {"", "exception", "message"}


def _comparable(items: list[dict[str, Any]]) -> list[Any]:
    """Take out the ids that each engine made up, where the sender gave none, and sort what has the same time."""
    return sorted((_without_made_up_ids(item) for item in items), key=_text_of)


def _without_made_up_ids(item: Any) -> Any:
    if isinstance(item, list):
        return [_without_made_up_ids(inner) for inner in item]
    if isinstance(item, dict):
        is_made_up = item.get("agent_id") not in PROGRAM_AGENTS
        return {key: _without_made_up_ids(value) for key, value in item.items() if key != "id" or not is_made_up}
    return item


def _text_of(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def test_program_is_a_tree_with_its_errors(way):
    (tree,) = [tree for tree in way.traces if [root["name"] for root in tree["roots"]] == ["rebalance"]]
    (root,) = tree["roots"]
    assert [child["message"] or child["name"] for child in root["children"]] == ["fetch prices", "order 17 failed"]
    (warning,) = root["children"][0]["children"]
    assert warning["message"] == "slow answer of venue"
    failed = next(entry for entry in way.of_agent("planner") if entry["level"] == "error")
    assert failed["session_key"] == "run-42"
    assert failed["metadata"]["exception.type"] == "KeyError"
    assert failed["metadata"]["nested"] == '{"k":{"n":1}}'
    (asked,) = [entry for entry in way.of_agent("planner") if entry["message"] == "asked"]
    assert (asked["trace_id"], asked["parent_id"]) == ("7f8e1b2c-3d4a-4b5c-8d6e-9f0a1b2c3d4e", "b7ad6b7169203331")
    assert way.only("by-grpc")["message"] == "over gRPC"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_syslog_line_has_its_agent_level_message_and_time(way, transport):
    found = {
        name: tuple(way.only(f"{transport}-{name}")[field] for field in ("level", "message", "created_at", "source"))
        for name in ("rfc5424", "rfc5424-utf8", "rfc3164-debug")
    }
    assert found == {
        "rfc5424": ("error", "order 1 failed", "2026-11-20T09:19:35.688123000Z", "syslog"),
        "rfc5424-utf8": ("info", "Zürich", "2026-11-20T09:19:36.000000000Z", "syslog"),
        "rfc3164-debug": ("debug", "started", found["rfc3164-debug"][2], "syslog"),
    }
    critical = way.only(f"{transport}-rfc3164")
    assert (critical["level"], critical["message"]) == ("critical", "'su root' failed for lonvick")
    assert critical["metadata"] == {"process.pid": "230", "syslog.facility": "auth"}
    # It has neither year nor zone: this machine's are taken.
    local = datetime(datetime.now().astimezone().year, 11, 20, 9, 19, 35).astimezone()
    assert datetime.fromisoformat(critical["created_at"]) == local


def test_syslog_host_is_the_host(way):
    hosts = {row["ServiceName"]: row["ResourceAttributes"]["host.name"] for row in way.logs}
    assert [hosts[f"udp-{name}"] for name in ("rfc5424", "rfc3164", "rfc3164-debug")] == [
        "web-1",
        "mymachine",
        "10.0.0.7",
    ]


def test_line_that_is_no_syslog_is_kept(way):
    assert way.only("syslog")["message"] == NEITHER


def test_json_line_has_its_agent_level_message_time_and_trace(way):
    boom = way.only("named")
    fields = ("level", "message", "created_at", "source", "session_key", "category", "trace_id", "span_id", "parent_id")
    assert [boom[field] for field in fields] == [
        "critical", "boom", "2026-11-20T09:19:35.123456789Z", "file", "run-1", "trading",
        "111111113d4a4b5c8d6e9f0a1b2c3d4e", "b7ad6b7169203331", "b7ad6b7169203332",
    ]  # fmt: skip
    assert boom["metadata"].keys() == {"n", "log.file.path"}
    found = [(entry["level"], entry["message"], entry["created_at"]) for entry in way.of_agent("reader")]
    assert sorted(found[:2]) == [
        ("info", "milliseconds", "2026-11-20T09:19:35.250000000Z"),
        ("warn", "a float", "2026-11-20T09:19:35.250000000Z"),
    ]
    assert found[2][:2] == ("info", "no JSON at all")


def test_text_line_has_its_agent_level_message_and_time(way):
    found = {entry["message"].partition("\n")[0]: entry for entry in way.of_agent("crypto")}
    assert {message: entry["level"] for message, entry in found.items()} == {
        "order 1 failed": "error",
        "slow answer": "warn",
        "bot.orders - INFO - plain": "info",
        "root:no time here": "warn",
    }
    assert found["order 1 failed"]["created_at"] == "2026-11-20T09:19:35.688000000Z"
    assert found["slow answer"]["created_at"] == "2026-11-20T07:19:36.500000000Z"
    failed = found["order 1 failed"]
    assert failed["message"].endswith("\nKeyError: 'ETH/USDC'")
    assert failed["metadata"]["exception.type"] == "KeyError"
    (row,) = [row for row in way.logs if row["Body"] == failed["message"]]
    assert row["FingerprintParts"] == ["KeyError", "main.py:run"]


def test_no_secret_gets_through(way):
    said = [entry for entry in way.of_agent("leaky") if "said" in entry["metadata"]]
    left = {(entry["message"], entry["metadata"]["said"]) for entry in said}
    assert left == {(f"before {rest} after", rest) for rest in SECRET_TEXTS.values()}
    assert len(said) == len(SECRET_TEXTS)
    everything = json.dumps([way.logs, way.spans, way.entries, way.traces])
    for secret in ("correct-horse", "abc123def456", "hunter2", *SECRET_TEXTS):
        assert secret not in everything, secret
    (span,) = [span for span in way.spans if span["ServiceName"] == "leaky"]
    assert span["StatusMessage"] == f"refused: {MASK}"
    assert span["SpanAttributes"] == {"url": f"https{MASK}host/"}
    assert span["Events.Attributes"] == [{"token": MASK}]


def test_what_is_no_secret_gets_through(way):
    (names,) = [entry for entry in way.of_agent("leaky") if entry["message"] == "names"]
    assert names["metadata"] == dict.fromkeys((*BLOCKED, "card"), MASK) | HARMLESS
    assert names["session_key"] == "run-9"
    # The handler took out its own already; what it left in their place stays.
    assert any(entry["message"].endswith("password=[redacted:key]") for entry in way.of_agent("planner"))
