"""Text in messages, so that the text index can find it."""

import re
from typing import Final

from spanlog_query_api.search.conditions import Condition, Expression, all_of

_LIKE_SPECIAL: Final = re.compile(r"([\\%_])")
_TOKEN: Final = re.compile(r"[0-9a-z]+")


def contains(text: str) -> Condition:
    """Return the condition that the message contains ``text``, in any case, every character taken literally.

    The engine's text index holds the words of ``lower(Body)`` (what is alphanumeric in ASCII). A pattern of one word,
    or a part of one, is answered by the index alone; so a longer text is asked for together with each of its words.
    """
    if not text.isascii():
        return Expression("message_contains", {"text": text})
    lower = text.lower()
    words = [word for word in dict.fromkeys(_TOKEN.findall(lower)) if word != lower]
    return all_of(*(_like(f"%{word}%") for word in words), _like(f"%{escape_like(lower)}%"))


def like(pattern: str) -> Condition:
    """Return the condition that the message contains what ``pattern`` says, ``*`` standing for any text."""
    return _like(f"%{stars_to_like(pattern.lower())}%")


def stars_to_like(pattern: str) -> str:
    """Return ``pattern``, in which ``*`` stands for any text, as the engine's LIKE has it."""
    return "%".join(map(escape_like, pattern.split("*")))


def escape_like(text: str) -> str:
    """Return ``text`` so that LIKE takes each character literally."""
    return _LIKE_SPECIAL.sub(r"\\\1", text)


def _like(pattern: str) -> Condition:
    return Expression("message_like", {"pattern": pattern})
