"""Who logs, how much, how much of it errors, and who has fallen silent."""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from spanlog_query_api.counting import STEP_NANOSECONDS, count_records
from spanlog_query_api.models.agents import Agent
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_SECOND, format_time

_MINUTES_PER_DAY: Final = 24 * 60
_USUAL_DAYS: Final = 7
_MIN_GAPS: Final = 3
"""Fewer say nothing about what is usual."""

_SILENT_GAPS: Final = 3
_MIN_SILENT_SECONDS: Final = 300.0


class _Silence(NamedTuple):
    usual_gap_seconds: float | None
    is_longer: bool


def list_agents(queries: QueryRunner) -> list[Agent]:
    """Return every agent, the one that logged last first."""
    now = time.time_ns()
    day = now - DAY_NANOSECONDS
    counts = count_records(queries, day, now, "")
    sessions = {
        row["agent_id"]: row["sessions"]
        for row in queries.run("agent_sessions", {"first_step": day // NANOSECONDS_PER_SECOND})
    }
    rows = queries.run("list_agents")
    usual = _usual_gaps(queries, now, {row["agent_id"] for row in rows})
    agents = []
    for row in rows:
        agent_id = row["agent_id"]
        levels = counts.get(agent_id, {})
        records, errors = sum(levels.values()), levels.get("error", 0) + levels.get("critical", 0)
        silent_seconds = max(0.0, (now - row["last_unix_nano"]) / NANOSECONDS_PER_SECOND)
        silence = _silence(silent_seconds, usual.get(agent_id))
        agents.append(
            Agent(
                agent_id=agent_id,
                last_activity=format_time(row["last_unix_nano"]),
                total=row["total"],
                records_24h=records,
                errors_24h=errors,
                rate_per_minute=records / _MINUTES_PER_DAY,
                error_rate=errors / records if records else 0.0,
                sessions_24h=sessions.get(agent_id, 0),
                silent_seconds=silent_seconds,
                usual_gap_seconds=silence.usual_gap_seconds,
                is_silent=silence.is_longer,
            )
        )
    return agents


def _usual_gaps(queries: QueryRunner, now: int, agents: AbstractSet[str]) -> Mapping[str, float]:
    """Return the usual gap in seconds of those agents that have one.

    It is worked out once in each five minutes, and whenever there is an agent that was not there: what is usual in
    seven days changes little in that time, and it is half of what the question costs.
    """
    step = now // STEP_NANOSECONDS
    # Under one name for all steps: those that are over are of no use to anybody.
    known_step, known = queries.fact("usual_gaps") or (None, {})
    if known_step != step or not known.keys() >= agents:
        first_step = (now - _USUAL_DAYS * DAY_NANOSECONDS) // NANOSECONDS_PER_SECOND
        known = dict.fromkeys(agents)
        for row in queries.run("agent_gaps", {"first_step": first_step}):
            if row["gap_count"] >= _MIN_GAPS:
                known[row["agent_id"]] = row["usual_gap_nano"] / NANOSECONDS_PER_SECOND
        queries.keep_fact((step, known), "usual_gaps")
    return {agent: gap for agent, gap in known.items() if gap is not None}


def _silence(silent_seconds: float, usual_gap_seconds: float | None) -> _Silence:
    if usual_gap_seconds is None:
        return _Silence(None, is_longer=False)
    return _Silence(
        usual_gap_seconds, is_longer=silent_seconds > max(_MIN_SILENT_SECONDS, _SILENT_GAPS * usual_gap_seconds)
    )
