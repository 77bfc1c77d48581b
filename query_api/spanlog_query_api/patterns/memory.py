"""Shapes → patterns, as the store's shapes are few and asked for again and again."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from spanlog_patterns import Shaper, Template, mine_shapes
from spanlog_query_api.queries import QueryRunner

_MAX_SHAPES: Final = 20_000
_MAX_MINED: Final = 64
"""Each agent's shapes are a set of their own, and so are those of each length of time."""

_MAX_PATTERNS: Final = 20_000
_SHAPES_AT_ONCE: Final = 1_000
"""They are sent in the question; on the way to a server that is an address, which may not be too long."""


class ShapeExample(NamedTuple):
    """One of the store's shapes: a message, and how the miner sees it."""

    message: str
    shape: str


class PatternMemory:
    """Remembers an example of each shape, and which patterns sets of shapes make. Both are bounded; safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shaper = Shaper()
        self._examples: OrderedDict[int, ShapeExample] = OrderedDict()
        self._mined: OrderedDict[frozenset[str], Mapping[str, Template]] = OrderedDict()
        self._patterns: OrderedDict[str, set[int]] = OrderedDict()

    def examples(self, queries: QueryRunner, shapes: Iterable[int]) -> dict[int, ShapeExample]:
        """Return an example of each of ``shapes``; one whose example is not in the store (any more) is left out.

        What is remembered are messages of whichever agent: not for callers who see certain agents' alone.
        """
        wanted = list(shapes)
        with self._lock:
            found = {shape: self._examples[shape] for shape in wanted if shape in self._examples}
        missing = [shape for shape in wanted if shape not in found]
        for start in range(0, len(missing), _SHAPES_AT_ONCE):
            rows = queries.run("pattern_examples", {"shapes": missing[start : start + _SHAPES_AT_ONCE]})
            with self._lock:
                for row in rows:
                    message = row["example"]
                    found[row["shape"]] = ShapeExample(message, self._shaper.shape(message))
        with self._lock:
            for shape, example in found.items():
                self._examples[shape] = example
                self._examples.move_to_end(shape)
            while len(self._examples) > _MAX_SHAPES:
                self._examples.popitem(last=False)
        return found

    def examples_of_records(
        self, queries: QueryRunner, shapes: Iterable[int], first: int, last: int
    ) -> dict[int, ShapeExample]:
        """Return an example of each of ``shapes`` from the records of a period that the caller sees."""
        wanted = list(shapes)
        found: dict[int, ShapeExample] = {}
        for start in range(0, len(wanted), _SHAPES_AT_ONCE):
            asked = {"shapes": wanted[start : start + _SHAPES_AT_ONCE], "first": first, "last": last}
            rows = queries.run("pattern_examples_of_records", asked)
            with self._lock:
                for row in rows:
                    found[row["shape"]] = ShapeExample(row["example"], self._shaper.shape(row["example"]))
        return found

    def templates(self, shapes: Collection[str]) -> Mapping[str, Template]:
        """Return the template of each shape, as the miner sees them."""
        key = frozenset(shapes)
        with self._lock:
            mined = self._mined.get(key)
            if mined is not None:
                self._mined.move_to_end(key)
                return mined
        # Outside the lock: it may take some tenths of a second, and twice the same is no harm.
        mined = mine_shapes(key)
        with self._lock:
            self._mined[key] = mined
            while len(self._mined) > _MAX_MINED:
                self._mined.popitem(last=False)
        return mined

    def remember(self, pattern: str, shapes: Iterable[int]) -> None:
        """Note that the pattern of this id is made of ``shapes``, and of those that were noted before."""
        with self._lock:
            self._patterns.setdefault(pattern, set()).update(shapes)
            self._patterns.move_to_end(pattern)
            while len(self._patterns) > _MAX_PATTERNS:
                self._patterns.popitem(last=False)

    def shapes_of(self, pattern: str) -> list[int]:
        """Return the shapes that were noted of the pattern of this id, sorted; none when it was never seen here."""
        with self._lock:
            return sorted(self._patterns.get(pattern, ()))
