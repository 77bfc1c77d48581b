"""Secrets that are known by their looks, wherever they stand: tokens with a prefix, keys, URLs, card numbers.

Prefixes and alphabets as the issuers document them. Every expression takes linear time on any text: repeats
never give back what they took, and begin where no other attempt can begin again.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from spanlog._luhn import is_card_number
from spanlog._marker import marker
from spanlog._secret_scan import Anchor

if TYPE_CHECKING:
    from collections.abc import Callable


class Pattern(NamedTuple):
    """One kind of secret in a text."""

    anchors: tuple[Anchor, ...]
    """One of these is in every text that the pattern changes; empty for what ``SecretScan`` finds by itself."""
    expression: re.Pattern[bytes]
    replace: Callable[[re.Match[bytes]], bytes] | bytes
    needles: tuple[bytes, ...] = ()
    """Fewer and shorter texts than the anchors, one of which is in each of them. Without any, the anchors'."""


# A token's first character must not be the middle of a word.
_START = rb"(?<![A-Za-z0-9])"


def _prefixed(kind: str, *prefixes: str, then: str, folded: str = "", flags: int = 0) -> Pattern:
    """Make a pattern for tokens that begin with one of the prefixes."""
    alternatives = "|".join([re.escape(prefix) for prefix in prefixes]).encode()
    expression = re.compile(_START + b"(?:" + alternatives + b")" + then.encode(), flags)
    anchors = tuple([Anchor(prefix.lower().encode(), folded.encode()) for prefix in prefixes])
    return Pattern(anchors, expression, marker(kind))


def _without_dot_unchanged(match: re.Match[bytes]) -> bytes:
    return marker("jwt") if match[1] else match[0]


def _basic(match: re.Match[bytes]) -> bytes:
    # Many words follow "basic"; credentials are the Base64 of "user:password".
    text = match[2].translate(bytes.maketrans(b"-_", b"+/"))
    try:
        decoded = base64.b64decode(text + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return match[0]
    return match[1] + marker("basic") if b":" in decoded else match[0]


# In one row, or in groups as cards are printed: 4-4-4-4 and up to 7 more in two, 4-6-5, 4-6-4.
_CARD_GROUPS = re.compile(
    rb"\d{13,19}|\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,7}|\d{4}\1\d{4}\1\d{4}\1\d{1,3}|\d{6}\1\d{4,5})"
)
_MOST_CARD_GROUPS = 5


def _cards(match: re.Match[bytes]) -> bytes:
    """Look for cards among groups of digits; one can begin at any of them."""
    parts = re.split(rb"([ -])", match[0])
    index = 0
    while index < len(parts):
        for count in range(_MOST_CARD_GROUPS, 0, -1):
            end = index + 2 * count - 1
            text = b"".join(parts[index:end])
            if end <= len(parts) and _CARD_GROUPS.fullmatch(text) and is_card_number(_digits(text)):
                parts[index:end] = [marker("card")]
                break
        index += 2
    return b"".join(parts)


def _digits(text: bytes) -> str:
    return text.translate(None, b" -").decode()


_PEM = Pattern(
    (Anchor(b"private key-----"), Anchor(b"private key block-----")),
    # Without an end (the text was cut), whatever can still be the key's.
    re.compile(
        rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        rb"(?:(?:(?!-----).)*+-----END [A-Z0-9 ]{0,40}-----|[A-Za-z0-9+/=\s\\,:-]*+)",
        re.DOTALL,
    ),
    marker("private-key"),
)

_URL = Pattern(
    (Anchor(b"://", rb"[^\x00-\x20/]{1,900}@"),),
    # User and host stay. A password may hold an "@" of its own, so the last one counts.
    re.compile(rb"""(://[^\x00-\x20/?#:@"'<>]{0,256}+:)[^\x00-\x20"'<>/]{1,512}@"""),
    rb"\1" + marker("url") + b"@",
)

_BEARER = Pattern(
    (Anchor(b"bearer", rb" {1,3}[a-z0._~+/=-]{6}"),),
    # A short word without a digit is prose: "bearer of news".
    re.compile(
        rb"(\bbearer[ \t]{1,3}+)(?=[A-Za-z._~+/=-]{0,64}+[0-9]|[A-Za-z0-9._~+/=-]{20})[A-Za-z0-9._~+/-]{6,}+=*+",
        re.IGNORECASE,
    ),
    rb"\1" + marker("bearer"),
)

_BASIC = Pattern(
    (Anchor(b"basic", rb" {1,3}[a-z0+/_-]{6}"),),
    re.compile(rb"(\bbasic[ \t]{1,3}+)([A-Za-z0-9+/_-]{6,8192}+)=*+", re.IGNORECASE),
    _basic,
)

_JWT = Pattern(
    (Anchor(b"eyj", rb"[a-z0_-]{6}"),),
    # Where no dot follows, the whole run is taken and left as it was: none of it is tried again.
    re.compile(_START + rb"eyJ[A-Za-z0-9_-]{6,}+((?:\.[A-Za-z0-9_-]*+){1,4}+)?"),
    _without_dot_unchanged,
)

_SIGNATURE = Pattern(
    (Anchor(b"sig=", rb"[a-z0%+/=_-]{16}"),),
    re.compile(rb"([?&]sig=)[A-Za-z0-9%+/=_-]{16,}+", re.IGNORECASE),
    rb"\1" + marker("azure-sas"),
)

_SLACK_HOOK = Pattern(
    (Anchor(b"hooks.slack.com/", rb"[a-z]{8,9}/[a-z0/_-]{16}"),),
    re.compile(rb"(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{16,}+"),
    rb"\1" + marker("slack"),
)

_DISCORD_HOOK = Pattern(
    (Anchor(b"/api/webhooks/", rb"0{10,24}/[a-z0_-]{40}"),),
    re.compile(rb"(/api/webhooks/[0-9]{10,24}/)[A-Za-z0-9_-]{40,}+"),
    rb"\1" + marker("discord"),
)

_TELEGRAM = Pattern(
    (Anchor(b":aa", rb"[a-z0_-]{32}"),),
    re.compile(rb"(?<![0-9])[0-9]{8,12}:AA[A-Za-z0-9_-]{32,}+"),
    marker("telegram"),
)

_CARD = Pattern(
    (),
    # All groups of digits in a row. Parts of words and of decimals are none.
    re.compile(rb"(?<![0-9A-Za-z.])[0-9]{4,}+(?![A-Za-z]|\.[0-9])(?:[ -][0-9]++(?![A-Za-z]|\.[0-9]))*+"),
    _cards,
)

SHAPES = (
    _PEM,
    _URL,
    _prefixed("aws", "AKIA", "ASIA", then=r"[A-Z2-7]{16}(?![A-Za-z0-9])", folded="[a-z0]{16}"),
    _prefixed("google", "AIzaSy", then=r"[A-Za-z0-9_-]{33}", folded="[a-z0_-]{33}"),
    _prefixed("google", "GOCSPX-", "ya29.", then=r"[A-Za-z0-9_-]{20,}+", folded="[a-z0_-]{20}"),
    _prefixed("github", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", then=r"[A-Za-z0-9_]{30,}+"),
    _prefixed("github", "github_pat_", then=r"[A-Za-z0-9_]{30,}+"),
    _prefixed("gitlab", "glpat-", then=r"[A-Za-z0-9_.-]{20,}+", folded="[a-z0_.-]{20}"),
    _prefixed(
        "slack", "xox", then=r"[a-z](?:\.[a-z]{1,8})?-[A-Za-z0-9-]{10,}+", folded=r"[a-z](?:\.[a-z]{1,8})?-[a-z0-]{10}"
    ),
    _prefixed("slack", "xapp-", then=r"[A-Za-z0-9-]{20,}+", folded="[a-z0-]{20}"),
    _SLACK_HOOK,
    _DISCORD_HOOK,
    _TELEGRAM,
    _prefixed("stripe", "sk_live", "sk_test", "rk_live", "rk_test", then=r"_[A-Za-z0-9]{10,}+", folded="_[a-z0]{10}"),
    _prefixed("stripe", "whsec", then=r"_[A-Za-z0-9+/=_-]{20,}+", folded="_[a-z0+/=_-]{20}"),
    _prefixed("npm", "npm_", then=r"[A-Za-z0-9]{30,}+"),
    _prefixed("pypi", "pypi-AgE", then=r"[A-Za-z0-9_-]{50,}+", folded="[a-z0_-]{50}"),
    _prefixed("huggingface", "hf_", then=r"[A-Za-z0-9]{30,}+"),
    _prefixed("groq", "gsk_", then=r"[A-Za-z0-9]{40,}+"),
    _prefixed("xai", "xai-", then=r"[A-Za-z0-9]{40,}+", folded="[a-z0]{40}"),
    # A digit tells OpenAI's and Anthropic's keys from long hyphenated words.
    _prefixed(
        "llm-key",
        "sk-",
        then=r"(?=[A-Za-z_-]{0,200}+[0-9])[A-Za-z0-9_-]{20,}+",
        folded="(?=[a-z_-]{0,200}0)[a-z0_-]{20}",
    ),
    _prefixed("digitalocean", "dop_v1_", then=r"[a-f0-9]{60,}+"),
    _prefixed("shopify", "shpat_", "shpca_", "shppa_", "shpss_", then=r"[A-Fa-f0-9]{32}"),
    _prefixed("age", "AGE-SECRET-KEY-1", then=r"[A-Z0-9]{50,}+", folded="[a-z0]{50}"),
    _JWT,
    _SIGNATURE,
    _BEARER,
    _BASIC,
    _CARD,
)
