"""Sessions: what one run of an agent, or one conversation, did."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from spanlog_query_api.severity import Level

EXAMPLE_SESSION: Final[JsonDict] = {
    "session_key": "run-42",
    "agents": ["crypto", "news"],
    "first_seen": "2026-11-20T08:15:00.123456789Z",
    "last_seen": "2026-11-20T08:17:30.623456789Z",
    "duration_ms": 150500.0,
    "log_count": 512,
    "span_count": 40,
    "error_count": 3,
    "trace_count": 5,
    "input_tokens": 18250,
    "output_tokens": 2210,
    "cost": 0.0875,
    "models": ["claude-sonnet-5"],
}

EXAMPLE_LOG_ITEM: Final[JsonDict] = {
    "kind": "log",
    "time": "2026-11-20T08:15:00.123456789Z",
    "id": "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60",
    "agent_id": "crypto",
    "name": "bot.orders",
    "message": "order 17 for ETH/USDC failed",
    "level": "error",
    "status": None,
    "duration_ms": None,
    "is_error": True,
    "trace_id": "7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e",
    "span_id": "00f067aa0ba902b7",
    "parent_id": None,
    "fingerprint": "00c3d1a5b7e9f204",
    "input_tokens": None,
    "output_tokens": None,
    "cost": None,
    "model": None,
    "attributes": {"order": 17},
}

EXAMPLE_SPAN_ITEM: Final[JsonDict] = {
    "kind": "span",
    "time": "2026-11-20T08:15:01.000000000Z",
    "id": "00f067aa0ba902b7",
    "agent_id": "crypto",
    "name": "chat claude-sonnet-5",
    "message": None,
    "level": None,
    "status": "Ok",
    "duration_ms": 1830.5,
    "is_error": False,
    "trace_id": "7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e",
    "span_id": "00f067aa0ba902b7",
    "parent_id": "b7ad6b7169203331",
    "fingerprint": None,
    "input_tokens": 950,
    "output_tokens": 120,
    "cost": 0.0047,
    "model": "claude-sonnet-5",
    "attributes": {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": "950"},
}


class Session(BaseModel):
    """One session as a whole. Counts and times are of its records and spans in the period that was asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SESSION]})

    session_key: Annotated[str, Field(description="The run or conversation: `session_key` of its records.")]
    agents: Annotated[list[str], Field(description="Which agents took part, at most 100, by name.")]
    first_seen: Annotated[str, Field(description="Its earliest record or start of a span: RFC 3339 in UTC.")]
    last_seen: Annotated[str, Field(description="Its latest record or end of a span.")]
    duration_ms: Annotated[float, Field(description="From the first to the last.")]
    log_count: Annotated[int, Field(description="Log records.")]
    span_count: Annotated[int, Field(description="Spans.")]
    error_count: Annotated[int, Field(description="Records of level error or critical, and spans of status Error.")]
    trace_count: Annotated[int, Field(description="Traces that its records and spans belong to.")]
    input_tokens: Annotated[
        int | None, Field(description="Tokens given to models, as far as senders say so; null when none does.")
    ]
    output_tokens: Annotated[int | None, Field(description="Tokens that models gave, likewise.")]
    cost: Annotated[
        float | None,
        Field(description="The sum of what senders say that it cost, by convention US dollars; else null."),
    ]
    models: Annotated[list[str], Field(description="The models that are named, at most 100, by name.")]


class SessionPage(BaseModel):
    """A page of sessions, the one that was active last first."""

    since: Annotated[str, Field(description="Start of the period, inside.")]
    until: Annotated[str, Field(description="End of the period, outside.")]
    items: Annotated[list[Session], Field(description="The page.")]
    next_cursor: Annotated[
        str | None, Field(description="What to give as `cursor` for the page after this one; null on the last.")
    ]


class SessionItem(BaseModel):
    """A log record or a span on the session's time line."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_LOG_ITEM, EXAMPLE_SPAN_ITEM]})

    kind: Annotated[Literal["log", "span"], Field(description="What it is.")]
    time: Annotated[str, Field(description="When it was logged, or began: RFC 3339 in UTC, to the nanosecond.")]
    id: Annotated[str, Field(description="The record's UUID, for `GET /logs/{log_id}`; or the span's id.")]
    agent_id: Annotated[str, Field(description="Who logged it, or whose it is.")]
    name: Annotated[str, Field(description="The span's name; for a record its logger.")]
    message: Annotated[str | None, Field(description="The record's message; the span's status message.")]
    level: Annotated[Level | None, Field(description="Of a record.")]
    status: Annotated[Literal["Unset", "Ok", "Error"] | None, Field(description="Of a span.")]
    duration_ms: Annotated[float | None, Field(description="Of a span.")]
    is_error: Annotated[bool, Field(description="A record of level error or critical, or a span of status Error.")]
    trace_id: Annotated[str | None, Field(description="32 hex digits, for `GET /traces/{trace_id}`.")]
    span_id: Annotated[str | None, Field(description="The span, or the one that the record lies in: 16 hex digits.")]
    parent_id: Annotated[str | None, Field(description="The record or span that it hangs under.")]
    fingerprint: Annotated[
        str | None, Field(description="The error group, for `GET /errors/{fingerprint}`; only of a record.")
    ]
    input_tokens: Annotated[int | None, Field(description="As its attributes say, or null.")]
    output_tokens: Annotated[int | None, Field(description="As its attributes say, or null.")]
    cost: Annotated[float | None, Field(description="As its attributes say, or null.")]
    model: Annotated[str | None, Field(description="As its attributes say, or null.")]
    attributes: Annotated[dict[str, Any], Field(description="A record's metadata; a span's attributes, as text.")]


class SessionTimeline(BaseModel):
    """One session, and a page of its time line."""

    session: Annotated[
        Session | None, Field(description="All of it in the period. On a page asked for by a cursor: null.")
    ]
    items: Annotated[list[SessionItem], Field(description="The page, in the order of time; a span is at its start.")]
    next_cursor: Annotated[
        str | None, Field(description="What to give as `cursor` for the page after this one; null on the last.")
    ]
