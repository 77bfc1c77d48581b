"""Every moment of both periods is in the hours or in the edges, and in one of them only."""

from hypothesis import given
from hypothesis import strategies as st

from spanlog_query_api.times import DAY_NANOSECONDS
from spanlog_query_api.whole_hours import HOUR_NANOSECONDS, cut_periods

MOMENTS = st.integers(0, 12).flatmap(
    lambda hour: st.sampled_from((-1, 0, 1, HOUR_NANOSECONDS // 2)).map(
        lambda step: max(0, hour * HOUR_NANOSECONDS + step)
    )
)


@given(st.lists(MOMENTS, min_size=3, max_size=3, unique=True), MOMENTS)
def test_hours_and_edges_hold_every_moment_once(moments, moment):
    previous, since, until = sorted(moments)
    cut = cut_periods(previous, since, until)
    spans = (cut.previous_hours, cut.hours, *cut.edges)
    assert sum(span.since <= moment < span.until for span in spans) == (previous <= moment < until)


@given(st.lists(MOMENTS, min_size=3, max_size=3, unique=True))
def test_hours_are_whole_and_of_one_period(moments):
    previous, since, until = sorted(moments)
    cut = cut_periods(previous, since, until)
    for span, (start, end) in ((cut.previous_hours, (previous, since)), (cut.hours, (since, until))):
        if span.since < span.until:
            assert span.since % HOUR_NANOSECONDS == span.until % HOUR_NANOSECONDS == 0
            assert start <= span.since < span.until <= end


@given(st.lists(st.integers(0, 5 * DAY_NANOSECONDS), min_size=3, max_size=3, unique=True))
def test_days_are_whole_and_lie_in_the_hours(moments):
    cut = cut_periods(*sorted(moments))
    for days, hours in ((cut.previous_days, cut.previous_hours), (cut.days, cut.hours)):
        assert hours.since <= days.since <= days.until <= hours.until
        if days.since < days.until:
            assert days.since % DAY_NANOSECONDS == days.until % DAY_NANOSECONDS == 0
        assert days.until - days.since > hours.until - hours.since - 2 * DAY_NANOSECONDS


@given(st.lists(MOMENTS, min_size=3, max_size=3, unique=True))
def test_edges_of_long_periods_are_shorter_than_an_hour_on_each_side(moments):
    previous, since, until = sorted(moments)
    edges = cut_periods(previous, since, until).edges
    if min(since - previous, until - since) >= 2 * HOUR_NANOSECONDS:
        assert [
            edge.until - edge.since < limit * HOUR_NANOSECONDS for edge, limit in zip(edges, (1, 2, 1), strict=True)
        ]
        assert all(edge.until - edge.since < 2 * HOUR_NANOSECONDS for edge in edges)
