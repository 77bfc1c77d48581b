"""Secrets out of log records, in the background thread, before anything leaves the process or is spooled.

``redact("Authorization: Bearer abc123…")``     the text as spanlog would send it
``Redactor(extra_keys=["tax_id"])``             for records, with names and patterns of the program's own

Three steps, each for fewer bytes: ``_secret_scan`` looks at all records of a batch together and never misses;
``_otlp_texts`` finds the field that a hit is in; ``_secret_shapes`` and ``_named_secrets`` decide. What is found
becomes ``[redacted:<kind>]``.

What it cannot know: a secret without a telling shape or name, one that is cut in two, one that is split over
several values, one within compressed, encrypted or encoded data.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from spanlog import _encode
from spanlog._luhn import is_card_number
from spanlog._marker import NAMED_KIND, marker
from spanlog._otlp_texts import TextRules, rewrite_texts
from spanlog._sensitive_keys import SensitiveKeys, default_keys, is_sensitive_key
from spanlog.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spanlog._secret_shapes import Pattern

__all__ = ["REDACTED_VALUE", "Redactor", "is_sensitive_key", "redact"]

REDACTED_VALUE = marker(NAMED_KIND).decode()
"""What stands for a value whose name is sensitive. Records that hold it in that place are not looked at again."""

_CUSTOM_KIND = "custom"
_UNREADABLE = _encode.body(marker("unreadable").decode())

_SMALLEST_CARD = 10**12

# Looked at together: more bytes than the processor's cache holds are slower, fewer do not share the effort.
_MAX_BYTES_AT_ONCE = 256 * 1024
_SEPARATOR = b"\n"
_MAX_REMEMBERED = 1_024
_LONGEST_REMEMBERED = 16 * 1024


class Redactor:
    """Takes secrets out of encoded records.

    Args:
        extra_keys: names whose values are secrets, beside spanlog's own; case and separators make no difference
            (``"tax_id"`` is also ``taxId`` and ``TAX-ID``), and longer names that end so count too.
        extra_patterns: regular expressions for ``re``, compiled or not; what they match is replaced whole. They
            are tried on every text of every record, so they cost in the background thread. One that takes for
            ever stops sending, but not the program: records wait in the bounded queue, and the end of the
            program waits no longer than ``shutdown_seconds``.

    Raises:
        ConfigurationError: a pattern is no regular expression, or one that matches the empty text; or one text is
            given where several are meant.
    """

    def __init__(self, extra_keys: Iterable[str] = (), extra_patterns: Iterable[str | re.Pattern[str]] = ()) -> None:
        # Here and not above, because compiling the patterns would be much of what importing spanlog costs; and not
        # later, because the background thread must not import: see _transport.
        from spanlog._named_secrets import named_patterns  # noqa: PLC0415
        from spanlog._secret_scan import LARGE_INTEGER, SecretScan  # noqa: PLC0415
        from spanlog._secret_shapes import SHAPES  # noqa: PLC0415

        for name, given in (("redact_keys", extra_keys), ("redact_patterns", extra_patterns)):
            if isinstance(given, str):
                # Its letters would be taken for the names: nearly everything is secret then.
                raise ConfigurationError(f"{name} is {given!r}: give a list of texts")
        extra_keys = tuple(extra_keys)
        self._custom = tuple([_compiled(pattern) for pattern in extra_patterns])
        self.is_sensitive_key = (SensitiveKeys(extra_keys) if extra_keys else default_keys()).matches
        """Whether a value of this name is a secret. Cached."""
        patterns = (*SHAPES, *named_patterns(extra_keys))
        self._scan = SecretScan([*[anchor for pattern in patterns for anchor in pattern.anchors], LARGE_INTEGER])
        # Sets of patterns are numbers, one bit for each.
        self._patterns = [(1 << index, pattern) for index, pattern in enumerate(patterns)]
        self._patterns_by_needle = _patterns_by_needle(self._patterns)
        self._rules = TextRules(
            text=self._redact_text,
            name=lru_cache(maxsize=_MAX_REMEMBERED)(self._redact_text),
            is_secret_name=self.is_sensitive_key,
            secret_value=_encode.string_value(REDACTED_VALUE),
            integer=_redact_integer,
        )
        self._remembered: dict[bytes, bytes] = {}

    def redact(self, text: str) -> str:
        """Give a text without its secrets."""
        encoded = text.encode("utf-8", "surrogatepass")
        redacted = self._redact_text(encoded)
        return text if redacted == encoded else redacted.decode("utf-8", "surrogatepass")

    def redact_batch(self, records: list[bytes]) -> list[bytes]:
        """Give records without their secrets, in the same order. Raises nothing.

        Args:
            records: encoded OTLP LogRecords. Any sequence of whole fields of one will do: what is the same in
                many records needs to be looked at only once.

        Returns:
            The same objects where nothing was found. A record that cannot be read becomes one that says so.
        """
        if self._custom:
            return [self._redact_record(record, None) for record in records]
        redacted = records
        start = 0
        while start < len(records):
            stop, size_bytes = start, 0
            while stop < len(records) and size_bytes < _MAX_BYTES_AT_ONCE:
                size_bytes += len(records[stop])
                stop += 1
            part = records[start:stop]
            for index, places in self._suspects(part).items():
                if redacted is records:
                    redacted = list(records)
                redacted[start + index] = self._redact_record(part[index], places)
            start = stop
        return redacted

    def redact_repeated(self, fields: bytes) -> bytes:
        """Give a part of a record that comes again and again without its secrets, from a bounded memory.

        For a call site's attributes, or the stack of an exception that happens all the time. Costs next to
        nothing from the second time on if it is the same object.

        Args:
            fields: a sequence of whole fields of an encoded LogRecord.
        """
        redacted = self._remembered.get(fields)
        if redacted is None:
            redacted = self.redact_batch([fields])[0]
            if len(fields) <= _LONGEST_REMEMBERED:
                if len(self._remembered) >= _MAX_REMEMBERED:
                    self._remembered.clear()
                self._remembered[fields] = redacted
        return redacted

    def _suspects(self, records: list[bytes]) -> dict[int, list[int]]:
        """Give which records to look at closely, and where in them."""
        hits = self._scan.hits(_SEPARATOR.join(records))
        if not hits:
            return {}
        starts = list(accumulate((len(record) + 1 for record in records), initial=0))
        places_by_index: dict[int, list[int]] = {}
        for hit in hits:
            index = bisect_right(starts, hit) - 1
            places_by_index.setdefault(index, []).append(hit - starts[index])
        return places_by_index

    def _redact_record(self, record: bytes, places: list[int] | None) -> bytes:
        try:
            return rewrite_texts(record, self._rules, places)
        except Exception:  # noqa: BLE001 - damaged, or nested deeper than the stack: what is in it must not leave
            return _UNREADABLE

    def _redact_text(self, text: bytes) -> bytes:
        # As a str, in which the search for a short text is several times quicker than in bytes.
        lowered = text.lower().decode("latin-1")
        wanted = 0
        for needle, patterns in self._patterns_by_needle:
            if needle in lowered:
                wanted |= patterns
        for bit, pattern in self._patterns:
            if wanted & bit:
                text = pattern.expression.sub(pattern.replace, text)
        return self._redact_custom(text) if self._custom else text

    def _redact_custom(self, text: bytes) -> bytes:
        # Bytes that are no UTF-8 come back as they were; so do the lone surrogates of redact().
        decoded = text.decode("utf-8", "surrogateescape")
        replacement = marker(_CUSTOM_KIND).decode()
        for pattern in self._custom:
            decoded = pattern.sub(lambda _: replacement, decoded)
        return decoded.encode("utf-8", "surrogateescape")


def _patterns_by_needle(patterns: list[tuple[int, Pattern]]) -> list[tuple[str, int]]:
    """Give what to look for in a text, and which patterns to try where it is found."""
    bits: dict[bytes, int] = {}
    for bit, pattern in patterns:
        needles = pattern.needles or tuple([anchor.literal for anchor in pattern.anchors]) or (b"",)
        for needle in needles:
            # "pass" is in "password" as well.
            if not any(other in needle and other != needle for other in needles):
                bits[needle] = bits.get(needle, 0) | bit
    return [(needle.decode("latin-1"), patterns) for needle, patterns in bits.items()]


def _redact_integer(number: int) -> bytes | None:
    if number < _SMALLEST_CARD or not is_card_number(str(number)):
        return None
    return _encode.string_value(marker("card").decode())


def _compiled(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except (re.error, TypeError, RecursionError, OverflowError) as error:
        raise ConfigurationError(
            f"redact_patterns holds {pattern!r}, which is no regular expression: {error}"
        ) from None
    if not isinstance(compiled.pattern, str):
        raise ConfigurationError(f"redact_patterns holds {pattern!r}: give a pattern for text, not for bytes")
    if compiled.search("") is not None:
        raise ConfigurationError(f"redact_patterns holds {pattern!r}, which matches where nothing is: make it longer")
    return compiled


@cache
def _default_redactor() -> Redactor:
    return Redactor()


def redact(text: str) -> str:
    """Give a text as spanlog sends it with the default settings: secrets become ``[redacted:<kind>]``.

    For tests ("does my secret's shape get caught?") and for texts that leave by another way.
    """
    return _default_redactor().redact(text)
