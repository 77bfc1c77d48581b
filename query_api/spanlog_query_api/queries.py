"""Named questions: ``queries/<name>.sql``, each beginning with a comment that says what it answers.

Values come in only as parameters that the engine binds, ``{name:Type}``. The one thing put into the text of a query is
a condition in the place of ``{condition}``, and that is made of named expressions with bound values too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from spanlog_collector.storage import QueryLimits, Store
from spanlog_keys import OPEN, Access
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.search.conditions import Condition, render, render_several

POLLED_LIMITS: Final = QueryLimits(max_seconds=2)
"""For what is asked again and again, and wants a quick no rather than a late yes."""

_LIMITS: Final = QueryLimits()
_DIRECTORY: Final = files(__package__).joinpath("queries")
_CONDITION: Final = "{condition}"
_CONDITIONS: Final = "{conditions}"
_PARAMETER: Final = re.compile(r"\{(\w+):[\w(), ]+\}")

Row = dict[str, Any]


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
    sql = "\n".join(lines[comment_count:])
    return Query(name, description, sql, frozenset(_PARAMETER.findall(sql)))


class QueryRunner:
    """Runs named queries for one route and measures them.

    Of a caller whose key is for certain agents only, the engine shows every query those agents' rows alone.
    """

    def __init__(self, store: Store, metrics: Metrics, route: str, access: Access = OPEN) -> None:
        self._store = store
        self._metrics = metrics
        self._route = route
        self.access: Final = access
        self._agents = tuple(sorted(access.agents)) if access.agents is not None else None

    @property
    def is_restricted(self) -> bool:
        """Whether only certain agents' rows are seen."""
        return self._agents is not None

    def of_everybody(self) -> "QueryRunner":
        """Return the same without restriction: for what is looked at to write it right, and not shown."""
        unrestricted = replace(self.access, agents=None)
        return QueryRunner(self._store, self._metrics, self._route, unrestricted)

    def _within(self, limits: QueryLimits) -> QueryLimits:
        return limits if self._agents is None else replace(limits, agents=self._agents)

    def run(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        limits: QueryLimits = _LIMITS,
        *,
        condition: Condition | None = None,
        conditions: Sequence[Condition] = (),
    ) -> list[Row]:
        """Return the rows of the query ``name``, of those records for which ``condition`` holds. Blocks.

        With ``conditions``, of those for which any holds; which ones do is what the query has for ``{conditions}``.

        Raises:
            ValueError: ``parameters`` are not the ones that the query binds, or it takes no condition, or needs one.
            QueryTooLargeError: stopped at a limit.
            StoreUnavailableError: the store cannot answer now.
        """
        sql, given = _prepare(name, parameters, condition, conditions)
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
) -> tuple[str, dict[str, Any]]:
    query = named_query(name)
    given = dict(parameters or {})
    if given.keys() != query.parameters:
        raise ValueError(f"{name}.sql binds {sorted(query.parameters)}, not {sorted(given)}")
    if (condition is not None or bool(conditions)) != (_CONDITION in query.sql):
        raise ValueError(f"{name}.sql {'needs a' if _CONDITION in query.sql else 'takes no'} condition")
    sql = query.sql
    if condition is not None:
        text, values = render(condition)
        sql = sql.replace(_CONDITION, text)
        given |= values
    elif conditions:
        texts, values = render_several(conditions)
        sql = sql.replace(_CONDITIONS, f"[{', '.join(texts)}]").replace(_CONDITION, f"({' OR '.join(texts)})")
        given |= values
    return sql, given
