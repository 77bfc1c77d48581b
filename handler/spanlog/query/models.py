"""What the query API takes and gives, as ``TypedDict``.

Written from the API's OpenAPI document: ``pytest tests/query_api/test_typed_client.py --update-client``.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Agent(TypedDict):
    """One agent."""

    agent_id: str
    """Its id."""
    last_activity: str
    """Its newest record: RFC 3339 in UTC, to the nanosecond."""
    total: int
    """All its records."""
    records_24h: int
    """Its records in the last 24 hours."""
    errors_24h: int
    """Its records of level error or critical in the last 24 hours."""
    rate_per_minute: float
    """Records a minute, over the last 24 hours."""
    error_rate: float
    """Which share of those were errors, 0 to 1."""
    sessions_24h: int
    """In how many runs or conversations it logged in the last 24 hours, to the five minutes."""
    silent_seconds: float
    """Since its newest record."""
    usual_gap_seconds: float | None
    """How long it usually says nothing: 95 of 100 gaps of the last 7 days were not longer, a gap being the time
    from its last record in one stretch of five minutes to its first in the next that has any. Null with fewer
    than 3 gaps. Worked out every five minutes.
    """
    is_silent: bool
    """Silent for longer than usual: over 3 usual gaps, and over 5 minutes."""


class AgentCount(TypedDict):
    """How many records of a group one agent logged."""

    agent_id: str
    count: int
    last_seen: str


class AgentTotals(TypedDict):
    """One agent's records in the period, by level."""

    agent_id: str
    total: int
    debug: int
    info: int
    warn: int
    error: int
    critical: int


class AttributeName(TypedDict):
    """An attribute that records have."""

    name: str
    count: int
    """Of the records looked at, how many have it."""


class AuditEntry(TypedDict):
    """One change."""

    at: str
    """When: RFC 3339 in UTC."""
    action: str
    """`record.resolve`; `error.` and one of resolve, reopen, mute, unmute, assign, comment, merge, split;
    `key.create`, `key.revoke`.
    """
    target: str
    """What was changed: an error group's fingerprint, a record's id (of several the first by id), or a key's name."""
    count: int
    """How many: of records that were resolved together."""
    by: str
    """Who did it, as they said themselves; of a key, the user on the stack's machine."""
    key: str
    """With which key: its name, `SPANLOG_API_KEY`, or `loopback` where no key was asked for. Empty for what was
    done on the stack's machine itself.
    """
    detail: str | None
    """To whom it was assigned, the comment, what it was merged with, until when it is muted, what the key is for."""


class AuditPage(TypedDict):
    """Changes, the latest first."""

    items: list[AuditEntry]
    """The page."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class BatchResolution(TypedDict):
    """Who dealt with which records."""

    resolved_by: str
    """A person or an agent."""
    ids: list[str]
    """Ids of entries, at most 10000."""


class Change(TypedDict):
    """What somebody did with a group."""

    action: Literal["resolve", "reopen", "mute", "unmute", "assign", "comment", "merge", "split"]
    """What was done."""
    by: str
    """Who did it."""
    at: str
    """When: RFC 3339 in UTC."""
    fingerprint: str
    """With which fingerprint: the group's, or one merged into it."""
    text: NotRequired[str | None]
    """The comment, or to whom it was assigned."""
    other_fingerprint: NotRequired[str | None]
    """What it was merged into, or split from."""
    until: NotRequired[str | None]
    """Muted until then."""
    count: NotRequired[int | None]
    """Muted until so many more records."""


class Charts(TypedDict):
    """Which time the `bucket_counts` of a page show."""

    since: str
    """Start of the first stretch."""
    until: str
    """End of the time shown."""
    bucket_seconds: float
    """Length of each stretch."""


class Entry(TypedDict):
    """One log record."""

    id: str
    """The record's own UUID."""
    created_at: str
    """When it was logged: RFC 3339 in UTC, to the nanosecond."""
    agent_id: str
    """Who logged it."""
    level: Literal["debug", "info", "warn", "error", "critical"]
    """How serious it is."""
    message: str
    """The message, as text."""
    category: str | None
    """The sender's own tag."""
    session_key: str | None
    """Which run or conversation."""
    source: str
    """Where it came in: `api`, `handler`, `otlp` or what the sender said."""
    metadata: dict[str, Any]
    """What was posted as metadata, types kept; else the record's attributes, as text."""
    trace_id: str | None
    """32 hex digits, or a UUID with dashes where it was given as one."""
    span_id: str | None
    """16 hex digits."""
    parent_id: str | None
    """The record or span that it hangs under."""
    resolved: bool
    """Whether somebody dealt with it."""
    resolved_by: str | None
    """Who did, first."""
    resolved_at: str | None
    """When: RFC 3339 in UTC."""
    fingerprint: str | None
    """The error group, 16 hex digits; only for levels error and critical."""
    logger: str | None
    """The logger's name (OpenTelemetry's scope)."""


class EntryAttributes(TypedDict):
    """All that was sent of a record beside its message, as it is stored: names and values as text."""

    id: str
    """The record's own UUID."""
    attributes: dict[str, str]
    """The record's own attributes, every one."""
    resource: dict[str, str]
    """Attributes of the program that sent it."""
    scope: dict[str, str]
    """Attributes of its logger (OpenTelemetry's scope)."""
    service: str | None
    """The sending service."""
    event: str | None
    """The event's name."""
    logger: str | None
    """The logger's name."""
    logger_version: str | None
    """The logger's version."""
    severity_text: str | None
    """The level as the sender wrote it."""
    severity_number: int
    """OpenTelemetry's number of the level, 1 to 24; 0: none given."""
    ingested_at: str
    """When the store took it: RFC 3339 in UTC."""


class EntryContext(TypedDict):
    """A record between its neighbours of the same agent, all in the order of time."""

    before: list[Entry]
    """What the agent logged before it."""
    entry: Entry
    """The record."""
    after: list[Entry]
    """What the agent logged after it."""


class EntryPage(TypedDict):
    """A page of records, newest first."""

    total: int | None
    """How many records match, on all pages. On a page asked for by a cursor: null."""
    items: list[Entry]
    """The page."""
    next_cursor: str | None
    """What to give as `cursor` for the page after this one; null on the last."""


class ErrorGroup(TypedDict):
    """Records of level error or critical with one fingerprint, or of several that were merged.

    Figures are of the period that was asked about; in the summary's list `vanished`, of the period before it.
    """

    fingerprint: str
    """16 hex digits."""
    count: int
    """Records in the period."""
    status: Literal["open", "regressed", "resolved", "muted"]
    """`resolved`: every record in the period is; `regressed`: the group was resolved, and a record in the period
    is later than that; `muted`: until a time or a number of records that has not been reached; else `open`.
    """
    title: str
    """The first line of its newest message, at most 200 characters."""
    type: str
    """The exception's type, or empty."""
    agents: list[str]
    """Which agents logged it, at most 100, by name."""
    first_seen: str
    """First record in the period."""
    last_seen: str
    """Last record in the period."""
    why: Why
    unresolved_count: int
    """Records in the period that nobody resolved."""
    sample_id: str | None
    """Its newest record in the period; null when that is not kept any more."""
    sample_trace_id: str | None
    """That record's trace."""
    is_new: bool
    """No record of it lies in the period before."""
    is_regressed: bool
    """It was resolved and is seen again."""
    assigned_to: str | None
    """Whose it is to mend."""
    resolved_by: str | None
    """Who resolved the group, first."""
    resolved_at: str | None
    """When: RFC 3339 in UTC."""
    muted_until: str | None
    """Until when it is muted, where that has an end."""
    muted_count: int | None
    """After how many more records than when it was muted that ends."""


class ErrorGroupDetail(TypedDict):
    """One error group, with all that is known of it."""

    fingerprint: str
    """16 hex digits."""
    count: int
    """Records in the period."""
    status: Literal["open", "regressed", "resolved", "muted"]
    """`resolved`: every record in the period is; `regressed`: the group was resolved, and a record in the period
    is later than that; `muted`: until a time or a number of records that has not been reached; else `open`.
    """
    title: str
    """The first line of its newest message, at most 200 characters."""
    type: str
    """The exception's type, or empty."""
    agents: list[str]
    """Which agents logged it, at most 100, by name."""
    first_seen: str
    """First record in the period."""
    last_seen: str
    """Last record in the period."""
    why: Why
    unresolved_count: int
    """Records in the period that nobody resolved."""
    sample_id: str | None
    """Its newest record in the period; null when that is not kept any more."""
    sample_trace_id: str | None
    """That record's trace."""
    is_new: bool
    """No record of it lies in the period before."""
    is_regressed: bool
    """It was resolved and is seen again."""
    assigned_to: str | None
    """Whose it is to mend."""
    resolved_by: str | None
    """Who resolved the group, first."""
    resolved_at: str | None
    """When: RFC 3339 in UTC."""
    muted_until: str | None
    """Until when it is muted, where that has an end."""
    muted_count: int | None
    """After how many more records than when it was muted that ends."""
    since: str
    """Start of the period, inside."""
    until: str
    """End of the period, outside."""
    bucket_seconds: int
    """Length of each stretch of `counts`."""
    counts: list[TimeBucket]
    """Records over time, stretches without any included."""
    agent_counts: list[AgentCount]
    """By agent, most first, at most 100."""
    session_total: int
    """In how many runs or conversations."""
    sessions: list[SessionCount]
    """The 20 latest of them."""
    first_record: ErrorRecord | None
    """The first record in the period."""
    last_record: ErrorRecord | None
    """The last record in the period."""
    sample_traces: list[str]
    """Traces of its newest records, at most 10."""
    ever_count: int
    """Records of all time, those included that are not kept any more."""
    ever_first_seen: str
    """The first record of all time."""
    ever_last_seen: str
    """The last record of all time."""
    merged: list[str]
    """Fingerprints that were merged into this group."""
    changes: list[Change]
    """What people did with it, earliest first; the last 1,000."""
    comments: list[Change]
    """Those of the changes that are comments."""


class ErrorGroupPage(TypedDict):
    """A page of error groups."""

    total: int
    """How many groups match, on all pages."""
    items: list[ListedGroup]
    """The page."""
    charts: NotRequired[Charts | None]
    """With `buckets`: what the groups' `bucket_counts` show."""
    next_cursor: str | None
    """Give it as `cursor` for the next page; null on the last."""


class ErrorRecord(TypedDict):
    """One record of a group."""

    id: str
    """For `GET /logs/{id}`."""
    created_at: str
    agent_id: str
    level: Literal["debug", "info", "warn", "error", "critical"]
    trace_id: str | None
    session_key: str | None


class Facet(TypedDict):
    """The most frequent values of one field."""

    field: str
    """As it was asked for."""
    values: list[FacetValue]
    """Most frequent first, without the empty one."""
    is_complete: bool
    """Whether these are all the values there are."""


class FacetValue(TypedDict):
    """One value of a field."""

    value: str
    count: int
    """Records that have it."""


class Facets(TypedDict):
    """The values of several fields."""

    facets: list[Facet]
    """In the order in which they were asked for."""


class GroupChange(TypedDict):
    """What to change; what is not named stays as it is."""

    status: NotRequired[Literal["resolved", "muted", "open"] | None]
    """`resolved`: all its records up to now are dealt with. `muted`: out of the summary's lists. `open`: neither."""
    resolved_by: NotRequired[str | None]
    """Who does it: a person or an agent. `api` by default."""
    until: NotRequired[str | None]
    """With `muted`: until then. RFC 3339; without a zone UTC."""
    count: NotRequired[int | None]
    """With `muted`: until so many more records have come."""
    assigned_to: NotRequired[str | None]
    """Whose it is to mend; empty for nobody."""
    comment: NotRequired[str | None]
    """A remark, kept with who and when."""
    by: NotRequired[str | None]
    """Who does it: a person or an agent. `api` by default."""


class Health(TypedDict):
    """The API is alive."""

    status: Literal["ok"]
    """Always `ok`: it answered."""
    db: Literal["connected", "disconnected"]
    """Whether the store answers."""
    version: str
    """Version of spanlog."""


class HistogramBar(TypedDict):
    """One interval."""

    start: str
    """Its start, RFC 3339 in UTC; the first may begin before the period."""
    total: int
    """Records in it and in the period."""
    debug: NotRequired[int]
    info: NotRequired[int]
    warn: NotRequired[int]
    error: NotRequired[int]
    critical: NotRequired[int]


class Inserted(TypedDict):
    """The batch is stored."""

    inserted: int
    """How many records."""


class ListedGroup(TypedDict):
    """An error group on a page of them."""

    fingerprint: str
    """16 hex digits."""
    count: int
    """Records in the period."""
    status: Literal["open", "regressed", "resolved", "muted"]
    """`resolved`: every record in the period is; `regressed`: the group was resolved, and a record in the period
    is later than that; `muted`: until a time or a number of records that has not been reached; else `open`.
    """
    title: str
    """The first line of its newest message, at most 200 characters."""
    type: str
    """The exception's type, or empty."""
    agents: list[str]
    """Which agents logged it, at most 100, by name."""
    first_seen: str
    """First record in the period."""
    last_seen: str
    """Last record in the period."""
    why: Why
    unresolved_count: int
    """Records in the period that nobody resolved."""
    sample_id: str | None
    """Its newest record in the period; null when that is not kept any more."""
    sample_trace_id: str | None
    """That record's trace."""
    is_new: bool
    """No record of it lies in the period before."""
    is_regressed: bool
    """It was resolved and is seen again."""
    assigned_to: str | None
    """Whose it is to mend."""
    resolved_by: str | None
    """Who resolved the group, first."""
    resolved_at: str | None
    """When: RFC 3339 in UTC."""
    muted_until: str | None
    """Until when it is muted, where that has an end."""
    muted_count: int | None
    """After how many more records than when it was muted that ends."""
    bucket_counts: NotRequired[list[int] | None]
    """With `buckets`: its records in each stretch of `charts`, empty ones included."""


class LogHistogram(TypedDict):
    """Records over time."""

    since: str
    """Start of the period, itself inside."""
    until: str
    """End of the period, itself outside."""
    interval_seconds: float
    """Length of each interval."""
    total: int
    """Records in the period."""
    bars: list[HistogramBar]
    """One interval after the other, empty ones included."""


class Merge(TypedDict):
    """Which groups are one."""

    into: str
    """The group that stays."""
    fingerprints: list[str]
    """What becomes a part of it."""
    by: NotRequired[str | None]
    """Who does it: a person or an agent. `api` by default."""


class OtherShapes(TypedDict):
    """What is in no pattern, because there are more shapes than are looked at."""

    shapes: int
    """How many shapes were left out, the rarest."""
    count: int
    """Their records in the period."""
    count_before: int
    """Their records in the period before."""


class PartReadiness(TypedDict):
    """One part of the stack."""

    ready: bool
    """Whether it works."""
    detail: str
    """Why not, or anything worth knowing."""


class Pattern(TypedDict):
    """Messages that differ only in what varies."""

    pattern: str
    """16 hex digits, made of the template's text and nothing else."""
    template: str
    """The constant words, with `<*>` for what varies."""
    count: int
    """Records in the period; of a vanished one, in the period before."""
    first_seen: str
    """First of the records that are counted."""
    last_seen: str
    """Last of them."""
    rate_per_hour: float
    """Records an hour in the period."""
    rate_before_per_hour: float
    """Records an hour in the period before."""
    change: float | None
    """The first rate divided by the second; null where the second is zero."""
    state: Literal["new", "vanished", "usual"]
    """`new`: none of its records lies in the period before; `vanished`: all of them do; `usual`: there are some in
    both.
    """
    agents: list[str]
    """Which agents logged the records counted, at most 100, by name."""
    levels: dict[Literal["debug", "info", "warn", "error", "critical"], int]
    """The records counted by level, for levels that occur."""
    example: str
    """One of its messages, at most 500 bytes of it."""
    sample_id: str | None
    """The last of the records counted, for `GET /logs/{log_id}`; null if it is gone."""
    shapes: list[str]
    """The stored hashes (`PatternHash`) that make up the pattern, 16 hex digits; at most 100."""
    shapes_total: int
    """How many there are."""


class PatternPage(TypedDict):
    """The patterns of a period."""

    since: str
    """Start of the period, inside."""
    until: str
    """End of the period, outside."""
    total: int
    """How many patterns have records in the period, on all pages."""
    items: list[Pattern]
    """The page: patterns with records in the period."""
    next_cursor: str | None
    """What to give as `cursor` for the page after this one; null on the last."""
    vanished: list[Pattern]
    """Patterns with records in the period before only; the 100 most frequent."""
    vanished_total: int
    """How many there are."""
    other: OtherShapes


class Posted(TypedDict):
    """The record is stored."""

    id: str
    """Its id, for `/logs/{id}`."""
    created_at: str
    """Its time: RFC 3339 in UTC, to the nanosecond."""


class PostedEntry(TypedDict):
    """One record to store. Fields that are not named here are ignored."""

    agent_id: str
    """Who logs; at most 64 characters, not blank."""
    message: str
    """What happened."""
    level: NotRequired[Literal["debug", "info", "warn", "error", "critical"]]
    """In any case; `warning` is taken for `warn` and `fatal` for `critical`."""
    category: NotRequired[str | None]
    """A tag of your own."""
    session_key: NotRequired[str | None]
    """Which run or conversation."""
    source: NotRequired[str]
    """Where it comes from."""
    metadata: NotRequired[dict[str, Any] | None]
    """Anything else: at most 1000 keys, nested at most 24 deep, 1 MiB."""
    trace_id: NotRequired[str | None]
    """Which trace it belongs to: a UUID, or 32 hex digits."""
    parent_id: NotRequired[str | None]
    """What it hangs under: another entry's UUID, or a span's 16 hex digits."""


class QueryField(TypedDict):
    """A field of the query language."""

    name: str
    """As it is written in a query."""
    meaning: str
    """What it is, for a person."""
    aliases: NotRequired[list[str]]
    """Other names of it."""
    values: NotRequired[list[str]]
    """All its values, where they are few; else empty."""
    is_ordered: NotRequired[bool]
    """Whether it can be compared: `level:>=warn`."""
    has_facet: NotRequired[bool]
    """Whether `GET /logs/facets` lists its values."""


class QueryFields(TypedDict):
    """What a query can ask by."""

    fields: list[QueryField]
    """The fields, the most used first."""
    attributes: list[AttributeName]
    """Attributes in use, most frequent first."""


class ReadinessReport(TypedDict):
    """Whether every part works."""

    ready: bool
    """Whether all parts are ready."""
    parts: dict[str, PartReadiness]
    """Each part by its name; `store` is always there."""


class Resolution(TypedDict):
    """Who dealt with it."""

    resolved_by: str
    """A person or an agent."""


class Resolved(TypedDict):
    """How many records were resolved by this request."""

    resolved: int
    """Records that exist and were not resolved before, each counted once."""


class Session(TypedDict):
    """One session as a whole. Counts and times are of its records and spans in the period that was asked for."""

    session_key: str
    """The run or conversation: `session_key` of its records."""
    agents: list[str]
    """Which agents took part, at most 100, by name."""
    first_seen: str
    """Its earliest record or start of a span: RFC 3339 in UTC."""
    last_seen: str
    """Its latest record or end of a span."""
    duration_ms: float
    """From the first to the last."""
    log_count: int
    """Log records."""
    span_count: int
    """Spans."""
    error_count: int
    """Records of level error or critical, and spans of status Error."""
    trace_count: int
    """Traces that its records and spans belong to."""
    input_tokens: int | None
    """Tokens given to models, as far as senders say so; null when none does."""
    output_tokens: int | None
    """Tokens that models gave, likewise."""
    cost: float | None
    """The sum of what senders say that it cost, by convention US dollars; else null."""
    models: list[str]
    """The models that are named, at most 100, by name."""


class SessionCount(TypedDict):
    """How many records of a group lie in one run or conversation."""

    session_key: str
    agent_id: str
    count: int
    last_seen: str


class SessionItem(TypedDict):
    """A log record or a span on the session's time line."""

    kind: Literal["log", "span"]
    """What it is."""
    time: str
    """When it was logged, or began: RFC 3339 in UTC, to the nanosecond."""
    id: str
    """The record's UUID, for `GET /logs/{log_id}`; or the span's id."""
    agent_id: str
    """Who logged it, or whose it is."""
    name: str
    """The span's name; for a record its logger."""
    message: str | None
    """The record's message; the span's status message."""
    level: Literal["debug", "info", "warn", "error", "critical"] | None
    """Of a record."""
    status: Literal["Unset", "Ok", "Error"] | None
    """Of a span."""
    duration_ms: float | None
    """Of a span."""
    is_error: bool
    """A record of level error or critical, or a span of status Error."""
    trace_id: str | None
    """32 hex digits, for `GET /traces/{trace_id}`."""
    span_id: str | None
    """The span, or the one that the record lies in: 16 hex digits."""
    parent_id: str | None
    """The record or span that it hangs under."""
    fingerprint: str | None
    """The error group, for `GET /errors/{fingerprint}`; only of a record."""
    input_tokens: int | None
    """As its attributes say, or null."""
    output_tokens: int | None
    """As its attributes say, or null."""
    cost: float | None
    """As its attributes say, or null."""
    model: str | None
    """As its attributes say, or null."""
    attributes: dict[str, Any]
    """A record's metadata; a span's attributes, as text."""


class SessionPage(TypedDict):
    """A page of sessions, the one that was active last first."""

    since: str
    """Start of the period, inside."""
    until: str
    """End of the period, outside."""
    items: list[Session]
    """The page."""
    next_cursor: str | None
    """What to give as `cursor` for the page after this one; null on the last."""


class SessionTimeline(TypedDict):
    """One session, and a page of its time line."""

    session: Session | None
    """All of it in the period. On a page asked for by a cursor: null."""
    items: list[SessionItem]
    """The page, in the order of time; a span is at its start."""
    next_cursor: str | None
    """What to give as `cursor` for the page after this one; null on the last."""


class SimilarGroup(TypedDict):
    """An error group that looks like the one asked about."""

    fingerprint: str
    """16 hex digits."""
    count: int
    """Records in the period."""
    status: Literal["open", "regressed", "resolved", "muted"]
    """`resolved`: every record in the period is; `regressed`: the group was resolved, and a record in the period
    is later than that; `muted`: until a time or a number of records that has not been reached; else `open`.
    """
    title: str
    """The first line of its newest message, at most 200 characters."""
    type: str
    """The exception's type, or empty."""
    agents: list[str]
    """Which agents logged it, at most 100, by name."""
    first_seen: str
    """First record in the period."""
    last_seen: str
    """Last record in the period."""
    why: Why
    unresolved_count: int
    """Records in the period that nobody resolved."""
    sample_id: str | None
    """Its newest record in the period; null when that is not kept any more."""
    sample_trace_id: str | None
    """That record's trace."""
    is_new: bool
    """No record of it lies in the period before."""
    is_regressed: bool
    """It was resolved and is seen again."""
    assigned_to: str | None
    """Whose it is to mend."""
    resolved_by: str | None
    """Who resolved the group, first."""
    resolved_at: str | None
    """When: RFC 3339 in UTC."""
    muted_until: str | None
    """Until when it is muted, where that has an end."""
    muted_count: int | None
    """After how many more records than when it was muted that ends."""
    similarity: float
    """Which share of the parts that either was grouped for both have, 0 to 1."""


class Split(TypedDict):
    """Which merge to undo."""

    fingerprint: str
    """What leaves its group; a group, to take all out that was merged into it."""
    by: NotRequired[str | None]
    """Who does it: a person or an agent. `api` by default."""


class Summary(TypedDict):
    """What happened in the period."""

    since: str
    """Start of the period, inside."""
    until: str
    """End of the period, outside."""
    agent_id: str | None
    """The agent that was asked about; null for all."""
    total: int
    """All records."""
    by_level: dict[Literal["debug", "info", "warn", "error", "critical"], int]
    """Records by level, each level named."""
    by_agent: dict[str, int]
    """Records of level error or critical by agent, for agents that have any."""
    agents: list[AgentTotals]
    """Records by agent and level; the 1,000 with most errors, then records."""
    agents_total: int
    """How many agents logged."""
    unresolved: list[ErrorGroup]
    """Groups with at least one record in the period that nobody resolved."""
    unresolved_total: int
    new: list[ErrorGroup]
    """Groups with no record in the period of equal length that ends where this one starts."""
    new_total: int
    recurring: list[ErrorGroup]
    """Groups with at least `recurring_min` records in the period."""
    recurring_total: int
    regressed: list[ErrorGroup]
    """Groups that were resolved and have a record in the period that is later than that."""
    regressed_total: int
    vanished: list[ErrorGroup]
    """Groups with records in the period of equal length before this one, and none in this; their figures are of
    the period before.
    """
    vanished_total: int
    top_patterns: list[TopPattern]
    """The most frequent message shapes in the period."""


class TimeBucket(TypedDict):
    """How many records of a group lie in a stretch of time."""

    start: str
    """Its start, inside; it ends where the next one starts."""
    count: int


class TopPattern(TypedDict):
    """A message's shape, and how many records have it."""

    pattern: str
    """The pattern's id."""
    template: str
    """The message, with what varies replaced."""
    count: int
    """Records in the period."""


class Trace(TypedDict):
    """One trace."""

    trace_id: str
    """32 hex digits."""
    start: str
    end: str
    duration_ms: float
    span_count: int
    log_count: int
    error_count: int
    """Spans of status Error and records of level error or critical."""
    agents: list[str]
    """Which agents took part, at most 100, by name."""
    truncated: bool
    """There is more than the tree shows: it holds 10,000 nodes at most."""
    roots: list[TraceNode]
    """By start. Every span and record is in it exactly once."""


class TraceEvent(TypedDict):
    """An event of a span."""

    time: str
    name: str
    attributes: dict[str, str]


class TraceLink(TypedDict):
    """Another span that a span names, of this trace or of another."""

    trace_id: str
    """32 hex digits."""
    span_id: str
    """16 hex digits."""
    attributes: dict[str, str]


class TraceList(TypedDict):
    """A page of the traces that start in the period."""

    items: list[TraceListItem]
    """The page."""
    next_cursor: str | None
    """What to give as `cursor` for the page after this one; null on the last."""


class TraceListItem(TypedDict):
    """One trace of a list."""

    trace_id: str
    """32 hex digits."""
    root_name: str
    """The root span's name; else the first operation's; else a message."""
    agents: list[str]
    """Which agents took part, at most 100, by name."""
    start: str
    """Its earliest span or record."""
    duration_ms: float
    """From the earliest start to the latest end."""
    span_count: int
    log_count: int
    error_count: int
    """Spans of status Error and records of level error or critical."""


class TraceNode(TypedDict):
    """A span, a log record, or an operation known by its records only."""

    kind: Literal["span", "log", "operation", "missing"]
    """`operation`: made of the records of a `spanlog.operation()`, which has no span; `missing`: records name this
    span, and it is not stored.
    """
    id: str
    """The span's id, or the record's."""
    name: str
    """The span's or operation's name; for a record its event or logger."""
    agent_id: str
    start: str
    duration_ms: float | None
    status: Literal["Unset", "Ok", "Error"] | None
    """Of a span or an operation."""
    level: Literal["debug", "info", "warn", "error", "critical"] | None
    """Of a record."""
    message: str | None
    """A record's message; a span's status message."""
    attributes: dict[str, Any]
    events: list[TraceEvent]
    links: list[TraceLink]
    """Of a span."""
    is_orphan: bool
    """Its parent is not in the trace, or is below itself."""
    is_flattened: bool
    """It hangs deeper than is shown, somewhere below this parent."""
    children: list[TraceNode]
    """By start."""


class Why(TypedDict):
    """Why these records are one group."""

    rule: str
    """Which rule decided: `custom` (the program's own fingerprint), `exception` (type and frames), `template` (the
    message before its arguments), `message` (the message with numbers masked).
    """
    parts: list[str]
    """What the rule looked at."""
