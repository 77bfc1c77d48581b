"""Every route of the query API as a method.

Written from the API's OpenAPI document: ``pytest tests/query_api/test_typed_client.py --update-client``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack, cast

from spanlog._api_query import path_of

if TYPE_CHECKING:
    from spanlog._api import ApiConnection
    from spanlog.query.models import (
        Agent,
        AuditPage,
        BatchResolution,
        Entry,
        EntryAttributes,
        EntryContext,
        EntryPage,
        ErrorGroupDetail,
        ErrorGroupPage,
        Facets,
        GroupChange,
        Health,
        Inserted,
        LogHistogram,
        Merge,
        PatternPage,
        Posted,
        PostedEntry,
        QueryFields,
        ReadinessReport,
        Resolution,
        Resolved,
        SessionPage,
        SessionTimeline,
        SimilarGroup,
        Split,
        Summary,
        Trace,
        TraceList,
    )
    from spanlog.query.parameters import (
        GetAuditParameters,
        GetContextParameters,
        GetErrorParameters,
        GetErrorsParameters,
        GetFacetsParameters,
        GetFieldsParameters,
        GetHistogramParameters,
        GetLogsParameters,
        GetPatternsParameters,
        GetSessionParameters,
        GetSessionsParameters,
        GetSimilarParameters,
        GetSummaryParameters,
        GetTracesParameters,
    )


class QueryRoutes:
    """One call for each route.

    Raises (every method):
        ApiError: the API refused, or gave no answer.
    """

    def __init__(self, connection: ApiConnection) -> None:
        self._connection = connection

    def get_health(self) -> Health:
        """Is it alive: ``GET /health``.

        Answers 200 as long as the API runs, with or without its store. Needs no key.
        """
        return cast("Health", self._connection.call("GET", "/health"))

    def get_ready(self) -> ReadinessReport:
        """Can it do its job: ``GET /ready``.

        Says of each part whether it works, and why not.
        """
        return cast("ReadinessReport", self._connection.call("GET", "/ready", answered={503}))

    def get_metrics(self) -> str:
        """Metrics in Prometheus' text form: ``GET /metrics``.

        Requests and their time by route, method and status; the store's time by route and query; the stack's
        own.
        """
        return self._connection.text("/metrics")

    def get_summary(self, **query: Unpack[GetSummaryParameters]) -> Summary:
        """What happened: ``GET /logs/summary``.

        Counts by level and agent, and the errors of a period, grouped.
        """
        return cast("Summary", self._connection.call("GET", "/logs/summary", query))

    def get_agents(self) -> list[Agent]:
        """Who logs: ``GET /logs/agents``.

        Every agent that ever logged (at most 10,000), the one that logged last first.
        """
        return cast("list[Agent]", self._connection.call("GET", "/logs/agents"))

    def get_audit(self, **query: Unpack[GetAuditParameters]) -> AuditPage:
        """Who changed what: ``GET /audit``.

        What people and agents changed in the period [since, until), the latest first; without either, ever.
        """
        return cast("AuditPage", self._connection.call("GET", "/audit", query))

    def get_errors(self, **query: Unpack[GetErrorsParameters]) -> ErrorGroupPage:
        """List error groups: ``GET /errors``.

        Error groups for which all of the conditions hold.
        """
        return cast("ErrorGroupPage", self._connection.call("GET", "/errors", query))

    def get_error(self, fingerprint: str, **query: Unpack[GetErrorParameters]) -> ErrorGroupDetail:
        """Read one error group: ``GET /errors/{fingerprint}``.

        The group that this fingerprint belongs to: counts over time, agents, sessions, records, traces,
        changes.
        """
        return cast("ErrorGroupDetail", self._connection.call("GET", path_of("/errors/{}", fingerprint), query))

    def change_error(self, fingerprint: str, body: GroupChange) -> ErrorGroupDetail:
        """Resolve, mute, assign, comment: ``PATCH /errors/{fingerprint}``.

        The group, changed. Who did it and when is kept.
        """
        return cast("ErrorGroupDetail", self._connection.call("PATCH", path_of("/errors/{}", fingerprint), body=body))

    def get_similar(self, fingerprint: str, **query: Unpack[GetSimilarParameters]) -> list[SimilarGroup]:
        """Error groups like this one: ``GET /errors/{fingerprint}/similar``.

        Other groups that were grouped for some of the same parts, the most similar first: candidates for a
        merge.
        """
        return cast(
            "list[SimilarGroup]", self._connection.call("GET", path_of("/errors/{}/similar", fingerprint), query)
        )

    def merge_errors(self, body: Merge) -> ErrorGroupDetail:
        """Make several groups one: ``POST /errors/merge``.

        The group that they are now. All or none of them are merged; records to come count to it too.
        """
        return cast("ErrorGroupDetail", self._connection.call("POST", "/errors/merge", body=body))

    def split_errors(self, body: Split) -> ErrorGroupDetail:
        """Undo a merge: ``POST /errors/split``.

        The group of this fingerprint, as it is now. What had been merged into it before goes along with it.
        """
        return cast("ErrorGroupDetail", self._connection.call("POST", "/errors/split", body=body))

    def get_patterns(self, **query: Unpack[GetPatternsParameters]) -> PatternPage:
        """What kinds of messages: ``GET /patterns``.

        The patterns of the records of a period, the most frequent first, compared with the period before.
        """
        return cast("PatternPage", self._connection.call("GET", "/patterns", query))

    def post_log(self, body: PostedEntry) -> Posted:
        """Post one record: ``POST /logs``.

        Answers when the record is durable. It can be read about a second later.
        """
        return cast("Posted", self._connection.call("POST", "/logs", body=body))

    def get_logs(self, **query: Unpack[GetLogsParameters]) -> EntryPage:
        """Search records: ``GET /logs``.

        Records for which all of the conditions hold, newest first; of one time, by id.
        """
        return cast("EntryPage", self._connection.call("GET", "/logs", query))

    def post_batch(self, body: list[PostedEntry]) -> Inserted:
        """Post many records: ``POST /logs/batch``.

        All of them or none: with one mistake nothing is stored, and the answer says in which entry and field it
        is.
        """
        return cast("Inserted", self._connection.call("POST", "/logs/batch", body=body))

    def get_histogram(self, **query: Unpack[GetHistogramParameters]) -> LogHistogram:
        """Records over time: ``GET /logs/histogram``.

        How many records match in each interval of the period [since, until), by level.
        """
        return cast("LogHistogram", self._connection.call("GET", "/logs/histogram", query))

    def get_facets(self, **query: Unpack[GetFacetsParameters]) -> Facets:
        """Values of fields: ``GET /logs/facets``.

        The values that fields have in the records that match, with counts, most frequent first.
        """
        return cast("Facets", self._connection.call("GET", "/logs/facets", query))

    def get_fields(self, **query: Unpack[GetFieldsParameters]) -> QueryFields:
        """What a query can ask by: ``GET /logs/fields``.

        The fields of the query language, and the attributes that the newest 10,000 records that match have.
        """
        return cast("QueryFields", self._connection.call("GET", "/logs/fields", query))

    def get_log(self, log_id: str) -> Entry:
        """Read one record: ``GET /logs/{log_id}``.

        The record of this id. An id that is no UUID is looked up as the `log.record.uid` that the sender gave
        it.
        """
        return cast("Entry", self._connection.call("GET", path_of("/logs/{}", log_id)))

    def get_attributes(self, log_id: str) -> EntryAttributes:
        """Read all attributes of a record: ``GET /logs/{log_id}/attributes``.

        What was sent of one record beside its message: its own attributes, those of the program and of the
        logger.
        """
        return cast("EntryAttributes", self._connection.call("GET", path_of("/logs/{}/attributes", log_id)))

    def get_context(self, log_id: str, **query: Unpack[GetContextParameters]) -> EntryContext:
        """Read a record with its neighbours: ``GET /logs/{log_id}/context``.

        What the same agent logged before and after this record, in the order of time.
        """
        return cast("EntryContext", self._connection.call("GET", path_of("/logs/{}/context", log_id), query))

    def resolve_log(self, log_id: str, body: Resolution) -> Entry:
        """Resolve one record: ``PATCH /logs/{log_id}/resolve``.

        The record, resolved. Resolving twice is no mistake: the first who did it stays.
        """
        return cast("Entry", self._connection.call("PATCH", path_of("/logs/{}/resolve", log_id), body=body))

    def resolve_batch(self, body: BatchResolution) -> Resolved:
        """Resolve many records: ``POST /logs/resolve-batch``.

        How many of the records were not resolved before. Ids that are not there, or come twice, do not count.
        """
        return cast("Resolved", self._connection.call("POST", "/logs/resolve-batch", body=body))

    def get_traces(self, **query: Unpack[GetTracesParameters]) -> TraceList:
        """List traces: ``GET /traces``.

        Traces that start in the period [since, until): by default the 24 hours up to now.
        """
        return cast("TraceList", self._connection.call("GET", "/traces", query))

    def get_trace(self, trace_id: str) -> Trace:
        """Read one trace: ``GET /traces/{trace_id}``.

        Its spans and log records as one tree.
        """
        return cast("Trace", self._connection.call("GET", path_of("/traces/{}", trace_id)))

    def get_sessions(self, **query: Unpack[GetSessionsParameters]) -> SessionPage:
        """List sessions: ``GET /sessions``.

        Sessions active in the period [since, until), by default the 24 hours up to now; the one active last
        comes first.
        """
        return cast("SessionPage", self._connection.call("GET", "/sessions", query))

    def get_session(self, session_key: str, **query: Unpack[GetSessionParameters]) -> SessionTimeline:
        """Read one session: ``GET /sessions/{session_key}``.

        The session as a whole, and its records and spans on one time line, earliest first, a page at a time.
        """
        return cast("SessionTimeline", self._connection.call("GET", path_of("/sessions/{}", session_key), query))
