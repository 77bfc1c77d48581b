"""Secrets that are known by the name before them in a text: ``password=…``, ``"api_key": "…"``, ``token abc123``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spanlog._marker import NAMED_KIND, marker
from spanlog._secret_scan import Anchor, fold
from spanlog._secret_shapes import Pattern
from spanlog._sensitive_keys import any_of, key_pattern, key_stems

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARKER = marker(NAMED_KIND)

# Between a name and its value: = : => :=, a quote or bracket before, in JSON within JSON a quote with backslashes;
# the > of an XML tag; in a list of pairs a comma between quotes.
_SEPARATOR = rb"""
    (?: (?: \\{0,8}+ ["'`] )?+ \]?+ (?: [ \t]{0,3}+ (?: => | := | [=:] ) [ \t]{0,3}+ | > )
      | \\{0,8}+ ["'] [ \t]{0,2}+ , [ \t]{0,2}+ (?= [bru]? \\{0,8} ["'] ) )
"""
_BARE = rb"""(?: [^\s"'`&;,<>()\[\]{}|\\]++ | \[redacted:[a-z0-9-]++\] )++"""
_SCHEME = rb"(?: (?: bearer | basic | token | negotiate | apikey | bot | key ) [ \t]{1,3}+ (?= [^\s\"'] ) )?+"
_PARAMETER_SCHEME = rb"(?: digest | oauth | hawk | signature | aws4-hmac-sha256 ) [ \t]{1,3}+ [^\r\n\"']*+"
_VALUE = (
    rb"""
    (?: (?! \[redacted: ) [\[(] ){0,2}+ (?: [bru] (?= \\{0,8} ["'] ) )?+
    (?: " (?P<double> [^"\\]*+ (?: \\. [^"\\]*+ )*+ )
      | ' (?P<single> [^'\\]*+ (?: \\. [^'\\]*+ )*+ )
      | \\{1,8}+ ["'] (?P<escaped> (?: [^\\"']++ | \\++ [^\\"'] )*+ )
      | (?P<bare> """
    + _PARAMETER_SCHEME
    + b" | "
    + _SCHEME
    + _BARE
    + b" ) )"
)

# Values that say that there is no secret: nothing, a placeholder of a template, or one that was taken out before.
_HARMLESS = re.compile(
    rb"""
    [*.\s]* | true | false | none | null | nil | undefined
    | %(?:\([^()]*\))?[-#0\ +]*[0-9.]*[a-z] | \{[^{}]*\} | (?:[a-z0-9-]+[ \t]+)?\[redacted:[a-z0-9-]+\]
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Followed by a bracket: a call or a subscript in a line of source, a printed object, a template's %(name)s.
_IDENTIFIER = re.compile(rb"[a-z_][a-z0-9_.]*|%", re.IGNORECASE)
_COUNTED = (b"token", b"pass")
_MAX_COUNT_DIGITS = 5

# What a name is followed by, in folded bytes. An attribute's name is followed by the tag of its value; where
# that is already the marker, there is nothing to look at.
_FOLDED_MARKER = re.escape(bytes([len(_MARKER) + 2, 0x0A, len(_MARKER)]) + fold(_MARKER))
_FOLDED_SUFFIXES = b"|".join(
    [fold(word.encode()) for word in ("value", "header", "hash", "base64", "b64", "confirmation", "confirm")]
)
_AFTER_TOKEN = (
    rb"(?:[_.-]?(?:" + _FOLDED_SUFFIXES + rb"|0{1,3}))?(?:[=:\]]| {1,3}[=:]|\x12(?!" + _FOLDED_MARKER + rb"))"
)
_AFTER_NAME = fold(b"s") + b"?" + _AFTER_TOKEN

_PROSE_NAMES = ("token", "secret", "password", "passwd", "api key", "apikey", "api_key", "access key", "private key")


def named_patterns(extra_keys: Iterable[str] = ()) -> tuple[Pattern, ...]:
    """Give the patterns for secrets after a name, for spanlog's own names and these."""
    extra_keys = tuple(extra_keys)
    anchors = tuple(
        [
            # "tokens" are counted, and no secret; most records of a language model's use speak of them.
            Anchor(stem.encode(), _AFTER_TOKEN if stem == "token" else _AFTER_NAME)
            for stem in key_stems(extra_keys)
        ]
    )
    # The last words: "api_key", "access-key" and their like all hold "key".
    needles = tuple({re.split("[_. -]", stem)[-1].encode() for stem in key_stems(extra_keys)})
    # Spaces within the grammar of names are meant, so that part is not verbose.
    name = b"(?-x:" + key_pattern(extra_keys).encode() + b")"
    expression = b"(?P<name>" + name + b") (?i:" + _SEPARATOR + _VALUE + b")"
    return (
        _COOKIE,
        Pattern(anchors, re.compile(expression, re.VERBOSE | re.DOTALL), _replace_value, needles),
        _PHRASE,
        _PROSE,
        _OPTION,
    )


def _replace_value(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup or ""
    value = match[kind]
    if _HARMLESS.fullmatch(value) or (kind == "bare" and _is_code_or_count(match, value)):
        return match[0]
    start, end = match.span(kind)
    return match.string[match.start() : start] + _MARKER + match.string[end : match.end()]


def _is_code_or_count(match: re.Match[bytes], value: bytes) -> bool:
    if match.string[match.end() : match.end() + 1] in (b"(", b"[", b"{"):
        return _IDENTIFIER.fullmatch(value) is not None
    return match["name"].lower() in _COUNTED and len(value) <= _MAX_COUNT_DIGITS and value.isdigit()


def _replace_first_group(match: re.Match[bytes]) -> bytes:
    return match[1] + _MARKER


# A header's several values; only one of a cookie's would be taken out otherwise.
_COOKIE = Pattern(
    (Anchor(b"cookie", rb"0? {0,3}[=:]"),),
    re.compile(
        rb"""(cookie2?[ \t]{0,3}+[:=][ \t]{0,3}+)[^\s"'`;,<>(){}|\\\[\]=]++=[^\s"'`;,\\]*+(?:;[ ]?[^\s"'`;,\\]++)*+""",
        re.IGNORECASE,
    ),
    _replace_first_group,
)

# The words of a wallet.
_PHRASE = Pattern(
    (Anchor(b"phrase", _AFTER_NAME),),
    re.compile(
        rb"""(phrase["']?[ \t]{0,3}+[=:][ \t]{0,3}+["']?)(?:\[redacted:key\]|[a-z]{3,8}+)"""
        rb"""(?:[ \t,]{1,3}+[a-z]{3,8}+){11,23}+""",
        re.IGNORECASE,
    ),
    _replace_first_group,
)

_FOLDED_PROSE = rb"(?: {1,3}" + fold(b"is") + rb")? {1,3}=?[a-z_+/=.~-]{0,64}0"

# A name and a value with only a space between them: the value must look like one, with letters and digits.
_PROSE = Pattern(
    tuple(
        [
            Anchor(name.encode(), rb"(?: {1,3}i" + fold(b"s") + rb")? {1,3}=?[a-z_+/=.~-]{0,64}0")
            for name in _PROSE_NAMES
        ]
    ),
    re.compile(
        b"("
        + any_of(_PROSE_NAMES).encode()
        + rb"""(?:[ \t]{1,3}+(?i:is))?+[ \t]{1,3}+["']?+)"""
        + rb"(?=[A-Za-z_+/=.~-]{0,64}+[0-9])(?=[0-9_+/=.~-]{0,64}+[A-Za-z])[A-Za-z0-9_+/=.~-]{6,}+"
    ),
    _replace_first_group,
)

# On a command line any word after the option is the value.
_OPTION_NAMES = (
    "password",
    "passwd",
    "token",
    "secret",
    "api-key",
    "api_key",
    "access-key",
    "private-key",
    "auth-token",
)
_OPTION = Pattern(
    tuple([Anchor(f"--{name}".encode(), b" ") for name in _OPTION_NAMES]),
    re.compile(
        b"(--(?:" + "|".join(_OPTION_NAMES).encode() + rb""")[ \t]{1,3}+["']?+)(?![-\[])[^\s"']++""",
        re.IGNORECASE,
    ),
    _replace_first_group,
    (b"--",),
)
