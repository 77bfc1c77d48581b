"""The quick look finds whatever the full patterns find, however it lies in the bytes: the whole point of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from spanlog._luhn import is_card_number
from spanlog._otlp_texts import rewrite_texts
from spanlog._redact import Redactor
from spanlog._secret_scan import Anchor, SecretScan, fold

REDACTOR = Redactor(extra_keys=["taxId", "mnemonic", "qvw"])
ANCHORS = sorted({anchor.literal.decode() for _, pattern in REDACTOR._patterns for anchor in pattern.anchors})

ALPHABETS = {
    "token": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "hex": "0123456789abcdef",
    "any": "abzKZ09_-+/=.~:@%&? \t\n\\\"'`,;<>()[]{}|é€",
}
CASES = (str, str.upper, str.title, str.swapcase)
SEPARATORS = [
    *'=:>,/@._- \n"',
    ": ",
    " = ",
    " : ",
    " => ",
    ":=",
    '":"',
    '": "',
    "': '",
    '\\": \\"',
    "','",
    " ",
    "\t",
    "  is  ",
]
CARDS = ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "3782 822463 10005", "4222222222222"]
WHOLE = [
    "Bearer ", "bearer ", "Basic dXNlcjpwYXNz", "-----BEGIN PRIVATE KEY-----", "://u:p@", "://", "eyJ", ".eyJ",
    "?sig=", "xoxb-", "pypi-AgE", "AIza", "AKIA", "ASIA", "sk_live_", "sk-", "ghp_", "hf_", "bot123456789:AA",
    "passwords", "secrets", "tokens", "api_keys", "password2", "token_value", "secretHash", "cookie2", "--token ",
]  # fmt: skip

# What a token of each kind is made of, behind the text that it begins with.
BASE62 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SHAPES = [
    *[(prefix, BASE62 + "_", 30) for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")],
    *[(prefix, BASE62, 40) for prefix in ("npm_", "hf_", "gsk_", "xai-")],
    *[(prefix, "0123456789abcdef", 32) for prefix in ("shpat_", "shpca_", "shppa_", "shpss_")],
    *[(prefix, BASE62, 10) for prefix in ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "xoxb-", "xoxe.xoxp-")],
    *[(prefix, BASE62 + "_-", 33) for prefix in ("AIzaSy", "glpat-", "ya29.", "GOCSPX-", "bot123456789:AA", "sk-")],
    *[(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16) for prefix in ("AKIA", "ASIA")],
    ("dop_v1_", "0123456789abcdef", 64),
    ("pypi-AgE", BASE62 + "_-", 50),
    ("whsec_", BASE62 + "+/=", 20),
    ("xapp-", BASE62 + "-", 20),
    ("AGE-SECRET-KEY-1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 58),
    ("hooks.slack.com/services/", BASE62 + "/", 40),
    ("/api/webhooks/1234567890123/", BASE62 + "-_", 60),
    ("?sig=", BASE62 + "%", 40),
    ("bearer ", BASE62 + "._~+/-", 20),
    ("Authorization: Basic ", BASE62, 20),
    ("eyJ", BASE62 + "_-.", 30),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----", BASE62 + "\n", 20),
    ("phrase: abandon ability able about above absent absorb abstract absurd abuse access ", "abc", 8),
    ("://user:", BASE62 + "@", 20),
]


def token(prefix: str, alphabet: str, size: int) -> st.SearchStrategy[str]:
    # Exactly as long as it must be, or longer; sometimes one too short.
    return st.integers(size - 1, size + 6).flatmap(
        lambda length: st.text(alphabet, min_size=length, max_size=length).map(lambda run: prefix + run)
    )


tokens = st.one_of(*[token(*shape) for shape in SHAPES])
runs = st.one_of(
    *[st.text(alphabet, max_size=size) for alphabet in ALPHABETS.values() for size in (6, 24, 70)],
    st.sampled_from(CARDS),
)
anchors = st.builds(lambda text, case: case(text), st.sampled_from([*ANCHORS, *WHOLE]), st.sampled_from(CASES))
pieces = st.one_of(anchors, anchors, st.sampled_from(WHOLE), runs, runs, st.sampled_from(SEPARATORS))
texts = st.one_of(
    st.lists(pieces, max_size=7).map("".join),
    # Name, separator, value: what makes most hits.
    st.tuples(runs, anchors, st.sampled_from(SEPARATORS), runs).map("".join),
    st.tuples(anchors, runs).map("".join),
    tokens,
    st.tuples(runs, tokens, runs).map("".join),
)
names = st.one_of(anchors, anchors.map(lambda text: f"x.{text}2"), texts, st.just("order"))
cards = st.sampled_from(CARDS).map(lambda text: int("".join(filter(str.isdigit, text))))
values = st.one_of(
    texts.map(lambda text: AnyValue(string_value=text)),
    texts.map(lambda text: AnyValue(bytes_value=text.encode())),
    st.one_of(st.integers(-(2**63), 2**63 - 1), cards).map(lambda number: AnyValue(int_value=number)),
)
attributes = st.builds(lambda name, value: KeyValue(key=name, value=value), names, values)
maps = st.builds(
    lambda name, items: KeyValue(key=name, value=AnyValue(kvlist_value=KeyValueList(values=items))),
    names,
    st.lists(attributes, max_size=2),
)
records = st.builds(
    lambda time, body, items: LogRecord(time_unix_nano=time, body=body, attributes=items).SerializeToString(),
    st.integers(0, 2**64 - 1),
    values,
    st.lists(st.one_of(attributes, attributes, maps), max_size=3),
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(records, min_size=1, max_size=10))
def test_the_quick_look_misses_nothing(batch):
    closely = [rewrite_texts(record, REDACTOR._rules) for record in batch]
    assert REDACTOR.redact_batch(batch) == closely


@pytest.mark.parametrize("shape", SHAPES, ids=[prefix for prefix, _, _ in SHAPES])
def test_no_token_of_any_shape_is_missed(shape):
    changed = []

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(["", " ", "key ", '"', "\n"]), token(*shape), st.sampled_from(["", " ", '"', ". x"]))
    def check(before, text, after):
        record = LogRecord(body=AnyValue(string_value=before + text + after)).SerializeToString()
        closely = rewrite_texts(record, REDACTOR._rules)
        assert REDACTOR.redact_batch([record]) == [closely]
        changed.append(closely != record)

    check()
    # The example must be one: most of these tokens are secrets.
    assert any(changed)


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_redacting_twice_is_redacting_once(text):
    once = REDACTOR.redact(text)
    assert REDACTOR.redact(once) == once


@settings(max_examples=500, deadline=None)
@given(st.binary())
def test_folding_keeps_every_byte_in_its_place(content):
    assert len(fold(content)) == len(content)
    assert [fold(content[place : place + 1]) for place in range(len(content))] == [
        fold(content)[place : place + 1] for place in range(len(content))
    ]


def test_every_anchor_is_found_wherever_it_is():
    for literal in ANCHORS:
        if literal.endswith("_"):
            continue  # asks for a long token behind it
        scan = SecretScan([Anchor(other.encode()) for other in ANCHORS if not other.endswith("_")] + [Anchor(b"a_")])
        for before in ("", "\n7", "k", literal):
            assert scan.hits(f"{before}{literal.upper()}".encode()), literal


def test_nothing_is_found_in_bytes_without_anchors():
    assert REDACTOR._scan.hits(b"") == []
    assert REDACTOR._scan.hits(bytes(range(256)) * 3) == []


def test_the_work_for_a_hit_is_bounded_by_what_follows_it():
    # A repeat without a bound, tried again at every place of a long text, is how linear becomes quadratic.
    for expression in (REDACTOR._scan._triggered, REDACTOR._scan._underscored, REDACTOR._scan._after_colon):
        assert not unbounded_repeats(expression.pattern), expression.pattern


def unbounded_repeats(pattern: bytes) -> list[bytes]:
    escaped = False
    in_class = False
    found = []
    for place in range(len(pattern)):
        byte = pattern[place : place + 1]
        if escaped:
            escaped = False
        elif byte == b"\\":
            escaped = True
        elif in_class:
            in_class = byte != b"]" or pattern[place - 1 : place] == b"["
        elif byte == b"[":
            in_class = True
        elif byte in (b"*", b"+") or pattern[place : place + 2] == b",}":
            found.append(pattern[place - 10 : place + 5])
    return found


def test_luhn_and_the_networks_ranges_decide_what_is_a_card():
    assert all(is_card_number("".join(filter(str.isdigit, card))) for card in CARDS)
    assert not is_card_number("4111111111111112")
    # Passes Luhn; no network issues it.
    assert not is_card_number("1000000000000008")
    assert not is_card_number("411111111111116")
