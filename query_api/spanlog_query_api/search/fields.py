"""What the terms of a query mean: which field is which column, and what its values may be."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from spanlog_query_api.error_groups.fingerprints import fingerprint_of
from spanlog_query_api.identifiers import check_pattern_id, is_uuid_text, trace_id_to_hex
from spanlog_query_api.search import message
from spanlog_query_api.search.conditions import Condition, Expression, Not, OfPattern, all_of, any_of
from spanlog_query_api.search.language import Field, Group, Negation, Term, Text, Value, parse
from spanlog_query_api.search.mistakes import QueryMistakeError
from spanlog_query_api.severity import LEVELS, normalise_level

ATTRIBUTE_PREFIXES: Final = ("attr.", "@")
"""Before a name, so that it is an attribute's even where a field has the same."""

_TEXT_COLUMNS: Final[Mapping[str, str]] = {
    "agent": "agent",
    "agent_id": "agent",
    "service": "service",
    "category": "category",
    "source": "source",
    "session": "session",
    "session_key": "session",
    "logger": "logger",
    "event": "event",
    "span": "span",
    "span_id": "span",
    "parent": "parent",
    "parent_id": "parent",
}
_ABOVE: Final = {">": "attribute_above", ">=": "attribute_at_least", "<": "attribute_below", "<=": "attribute_at_most"}


def query_to_condition(text: str) -> Condition:
    """Return what ``text`` in the query language asks of a record.

    Raises:
        QueryMistakeError: ``text`` is not in the language, or a value is none of its field's.
    """
    term = parse(text)
    return all_of() if term is None else _term(term)


def attribute_is(name: str, value: str) -> Condition:
    """Return the condition that the record's attribute ``name``, else its resource's, is ``value``."""
    asked = {"name": name, "value": value}
    return all_of(Expression("attribute_may_be", asked, is_hint=True), Expression("attribute_is", asked))


def field_names() -> list[str]:
    """Return the names that are fields of their own; any other is an attribute's."""
    return sorted({*_TEXT_COLUMNS, *_SPECIAL})


def _term(term: Term) -> Condition:
    match term:
        case Group(kind, terms):
            conditions = tuple(map(_term, terms))
            return all_of(*conditions) if kind == "all" else any_of(*conditions)
        case Negation(inner):
            return Not(_term(inner))
        case Text(value):
            return _text(value)
        case Field():
            return _field(term)


def _text(value: Value) -> Condition:
    if "*" in value.text and not value.is_quoted:
        return message.like(value.text)
    return message.contains(value.text)


def _field(field: Field) -> Condition:
    name = field.name.lower()
    if name in _SPECIAL:
        return any_of(*(_SPECIAL[name](field, value) for value in field.values))
    if name in _TEXT_COLUMNS:
        _only_equal(field)
        return any_of(*(_column(_TEXT_COLUMNS[name], value) for value in field.values))
    return any_of(*(_attribute(field, value) for value in field.values))


def _column(column: str, value: Value) -> Condition:
    if _is_any(value):
        return Not(Expression(f"{column}_is", {"value": ""}))
    if "*" in value.text and not value.is_quoted:
        return Expression(f"{column}_like", {"pattern": message.stars_to_like(value.text)})
    return Expression(f"{column}_is", {"value": value.text})


def _attribute(field: Field, value: Value) -> Condition:
    name = field.name
    for prefix in ATTRIBUTE_PREFIXES:
        name = name.removeprefix(prefix)
    if not name:
        raise QueryMistakeError(field.position, "an attribute without a name", "write one, as in attr.order_id:42")
    if field.comparison != "=":
        return Expression(_ABOVE[field.comparison], {"name": name, "number": _number(value)})
    if _is_any(value):
        return Expression("attribute_exists", {"name": name})
    if "*" in value.text and not value.is_quoted:
        return Expression("attribute_like", {"name": name, "pattern": message.stars_to_like(value.text)})
    lowest, dots, highest = value.text.partition("..")
    if dots and not value.is_quoted and _is_number(lowest) and _is_number(highest):
        return all_of(
            Expression("attribute_at_least", {"name": name, "number": float(lowest)}),
            Expression("attribute_at_most", {"name": name, "number": float(highest)}),
        )
    return attribute_is(name, value.text)


def _level(field: Field, value: Value) -> Condition:
    if _is_any(value):
        return all_of()
    level = normalise_level(value.text)
    if level not in LEVELS:
        raise QueryMistakeError(
            value.position, f"{value.text!r} is no level", f"the levels are {', '.join(LEVELS)}, each above the last"
        )
    rank = LEVELS.index(level)
    levels = {
        "=": LEVELS[rank : rank + 1],
        ">": LEVELS[rank + 1 :],
        ">=": LEVELS[rank:],
        "<": LEVELS[:rank],
        "<=": LEVELS[: rank + 1],
    }[field.comparison]
    return Expression("level_in", {"levels": list(levels)})


def _message(field: Field, value: Value) -> Condition:
    _only_equal(field)
    return all_of() if _is_any(value) else _text(value)


def _trace(field: Field, value: Value) -> Condition:
    _only_equal(field)
    if "*" in value.text:
        return _column("trace", value)
    try:
        return Expression("trace_is", {"value": trace_id_to_hex(value.text)})
    except ValueError:
        raise QueryMistakeError(
            value.position, f"{value.text!r} is no trace id", "write a UUID or 32 hex digits, or a part with *"
        ) from None


def _id(field: Field, value: Value) -> Condition:
    _only_equal(field)
    if not is_uuid_text(value.text):
        raise QueryMistakeError(value.position, f"{value.text!r} is no record's id", "write a UUID")
    return Expression("id_is", {"value": value.text})


def _fingerprint(field: Field, value: Value) -> Condition:
    _only_equal(field)
    if _is_any(value):
        return Expression("fingerprint_exists")
    try:
        return Expression("fingerprint_is", {"value": fingerprint_of(value.text)})
    except ValueError:
        raise QueryMistakeError(value.position, f"{value.text!r} is no fingerprint", "write 16 hex digits") from None


def _pattern(field: Field, value: Value) -> Condition:
    _only_equal(field)
    try:
        return OfPattern(check_pattern_id(value.text))
    except ValueError:
        raise QueryMistakeError(
            value.position, f"{value.text!r} is no pattern's id", "write 16 hex digits, as GET /patterns gives them"
        ) from None


def _resolved(field: Field, value: Value) -> Condition:
    _only_equal(field)
    answers = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if (answer := answers.get(value.text.lower())) is None:
        raise QueryMistakeError(value.position, f"{value.text!r} is neither true nor false", "write resolved:true")
    return Expression("resolved") if answer else Not(Expression("resolved"))


_SPECIAL: Final[Mapping[str, Callable[[Field, Value], Condition]]] = {
    "level": _level,
    "message": _message,
    "trace": _trace,
    "trace_id": _trace,
    "id": _id,
    "fingerprint": _fingerprint,
    "pattern": _pattern,
    "resolved": _resolved,
}


def _only_equal(field: Field) -> None:
    if field.comparison != "=":
        raise QueryMistakeError(
            field.position,
            f"{field.name} has no order",
            f"write {field.name}:value; levels and numbers of attributes can be compared",
        )


def _is_any(value: Value) -> bool:
    return value.text == "*" and not value.is_quoted


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _number(value: Value) -> float:
    if not _is_number(value.text):
        raise QueryMistakeError(value.position, f"{value.text!r} is no number", "only numbers can be compared")
    return float(value.text)
