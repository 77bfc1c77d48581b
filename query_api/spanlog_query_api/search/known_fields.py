"""What the query language's fields are, for people who write queries and for what completes them."""

from collections.abc import Sequence
from typing import Final

from spanlog_query_api.metadata import is_metadata
from spanlog_query_api.models.search import AttributeName, QueryField, QueryFields
from spanlog_query_api.queries import QueryRunner
from spanlog_query_api.search.conditions import Condition
from spanlog_query_api.severity import LEVELS

LOOKED_AT_RECORDS: Final = 10_000
"""The newest ones, in which attributes are looked for: all of a period may be a hundred million."""

KNOWN_FIELDS: Final[Sequence[QueryField]] = (
    QueryField(name="level", meaning="how serious; each level is above the last", values=list(LEVELS), is_ordered=True),
    QueryField(name="agent_id", meaning="who logged", aliases=["agent"], has_facet=True),
    QueryField(name="message", meaning="words of the message, as without a field"),
    QueryField(name="category", meaning="the sender's own tag", has_facet=True),
    QueryField(name="session_key", meaning="which run or conversation", aliases=["session"], has_facet=True),
    QueryField(name="service", meaning="the sending service", has_facet=True),
    QueryField(name="logger", meaning="the logger's name", has_facet=True),
    QueryField(name="source", meaning="where it came in", has_facet=True),
    QueryField(name="event", meaning="the event's name", has_facet=True),
    QueryField(name="resolved", meaning="whether somebody dealt with it", values=["true", "false"]),
    QueryField(name="fingerprint", meaning="the error group, 16 hex digits", has_facet=True),
    QueryField(name="pattern", meaning="the pattern of the message, 16 hex digits"),
    QueryField(name="trace_id", meaning="the trace", aliases=["trace"], has_facet=True),
    QueryField(name="span_id", meaning="the span, 16 hex digits", aliases=["span"]),
    QueryField(name="parent_id", meaning="the record or span it hangs under", aliases=["parent"]),
    QueryField(name="id", meaning="the record's own UUID"),
)


def read_fields(queries: QueryRunner, condition: Condition, limit: int) -> QueryFields:
    """Return the fields, and the ``limit`` most frequent attributes of the newest records that match."""
    asked = {"records": LOOKED_AT_RECORDS, "limit": limit}
    rows = queries.run("attribute_names", asked, condition=condition)
    attributes = [AttributeName(name=row["name"], count=row["total"]) for row in rows if is_metadata(row["name"])]
    return QueryFields(fields=list(KNOWN_FIELDS), attributes=attributes)
