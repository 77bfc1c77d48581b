"""What is wrong with a query, where, and what to write instead."""

from typing import Final

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

_Explanation = tuple[str, str]

_NO_VALUE: Final = ("a field without a value", "write one, as in level:error, or level:* for any")
_NO_TERM: Final = ("a term is missing at the end", "write one, or take the last word away")
_OPEN_BRACKET: Final = ("a bracket is not closed", "add )")
_EMPTY_BRACKETS: Final = ("there is nothing in these brackets", "write a term inside")
_STRAY_BRACKET: Final = ("this bracket closes nothing", 'take it away, or put it in "quotation marks"')
_OPEN_QUOTATION: Final = (
    "the quotation that begins here has no end",
    'close it with ", or write \\" for the mark itself',
)


class QueryMistakeError(Exception):
    """A query that is not in the language; ``position`` counts characters from 0."""

    def __init__(self, position: int, message: str, hint: str) -> None:
        self.position = position
        self.message = message
        self.hint = hint
        super().__init__(f"at character {position + 1}: {message}; {hint}")


def explain(text: str, error: UnexpectedInput) -> QueryMistakeError:
    """Return in a person's words what the parser could not take in ``text``."""
    if isinstance(error, UnexpectedToken):
        expected = set(error.expected)
        if error.token.type == "$END":
            return QueryMistakeError(len(text), *_at_the_end(text, expected))
        return QueryMistakeError(error.token.start_pos or 0, *_at_a_token(error.token.type, str(error.token), expected))
    if isinstance(error, UnexpectedCharacters) and error.pos_in_stream is not None:
        character = text[error.pos_in_stream]
        found = _OPEN_QUOTATION if character == '"' else _cannot_stand(character)
        return QueryMistakeError(error.pos_in_stream, *found)
    return QueryMistakeError(len(text), *_NO_TERM)


def _at_the_end(text: str, expected: set[str]) -> _Explanation:
    if "WORD" in expected and "FIELD" not in expected and "_CLOSE" not in expected:
        return _NO_VALUE
    return _OPEN_BRACKET if text.count("(") > text.count(")") else _NO_TERM


def _at_a_token(kind: str, token: str, expected: set[str]) -> _Explanation:
    if kind == "_CLOSE":
        if "FIELD" in expected:
            return _EMPTY_BRACKETS if "_CLOSE" not in expected else _STRAY_BRACKET
        return _NO_VALUE if "WORD" in expected else _STRAY_BRACKET
    if kind in ("_AND", "_OR"):
        return f"{token} needs a term on both sides", f'write "{token}" for the word itself'
    return _cannot_stand(token)


def _cannot_stand(text: str) -> _Explanation:
    return f"{text} cannot stand here", 'put text in "quotation marks"'
