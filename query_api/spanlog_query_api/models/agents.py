"""Who logs."""

from typing import Annotated

from pydantic import BaseModel, Field


class Agent(BaseModel):
    """One agent."""

    agent_id: Annotated[str, Field(description="Its id.", examples=["crypto"])]
    last_activity: Annotated[str, Field(description="Its newest record: RFC 3339 in UTC, to the nanosecond.")]
    total: Annotated[int, Field(description="All its records.")]
    errors_24h: Annotated[int, Field(description="Its records of level error or critical in the last 24 hours.")]
