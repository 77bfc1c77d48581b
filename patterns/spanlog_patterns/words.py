"""One word of a message, masked: what is an address, an id or a number by its looks becomes a star.

A word is what stands between white space. Its digits have been folded to 0 by the caller, so that a word is seen once
and not once for each number it was ever written with; nothing here looks at which digit it is.
"""

import re
from typing import Final

from spanlog_patterns.marks import JOINT, STAR

_HEX: Final = "[0-9a-fA-F]"
_LABEL: Final = r"[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\."
# Endings that are hosts' and hardly anything else's; two-letter ones that are also words or endings of files (.is, .py)
# are not among them.
_COMMON_ENDINGS: Final = "com|net|org|edu|gov|mil|info|biz|local|localdomain|internal|lan"
_COUNTRY_ENDINGS: Final = (
    "ar|at|au|be|bg|br|ca|ch|cl|cn|co|cz|de|dk|ee|es|eu|fi|fr|gr|hk|hu|ie|il|io|ir|jp|kr|lt|lv|mx|nl|nz|pk|pt|ro|ru|se"
    "|sg|si|sk|th|tr|tv|tw|ua|uk|vn|za"
)
# "main.py:120" is a place in a file and no host with a port.
_SOURCE_ENDINGS: Final = (
    "c|cc|cpp|cxx|h|hpp|java|py|pyx|go|rs|js|mjs|jsx|ts|tsx|rb|php|scala|kt|cs|swift|pl|pm|sh|ex|exs|erl|lua|sql|vue|dart"
    "|hs|ml|clj|xml|html|json|yaml|yml|toml|log|txt|conf|cfg|ini"
)
_PACKAGES: Final = "com|org|net|edu|io|java|javax|sun|android"

_HEX_WORD_CHARACTERS: Final = 8
"""No word is of a to f alone and so long, but 32 bits may be."""

MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"

# Each with what a word must hold to be of it at all: looking for that is quick. What is longer and more certain first.
# Repetitions that could begin anywhere are bounded: a word can be made slow.
_KINDS: Final = tuple(
    (sign, re.compile(pattern))
    for sign, pattern in (
        # A URL.
        ("://", r"[A-Za-z][A-Za-z0-9+.-]{0,31}://[^\s\"'<>\[\](){}|,;]*"),
        # An email address.
        ("@", r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"),
        # A date as web servers write it.
        ("/", rf"(?<!\d)\d{{1,2}}/(?:{MONTHS})/\d{{4}}(?::\d\d){{0,3}}"),
        # A UUID.
        ("-", rf"(?<![A-Za-z0-9]){_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?![A-Za-z0-9])"),
        # A MAC address and longer ones of its kind.
        ("0", rf"(?<![\w:]){_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5,}}(?![\w:])"),
        # A host by its ending, with or without a port.
        (
            ".",
            rf"(?<![\w.@/-])(?:(?:{_LABEL})+(?:{_COMMON_ENDINGS})|(?:{_LABEL}){{2,}}(?:{_COUNTRY_ENDINGS}))(?::\d+)?(?![\w-]|\.\w)",
        ),
        # A host by its port: lower case, dotted.
        (":", rf"(?<![\w./-])(?:[a-z0-9][a-z0-9_-]*\.)+(?!(?:{_SOURCE_ENDINGS}):)[a-z]{{2,9}}:\d{{2,5}}(?!\w|[.:]\w)"),
        # A host by the numbers in it. Java's packages are no hosts, whatever version they carry.
        (
            ".",
            rf"(?<![\w./-])(?!(?:{_PACKAGES})\.)(?=[\w.-]*\d)(?:[A-Za-z0-9][\w-]*\.){{2,}}[A-Za-z]{{2,}}(?::\d+)?(?!\w|\.\w)",
        ),
        # IPv4, with a host before it as Java prints it, a mask, a port.
        (".", r"(?<![\w.])(?:::ffff:|[A-Za-z][\w.-]*/|/)?\d+\.\d+\.\d+\.\d+(?:/\d+)?(?::\d+)?(?!\w|\.\w)"),
        # IPv6.
        (":", rf"(?<![\w:])(?=[0-9a-fA-F:]{{0,40}}\d)(?:{_HEX}{{0,4}}:){{2,7}}{_HEX}{{1,4}}(?![\w:])"),
        # A path of Windows, a path from the root or from where the program is.
        ("\\", r"(?:\\\\|(?<![A-Za-z])[A-Za-z]:\\)[^\s\"'<>|,;()\[\]]*"),
        ("/", r"(?<![\w)\]}.*/<-])(?:~|\.{1,2})?/(?=[\w.])[^\s\"'<>|,;()\[\]{}:=]*"),
        # Hexadecimal: by its 0x, or by digits among its letters, or by its length.
        ("0", rf"(?<![A-Za-z0-9])0[xX]{_HEX}+(?![A-Za-z0-9])"),
        ("0", r"(?<![A-Za-z0-9])(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{6,}(?![A-Za-z0-9])"),
        ("", r"(?<![A-Za-z0-9])(?:[a-f]{8}|[A-F]{8})(?![A-Za-z0-9])"),
        # Digits, letters and digits again: a token, an id.
        ("0", r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]{8})[A-Za-z]*\d+[A-Za-z]+\d[A-Za-z0-9]*"),
        # A time of day, a date.
        (":", r"(?<![\w:])\d+:\d\d(?::\d\d)?(?:[.,]\d+)?(?![\w:])"),
        ("-", r"(?<!\d)\d{4}-\d\d-\d\d(?:[T_]\d\d:?\d\d(?::?\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\w)"),
        # A number with its unit.
        ("0", r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[KMGTPk]i?B?|B|[kmg]b|ms|us|ns|s|m|h|d|%)(?!\w)"),
    )
)
_NUMBER: Final = re.compile(r"(?:(?<![\w.)\]}])[-+]|(?<=_)-)?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?")
# "_000_0000_m_0": the rest of an id that began with a number.
_CHAIN: Final = re.compile(rf"{STAR}(?:[_.-]+(?:[a-zA-Z]{{1,2}}[_.-])?{STAR})+")
_SEPARATORS: Final = re.compile(r"([=:,()\[\]{}\"'|;<>])")


def mask_word(word: str) -> str:
    """Return the tokens of ``word``, joined by ``JOINT``, with what varies as ``STAR``."""
    if word.isalpha() and len(word) != _HEX_WORD_CHARACTERS:
        return word
    for sign, kind in _KINDS:
        if sign in word:
            word = kind.sub(STAR, word)
    if "0" in word:
        word = _NUMBER.sub(STAR, word)
    word = _CHAIN.sub(STAR, word)
    return JOINT.join(part for part in _SEPARATORS.split(word) if part)
