"""The query language as people know it from log tools: ``level:error agent:crypto "flash loan" -heartbeat (a OR b)``.

Only the syntax: ``parse`` returns a tree of terms; ``fields`` gives it a meaning.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from spanlog_query_api.search.mistakes import QueryMistakeError, explain

MAX_TERMS: Final = 100
MAX_DEPTH: Final = 20

Comparison = Literal["=", ">", ">=", "<", "<="]

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Value:
    """What is looked for. In quotation marks a ``*`` is a star and nothing else."""

    text: str
    position: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A word or phrase of the message."""

    value: Value


@dataclass(frozen=True, slots=True)
class Field:
    """``name:value``, ``name:>value`` or ``name:(a b c)``, of which one must fit."""

    name: str
    comparison: Comparison
    values: tuple[Value, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of which all, or any, must hold."""

    kind: Literal["all", "any"]
    terms: tuple["Term", ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Negation:
    """A term that must not hold."""

    term: "Term"
    depth: int


Term = Text | Field | Group | Negation


def parse(text: str) -> Term | None:
    """Return the terms of ``text``; ``None`` where there are none.

    Raises:
        QueryMistakeError: ``text`` is not in the language, or too large.
    """
    if not text.strip():
        return None
    try:
        term: Any = _parser().parse(text)
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise explain(text, error) from None
    if (count := _count(term)) > MAX_TERMS:
        raise QueryMistakeError(0, f"{count} terms are too many", f"ask with {MAX_TERMS} at most")
    return cast("Term", term)


class _ToTerms(Transformer[Token, Any]):
    """Called while parsing, so that no depth of brackets can exhaust the stack."""

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def text(self, children: list[Token]) -> Text:
        return Text(_value(children[0]))

    def field(self, children: list[Any]) -> Field:
        name, comparison, value = children
        sign = cast("Comparison", "=" if comparison is None else str(comparison))
        return Field(str(name[:-1]), sign, (_value(value),), name.start_pos or 0)

    def field_of_several(self, children: list[Token]) -> Field:
        name, *values = children
        return Field(str(name[:-1]), "=", tuple(map(_value, values)), name.start_pos or 0)

    def sequence(self, children: list[Any]) -> Group:
        return Group("all", tuple(children), _deeper(children))

    def alternatives(self, children: list[Any]) -> Group:
        return Group("any", tuple(children), _deeper(children))

    def negation(self, children: list[Any]) -> Negation:
        return Negation(children[0], _deeper(children))


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=True, transformer=_ToTerms())


def _value(token: Token) -> Value:
    position = token.start_pos or 0
    if token.type == "QUOTED":
        return Value(_ESCAPE.sub(r"\1", token[1:-1]), position, is_quoted=True)
    return Value(str(token), position)


def _deeper(terms: list[Any]) -> int:
    depth = 1 + max(getattr(term, "depth", 0) for term in terms)
    if depth > MAX_DEPTH:
        raise QueryMistakeError(0, "too many terms inside each other", f"nest {MAX_DEPTH} deep at most")
    return depth


def _count(term: Term) -> int:
    match term:
        case Group():
            return sum(map(_count, term.terms))
        case Negation():
            return _count(term.term)
        case Field():
            return len(term.values)
        case Text():
            return 1
