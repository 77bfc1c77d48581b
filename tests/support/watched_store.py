"""A store that remembers every SQL text it was given, and the proof that all of them are the project's own."""

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from spanlog_collector.storage import Store
from spanlog_query_api.queries import named_query, query_names
from spanlog_query_api.search import conditions

_HOLE = re.compile(r"\{(?:condition|conditions|span_condition)\}")
_NUMBERED = re.compile(r"\{(\w+?)_\d+:")
_JOINED = re.compile(r"(?:E|true|false|NOT | AND | OR |, |[()\[\]])*")


class WatchedStore(Store):
    """The store, with notes."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.location)
        self._noting = threading.Lock()
        self.texts: dict[str, int] = {}
        """Of queries: how often each was asked."""
        self.inserts: set[tuple[str, ...]] = set()
        """Table and columns."""
        self.statements: list[str] = []
        self.bound: set[str] = set()
        """Values that were bound, as text."""

    def _note(self, sql: str, parameters: Mapping[str, Any] | None) -> None:
        with self._noting:
            self.texts[sql] = self.texts.get(sql, 0) + 1
            self.bound.update(map(str, (parameters or {}).values()))

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *more: Any) -> list[dict[str, Any]]:
        self._note(sql, parameters)
        return super().query(sql, parameters, *more)

    def query_as(self, format_name: str, sql: str, parameters: Mapping[str, Any], *more: Any) -> bytes:
        self._note(sql, parameters)
        return super().query_as(format_name, sql, parameters, *more)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        with self._noting:
            self.inserts.add((table, *columns))
        super().insert(table, columns, rows)

    def execute(self, sql: str) -> None:
        with self._noting:
            self.statements.append(sql)
        super().execute(sql)

    def not_ours(self) -> list[str]:
        """Give the texts that are not a named file with conditions out of named expressions in their places."""
        return [sql for sql in self.texts if not any(_is_made_of(sql, name) for name in query_names())]


def _is_made_of(sql: str, name: str) -> bool:
    pieces = _HOLE.split(named_query(name).sql)
    match = re.fullmatch("(.*?)".join(map(re.escape, pieces)), sql, re.DOTALL)
    return match is not None and all(map(_is_joined_expressions, match.groups()))


def _is_joined_expressions(text: str) -> bool:
    text = _NUMBERED.sub(r"{\1:", text)
    for expression in sorted(conditions._expressions().values(), key=len, reverse=True):
        text = text.replace(f"({expression})", "E")
    return _JOINED.fullmatch(text) is not None
