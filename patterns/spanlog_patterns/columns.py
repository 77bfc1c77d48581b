"""Whether the values that one place takes, in messages that are otherwise alike, are one variable or several messages.

People who label logs disagree about places with two to four values, so evidence decides: how many values there are,
what they look like, and how much of the message is the same.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from spanlog_patterns.marks import STAR

MIN_VALUES: Final = 4
"""So many words in one place are a variable."""

MIN_VALUES_WITH_LITTLE_ELSE: Final = 8
"""In first place, or where hardly a word is left: there a word is often the message itself."""

MIN_VALUES_OF_IDENTIFIERS: Final = 2
"""``rdd_7`` and ``broadcast_9``, ``com.example.A`` and ``com.example.B``: names of things, not words of a sentence."""

_SWITCHES: Final = frozenset(
    (
        *("true", "false", "yes", "no", "on", "off", "null", "none", "enabled", "disabled", "up", "down"),
        *("start", "end", "begin", "stop", "started", "stopped"),
    )
)
"""Words whose difference is what the message says."""

_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_NUMBERED: Final = re.compile(rf"\w[_./:@-]+{STAR}|{STAR}[_./:@-]+\w")
_DOTTED: Final = re.compile(r"\w+(?:[.$/]+\w+){2,}")
_PARTS_OF_A_WORD: Final = str.maketrans("", "", f"_-.{STAR}")


def is_constant(token: str) -> bool:
    """Tell whether a token is a word that does not vary."""
    return STAR not in token and _WORD.search(token) is not None


def is_word(token: str) -> bool:
    """Tell whether a token has a word in it, or is a star: whether it could vary."""
    return token.strip() == STAR or _WORD.search(token) is not None


def is_one_variable(values: AbstractSet[str], place: int, others: Iterable[str]) -> bool:
    """Tell whether the values of one place are one variable.

    Args:
        values: Two or more, without white space around them.
        place: Which token of the message it is, from 0.
        others: The tokens in the other places, alike in all the messages.
    """
    constants = sum(map(is_constant, others))
    # Where no word is left, the word that differs was the whole message.
    if not constants or not any(map(_has_substance, values)) or _are_switches(values):
        return False
    if all(map(_is_identifier, values)) or (STAR in values and all(map(_is_plain, values))):
        # Numbers were seen in this place: a word there is another value.
        return len(values) >= MIN_VALUES_OF_IDENTIFIERS
    has_little_else = place == 0 or constants == 1
    return len(values) >= (MIN_VALUES_WITH_LITTLE_ELSE if has_little_else else MIN_VALUES)


def may_be_variable(values: AbstractSet[str]) -> bool:
    """Tell whether values may be those of a variable at all: no switches, no states, which are written in capitals."""
    return all(map(_has_substance, values)) and not _are_switches(values) and not all(map(str.isupper, values))


def _are_switches(values: AbstractSet[str]) -> bool:
    return len(values) < MIN_VALUES and all(value.lower() in _SWITCHES for value in values)


def _is_identifier(value: str) -> bool:
    return value == STAR or _NUMBERED.search(value) is not None or _DOTTED.fullmatch(value) is not None


def _is_plain(value: str) -> bool:
    return value == STAR or value.translate(_PARTS_OF_A_WORD).isalnum() or (STAR in value and len(value) > 1)


def _has_substance(value: str) -> bool:
    return STAR in value or any(map(str.isalnum, value))
