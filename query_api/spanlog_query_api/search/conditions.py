"""Conditions on a row of ``otel_logs``: named expressions of ``conditions.sql``, joined.

No value is ever put into SQL: each goes along as a parameter under a name of its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any, Final, Literal

_SECTION: Final = re.compile(r"^-- name: (\w+)\n((?:(?!-- name: ).*\n?)*)", re.MULTILINE)
_COMMENT: Final = re.compile(r"^--.*\n?", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"\{(\w+):")
_COUNTED: Final = frozenset(("agent_is", "agent_like", "level_in"))


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of ``conditions.sql`` and what it binds.

    A hint follows from what it is joined with: it is there so that an index can be asked.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_hint: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions that must all hold, or of which any must."""

    kind: Literal["all", "any"]
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class OfPattern:
    """Records of the pattern of this id; ``with_shapes`` says which shapes that is, before the store is asked."""

    pattern: str


Condition = Expression | Joined | Not | OfPattern

EVERY_ROW: Final = Joined("all", ())


def all_of(*conditions: Condition) -> Joined:
    """Return the condition that all of ``conditions`` hold; true where there are none."""
    return Joined("all", conditions)


def any_of(*conditions: Condition) -> Joined:
    """Return the condition that any of ``conditions`` holds; false where there are none."""
    return Joined("any", conditions)


def with_shapes(condition: Condition, shapes_of: Callable[[str], Sequence[int]]) -> Condition:
    """Return ``condition`` with the shapes of each pattern in it; whatever ``shapes_of`` raises goes through."""
    match condition:
        case Joined(kind, conditions):
            return Joined(kind, tuple(with_shapes(part, shapes_of) for part in conditions))
        case Not(inner):
            return Not(with_shapes(inner, shapes_of))
        case OfPattern(pattern):
            return Expression("pattern_is", {"shapes": list(shapes_of(pattern))})
        case Expression():
            return condition


def without_hints(condition: Condition) -> Condition:
    """Return ``condition`` as it is asked of few rows, where no index helps and each expression costs."""
    match condition:
        case Joined(kind, conditions):
            is_hint = [isinstance(part, Expression) and part.is_hint for part in conditions]
            kept = (part for part, is_one in zip(conditions, is_hint, strict=True) if not is_one)
            return Joined(kind, tuple(map(without_hints, kept)))
        case Not(inner):
            return Not(without_hints(inner))
        case _:
            return condition


def counted_condition(condition: Condition) -> Condition | None:
    """Return ``condition`` without its period where it speaks of nothing else than agents and levels; None elsewhere.

    By these records are counted in ``spanlog_counts``, in columns of the same names.
    """
    asked = without_period(condition)
    return asked if _is_counted(asked) else None


def without_period(condition: Condition) -> Condition:
    """Return what ``condition`` asks beside the period that it sets."""
    match condition:
        case Joined("all", conditions):
            parts = map(without_period, conditions)
            return all_of(*(part for part in parts if part != EVERY_ROW))
        case Expression("since" | "until"):
            return EVERY_ROW
        case _:
            return condition


def asks_of_records_alone(condition: Condition) -> bool:
    """Tell whether ``condition`` asks anything, and only what a record is: not what people said of it since."""
    match condition:
        case Expression(name):
            return name != "resolved"
        case Joined(_, conditions):
            return bool(conditions) and all(map(asks_of_records_alone, conditions))
        case Not(inner):
            return asks_of_records_alone(inner)
        case OfPattern():
            return False


def _is_counted(condition: Condition) -> bool:
    match condition:
        case Expression(name):
            return name in _COUNTED
        case Joined(_, conditions):
            return all(map(_is_counted, conditions))
        case Not(inner):
            return _is_counted(inner)
        case _:
            return False


def render(condition: Condition) -> tuple[str, dict[str, Any]]:
    """Return ``condition`` in SQL, and the parameters it binds.

    Raises:
        ValueError: an expression is given other values than it binds, or a pattern's shapes are not known.
    """
    parameters: dict[str, Any] = {}
    return _render(condition, parameters, count()), parameters


def render_several(conditions: Sequence[Condition]) -> tuple[list[str], dict[str, Any]]:
    """Return each of ``conditions`` in SQL, and the parameters that they bind together."""
    parameters: dict[str, Any] = {}
    numbers = count()
    return [_render(condition, parameters, numbers) for condition in conditions], parameters


def expression_names() -> list[str]:
    """Return the names of all expressions, in their order."""
    return list(_expressions())


def _render(condition: Condition, parameters: dict[str, Any], numbers: Iterator[int]) -> str:
    match condition:
        case Joined(kind, conditions):
            if not conditions:
                return "true" if kind == "all" else "false"
            inner = (_render(part, parameters, numbers) for part in conditions)
            return f"({(' AND ' if kind == 'all' else ' OR ').join(inner)})"
        case Not(inner_condition):
            return f"NOT {_render(inner_condition, parameters, numbers)}"
        case OfPattern(pattern):
            raise ValueError(f"the shapes of pattern {pattern} have not been looked up")
        case Expression(name, values):
            number = next(numbers)
            sql = _expressions()[name]
            if set(_PLACEHOLDER.findall(sql)) != values.keys():
                raise ValueError(f"{name} binds {sorted(set(_PLACEHOLDER.findall(sql)))}, not {sorted(values)}")
            parameters.update((f"{key}_{number}", value) for key, value in values.items())
            numbered = _PLACEHOLDER.sub(rf"{{\g<1>_{number}:", sql)
            return f"({numbered})"


@cache
def _expressions() -> dict[str, str]:
    text = files(__package__).joinpath("conditions.sql").read_text(encoding="utf-8")
    return {name: _COMMENT.sub("", body).strip() for name, body in _SECTION.findall(text)}
