"""The engine shows a question that is asked for certain agents those agents' rows alone, in whatever table."""

import json
import time
import uuid

import pytest

from spanlog_collector.storage import QueryLimits, migrate
from spanlog_collector.storage.agent_filters import agent_filters
from spanlog_collector.storage.tables import ERROR_CHANGE_COLUMNS, ERROR_CHANGES, TABLES

MINE = QueryLimits(agents=('it\'s \\ "mine" {x:String}',))
THEIRS = "their's"
NOBODYS = QueryLimits(agents=())
HAS_AGENT = "SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'AgentId'"


@pytest.fixture(scope="module")
def filled(store):
    """A record with an error, a span and what follows from them, of two agents."""
    agents = (MINE.agents[0], THEIRS)
    for agent in agents:
        literal = agent.replace("\\", "\\\\").replace("'", "\\'")
        store.execute(
            "INSERT INTO otel_logs (Timestamp, ServiceName, Body, SeverityNumber, TraceId, LogAttributes) "
            f"SELECT now64(9), '{literal}', 'of {literal} alone', 17, 'aa', map('session.id', 's') "
            "SETTINGS async_insert = 0"
        )
        store.execute(
            "INSERT INTO otel_traces (Timestamp, ServiceName, SpanName, TraceId, SpanId) "
            f"SELECT now64(9), '{literal}', 'span', '{uuid.uuid4().hex}', 'bb' SETTINGS async_insert = 0"
        )
        store.execute(
            "INSERT INTO spanlog_log_resolutions (LogId, ResolvedBy, AgentId) "
            f"SELECT generateUUIDv4(), 'ana', '{literal}' SETTINGS async_insert = 0"
        )
    return store


def column(store, sql, limits=MINE):
    return sorted(row["x"] for row in store.query(sql, limits=limits))


def test_every_table_that_names_agents_is_filtered_by_them(filled):
    tables = {row["table"] for row in filled.query(HAS_AGENT)} & set(TABLES)
    assert len(tables) >= 6
    for table in sorted(tables):
        rows = filled.query(f"SELECT DISTINCT toString(AgentId) AS agent FROM {table}")
        assert {MINE.agents[0], THEIRS} <= {row["agent"] for row in rows}, table
        assert column(filled, f"SELECT DISTINCT toString(AgentId) AS x FROM {table}") == list(MINE.agents), table
        assert filled.query(f"SELECT count() AS n FROM {table}", limits=NOBODYS) == [{"n": 0}], table


def test_a_table_that_is_not_thought_of_is_empty(filled):
    for table in ("spanlog_migrations", "spanlog_error_hashes"):
        assert filled.query(f"SELECT count() AS n FROM {table}", limits=MINE) == [{"n": 0}]
    assert set(TABLES) == {part.split("': '")[0].strip("{' ") for part in _entries(agent_filters(("a",)))}


def _entries(text):
    return text.split("', '")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT toString(AgentId) AS x FROM otel.otel_logs",
        "SELECT DISTINCT toString(l.AgentId) AS x FROM otel_logs AS l",
        "SELECT toString(AgentId) AS x FROM (SELECT * FROM otel_logs) GROUP BY AgentId",
        "SELECT DISTINCT toString(a.AgentId) AS x FROM otel_logs a INNER JOIN otel_logs b ON a.TraceId = b.TraceId",
        "SELECT DISTINCT toString(b.AgentId) AS x FROM (SELECT 1 AS one) a CROSS JOIN otel_logs b",
        "WITH rows AS (SELECT * FROM otel_logs) SELECT DISTINCT toString(AgentId) AS x FROM rows",
        "SELECT toString(AgentId) AS x FROM otel_logs UNION DISTINCT SELECT toString(AgentId) FROM otel_traces",
        "SELECT DISTINCT arrayJoin(groupUniqArray(toString(AgentId))) AS x FROM otel_logs",
        "SELECT toString(AgentId) AS x FROM otel_logs PREWHERE 1 ORDER BY Timestamp DESC LIMIT 1 BY AgentId",
        "SELECT max(toString(AgentId)) AS x FROM otel_logs",
        "SELECT min(toString(AgentId)) AS x FROM otel_logs",
        "SELECT DISTINCT toString(AgentId) AS x FROM spanlog_error_groups FINAL",
        "SELECT (SELECT max(toString(AgentId)) FROM spanlog_errors) AS x",
    ],
)
def test_however_it_is_read(filled, sql):
    assert column(filled, sql) == list(MINE.agents)


def test_counts_are_of_those_rows_too(filled):
    for table in ("otel_logs", "otel_traces", "spanlog_errors"):
        counted = filled.query(f"SELECT count() AS n FROM {table}", limits=MINE)
        listed = filled.query(
            f"SELECT countIf(AgentId = {{agent:String}}) AS n FROM {table}", {"agent": MINE.agents[0]}
        )
        assert counted == listed


def test_what_was_asked_before_for_others_is_not_remembered(filled):
    theirs = QueryLimits(agents=(THEIRS,))
    sql = "SELECT toString(AgentId) AS x FROM otel_logs WHERE Body LIKE 'of %alone'"
    for _ in range(3):
        assert column(filled, sql, theirs) == [THEIRS]
        assert column(filled, sql) == list(MINE.agents)
        assert set(column(filled, sql, QueryLimits())) >= {THEIRS, *MINE.agents}


def test_a_file_of_the_engines_own_format_has_those_rows_alone(filled):
    lines = filled.query_as("JSONEachRow", "SELECT DISTINCT toString(AgentId) AS x FROM otel_logs", {}, MINE)
    assert [json.loads(line)["x"] for line in lines.splitlines()] == list(MINE.agents)


def test_a_trace_in_which_an_agent_has_a_span_is_found(filled):
    filled.execute("OPTIMIZE TABLE otel_traces_trace_id_ts FINAL")
    traces = column(filled, "SELECT DISTINCT TraceId AS x FROM otel_traces")
    assert column(filled, "SELECT DISTINCT TraceId AS x FROM otel_traces_trace_id_ts") == traces


def test_changes_and_states_are_those_of_groups_an_agent_is_in(empty_store):
    migrate(empty_store)
    for agent, body in (("a", "one"), ("b", "one"), ("b", "two"), ("b", "three"), ("c", "four")):
        empty_store.execute(
            "INSERT INTO otel_logs (Timestamp, ServiceName, Body, SeverityNumber) "
            f"SELECT now64(9), '{agent}', '{body}', 17 SETTINGS async_insert = 0"
        )
    fingerprints = {
        row["body"]: row["fingerprint"]
        for row in empty_store.query("SELECT DISTINCT Body AS body, Fingerprint AS fingerprint FROM otel_logs")
    }
    one, two, three, four = (fingerprints[body] for body in ("one", "two", "three", "four"))
    # Two is the group, and one, of which a has records, is a part of it; three and four are groups of their own.
    empty_store.execute(
        "INSERT INTO spanlog_error_states (Fingerprint, ParentFingerprint, GroupFingerprint, ChangedAt) VALUES "
        f"({two}, 0, {two}, now64(9)), ({one}, {two}, {two}, now64(9)), ({three}, 0, {three}, now64(9)), "
        f"({four}, 0, {four}, now64(9))"
    )
    changes = [(number, time.time_ns(), "comment", "ana", "x", 0, 0, 0, "") for number in (one, two, three, four)]
    empty_store.insert(ERROR_CHANGES, ERROR_CHANGE_COLUMNS, changes)
    for table in ("spanlog_error_states FINAL", "spanlog_error_changes"):
        seen = {
            agent: column(empty_store, f"SELECT Fingerprint AS x FROM {table}", QueryLimits(agents=(agent,)))
            for agent in ("a", "b", "c")
        }
        assert seen == {"a": sorted((one, two)), "b": sorted((one, two, three)), "c": [four]}


def test_many_agents_are_not_too_much_for_one_question(filled):
    limits = QueryLimits(agents=tuple(f"agent-{number:03}" for number in range(100)))
    assert filled.query("SELECT count() AS n FROM otel_logs", limits=limits) == [{"n": 0}]
