"""Who logs: newest first, with the errors of the last day."""

import time

from query_api_telemetry import Log

from spanlog_query_api.models.agents import Agent
from spanlog_query_api.times import format_time

HOUR = 3600 * 1_000_000_000


def test_agents_come_by_last_activity_with_their_errors_of_24_hours(client, loader, agent):
    now = time.time_ns()
    first, second = f"{agent}-1", f"{agent}-2"
    loader.logs(
        first,
        [
            Log("a", now - HOUR, 17),
            Log("b", now - 23 * HOUR, 21),
            Log("c", now - 25 * HOUR, 17),
            Log("d", now - 2 * HOUR),
        ],
    )
    loader.logs(second, [Log("a", now - 2 * HOUR)])
    answer = client.get("/logs/agents")
    assert answer.status_code == 200
    agents = answer.json()
    for item in agents:
        Agent.model_validate(item, extra="forbid")
    assert [item["last_activity"] for item in agents] == sorted(
        (item["last_activity"] for item in agents), reverse=True
    )
    mine = [item for item in agents if item["agent_id"].startswith(agent)]
    assert mine == [
        {"agent_id": first, "last_activity": format_time(now - HOUR), "total": 4, "errors_24h": 2},
        {"agent_id": second, "last_activity": format_time(now - 2 * HOUR), "total": 1, "errors_24h": 0},
    ]
