"""The filters that every route over log records takes."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.parameters import (
    AgentFilter,
    FingerprintNumber,
    LevelName,
    PatternId,
    Since,
    SpanIdHex,
    TraceIdHex,
    Until,
    check_order,
)
from spanlog_query_api.patterns.counts import shapes_of_pattern
from spanlog_query_api.search import message
from spanlog_query_api.search.conditions import Condition, Expression, Not, OfPattern, all_of, with_shapes
from spanlog_query_api.search.fields import attribute_is, query_to_condition
from spanlog_query_api.search.mistakes import QueryMistakeError
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp
from spanlog_query_api.text import MAX_NAME_CHARACTERS, Name, SearchText, refuse_nul

ATTRIBUTE_PREFIX: Final = "attr."
MAX_ATTRIBUTES: Final = 20

_COLUMN_FILTERS: Final = ("agent_id", "category", "source", "session_key", "parent_id")
_EXPRESSIONS: Final = {"agent_id": "agent_is", "session_key": "session_is", "parent_id": "parent_is"}


class LogFilter(BaseModel):
    """Which records. All conditions hold; an empty text filters nothing."""

    q: Annotated[
        SearchText,
        Field(
            description=(
                'The query language: `level:>=warn agent_id:crypto "flash loan" -heartbeat order_id:>100 (a OR b)`. '
                "Words and phrases are looked for in the message; `name:value` in the field, or else the attribute, "
                "of that name; `*` stands for any text."
            ),
            examples=["level:error agent_id:crypto -heartbeat"],
        ),
    ] = ""
    agent_id: AgentFilter = ""
    level: Annotated[LevelName | None, Field(description="Only this level.")] = None
    category: Annotated[Name, Field(description="Only this category.")] = ""
    source: Annotated[Name, Field(description="Only this source.")] = ""
    session_key: Annotated[Name, Field(description="Only this run or conversation.")] = ""
    trace_id: Annotated[TraceIdHex | None, Field(description="Only this trace: a UUID or 32 hex digits.")] = None
    span_id: Annotated[SpanIdHex | None, Field(description="Only this span: 16 hex digits.")] = None
    parent_id: Annotated[Name, Field(description="Only what hangs under this record or span.")] = ""
    fingerprint: Annotated[FingerprintNumber | None, Field(description="Only this error group: 16 hex digits.")] = None
    pattern: Annotated[
        PatternId | None, Field(description="Only messages of this pattern: its id, as `GET /patterns` gives it.")
    ] = None
    resolved: Annotated[bool | None, Field(description="Only records that are, or are not, resolved.")] = None
    since: Since = None
    until: Until = None
    search: Annotated[SearchText, Field(description="Text that the message contains, in any case.")] = ""

    def condition(self) -> Condition:
        """Return what all of the filters ask together.

        Raises:
            InvalidParameterError: the period ends before it begins, or ``q`` is not in the query language.
        """
        check_order(self.since, self.until)
        conditions = list(self._period())
        conditions.extend(
            Expression(_EXPRESSIONS.get(name, f"{name}_is"), {"value": value})
            for name in _COLUMN_FILTERS
            if (value := getattr(self, name))
        )
        conditions.extend(self._ids())
        if self.level is not None:
            conditions.append(Expression("level_in", {"levels": [self.level]}))
        if self.resolved is not None:
            conditions.append(Expression("resolved") if self.resolved else Not(Expression("resolved")))
        if self.search:
            conditions.append(message.contains(self.search))
        try:
            conditions.append(query_to_condition(self.q))
        except QueryMistakeError as error:
            raise InvalidParameterError("q", str(error), position=error.position, hint=error.hint) from error
        return all_of(*conditions)

    def _period(self) -> Iterator[Condition]:
        if self.since is not None:
            yield Expression("since", {"time": self.since})
        if self.until is not None:
            yield Expression("until", {"time": self.until})

    def _ids(self) -> Iterator[Condition]:
        for name in ("trace", "span", "fingerprint"):
            value = getattr(self, "fingerprint" if name == "fingerprint" else f"{name}_id")
            if value is not None:
                yield Expression(f"{name}_is", {"value": value})
        if self.pattern is not None:
            yield OfPattern(self.pattern)


async def attributes_of(request: Request) -> list[tuple[str, str]]:
    """Return names and values of the parameters ``attr.<name>=<value>`` of ``request``.

    Raises:
        InvalidParameterError: too many, without a name, or not text that can be stored.
    """
    given = [(key, value) for key, value in request.query_params.multi_items() if key.startswith(ATTRIBUTE_PREFIX)]
    if len(given) > MAX_ATTRIBUTES:
        raise InvalidParameterError(ATTRIBUTE_PREFIX, f"at most {MAX_ATTRIBUTES} attributes can be asked for")
    for key, value in given:
        name = key.removeprefix(ATTRIBUTE_PREFIX)
        if not name:
            raise InvalidParameterError(key, "names no attribute; write attr.order_id=42")
        if max(len(name), len(value)) > MAX_NAME_CHARACTERS:
            raise InvalidParameterError(key[:MAX_NAME_CHARACTERS], f"at most {MAX_NAME_CHARACTERS} characters")
        try:
            refuse_nul(key + value)
        except ValueError as error:
            raise InvalidParameterError(key, str(error)) from error
    return [(key.removeprefix(ATTRIBUTE_PREFIX), value) for key, value in given]


AttributesOfRequest = Annotated[list[tuple[str, str]], Depends(attributes_of)]


def log_condition(
    filters: Annotated[LogFilter, Query()],
    attributes: AttributesOfRequest,
    services: ServicesOfApp,
    queries: QueriesOfRoute,
) -> Condition:
    """Return all that a request asks of records.

    Raises:
        NotFoundError: it asks for a pattern that is none.
    """

    def shapes_of(pattern: str) -> Sequence[int]:
        return shapes_of_pattern(queries, services.pattern_memory, pattern, filters.since, filters.until)

    asked = all_of(filters.condition(), *(attribute_is(name, value) for name, value in attributes))
    return with_shapes(asked, shapes_of)


LogConditionOfRequest = Annotated[Condition, Depends(log_condition)]
