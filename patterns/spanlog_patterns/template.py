"""What a pattern is called: its text, and an id made of nothing but the text."""

from hashlib import blake2b
from typing import Final, NamedTuple, Self

from spanlog_patterns.marks import STAR
from spanlog_patterns.phrases import Tokens

WILDCARD: Final = "<*>"

_ID_BYTES: Final = 8


class Template(NamedTuple):
    """A pattern. ``Template.of_text("took <*>")`` is the same one everywhere and at all times."""

    id: str
    """16 hex digits."""
    text: str
    """The constant words, and ``<*>`` for what varies; empty for messages without any word."""

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return the template that is written so."""
        return cls(blake2b(text.encode("utf-8", "replace"), digest_size=_ID_BYTES).hexdigest(), text)

    @classmethod
    def of_tokens(cls, tokens: Tokens) -> Self:
        """Return the template of a shape's tokens."""
        return cls.of_text("".join(tokens).strip().replace(STAR, WILDCARD))
