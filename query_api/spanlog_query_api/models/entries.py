"""Log records as the API gives them out."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from spanlog_query_api.severity import Level

EXAMPLE_ENTRY: Final[JsonDict] = {
    "id": "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60",
    "created_at": "2026-11-20T08:15:00.123456789Z",
    "agent_id": "crypto",
    "level": "error",
    "message": "order 17 for ETH/USDC failed",
    "category": "trading",
    "session_key": "run-42",
    "source": "api",
    "metadata": {"order": 17, "retry": False},
    "trace_id": "7f8e1b2c-3d4a-4b5c-8d6e-9f0a1b2c3d4e",
    "span_id": None,
    "parent_id": None,
    "resolved": False,
    "resolved_by": None,
    "resolved_at": None,
    "fingerprint": "00c3d1a5b7e9f204",
    "logger": None,
}


class Entry(BaseModel):
    """One log record."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_ENTRY]})

    id: Annotated[str, Field(description="The record's own UUID.")]
    created_at: Annotated[str, Field(description="When it was logged: RFC 3339 in UTC, to the nanosecond.")]
    agent_id: Annotated[str, Field(description="Who logged it.")]
    level: Annotated[Level, Field(description="How serious it is.")]
    message: Annotated[str, Field(description="The message, as text.")]
    category: Annotated[str | None, Field(description="The sender's own tag.")]
    session_key: Annotated[str | None, Field(description="Which run or conversation.")]
    source: Annotated[str, Field(description="Where it came in: `api`, `handler`, `otlp` or what the sender said.")]
    metadata: Annotated[
        dict[str, Any],
        Field(description="What was posted as metadata, types kept; else the record's attributes, as text."),
    ]
    trace_id: Annotated[
        str | None, Field(description="32 hex digits, or a UUID with dashes where it was given as one.")
    ]
    span_id: Annotated[str | None, Field(description="16 hex digits.")]
    parent_id: Annotated[str | None, Field(description="The record or span that it hangs under.")]
    resolved: Annotated[bool, Field(description="Whether somebody dealt with it.")]
    resolved_by: Annotated[str | None, Field(description="Who did, first.")]
    resolved_at: Annotated[str | None, Field(description="When: RFC 3339 in UTC.")]
    fingerprint: Annotated[
        str | None, Field(description="The error group, 16 hex digits; only for levels error and critical.")
    ]
    logger: Annotated[str | None, Field(description="The logger's name (OpenTelemetry's scope).")]


class EntryPage(BaseModel):
    """A page of records, newest first."""

    total: Annotated[
        int | None, Field(description="How many records match, on all pages. On a page asked for by a cursor: null.")
    ]
    items: Annotated[list[Entry], Field(description="The page.")]
    next_cursor: Annotated[
        str | None, Field(description="What to give as `cursor` for the page after this one; null on the last.")
    ]


class EntryContext(BaseModel):
    """A record between its neighbours of the same agent, all in the order of time."""

    before: Annotated[list[Entry], Field(description="What the agent logged before it.")]
    entry: Annotated[Entry, Field(description="The record.")]
    after: Annotated[list[Entry], Field(description="What the agent logged after it.")]


class EntryAttributes(BaseModel):
    """All that was sent of a record beside its message, as it is stored: names and values as text."""

    id: Annotated[str, Field(description="The record's own UUID.")]
    attributes: Annotated[dict[str, str], Field(description="The record's own attributes, every one.")]
    resource: Annotated[dict[str, str], Field(description="Attributes of the program that sent it.")]
    scope: Annotated[dict[str, str], Field(description="Attributes of its logger (OpenTelemetry's scope).")]
    service: Annotated[str | None, Field(description="The sending service.")]
    event: Annotated[str | None, Field(description="The event's name.")]
    logger: Annotated[str | None, Field(description="The logger's name.")]
    logger_version: Annotated[str | None, Field(description="The logger's version.")]
    severity_text: Annotated[str | None, Field(description="The level as the sender wrote it.")]
    severity_number: Annotated[int, Field(description="OpenTelemetry's number of the level, 1 to 24; 0: none given.")]
    ingested_at: Annotated[str, Field(description="When the store took it: RFC 3339 in UTC.")]
