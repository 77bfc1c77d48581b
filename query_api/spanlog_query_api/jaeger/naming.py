"""What services there are, what their spans are called, and which of them call which."""

from dataclasses import dataclass
from typing import Final

from spanlog_query_api.jaeger.reading import MAX_NAMES, stored_service
from spanlog_query_api.jaeger.spans import KINDS, NO_SERVICE_NAME
from spanlog_query_api.jaeger.values import storable_time
from spanlog_query_api.queries import QueryRunner

_MARGIN_NANOSECONDS: Final = 3600 * 1_000_000_000
"""How much earlier than its child a parent may begin, and how much later by a clock that is wrong."""


@dataclass(frozen=True, slots=True)
class NamedOperation:
    """What spans are called; the kind is empty where they name none."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dependency:
    """How often spans of one service had children in another."""

    parent: str
    child: str
    calls: int


def list_services(queries: QueryRunner) -> list[str]:
    """Return the services that sent spans, sorted."""
    rows = queries.run("jaeger_services", {"limit": MAX_NAMES})
    return sorted(row["service"] or NO_SERVICE_NAME for row in rows)


def list_operations(queries: QueryRunner, service: str, kind: str = "") -> list[NamedOperation]:
    """Return what a service's spans are called, those of one kind if it is given."""
    parameters = {"service": stored_service(service), "kind": kind, "limit": MAX_NAMES}
    rows = queries.run("jaeger_operations", parameters)
    return [NamedOperation(row["name"], row["kind"] if row["kind"] != KINDS[0] else "") for row in rows]


def list_dependencies(queries: QueryRunner, first: int, last: int) -> list[Dependency]:
    """Return who called whom in a period, whose ends, in nanoseconds since 1970, are both inside.

    Raises:
        QueryTooLargeError: there are more spans than can be looked at together.
    """
    parameters = {
        "first": storable_time(first),
        "last": storable_time(last),
        "margin": _MARGIN_NANOSECONDS,
        "limit": MAX_NAMES,
    }
    return [
        Dependency(row["parent"] or NO_SERVICE_NAME, row["child"] or NO_SERVICE_NAME, row["calls"])
        for row in queries.run("jaeger_dependencies", parameters)
    ]
