"""Shapes that are one pattern, merged: the one thing that looks at many shapes together, and never at lines.

Merged are shapes of equal length that differ in one place only, when the values there are one variable; that differ
only in tokens with numbers, in places where numbers alone were seen too; and three or more that agree in two thirds of
their words, when each place in which they differ varies freely. Merging one place can make others comparable, so it is
done over and over until nothing changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from spanlog_patterns.columns import is_constant, is_one_variable, is_word, may_be_variable
from spanlog_patterns.marks import STAR
from spanlog_patterns.phrases import Tokens

_MIN_SIMILAR_ROWS: Final = 3
_MIN_SIMILAR_VALUES: Final = 3
_MIN_CONSTANTS: Final = 3
_MIN_CONSTANT_SHARE: Final = 0.66
_MAX_COMPARISONS: Final = 20_000
"""Among the rows of one frame. Where many rows are unlike each other, not each is compared with each."""


def merge(shapes: Collection[Tokens]) -> dict[Tokens, Tokens]:
    """Return for each of the shapes the tokens of its pattern. The order of ``shapes`` does not matter."""
    by_length: dict[int, list[Tokens]] = defaultdict(list)
    for shape in set(shapes):
        by_length[len(shape)].append(shape)
    merged: dict[Tokens, Tokens] = {}
    for same_length in by_length.values():
        merged.update(_Rows(sorted(same_length)).merged())
    return merged


class _Rows:
    """Shapes of one length; each row stands for the shapes that were merged into it."""

    def __init__(self, shapes: list[Tokens]) -> None:
        self._length = len(shapes[0])
        self._sources: dict[Tokens, list[Tokens]] = {shape: [shape] for shape in shapes}

    def merged(self) -> dict[Tokens, Tokens]:
        fresh: Iterable[Tokens] = list(self._sources)
        while fresh:
            while fresh:
                fresh = self._merge_one_place(fresh)
            fresh = self._merge_numbered() or self._merge_similar()
        return {source: row for row, sources in self._sources.items() for source in sources}

    def _merge_one_place(self, fresh: Iterable[Tokens]) -> list[Tokens]:
        """Merge rows that differ in one place; return the rows that came of it."""
        plans: list[tuple[int, int, list[Tokens]]] = []
        is_fresh = set(fresh)
        sums = {row: sum(map(hash, enumerate(row))) for row in self._sources}
        for place in range(self._length):
            # The sum over all other places is quicker to make than a row without this place, and as good to sort by.
            alike: dict[int, list[Tokens]] = defaultdict(list)
            for row, total in sums.items():
                alike[total - hash((place, row[place]))].append(row)
            plans.extend(
                (-len(rows), place, rows)
                for rows in alike.values()
                # Only what is like a new row can have changed since the last time.
                if len(rows) > 1 and not is_fresh.isdisjoint(rows) and _are_one_variable(rows, place)
            )
        # The most values are the surest variable; what is left of the others is looked at again.
        plans.sort()
        made: dict[Tokens, None] = {}
        for _, place, rows in plans:
            left = [row for row in rows if row in self._sources and row not in made]
            if len(left) > 1:
                made[self._merge_rows(left, {place})] = None
        return list(made)

    def _merge_numbered(self) -> list[Tokens]:
        """Merge rows that differ only in tokens that hold numbers, where a number alone was seen in each such place."""
        alike: dict[Tokens, list[Tokens]] = defaultdict(list)
        for row in self._sources:
            alike[tuple(_star(token) if STAR in token else token for token in row)].append(row)
        made = []
        for rows in alike.values():
            if len(rows) == 1:
                continue
            columns = {place: {row[place].strip() for row in rows} for place in range(self._length)}
            places = {place for place, values in columns.items() if len(values) > 1}
            if places and any(map(is_constant, rows[0])) and all(STAR in columns[place] for place in places):
                made.append(self._merge_rows(rows, places))
        return made

    def _merge_similar(self) -> list[Tokens]:
        """Merge rows that agree in most words and differ in several places; return the rows that came of it."""
        frames: dict[Tokens, list[Tokens]] = defaultdict(list)
        for row in self._sources:
            frames[tuple("" if is_word(token) else token for token in row)].append(row)
        made = []
        for frame, rows in frames.items():
            words = [place for place, token in enumerate(frame) if not token]
            left = sorted(rows)
            comparisons = 0
            while len(left) >= _MIN_SIMILAR_ROWS and comparisons < _MAX_COMPARISONS:
                comparisons += len(left)
                like_first = [row for row in left if row is left[0] or _is_similar(left[0], row, words)]
                places = {place for place in words if len({row[place] for row in like_first}) > 1}
                if _are_one_pattern(like_first, places, words):
                    made.append(self._merge_rows(like_first, places))
                    left = [row for row in left if row in self._sources]
                else:
                    left = left[1:]
        return made

    def _merge_rows(self, rows: list[Tokens], places: set[int]) -> Tokens:
        row = tuple(_star(token) if place in places else token for place, token in enumerate(rows[0]))
        sources = [source for merged in rows for source in self._sources.pop(merged)]
        self._sources[row] = self._sources.get(row, []) + sources
        return row


def _star(token: str) -> str:
    return f" {STAR}" if token.startswith(" ") else STAR


def _are_one_variable(rows: list[Tokens], place: int) -> bool:
    before, after = rows[0][:place], rows[0][place + 1 :]
    if any(row[:place] != before or row[place + 1 :] != after for row in rows):
        return False
    return is_one_variable({row[place].strip() for row in rows}, before, after)


def _is_similar(one: Tokens, other: Tokens, words: list[int]) -> bool:
    different = sum(one[place] != other[place] for place in words)
    constants = sum(one[place] == other[place] and is_constant(one[place]) for place in words)
    return _is_mostly_constant(constants, different)


def _are_one_pattern(rows: list[Tokens], places: set[int], words: list[int]) -> bool:
    # One place is the other rule's matter, and it has said no.
    if len(rows) < _MIN_SIMILAR_ROWS or len(places) < 2:  # noqa: PLR2004 - as said
        return False
    constants = sum(place not in places and is_constant(rows[0][place]) for place in words)
    if not _is_mostly_constant(constants, len(places)):
        return False
    columns = [{row[place].strip() for row in rows} for place in places]
    return all(len(values) >= _MIN_SIMILAR_VALUES and may_be_variable(values) for values in columns)


def _is_mostly_constant(constants: int, different: int) -> bool:
    return constants >= _MIN_CONSTANTS and constants >= _MIN_CONSTANT_SHARE * (constants + different)
