"""Which names say that their value is a secret: one grammar for attribute names and for ``name=value`` in text.

What matters is the end of a name (``db_password``, ``x-api-key``, ``accessToken``), so ``token_count``,
``max_tokens``, ``tokenizer``, ``author`` and ``secretary`` are none. ``session_id`` is none on purpose:
it is what a run's records are found by.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What may stand between the words of a name. Upper and lower case make no difference anywhere.
_SEPARATORS = ("", "_", "-", ".", " ")

_KEYS_OF = ("api", "access", "account", "auth", "encryption", "master", "private", "secret", "signing", "ssh")
_TWO_WORDS = (
    *((word, "key") for word in _KEYS_OF),
    ("seed", "phrase"),
    ("recovery", "phrase"),
)
_ONE_WORD = (
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pass",
    "secret",
    "token",
    "authorization",
    "cookie",
    "credential",
    "bearer",
)

# Words before "token" that make it no secret: pages of a listing, and a language model's vocabulary.
_HARMLESS_TOKENS = (
    *("page", "next", "continuation", "sync", "cancellation", "unexpected"),
    *("pad", "eos", "bos", "unk", "sep", "cls", "mask", "stop", "special", "image", "per"),
)

_NO_SECRET_TOKEN = "".join([rf"(?<!{word}[_. -]token)(?<!{word}token)" for word in _HARMLESS_TOKENS])

# What may follow and changes nothing: password2, token_value, secrets, passwordHash. "tokens" are counted, not kept.
_PLURAL = "(?<!token)s"
_SUFFIX = rf"(?i:{_PLURAL})?(?:[_.-]?(?i:value|header|hash|base64|b64|confirm(?:ation)?|[0-9]{{1,3}}))?"


def variants(words: Iterable[str]) -> list[str]:
    """Give a name in all its spellings, in lower case: ``("api", "key")`` is ``apikey``, ``api_key`` and so on."""
    parts = list(words)
    if len(parts) == 1:
        return parts
    return [separator.join(parts) for separator in _SEPARATORS]


def key_stems(extra_keys: Iterable[str] = ()) -> list[str]:
    """Give every spelling by which a sensitive name can be known, in lower case."""
    stems = [*_ONE_WORD]
    for words in _TWO_WORDS:
        stems.extend(variants(words))
    for key in extra_keys:
        parts = [part for part in re.split(r"[\W_]+", _spaced(key)) if part]
        if parts:
            stems.extend(variants(parts))
    return list(dict.fromkeys(stems))


def key_pattern(extra_keys: Iterable[str] = ()) -> str:
    """Give the grammar's regular expression, without a name's beginning. In any case."""
    guards = {"token": _NO_SECRET_TOKEN, "pass": "(?<![a-z]pass)(?![a-z])"}
    stems = sorted(key_stems(extra_keys), key=len, reverse=True)
    return any_of(stems, guards) + _SUFFIX


def any_of(words: Iterable[str], after: Mapping[str, str] = MappingProxyType({})) -> str:
    """Give a regular expression for any of some words in any case, that is quick to say no.

    Words by their first letter: the engine then tries a word only where its first letter is, which it does not
    if all are told to ignore case.

    Args:
        words: in lower case; where several match, the first one counts.
        after: expressions that must hold behind words.
    """
    rest_by_first: dict[str, list[str]] = {}
    for word in words:
        rest_by_first.setdefault(word[0], []).append(re.escape(word[1:]) + after.get(word, ""))
    groups = [f"{_in_any_case(first)}(?i:{'|'.join(rests)})" for first, rests in rest_by_first.items()]
    return f"(?:{'|'.join(groups)})"


def _in_any_case(letter: str) -> str:
    # In bytes, a letter beyond ASCII is several of them, and no class can hold it.
    return re.escape(letter) if not letter.isascii() else f"[{re.escape(letter + letter.upper())}]"


def _spaced(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


class SensitiveKeys:
    """Tells by its name whether a value is a secret.

    Args:
        extra_keys: more names, in any spelling: ``("customerNumber", "tax-id")``. Upper and lower case make no
            difference for ASCII letters.
    """

    def __init__(self, extra_keys: Iterable[str] = ()) -> None:
        self._at_end = re.compile(key_pattern(extra_keys) + r"\Z", re.ASCII)
        self.matches = lru_cache(maxsize=4_096)(self._matches)
        """Whether a value of this name is a secret. Remembers the last few thousand names."""

    def _matches(self, name: str) -> bool:
        return self._at_end.search(name) is not None


@cache
def default_keys() -> SensitiveKeys:
    """Give spanlog's own names, made at the first use: importing spanlog must cost little."""
    return SensitiveKeys()


def is_sensitive_key(name: str) -> bool:
    """Whether a value of this name is a secret, as far as spanlog knows by itself. Cached."""
    return default_keys().matches(name)
