"""Error groups as the API gives them out: their figures, with what their records say."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from spanlog_query_api.error_groups.figures import Figures, GroupFigures, in_parts
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.identifiers import display_trace_id
from spanlog_query_api.models.errors import ErrorGroup, Why
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.times import format_time
from spanlog_query_api.titles import first_line

Side = Literal["now", "before"]
"""Of which period the figures of an item are: the one that was asked about, or the one before it."""

_MAX_AGENTS: Final = 100


def figures_to_items(
    queries: QueryRunner, groups: Iterable[tuple[GroupFigures, Side]], agent_id: str = ""
) -> dict[int, ErrorGroup]:
    """Return the items of ``groups`` by fingerprint, with title, reason and sample of the newest record of each.

    Args:
        queries: What asks the store.
        groups: The groups, each with the period that its item is of.
        agent_id: Whose figures they are, if of one agent.
    """
    sides = [(group, group.now if side == "now" else group.before) for group, side in groups]
    samples = _samples(queries, [figures for _, figures in sides], agent_id)
    return {
        group.fingerprint: _item(group, figures, samples.get(figures.sample_fingerprint, {}))
        for group, figures in sides
    }


def in_order(items: Mapping[int, ErrorGroup], groups: Iterable[GroupFigures]) -> list[ErrorGroup]:
    """Return the items of ``groups``, in their order."""
    return [items[group.fingerprint] for group in groups]


def trace_id_of(sample: Mapping[str, Any]) -> str | None:
    """Return a record's trace id in its sender's spelling."""
    return display_trace_id(sample.get("trace_id", ""), sample.get("trace_id_form", "")) or None


def _samples(queries: QueryRunner, figures: Iterable[Figures], agent_id: str) -> dict[int, dict[str, Any]]:
    times = {each.sample_fingerprint: each.last for each in figures if each.records}
    found: dict[int, dict[str, Any]] = {}
    for fingerprint, moment in times.items():
        if not agent_id and (known := queries.fact("newest", fingerprint, moment)):
            found[fingerprint] = known
    # Asked for again and again, and of most groups no record has come since.
    for part in in_parts([fingerprint for fingerprint in times if fingerprint not in found]):
        for row in queries.run("error_texts", {"fingerprints": part}):
            found[row["fingerprint"]] = {"rule": row["rule"], "parts": row["parts"], **_newest(row)}
        # Of most groups the last record is the newest there is, which is remembered with its text.
        others = []
        for fingerprint in part:
            if _is_newest(found, fingerprint, times, agent_id):
                queries.keep_fact(found[fingerprint], "newest", fingerprint, times[fingerprint])
            else:
                others.append(fingerprint)
        if others:
            _find_samples(queries, found, {fingerprint: times[fingerprint] for fingerprint in others}, agent_id)
    return found


def _is_newest(
    found: Mapping[int, Mapping[str, Any]], fingerprint: int, times: Mapping[int, int], agent_id: str
) -> bool:
    # Two agents may have logged it in one nanosecond.
    return not agent_id and found.get(fingerprint, {}).get("unix_nano") == times[fingerprint]


def _find_samples(
    queries: QueryRunner, found: dict[int, dict[str, Any]], times: Mapping[int, int], agent_id: str
) -> None:
    unknown = {"id": "", "trace_id": "", "trace_id_form": ""}
    for fingerprint in times:
        found.setdefault(fingerprint, {}).update(unknown)
    unseen = {}
    for fingerprint, moment in times.items():
        if known := queries.fact("record", fingerprint, moment, agent_id):
            found[fingerprint].update(known)
        else:
            unseen[fingerprint] = moment
    if not unseen:
        return
    rows = queries.run(
        "error_samples",
        {
            "fingerprints": list(unseen),
            "moments": list(unseen.values()),
            "first": min(unseen.values()),
            "last": max(unseen.values()),
            "agent_id": agent_id,
        },
    )
    for row in rows:
        fingerprint, moment = row["fingerprint"], row["unix_nano"]
        # Of several records in one nanosecond, always the same one.
        if moment == unseen[fingerprint] and row["id"] > found[fingerprint]["id"]:
            found[fingerprint].update(row)
            queries.keep_fact(row, "record", fingerprint, moment, agent_id)


def _newest(row: Row) -> dict[str, Any]:
    newest = row["newest"]
    return {
        "unix_nano": row["unix_nano"],
        "id": str(newest["LogId"]),
        "message": newest["Message"],
        "exception_type": newest["ExceptionType"],
        "exception_message": newest["ExceptionMessage"],
        "trace_id": newest["TraceId"],
        "trace_id_form": newest["TraceIdForm"],
    }


def _item(group: GroupFigures, figures: Figures, sample: Mapping[str, Any]) -> ErrorGroup:
    state = group.state
    is_resolved = state.resolved_through > 0
    return ErrorGroup(
        fingerprint=format_fingerprint(group.fingerprint),
        count=figures.records,
        status=group.status,
        title=_title(sample),
        type=sample.get("exception_type", ""),
        agents=sorted(figures.agents)[:_MAX_AGENTS],
        first_seen=format_time(figures.first),
        last_seen=format_time(figures.last),
        why=Why(rule=sample.get("rule", ""), parts=list(sample.get("parts", ()))),
        unresolved_count=group.unresolved,
        sample_id=sample.get("id") or None,
        sample_trace_id=trace_id_of(sample),
        is_new=group.is_new,
        is_regressed=group.status == "regressed",
        assigned_to=state.assigned_to or None,
        resolved_by=state.resolved_by if is_resolved else None,
        resolved_at=format_time(state.resolved_at) if is_resolved else None,
        muted_until=format_time(state.muted_until) if group.is_muted and state.muted_until else None,
        muted_count=state.muted_records or None if group.is_muted else None,
    )


def _title(sample: Mapping[str, Any]) -> str:
    exception = ": ".join(part for part in (sample.get("exception_type"), sample.get("exception_message")) if part)
    return first_line(sample.get("message", "")) or first_line(exception)
