"""handler, syslog and files → the standard Collector → each of its two ways → query API: the same answers.

One Collector goes both ways at once, so that the very same records can be compared: over OTLP into a stack with the
embedded engine, and by its ClickHouse exporter into a server, which another stack then reads. There is no ClickHouse
server that could be installed everywhere these tests run, so the test-only front stands in for one: the engine is the
real one, the exporter is the real one, and the blocks between them go through as they are.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from front_process import FrontProcess
from stack_process import RunningStack
from standard_collector import (
    BOTH_WAYS,
    CONFIG,
    StandardCollector,
    collector_environment,
    standard_collector_binary,
)
from standard_collector_traffic import (
    BLOCKED,
    HARMLESS,
    PROGRAM_AGENTS,
    SECRET_TEXTS,
    send_program,
    send_secrets,
    send_syslog,
    write_files,
)

# The first one may have to wait until the Collector is built.
pytestmark = pytest.mark.timeout(1800)

PROGRAM_RECORDS = 10  # six of its own, and the beginning and end of two operations, one of them at once with …
TRACES = 4
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


def test_look(ways):
    import pprint
    for way in ways.values():
        pprint.pprint(way, width=160)
