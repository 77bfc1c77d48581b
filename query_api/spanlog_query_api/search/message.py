"""Text in messages, so that the text index can find it."""

import re
from collections.abc import Iterator
from typing import Final

from spanlog_query_api.search.conditions import Condition, Expression, all_of

_LIKE_SPECIAL: Final = re.compile(r"([\\%_])")
_WORD: Final = re.compile(r"[a-z]{4,}")
"""What the text index holds, and does not find too much for: words of letters in ASCII."""


def contains(text: str) -> Condition:
    """Return the condition that the message contains ``text``, in any case, every character taken literally."""
    lower = text.lower()
    if not text.isascii():
        # What is not a letter of ASCII has no lower case that the index knows.
        return all_of(*_hints(text), Expression("message_contains", {"text": text}))
    if _WORD.fullmatch(lower):
        return _word(lower)
    return all_of(*_hints(lower), _like(f"%{escape_like(lower)}%"))


def like(pattern: str) -> Condition:
    """Return the condition that the message contains what ``pattern`` says, ``*`` standing for any text."""
    return all_of(*_hints(pattern.lower()), _like(f"%{stars_to_like(pattern.lower())}%"))


def _hints(text: str) -> Iterator[Condition]:
    """Yield what must hold as well, and what the text index can answer: that each word of ``text`` is there."""
    for word in dict.fromkeys(_WORD.findall(text)):
        yield _word(word, is_hint=True)


def _word(word: str, *, is_hint: bool = False) -> Expression:
    return Expression("message_word", {"pattern": f"%{word}%"}, is_hint)


def stars_to_like(pattern: str) -> str:
    """Return ``pattern``, in which ``*`` stands for any text, as the engine's LIKE has it."""
    return "%".join(map(escape_like, pattern.split("*")))


def escape_like(text: str) -> str:
    """Return ``text`` so that LIKE takes each character literally."""
    return _LIKE_SPECIAL.sub(r"\\\1", text)


def _like(pattern: str) -> Condition:
    return Expression("message_like", {"pattern": pattern})
