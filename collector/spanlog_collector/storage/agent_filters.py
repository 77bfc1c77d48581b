"""Which rows of each table a question sees that is asked for certain agents only.

The engine applies these filters (its setting ``additional_table_filters``) wherever a query reads the table: in
subqueries, joins, below ``FINAL``. So no query has to think of them, and none can forget to. A table that is not named
here is empty to such a question.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from spanlog_collector.storage import tables
from spanlog_collector.storage.statements import quote, statement

NOTHING: Final = "0"

_OF_AGENT: Final = "restrict/of_agent.sql"
_FILTERS: Final = {
    tables.LOGS: _OF_AGENT,
    tables.TRACES: _OF_AGENT,
    # A shape's example holds what anybody logged: it names no agent, and so is nobody's.
    tables.COUNTS: _OF_AGENT,
    tables.LOG_RESOLUTIONS: _OF_AGENT,
    tables.ERRORS: _OF_AGENT,
    tables.ERROR_GROUPS: _OF_AGENT,
    tables.TRACE_TIMES: "restrict/trace_times.sql",
    tables.ERROR_STATES: "restrict/error_states.sql",
    tables.ERROR_CHANGES: "restrict/error_changes.sql",
}
_AGENTS: Final = "{agents}"


@lru_cache(maxsize=256)
def agent_filters(agents: Sequence[str]) -> str:
    """Return the value of ``additional_table_filters``: a map from each table to an expression, as text."""
    listed = ", ".join(quote(agent) for agent in agents) or quote("")
    found = {
        table: _expression(_FILTERS[table], listed) if table in _FILTERS and agents else NOTHING
        for table in tables.TABLES
    }
    return "{" + ", ".join(f"{quote(table)}: {quote(text)}" for table, text in found.items()) + "}"


def _expression(file: str, listed: str) -> str:
    lines = (line for line in statement(file).splitlines() if not line.startswith("--"))
    return " ".join(" ".join(lines).split()).replace(_AGENTS, listed)
