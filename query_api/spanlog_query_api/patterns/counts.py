"""The patterns of a period: shapes that the engine counted, merged, and compared with the period before."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from spanlog_patterns import Template
from spanlog_query_api.error_groups.fingerprints import format_fingerprint
from spanlog_query_api.errors import InvalidParameterError, NotFoundError
from spanlog_query_api.models.patterns import OtherShapes, Pattern, PatternPage
from spanlog_query_api.models.summary import TopPattern
from spanlog_query_api.parameters import period
from spanlog_query_api.patterns.memory import PatternMemory, ShapeExample
from spanlog_query_api.pinned_cursors import PinnedCursor, read_pinned_cursor
from spanlog_query_api.queries import QueryRunner, Row
from spanlog_query_api.questions import PatternQuestion
from spanlog_query_api.severity import LEVELS, Level
from spanlog_query_api.times import NANOSECONDS_PER_SECOND, format_time
from spanlog_query_api.whole_hours import HOUR_NANOSECONDS, Span, cut_periods

MAX_SHAPES: Final = 5_000
"""The most frequent shapes of both periods; what the rest amounts to is told."""

MAX_VANISHED: Final = 100
MAX_TOP: Final = 10
"""Of a summary."""

_ORDER: Final = "patterns"
_STEP_SECONDS: Final = 300

_MAX_AGENTS: Final = 100
_MAX_SHAPES_TOLD: Final = 100

_NOT_STORED: Final = ShapeExample("", "")


@dataclass(slots=True)
class _Merged:
    """A pattern's shapes, the most frequent first."""

    template: Template
    rows: list[Row] = field(default_factory=list)
    example: str = ""
    count: int = 0
    count_before: int = 0

    def last(self) -> tuple[int, int]:
        """Return shape and time of the last record that is counted: in the period, or if there is none, before it."""
        suffix = "" if self.count else "_before"
        counted = [row for row in self.rows if row[f"count{suffix}"]]
        last = max(counted, key=lambda row: row[f"last{suffix}_unix_nano"])
        return last["shape"], last[f"last{suffix}_unix_nano"]

    def add(self, row: Row, example: str) -> None:
        self.rows.append(row)
        self.example = self.example or example
        self.count += row["count"]
        self.count_before += row["count_before"]


def find_patterns(queries: QueryRunner, memory: PatternMemory, question: PatternQuestion) -> PatternPage:
    """Answer ``question``.

    Raises:
        InvalidParameterError: the period ends before it begins.
    """
    cursor = read_pinned_cursor(question.cursor, _ORDER, question.since, question.until)
    if cursor and question.offset:
        raise InvalidParameterError("offset", "goes with no cursor")
    place = _sort_key(cursor) if cursor else None
    since, until = (cursor.since, cursor.until) if cursor else period(question.since, question.until)
    previous = period_before(since, until)
    rows = _shapes(queries, since, until, question.agent_id, question.level or "")
    patterns = [merged for merged in _merge(queries, memory, rows) if _matches(merged, question.search)]
    present = sorted((merged for merged in patterns if merged.count), key=_most_frequent)
    vanished = sorted((merged for merged in patterns if not merged.count), key=_most_frequent_before)
    vanished_total = len(vanished)
    following = (
        [merged for merged in present if _most_frequent(merged) > place] if place else present[question.offset :]
    )
    page, vanished = following[: question.limit], vanished[:MAX_VANISHED]
    samples = _samples(queries, [*page, *vanished], question.agent_id, question.level or "")
    hours = (until - since) / HOUR_NANOSECONDS
    hours_before = (since - previous) / HOUR_NANOSECONDS
    return PatternPage(
        since=format_time(since),
        until=format_time(until),
        total=len(present),
        items=[_pattern(merged, hours, hours_before, samples) for merged in page],
        next_cursor=_cursor_after(page[-1], since, until) if len(following) > question.limit else None,
        vanished=[_pattern(merged, hours, hours_before, samples) for merged in vanished],
        vanished_total=vanished_total,
        other=_other(rows),
    )


def shapes_of_pattern(
    queries: QueryRunner, memory: PatternMemory, pattern: str, since: int | None, until: int | None
) -> Sequence[int]:
    """Return the shapes that make up the pattern of this id.

    They are those that it was given out with since the API started, and those that the period of the question, or all
    time where it has no beginning, has of it.

    Raises:
        NotFoundError: there is no such pattern.
    """
    start, end = since or 0, time.time_ns() if until is None else until
    if start < end:
        # All that is found is remembered.
        _merge(queries, memory, _shapes(queries, start, end, "", ""))
    if found := memory.shapes_of(pattern):
        return found
    raise NotFoundError(f"there is no pattern {pattern}; ids are as GET /patterns gives them")


def top_patterns(
    queries: QueryRunner, memory: PatternMemory, period: Span, agent_id: str, shapes: Mapping[int, int]
) -> list[TopPattern]:
    """Return the most frequent patterns of ``period``, of one agent if ``agent_id`` is set.

    ``shapes`` has the records of each shape in it, as ``count_hours`` counts them from the period before on.
    """
    if queries.is_restricted:
        # What shapes look like is then said by records, which are looked for between the first and the last.
        patterns = _merge(queries, memory, _shapes(queries, period.since, period.until, agent_id, ""))
        counts = [(merged.template, merged.count) for merged in patterns if merged.count]
    else:
        counts = _frequent(queries, memory, shapes)
    counts.sort(key=lambda pair: (-pair[1], pair[0].id))
    return [
        TopPattern(pattern=template.id, template=template.text, count=count) for template, count in counts[:MAX_TOP]
    ]


def _frequent(queries: QueryRunner, memory: PatternMemory, shapes: Mapping[int, int]) -> list[tuple[Template, int]]:
    """Return the patterns that have any of the records that ``shapes`` counts, with how many."""
    examples = memory.examples(queries, shapes)
    templates = memory.templates({example.shape for example in examples.values()} | {_NOT_STORED.shape})
    counts: Counter[str] = Counter()
    members: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[str, Template] = {}
    for shape, count in shapes.items():
        template = templates[examples.get(shape, _NOT_STORED).shape]
        found[template.id] = template
        counts[template.id] += count
        members[template.id].append(shape)
    for pattern, its_shapes in members.items():
        memory.remember(pattern, its_shapes)
    return [(found[pattern], count) for pattern, count in counts.items() if count]


def period_before(since: int, until: int) -> int:
    """Return where the period before begins; there is nothing before 1970."""
    return max(0, since - (until - since))


def _shapes(queries: QueryRunner, since: int, until: int, agent_id: str, level: str) -> list[Row]:
    return queries.run(
        "pattern_shapes",
        {
            **cut_periods(period_before(since, until), since, until).parameters(),
            "since": since,
            "agent_id": agent_id,
            "level": level,
            "limit": MAX_SHAPES,
        },
    )


def _merge(queries: QueryRunner, memory: PatternMemory, rows: Sequence[Row]) -> Iterable[_Merged]:
    shapes = [row["shape"] for row in rows]
    if queries.is_restricted:
        first, last = _bounds(rows)
        examples = memory.examples_of_records(queries, shapes, first, last)
    else:
        examples = memory.examples(queries, shapes)
    templates = memory.templates({example.shape for example in examples.values()} | {_NOT_STORED.shape})
    found: dict[str, _Merged] = {}
    for row in rows:
        example = examples.get(row["shape"], _NOT_STORED)
        template = templates[example.shape]
        found.setdefault(template.id, _Merged(template)).add(row, example.message)
    for merged in found.values():
        memory.remember(merged.template.id, (row["shape"] for row in merged.rows))
    return found.values()


def _sort_key(cursor: PinnedCursor) -> tuple[int, int, str]:
    last, _, pattern = cursor.id.partition(":")
    if not (last.isascii() and last.isdigit()):
        raise InvalidParameterError("cursor", "not a cursor: give next_cursor of the page before, as it is")
    return -cursor.key, -int(last), pattern


def _cursor_after(merged: _Merged, since: int, until: int) -> str:
    count, last, pattern = _most_frequent(merged)
    return PinnedCursor(_ORDER, since, until, -count, f"{-last}:{pattern}").text()


def _samples(
    queries: QueryRunner, patterns: Sequence[_Merged], agent_id: str, level: str
) -> dict[tuple[int, int], str]:
    """Return the id of the last record that is counted of each pattern, by its shape and its time."""
    wanted = [merged.last() for merged in patterns]
    if not wanted:
        return {}
    moments = sorted({moment for _, moment in wanted})
    rows = queries.run(
        "pattern_samples",
        {
            "shapes": sorted({shape for shape, _ in wanted}),
            "moments": moments,
            "steps": sorted({_five_minutes(moment) for moment in moments}),
            "agent_id": agent_id,
            "level": level,
        },
    )
    return {(row["shape"], row["unix_nano"]): row["id"] for row in rows}


def _five_minutes(unix_nano: int) -> int:
    seconds = unix_nano // NANOSECONDS_PER_SECOND
    return seconds - seconds % _STEP_SECONDS


def _matches(merged: _Merged, search: str) -> bool:
    wanted = search.casefold()
    return wanted in merged.template.text.casefold() or wanted in merged.example.casefold()


def _most_frequent(merged: _Merged) -> tuple[int, int, str]:
    return -merged.count, -max(row["last_unix_nano"] for row in merged.rows if row["count"]), merged.template.id


def _most_frequent_before(merged: _Merged) -> tuple[int, int, str]:
    return -merged.count_before, -max(row["last_before_unix_nano"] for row in merged.rows), merged.template.id


def _pattern(merged: _Merged, hours: float, hours_before: float, samples: Mapping[tuple[int, int], str]) -> Pattern:
    """Return what is said of a pattern: of its records in the period, or if there are none, in the one before."""
    has_vanished = not merged.count
    suffix = "_before" if has_vanished else ""
    counted = [row for row in merged.rows if row[f"count{suffix}"]]
    rate = merged.count / hours
    rate_before = merged.count_before / hours_before if hours_before else 0.0
    return Pattern(
        pattern=merged.template.id,
        template=merged.template.text,
        count=merged.count_before if has_vanished else merged.count,
        first_seen=format_time(min(row[f"first{suffix}_unix_nano"] for row in counted)),
        last_seen=format_time(max(row[f"last{suffix}_unix_nano"] for row in counted)),
        rate_per_hour=rate,
        rate_before_per_hour=rate_before,
        change=rate / rate_before if rate_before else None,
        state="vanished" if has_vanished else "usual" if merged.count_before else "new",
        agents=sorted({agent for row in counted for agent in row[f"agents{suffix}"]})[:_MAX_AGENTS],
        levels=_levels(counted, f"levels{suffix}"),
        example=merged.example,
        sample_id=samples.get(merged.last()),
        shapes=[format_fingerprint(row["shape"]) for row in merged.rows[:_MAX_SHAPES_TOLD]],
        shapes_total=len(merged.rows),
    )


def _levels(rows: Sequence[Row], name: str) -> dict[Level, int]:
    counts = (sum(row[name][index] for row in rows) for index in range(len(LEVELS)))
    return {level: count for level, count in zip(LEVELS, counts, strict=True) if count}


def _other(rows: Sequence[Row]) -> OtherShapes:
    if not rows:
        return OtherShapes(shapes=0, count=0, count_before=0)
    return OtherShapes(
        shapes=rows[0]["shapes_total"] - len(rows),
        count=rows[0]["all_count"] - sum(row["count"] for row in rows),
        count_before=rows[0]["all_count_before"] - sum(row["count_before"] for row in rows),
    )


def _bounds(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the first and the last moment at which a record of ``rows`` was logged."""
    firsts = [row[f"first{side}_unix_nano"] for row in rows for side in ("", "_before") if row[f"count{side}"]]
    lasts = [row[f"last{side}_unix_nano"] for row in rows for side in ("", "_before") if row[f"count{side}"]]
    return min(firsts, default=0), max(lasts, default=0)
