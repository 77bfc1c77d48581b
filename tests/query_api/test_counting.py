"""What is counted from views is what a plain scan of the records counts, wherever a period begins and ends."""

import time
import uuid
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from query_api_telemetry import Log

from spanlog_query_api.counting import STEP_NANOSECONDS, count_records
from spanlog_query_api.error_groups.details import read_group
from spanlog_query_api.error_groups.figures import GroupPeriod, read_figures
from spanlog_query_api.histograms import histogram
from spanlog_query_api.hourly_counts import count_hours
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.queries import QueryRunner, named_query
from spanlog_query_api.search.conditions import Expression, all_of, any_of
from spanlog_query_api.search.fields import query_to_condition
from spanlog_query_api.times import parse_time
from spanlog_query_api.whole_hours import Span

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LEVELS = (5, 9, 13, 17, 21)
# Days of its own, so that the other tests' records do not matter; not at a full step.
START = (time.time_ns() // STEP_NANOSECONDS - 40 * 288) * STEP_NANOSECONDS
DAYS_START = START // DAY * DAY


class Rows(list):
    """Rows that a failing example does not print."""

    def __repr__(self) -> str:
        return f"{len(self)} rows"


@pytest.fixture(scope="module")
def queries(store):
    return QueryRunner(store, Metrics(CollectorRegistry()), "/test")


@pytest.fixture(scope="module")
def agents(loader):
    """Records of two agents in many loads, unordered, late, several at one nanosecond, at edges of steps and days."""
    import random

    chance = random.Random(4)
    names = [f"count-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    edges = [START + index * STEP_NANOSECONDS + step for index in range(14) for step in (-1, 0, 1)]
    edges += [DAYS_START + index * DAY + step for index in range(-4, 5) for step in (-1, 0, 1)]
    for number in range(24):
        reach = HOUR if number % 3 else 2 * DAY
        logs = [
            Log(
                f"failure {chance.choice('abcdef')}",
                chance.choice(edges) if chance.random() < 0.4 else START + chance.randrange(-reach, 2 * reach),
                chance.choice(LEVELS),
                attributes={"session.id": f"run-{chance.randrange(12)}"} if chance.random() < 0.7 else {},
            )
            for _ in range(25)
        ]
        loader.logs(names[number % 2], logs)
    return names


@pytest.fixture(scope="module")
def records(store, agents):
    return Rows(
        store.query(
            "SELECT AgentId AS agent, Level AS level, Fingerprint AS fingerprint, PatternHash AS shape, "
            "SessionId AS session, "
            "toUnixTimestamp64Nano(Timestamp) AS time FROM otel_logs WHERE AgentId IN {agents:Array(String)}",
            {"agents": agents},
        )
    )


MOMENTS = st.one_of(
    st.integers(START - HOUR, START + 2 * HOUR),
    st.builds(
        lambda index, step: START + index * STEP_NANOSECONDS + step, st.integers(-12, 24), st.sampled_from((-1, 0, 1))
    ),
    st.integers(START - 3 * DAY, START + 5 * DAY),
    st.builds(lambda index, step: DAYS_START + index * DAY + step, st.integers(-4, 5), st.sampled_from((-1, 0, 1))),
)


@settings(max_examples=90, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] != pair[1]), is_one=st.booleans())
def test_counts_equal_a_plain_scan(queries, agents, records, moments, is_one):
    since, until = sorted(moments)
    agent = agents[0] if is_one else ""
    inside = [record for record in records if since <= record["time"] < until and agent in ("", record["agent"])]
    found = count_records(queries, since, until, agent)
    counted = {
        (name, level): count
        for name, levels in found.items()
        for level, count in levels.items()
        if count and name in agents
    }
    assert counted == Counter((record["agent"], record["level"]) for record in inside)
    hours = count_hours(queries, since, Span(since, until), agent, 5_000)
    assert {name: levels for name, levels in hours.by_agent.items() if name in agents} == {
        name: levels for name, levels in found.items() if name in agents
    }
    if agent:
        shapes = {shape: count for shape, count in hours.by_shape.items() if count}
        assert shapes == Counter(record["shape"] for record in inside)

    previous = since - (until - since)
    wanted = defaultdict(lambda: [0, 0])
    for record in records:
        if record["fingerprint"] and agent in ("", record["agent"]) and previous <= record["time"] < until:
            wanted[record["fingerprint"]][record["time"] < since] += 1
    figures = {
        group.fingerprint: [group.now.records, group.before.records]
        for group in read_figures(queries, GroupPeriod(since, until), agent)
        if group.now.agents | group.before.agents <= set(agents)
    }
    assert figures == wanted


@pytest.mark.parametrize(
    ("q", "is_meant"),
    [
        ("", lambda _agent, _level: True),
        ("level:>=error", lambda _agent, level: level in ("error", "critical")),
        ("-level:debug agent:{0}", lambda agent, level: level != "debug" and agent == 0),
        (
            "(level:(info warn) OR agent:{1}*) -level:critical",
            lambda agent, level: (level in ("info", "warn") or agent == 1) and level != "critical",
        ),
    ],
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] != pair[1]), bars=st.sampled_from((1, 3, 8, 60)))
def test_a_histogram_equals_a_plain_scan(queries, agents, records, q, is_meant, moments, bars):
    since, until = sorted(moments)
    of_agents = any_of(*(Expression("agent_is", {"value": agent}) for agent in agents))
    asked = all_of(Expression("since", {"time": since}), of_agents, query_to_condition(q.format(*agents)))
    found = histogram(queries, asked, since, until, bars)
    wanted = Counter(
        (record["time"] // round(found.interval_seconds * SECOND), record["level"])
        for record in records
        if since <= record["time"] < until and is_meant(agents.index(record["agent"]), record["level"])
    )
    counted = {
        (parse_time(bar.start) // round(found.interval_seconds * SECOND), level): count
        for bar in found.bars
        for level in ("debug", "info", "warn", "error", "critical")
        if (count := getattr(bar, level))
    }
    assert counted == wanted
    assert found.total == wanted.total()


class Asked(QueryRunner):
    """Keeps the names of what it runs."""

    def __init__(self, store):
        super().__init__(store, Metrics(CollectorRegistry()), "/test")
        self.names = []

    def run(self, name, *args, **kwargs):
        self.names.append(name)
        return super().run(name, *args, **kwargs)


@pytest.mark.parametrize(
    ("q", "length", "expected"),
    [
        ("agent:{0} level:error", 12, ["counted_histogram"]),
        ("agent:{0} failure", 12, ["histogram"]),
        # Bars of less than what is counted by.
        ("agent:{0}", 1, ["histogram"]),
    ],
)
def test_a_histogram_of_agents_and_levels_reads_no_records(store, agents, q, length, expected):
    queries = Asked(store)
    since = START - 20 * STEP_NANOSECONDS
    histogram(queries, query_to_condition(q.format(*agents)), since, since + length * STEP_NANOSECONDS, 12)
    assert queries.names == expected


def test_records_at_an_edge_are_read_once_until_others_come(store, loader):
    agent = f"edge-{uuid.uuid4().hex[:8]}"
    step = START - 60 * STEP_NANOSECONDS
    loader.logs(agent, [Log("x", step + index * SECOND, 9) for index in range(20)])
    queries = Asked(store)

    def total(second):
        asked = query_to_condition(f"agent:{agent}")
        return histogram(queries, asked, step + second * SECOND, step + 20 * STEP_NANOSECONDS, 20).total

    assert [total(second) for second in (5, 6, 19)] == [15, 14, 1]
    assert queries.names == ["counted_histogram", "edge_times", "counted_histogram", "counted_histogram"]
    loader.logs(agent, [Log("late", step + 7 * SECOND, 17)])
    assert [total(second) for second in (5, 8)] == [16, 12]
    assert queries.names.count("edge_times") == 2
    # Too many to keep in mind.
    loader.logs(agent, [Log("x", step + 30 * SECOND + index, 9) for index in range(300)])
    assert [total(second) for second in (5, 8)] == [316, 312]
    assert queries.names[-2:] == ["counted_histogram", "histogram"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] != pair[1]), which=st.integers(0, 100))
def test_one_group_is_what_a_plain_scan_finds(queries, records, moments, which):
    since, until = sorted(moments)
    fingerprints = sorted({record["fingerprint"] for record in records} - {0})
    fingerprint = fingerprints[which % len(fingerprints)]
    found = read_group(queries, fingerprint, since, until)
    inside = sorted(
        (record for record in records if record["fingerprint"] == fingerprint and since <= record["time"] < until),
        key=lambda record: record["time"],
    )
    assert found.count == len(inside)
    assert {each.agent_id: each.count for each in found.agent_counts} == Counter(record["agent"] for record in inside)
    sessions = Counter(record["session"] for record in inside if record["session"])
    assert found.session_total == len(sessions)
    assert {each.session_key: each.count for each in found.sessions} == sessions
    latest = [each.last_seen for each in found.sessions]
    assert latest == sorted(latest, reverse=True)
    starts = Counter(record["time"] // (found.bucket_seconds * SECOND) for record in inside)
    assert {
        parse_time(each.start) // (found.bucket_seconds * SECOND): each.count for each in found.counts if each.count
    } == starts
    ends = [found.first_record, found.last_record]
    assert [each and parse_time(each.created_at) for each in ends] == (
        [inside[0]["time"], inside[-1]["time"]] if inside else [None, None]
    )


def test_a_segment_that_is_loaded_twice_is_counted_once(store, loader, queries, agent, tmp_path):
    from segments import framed, log_request

    from spanlog_collector.otlp.check import check_request
    from spanlog_collector.otlp.description import LOGS

    request = log_request(agent, "one", "two")
    for record in request.resource_logs[0].scope_logs[0].log_records:
        record.severity_number = 17
    segment = tmp_path / "twice.segment"
    segment.write_bytes(framed(check_request(LOGS, request.SerializeToString()).body))
    for _ in range(2):
        store.load_segment(LOGS, segment, f"token-{agent}")
    now = time.time_ns()
    assert count_records(queries, now - HOUR, now + HOUR, agent)[agent]["error"] == 2
    assert [group.now.records for group in read_figures(queries, GroupPeriod(now - HOUR, now + HOUR), agent)] == [1, 1]
    assert [group.now.records for group in read_figures(queries, GroupPeriod.whole(), agent)] == [1, 1]


@pytest.mark.parametrize("name", ["edge_counts", "edge_logs"])
def test_of_an_edge_the_table_is_read_by_its_order(store, agents, name):
    parameters = {"since": START, "until": START + HOUR, "agent_id": agents[0]}
    rows = store.query("EXPLAIN indexes = 1 " + named_query(name).sql, parameters)
    plan = "\n".join(row["explain"] for row in rows)
    assert "toStartOfFiveMinutes(Timestamp) in" in plan.split("PrimaryKey")[1]
