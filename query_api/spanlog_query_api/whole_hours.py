"""A period and the one before it, cut into whole hours or days, which are counted in advance, and what is left over."""

from typing import Final, NamedTuple

from spanlog_query_api.times import DAY_NANOSECONDS, NANOSECONDS_PER_SECOND

HOUR_NANOSECONDS: Final = 3600 * NANOSECONDS_PER_SECOND


class Span(NamedTuple):
    """[since, until) in nanoseconds since 1970; empty where until is not later."""

    since: int
    until: int


class CutPeriods(NamedTuple):
    """Two adjoining periods. The hours and the edges hold every moment of both once."""

    previous_hours: Span
    hours: Span
    previous_days: Span
    """Within the hours, as the next."""
    days: Span
    edges: tuple[Span, Span, Span]
    """At the beginning of the first, where they meet, and at the end of the second."""

    def parameters(self) -> dict[str, int]:
        """Return what a query binds."""
        first, middle, last = self.edges
        named = {
            "previous_hours": self.previous_hours,
            "hours": self.hours,
            "previous_days": self.previous_days,
            "days": self.days,
            "first_edge": first,
            "middle_edge": middle,
            "last_edge": last,
        }
        return {f"{name}_{side}": getattr(span, side) for name, span in named.items() for side in ("since", "until")}


def cut_periods(previous: int, since: int, until: int) -> CutPeriods:
    """Cut [previous, since) and [since, until).

    Args:
        previous: Not later than ``since``; nanoseconds since 1970, as the others.
        since: Before ``until``.
        until: The end.
    """
    previous_hours, hours = _hours(previous, since), _hours(since, until)
    return CutPeriods(
        previous_hours,
        hours,
        whole_days(*previous_hours),
        whole_days(*hours),
        (
            Span(previous, previous_hours.since),
            Span(previous_hours.until, hours.since),
            Span(hours.until, until),
        ),
    )


def whole_days(since: int, until: int) -> Span:
    """Return the whole days (UTC) in [since, until); where there is none, an empty span at the end."""
    return _whole(since, until, DAY_NANOSECONDS)


def _hours(since: int, until: int) -> Span:
    return _whole(since, until, HOUR_NANOSECONDS)


def _whole(since: int, until: int, step: int) -> Span:
    """Return the whole steps; where there is none, an empty span at the end, so that all is edge before it."""
    first = -(-since // step) * step
    last = until // step * step
    return Span(first, last) if first < last else Span(until, until)
