"""Who logs."""

from typing import Annotated

from pydantic import BaseModel, Field


class Agent(BaseModel):
    """One agent."""

    agent_id: Annotated[str, Field(description="Its id.", examples=["crypto"])]
    last_activity: Annotated[str, Field(description="Its newest record: RFC 3339 in UTC, to the nanosecond.")]
    total: Annotated[int, Field(description="All its records.")]
    records_24h: Annotated[int, Field(description="Its records in the last 24 hours.")]
    errors_24h: Annotated[int, Field(description="Its records of level error or critical in the last 24 hours.")]
    rate_per_minute: Annotated[float, Field(description="Records a minute, over the last 24 hours.")]
    error_rate: Annotated[float, Field(description="Which share of those were errors, 0 to 1.")]
    sessions_24h: Annotated[
        int, Field(description="In how many runs or conversations it logged in the last 24 hours, to the five minutes.")
    ]
    silent_seconds: Annotated[float, Field(description="Since its newest record.")]
    usual_gap_seconds: Annotated[
        float | None,
        Field(
            description="How long it usually says nothing: 95 of 100 gaps of the last 7 days were not longer, a gap "
            "being the time from its last record in one stretch of five minutes to its first in the next that has any. "
            "Null with fewer than 3 gaps. Worked out every five minutes."
        ),
    ]
    is_silent: Annotated[
        bool, Field(description="Silent for longer than usual: over 3 usual gaps, and over 5 minutes.")
    ]
