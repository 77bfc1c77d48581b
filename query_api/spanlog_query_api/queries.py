"""Named questions: ``queries/<name>.sql``, each beginning with a comment that says what it answers.

Values come in only as parameters that the engine binds, ``{name:Type}``. The one thing put into the text of a query is
a condition in the place of ``{condition}``, and that is made of named expressions with bound values too. Columns that
several queries read alike stand in ``queries/snippets/<name>.sql``, in the place of ``{<name>}``.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

from spanlog_collector.storage import QueryLimits, Store
from spanlog_keys import OPEN, Access
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.remembered import Remembered
from spanlog_query_api.search.conditions import Condition, render, render_several

POLLED_LIMITS: Final = QueryLimits(max_seconds=2)
"""For what is asked again and again, and wants a quick no rather than a late yes."""

_LIMITS: Final = QueryLimits()
_DIRECTORY: Final = files(__package__).joinpath("queries")
_CONDITION: Final = "{condition}"
_CONDITIONS: Final = "{conditions}"
_SPAN_CONDITION: Final = "{span_condition}"
_PARAMETER: Final = re.compile(r"\{(\w+):[\w(), ]+\}")
_SNIPPET: Final = re.compile(r" *\{(\w+_columns)\}")

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """One file: what it answers, its SQL, and the names it binds."""

    name: str
    description: str
    sql: str
    parameters: frozenset[str]


def query_names() -> list[str]:
    """Return the names of all queries, sorted."""
    return sorted(file.name.removesuffix(".sql") for file in _DIRECTORY.iterdir() if file.name.endswith(".sql"))


@cache
def named_query(name: str) -> Query:
    """Return the query ``name``."""
    lines = _DIRECTORY.joinpath(f"{name}.sql").read_text(encoding="utf-8").splitlines()
    comment_count = next(index for index, line in enumerate(lines) if not line.startswith("--"))
    description = " ".join(line.removeprefix("--").strip() for line in lines[:comment_count])
    sql = _SNIPPET.sub(lambda match: _snippet(match[1]), "\n".join(lines[comment_count:]))
    return Query(name, description, sql, frozenset(_PARAMETER.findall(sql)))


def _snippet(name: str) -> str:
    return _DIRECTORY.joinpath("snippets", f"{name}.sql").read_text(encoding="utf-8").rstrip("\n")


class QueryRunner:
    """Runs named queries for one route and measures them.

    Of a caller whose key is for certain agents only, the engine shows every query those agents' rows alone.
    """

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        route: str,
        access: Access = OPEN,
        remembered: Remembered | None = None,
    ) -> None:
        self._store = store
        self._remembered = remembered or Remembered(store)
        self._metrics = metrics
        self._route = route
        self.access: Final = access
        self._agents = tuple(sorted(access.agents)) if access.agents is not None else None

    @property
    def is_restricted(self) -> bool:
        """Whether only certain agents' rows are seen."""
        return self._agents is not None

    @property
    def is_alone(self) -> bool:
        """Whether every row is seen, of a store that nobody else writes to."""
        return not self.is_restricted and not self._store.is_shared

    def of_everybody(self) -> "QueryRunner":
        """Return the same without restriction: for what is looked at to write it right, and not shown."""
        unrestricted = replace(self.access, agents=None)
        return QueryRunner(self._store, self._metrics, self._route, unrestricted, self._remembered)

    def remember(self, name: str, read: Callable[[], T]) -> T:
        """Return what ``read`` returns of what people changed, or returned before, if nothing was changed since.

        ``name`` is what it is remembered under; of a caller who sees certain agents alone nothing is.
        """
        return read() if self.is_restricted else self._remembered.get(name, read)

    def fact(self, *key: Hashable) -> Any:
        """Return what was kept under ``key``, if anything is; nothing for a caller who sees certain agents alone."""
        return None if self.is_restricted else self._remembered.fact(key)

    def keep_fact(self, value: Any, *key: Hashable) -> None:
        """Keep what stays true under ``key``, in the place of what was there."""
        if not self.is_restricted:
            self._remembered.keep_fact(key, value)

    def _within(self, limits: QueryLimits) -> QueryLimits:
        return limits if self._agents is None else replace(limits, agents=self._agents)

    def run(  # noqa: PLR0913 - what a query needs, most by name
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        limits: QueryLimits = _LIMITS,
        *,
        condition: Condition | None = None,
        conditions: Sequence[Condition] = (),
        span_condition: Condition | None = None,
    ) -> list[Row]:
        """Return the rows of the query ``name``, of those records for which ``condition`` holds. Blocks.

        With ``conditions``, what the query has for ``{conditions}`` is an array that says which of them hold.
        With ``span_condition``, of those spans for which it holds.

        Raises:
            ValueError: ``parameters`` are not the ones that the query binds, or it takes no condition, or needs one.
            QueryTooLargeError: stopped at a limit.
            StoreUnavailableError: the store cannot answer now.
        """
        sql, given = _prepare(name, parameters, condition, conditions, span_condition)
        with self._metrics.query_seconds.labels(self._route, name).time():
            return self._store.query(sql, given, self._within(limits))

    def run_as(
        self, format_name: str, name: str, parameters: Mapping[str, Any], limits: QueryLimits, condition: Condition
    ) -> bytes:
        """Return the rows of the query ``name`` as a file of the engine's format. Raises what ``run`` does."""
        sql, given = _prepare(name, parameters, condition, ())
        with self._metrics.query_seconds.labels(self._route, name).time():
            return self._store.query_as(format_name, sql, given, self._within(limits))


def _prepare(
    name: str,
    parameters: Mapping[str, Any] | None,
    condition: Condition | None,
    conditions: Sequence[Condition],
    span_condition: Condition | None = None,
) -> tuple[str, dict[str, Any]]:
    query = named_query(name)
    given = dict(parameters or {})
    if given.keys() != query.parameters:
        raise ValueError(f"{name}.sql binds {sorted(query.parameters)}, not {sorted(given)}")
    if (condition is not None) != (_CONDITION in query.sql) or bool(conditions) != (_CONDITIONS in query.sql):
        raise ValueError(f"{name}.sql is given other conditions than it takes")
    if (span_condition is not None) != (_SPAN_CONDITION in query.sql):
        raise ValueError(f"{name}.sql is given other conditions than it takes")
    sql = query.sql
    if condition is not None and span_condition is not None:
        texts, values = render_several((condition, span_condition))
        sql = sql.replace(_CONDITION, texts[0]).replace(_SPAN_CONDITION, texts[1])
        given |= values
    elif condition is not None:
        text, values = render(condition)
        sql = sql.replace(_CONDITION, text)
        given |= values
    elif conditions:
        texts, values = render_several(conditions)
        sql = sql.replace(_CONDITIONS, f"[{', '.join(texts)}]")
        given |= values
    return sql, given
