"""Error groups, and what people do with them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from spanlog_query_api.severity import Level

Status = Literal["open", "regressed", "resolved", "muted"]

STATUS_DESCRIPTION = (
    "`resolved`: every record in the period is; `regressed`: the group was resolved, and a record in the period is "
    "later than that; `muted`: until a time or a number of records that has not been reached; else `open`."
)


class Why(BaseModel):
    """Why these records are one group."""

    rule: Annotated[
        str,
        Field(
            description="Which rule decided: `custom` (the program's own fingerprint), `exception` (type and frames), "
            "`template` (the message before its arguments), `message` (the message with numbers masked)."
        ),
    ]
    parts: Annotated[list[str], Field(description="What the rule looked at.")]


class ErrorGroup(BaseModel):
    """Records of level error or critical with one fingerprint, or of several that were merged.

    Figures are of the period that was asked about; in the summary's list `vanished`, of the period before it.
    """

    fingerprint: Annotated[str, Field(description="16 hex digits.")]
    count: Annotated[int, Field(description="Records in the period.")]
    status: Annotated[Status, Field(description=STATUS_DESCRIPTION)]
    title: Annotated[str, Field(description="The first line of its newest message, at most 200 characters.")]
    type: Annotated[str, Field(description="The exception's type, or empty.")]
    agents: Annotated[list[str], Field(description="Which agents logged it, at most 100, by name.")]
    first_seen: Annotated[str, Field(description="First record in the period.")]
    last_seen: Annotated[str, Field(description="Last record in the period.")]
    why: Why
    unresolved_count: Annotated[int, Field(description="Records in the period that nobody resolved.")]
    sample_id: Annotated[
        str | None, Field(description="Its newest record in the period; null when that is not kept any more.")
    ]
    sample_trace_id: Annotated[str | None, Field(description="That record's trace.")]
    is_new: Annotated[bool, Field(description="No record of it lies in the period before.")]
    is_regressed: Annotated[bool, Field(description="It was resolved and is seen again.")]
    assigned_to: Annotated[str | None, Field(description="Whose it is to mend.")]
    resolved_by: Annotated[str | None, Field(description="Who resolved the group, first.")]
    resolved_at: Annotated[str | None, Field(description="When: RFC 3339 in UTC.")]
    muted_until: Annotated[str | None, Field(description="Until when it is muted, where that has an end.")]
    muted_count: Annotated[
        int | None, Field(description="After how many more records than when it was muted that ends.")
    ]


class ListedGroup(ErrorGroup):
    """An error group on a page of them."""

    bucket_counts: Annotated[
        list[int] | None,
        Field(description="With `buckets`: its records in each stretch of `charts`, empty ones included."),
    ] = None


class SimilarGroup(ErrorGroup):
    """An error group that looks like the one asked about."""

    similarity: Annotated[
        float, Field(description="Which share of the parts that either was grouped for both have, 0 to 1.")
    ]


class Charts(BaseModel):
    """Which time the `bucket_counts` of a page show."""

    since: Annotated[str, Field(description="Start of the first stretch.")]
    until: Annotated[str, Field(description="End of the time shown.")]
    bucket_seconds: Annotated[float, Field(description="Length of each stretch.")]


class ErrorGroupPage(BaseModel):
    """A page of error groups."""

    total: Annotated[int, Field(description="How many groups match, on all pages.")]
    items: Annotated[list[ListedGroup], Field(description="The page.")]
    charts: Annotated[Charts | None, Field(description="With `buckets`: what the groups' `bucket_counts` show.")] = None
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null on the last.")]


class TimeBucket(BaseModel):
    """How many records of a group lie in a stretch of time."""

    start: Annotated[str, Field(description="Its start, inside; it ends where the next one starts.")]
    count: int


class AgentCount(BaseModel):
    """How many records of a group one agent logged."""

    agent_id: str
    count: int
    last_seen: str


class SessionCount(BaseModel):
    """How many records of a group lie in one run or conversation."""

    session_key: str
    agent_id: str
    count: int
    last_seen: str


class ErrorRecord(BaseModel):
    """One record of a group."""

    id: Annotated[str, Field(description="For `GET /logs/{id}`.")]
    created_at: str
    agent_id: str
    level: Level
    trace_id: str | None
    session_key: str | None


class Change(BaseModel):
    """What somebody did with a group."""

    action: Annotated[
        Literal["resolve", "reopen", "mute", "unmute", "assign", "comment", "merge", "split"],
        Field(description="What was done."),
    ]
    by: Annotated[str, Field(description="Who did it.")]
    at: Annotated[str, Field(description="When: RFC 3339 in UTC.")]
    fingerprint: Annotated[str, Field(description="With which fingerprint: the group's, or one merged into it.")]
    text: Annotated[str | None, Field(description="The comment, or to whom it was assigned.")] = None
    other_fingerprint: Annotated[str | None, Field(description="What it was merged into, or split from.")] = None
    until: Annotated[str | None, Field(description="Muted until then.")] = None
    count: Annotated[int | None, Field(description="Muted until so many more records.")] = None


class ErrorGroupDetail(ErrorGroup):
    """One error group, with all that is known of it."""

    since: Annotated[str, Field(description="Start of the period, inside.")]
    until: Annotated[str, Field(description="End of the period, outside.")]
    bucket_seconds: Annotated[int, Field(description="Length of each stretch of `counts`.")]
    counts: Annotated[list[TimeBucket], Field(description="Records over time, stretches without any included.")]
    agent_counts: Annotated[list[AgentCount], Field(description="By agent, most first, at most 100.")]
    session_total: Annotated[int, Field(description="In how many runs or conversations.")]
    sessions: Annotated[list[SessionCount], Field(description="The 20 latest of them.")]
    first_record: Annotated[ErrorRecord | None, Field(description="The first record in the period.")]
    last_record: Annotated[ErrorRecord | None, Field(description="The last record in the period.")]
    sample_traces: Annotated[list[str], Field(description="Traces of its newest records, at most 10.")]
    ever_count: Annotated[int, Field(description="Records of all time, those included that are not kept any more.")]
    ever_first_seen: Annotated[str, Field(description="The first record of all time.")]
    ever_last_seen: Annotated[str, Field(description="The last record of all time.")]
    merged: Annotated[list[str], Field(description="Fingerprints that were merged into this group.")]
    changes: Annotated[list[Change], Field(description="What people did with it, earliest first; the last 1,000.")]
    comments: Annotated[list[Change], Field(description="Those of the changes that are comments.")]
