"""Whether the values that one place takes, in messages that are otherwise alike, are one variable or several messages.

People who label logs disagree about places with two to four values, so evidence decides: how many values there are,
what they look like, and how much of the message is the same.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from spanlog_patterns.marks import STAR

MIN_VALUES: Final = 4
"""So many words in one place are a variable."""

MIN_VALUES_OF_A_SENTENCE: Final = 8
"""In first place, where hardly a word is left, or of verbs (started, stopping): there a word is often what is said."""

MIN_VALUES_OF_NAMES: Final = 2
"""``rdd_7`` and ``broadcast_9``, ``app.time.Tick`` and ``app.job.End``, what follows ``for user``: names of things."""

_SWITCHES: Final = frozenset(
    (
        *("true", "false", "yes", "no", "on", "off", "null", "none", "enabled", "disabled", "up", "down"),
        *("start", "end", "begin", "stop", "started", "stopped"),
    )
)
"""Words whose difference is what the message says."""

_NAMED: Final = frozenset(
    ("user", "username", "account", "host", "hostname", "database", "table", "queue", "topic", "tenant", "customer")
)
_BEFORE_NAMED: Final = frozenset(("for", "from", "to", "by", "of", "on", "at", "as", "with", "invalid", "unknown"))
_VERB: Final = re.compile(r"[A-Za-z]{2,}(?:ed|ing)")
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


def is_one_variable(values: AbstractSet[str], before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether the values of one place are one variable.

    Args:
        values: Two or more, without white space around them.
        before: The tokens before the place, alike in all the messages.
        after: Those behind it.
    """
    constants = sum(map(is_constant, before)) + sum(map(is_constant, after))
    # Where no word is left, the word that differs was the whole message.
    if not constants or not any(map(_has_substance, values)) or _are_switches(values):
        return False
    is_name = _names_follow(before) or all(map(_is_identifier, values))
    # Where numbers were seen, a word is another value.
    if is_name or (STAR in values and all(map(_is_plain, values))):
        return len(values) >= MIN_VALUES_OF_NAMES
    is_sentence = not before or constants == 1 or _are_verbs(values)
    return len(values) >= (MIN_VALUES_OF_A_SENTENCE if is_sentence else MIN_VALUES)


def may_be_variable(values: AbstractSet[str]) -> bool:
    """Tell whether values may be those of a variable at all: no switches, verbs, or states, which are in capitals."""
    if _are_switches(values) or _are_verbs(values):
        return False
    return all(map(_has_substance, values)) and not all(map(str.isupper, values))


def _names_follow(before: Sequence[str]) -> bool:
    """``… for user``, ``… user=``: a name comes next. ``user`` alone is not enough: "user created" names nobody."""
    words = [token.strip().lower() for token in before[-2:]]
    if len(words) < 2:  # noqa: PLR2004 - as said
        return False
    first, second = words
    return (second in _NAMED and first in _BEFORE_NAMED) or (second == "=" and first in _NAMED)


def _are_verbs(values: AbstractSet[str]) -> bool:
    return 2 * sum(_VERB.fullmatch(value) is not None for value in values) > len(values)


def _are_switches(values: AbstractSet[str]) -> bool:
    return len(values) < MIN_VALUES and all(value.lower() in _SWITCHES for value in values)


def _is_identifier(value: str) -> bool:
    return value == STAR or _NUMBERED.search(value) is not None or _DOTTED.fullmatch(value) is not None


def _is_plain(value: str) -> bool:
    return value == STAR or value.translate(_PARTS_OF_A_WORD).isalnum() or (STAR in value and len(value) > 1)


def _has_substance(value: str) -> bool:
    return STAR in value or any(map(str.isalnum, value))
