"""The quick look at thousands of records at once: where could a secret be? Never misses, sometimes errs.

Reading every text with every pattern would cost more than all the rest of the handler. So the bytes of many
records are looked at together, as they are on the wire, with their lengths and tags in between:

1. ``bytes.translate`` folds them: upper case to lower, digits to ``0``, quotes and signs that stand between a
   name and its value to ``=``. It also folds a few letters that are rare in logs into one, the *trigger*.
2. One regular expression that begins with the trigger looks for the anchors, literals without which no pattern
   can match. A search for one byte is the fastest thing the engine can do, which is why there is only one; the
   letters are chosen so that nearly every anchor has one of them, and what follows the trigger is a tree, so
   that one look at the next byte discards most places.
3. What begins after an underscore or a colon, and digits in a row or in a card's groups, have expressions of their
   own, likewise with one byte to search for.

Folding keeps every byte in its place, so a hit tells the record and the field to look at closely. Nothing here
may demand what stands *before* an anchor: it can be a length or a tag of the encoding, and look like anything.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRIGGER = b"k"
# k: token, key, sk-. x: xoxb-. z: AIza, authorization. y: eyJ. b: bearer, basic. c: secret, credential, cookie.
# p: password, glpat-. s: ASIA, sig=. 0x18: the tag of an integer, for card numbers.
_TRIGGERS = b"kxzybcps\x18"
_ASSIGNING = b"\"'`\\=>"


def _fold_table() -> bytes:
    table = bytearray(bytes(range(256)).lower())
    for code in range(0x80, 0x100):
        table[code] = 0x80
    for code in b"0123456789":
        table[code] = ord("0")
    for code in _ASSIGNING:
        table[code] = ord("=")
    table[ord("\t")] = ord(" ")
    for code in _TRIGGERS + _TRIGGERS.upper():
        table[code] = _TRIGGER[0]
    return bytes(table)


_FOLD = _fold_table()

# Thirteen digits and more, in one row or in a card's groups of 4-4-4-1 or 4-6-4, whatever follows.
# Only looked ahead at: a card can begin in the second group of what looks like one.
_DIGITS = re.compile(rb"0000(?=0{9}|[ -](?:0000[ -]0000[ -]0|000000[ -]0000))")

_FIRST_DIGITS = b"23456"
_WITHIN_WORDS = b".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TEXT_TAGS = b"\x0a\x3a"  # AnyValue.string_value (1), KeyValue.key (1); AnyValue.bytes_value (7)

# An anchor that ends so has a long token behind it. The run is asked for first: it is nearly never there.
_UNDERSCORE = b"_"
_UNDERSCORE_RUN = rb"(?=[a-z0_]{30})"
_COLON = b":"


class Anchor(NamedTuple):
    """What a pattern cannot do without."""

    literal: bytes
    """In lower case. If it ends with an underscore, ``then`` must demand 30 of ``[a-z0_]`` at least."""
    then: bytes = b""
    """A regular expression over folded bytes for what follows. Bounded, or hostile input takes quadratic time."""


# An integer of 13 digits takes six bytes and more: five that say that another follows, and one that does not.
LARGE_INTEGER = Anchor(b"\x18\x80\x80\x80\x80\x80", rb"\x80{0,4}[^\x80]")


def fold(content: bytes) -> bytes:
    """Fold bytes as the search does; the result has the same length."""
    return content.translate(_FOLD)


class SecretScan:
    """Finds where one of the anchors is, or enough digits for a card's number.

    Args:
        anchors: what to look for; several with the same literal are alternatives. One that has none of the
            trigger's letters before its last costs a search of its own.
    """

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        triggered: list[tuple[bytes, bytes]] = []
        underscored: list[bytes] = []
        after_colon: list[bytes] = []
        self._untriggered: list[tuple[bytes, re.Pattern[bytes]]] = []
        for literal, then in dict.fromkeys(anchors):
            folded = fold(literal)
            if folded.endswith(_UNDERSCORE):
                underscored.append(b"(?<=" + re.escape(folded) + b")" + then)
            elif folded.startswith(_COLON):
                after_colon.append(re.escape(folded[1:]) + then)
            elif _TRIGGER in folded[:-1]:
                triggered.append((folded, then))
            else:
                self._untriggered.append((folded, re.compile(re.escape(folded) + then, re.DOTALL)))
        self._triggered = re.compile(_TRIGGER + _tree(_endings_by_suffix(triggered)), re.DOTALL)
        self._underscored = re.compile(_UNDERSCORE + _UNDERSCORE_RUN + _either(underscored), re.DOTALL)
        self._after_colon = re.compile(_COLON + _either(after_colon), re.DOTALL)

    def hits(self, content: bytes) -> list[int]:
        """Give the places, not in order, at which something begins that should be looked at closely."""
        folded = content.translate(_FOLD)
        places: list[int] = []
        for expression in (self._triggered, self._underscored, self._after_colon):
            places.extend([match.start() for match in expression.finditer(folded)])
        digits = [match.start() for match in _DIGITS.finditer(folded)]
        places.extend([place for place in digits if _may_begin_card(content, place)])
        for literal, expression in self._untriggered:
            if literal in folded:
                places.extend([match.start() for match in expression.finditer(folded)])
        return places


def _may_begin_card(content: bytes, place: int) -> bool:
    """Look at the first digit, and at what is before it: times, most ids and hexadecimal digests are no cards.

    A text's length stands right before it, and can look like a letter, or like a digit before the first one.
    """
    if content[place] in _FIRST_DIGITS and (content[place - 1] not in _WITHIN_WORDS or _is_length(content, place - 1)):
        return True
    return content[place + 1] in _FIRST_DIGITS and _is_length(content, place)


def _is_length(content: bytes, place: int) -> bool:
    """Whether a byte can be the length of a text, or the last byte of a long one."""
    return place <= 0 or content[place - 1] in _TEXT_TAGS or content[place - 1] >= 0x80  # noqa: PLR2004 - a varint's


_ENOUGH_BYTES = 3

# What must stand behind an anchor's end, and which whole anchors may end there (empty: no need to look back).
_Endings = dict[bytes, list[bytes]]


def _endings_by_suffix(anchors: list[tuple[bytes, bytes]]) -> dict[bytes, _Endings]:
    """Decide which trigger of each anchor to search for; give what must hold behind each text after a trigger.

    The fewer different bytes can follow a trigger, the fewer branches are tried at each, so the bytes that
    serve most anchors are taken first. Triggers near an anchor's end are avoided: little text behind a trigger is
    often there by chance, and then one has to look back.
    """
    endings: dict[bytes, _Endings] = {}
    waiting = anchors
    while waiting:
        following = Counter([byte for folded, _ in waiting for byte in set(_after_triggers(folded))])
        byte, _ = max(following.items(), key=itemgetter(1, 0))
        for folded, then in waiting:
            place = _after_triggers(folded).get(byte)
            if place is not None:
                whole = folded if place > 1 else b""
                endings.setdefault(folded[place:], {}).setdefault(then, []).append(whole)
        waiting = [anchor for anchor in waiting if byte not in _after_triggers(anchor[0])]
    return endings


def _after_triggers(folded: bytes) -> dict[int, int]:
    """Give the bytes that follow a trigger, each with its first place; those with enough behind them, if any."""
    places = [place for place in range(1, len(folded)) if folded[place - 1 : place] == _TRIGGER]
    early = [place for place in places if len(folded) - place >= _ENOUGH_BYTES]
    return {folded[place]: place for place in reversed(early or places)}


def _tree(endings_by_suffix: dict[bytes, _Endings]) -> bytes:
    """Write an alternation with common beginnings factored out."""
    branches: dict[bytes, dict[bytes, _Endings]] = {}
    for suffix, endings in endings_by_suffix.items():
        if suffix:
            branches.setdefault(suffix[:1], {})[suffix[1:]] = endings
    parts = [re.escape(first) + _tree(rest) for first, rest in sorted(branches.items())]
    for then, anchors in endings_by_suffix.get(b"", {}).items():
        # Looking back costs most, so it comes last.
        look_back = b"" if b"" in anchors else _either([b"(?<=" + re.escape(anchor) + b")" for anchor in anchors])
        parts.append(b"(?=" + then + b")" + look_back)
    return _either(parts)


def _either(parts: list[bytes]) -> bytes:
    parts = list(dict.fromkeys(parts))
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")"
