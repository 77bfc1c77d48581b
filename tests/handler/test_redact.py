"""Which secrets are taken out of a text and of a record, and what is left as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

import spanlog
from spanlog._redact import REDACTED_VALUE, Redactor, redact
from spanlog.exceptions import ConfigurationError

# Made up. In two parts where a scanner of repositories would take them for real ones.
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
GITHUB = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a"
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq\nK3/x9+Q==\n-----END RSA PRIVATE KEY-----"

TEXTS = {
    # By shape.
    f"got {JWT} back": "got [redacted:jwt] back",
    "Authorization: Bearer abc123def456": "Authorization: Bearer [redacted:bearer]",
    "BEARER  abcdefghijklmnopqrstuvwxyz": "BEARER  [redacted:bearer]",
    "using Basic dXNlcjpwYXNzd29yZA== now": "using Basic [redacted:basic] now",
    f"key {AWS}.": "key [redacted:aws].",
    "ASIA" + "IOSFODNN7EXAMPLE": "[redacted:aws]",
    "AIza" + "SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe": "[redacted:google]",
    "push with " + GITHUB: "push with [redacted:github]",
    "github_pat_" + "11ABCDEFG0abcdefghijkl_" + "x" * 59: "[redacted:github]",
    "glpat-" + "ab12-cd34_ef56gh78ij": "[redacted:gitlab]",
    "xoxb-" + "17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy": "[redacted:slack]",
    "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX": (
        "https://hooks.slack.com/services/[redacted:slack]"
    ),
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc": "[redacted:stripe]",
    "sk-" + "proj-abcdefghij0123456789ABCDEFGHIJ": "[redacted:llm-key]",
    "sk-" + "ant-api03-abcdefghijklmnopqrstuvwxyz-0123": "[redacted:llm-key]",
    "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8": "[redacted:npm]",
    "pypi-" + "AgEIcHlwaS5vcmc" + "CJDk2Nz" * 10: "[redacted:pypi]",
    "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH": "[redacted:huggingface]",
    "/bot123456789:AA" + "Hdqwertyuiopasdfghjklzxcvbnm_12345/getMe": "/bot[redacted:telegram]/getMe",
    f"loaded\n{PEM}\nok": "loaded\n[redacted:private-key]\nok",
    '{"private": "' + PEM.replace("\n", "\\n") + '"}': '{"private": "[redacted:private-key]"}',
    # A key whose end was cut off.
    PEM[:70]: "[redacted:private-key]",
    "postgresql://bob:hunter2@db:5432/x": "postgresql://bob:[redacted:url]@db:5432/x",
    "redis://:hun@ter2@cache/0": "redis://:[redacted:url]@cache/0",
    "https://a.blob.core.windows.net/c?sv=1&sig=abcdefghijklmnop%3D&x=1": (
        "https://a.blob.core.windows.net/c?sv=1&sig=[redacted:azure-sas]&x=1"
    ),
    "card 4111 1111 1111 1111 ok": "card [redacted:card] ok",
    "card 5500-0000-0000-0004": "card [redacted:card]",
    "card=3782 822463 10005": "card=[redacted:card]",
    "4222222222222,6011111111111117": "[redacted:card],[redacted:card]",
    "order 1234 4111 1111 1111 1111 2026": "order 1234 [redacted:card] 2026",
    "17 3782 822463 10005-5500-0000-0000-0004": "17 [redacted:card]-[redacted:card]",
    # By name.
    "password=hunter2 user=bob": "password=[redacted:key] user=bob",
    "DB_PASSWORD: 'correct horse', x": "DB_PASSWORD: '[redacted:key]', x",
    "db_pass=hunter2;": "db_pass=[redacted:key];",
    '{"api_key": "abc", "user": "x"}': '{"api_key": "[redacted:key]", "user": "x"}',
    r"{\"Password\": \"hun\"}": r"{\"Password\": \"[redacted:key]\"}",
    "{'x-api-key': b'abc'}": "{'x-api-key': b'[redacted:key]'}",
    '"password":"a\\"b"': '"password":"[redacted:key]"',
    "clientSecret => s3cr3t": "clientSecret => [redacted:key]",
    "GET /x?access_token=abc&page=1": "GET /x?access_token=[redacted:key]&page=1",
    "AccountKey=Eby8vdM02xNOcqFlqUwJ==;End": "AccountKey=[redacted:key];End",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG": "aws_secret_access_key = [redacted:key]",
    "PRIVATE_KEY=0x" + "4c0883a6" * 8: "PRIVATE_KEY=[redacted:key]",
    "seed phrase: " + "abandon " * 11 + "about": "seed phrase: [redacted:key]",
    "Cookie: sid=abc; theme=dark": "Cookie: [redacted:key]",
    "[(b'authorization', b'Custom abc')]": "[(b'authorization', b'[redacted:key]')]",
    "{'Authorization': ['Custom x']}": "{'Authorization': ['[redacted:key]']}",
    'authorization: Digest username="bob", response=x': 'authorization: [redacted:key]"bob", response=x',
    "<password>x</password>": "<password>[redacted:key]</password>",
    "token abc123def refused": "token [redacted:key] refused",
    "the API key is 'k9d8f7s6'": "the API key is '[redacted:key]'",
    "run --token abc def": "run --token [redacted:key] def",
    "next\npassword=hunter2\nlast": "next\npassword=[redacted:key]\nlast",
    "пароль: password=hunter2 ключ": "пароль: password=[redacted:key] ключ",
}

ORDINARY = [
    "",
    "order ord-17 filled at 6.85",
    "token_count=5 max_tokens=100 input_tokens: 3 tokens=12",
    "gen_ai.usage.input_tokens=1234 eos_token=</s> next_page_token=CAoQAA",
    "tokenizer=cl100k author=bob secretary: alice bypass=true compass: north",
    "session_id=0193a1f83c8d4f session.id: run-42",
    "Failed password for root from 1.2.3.4 port 22 ssh2",
    "Unexpected token: 12",
    "password=%s token=%(token)s secret={secret} api_key=None",
    '"token":null,"password":"","secret":false',
    "    token = read_token(path)",
    "password=******** set",
    "took 1732093900123 ms since 1732093900123456789",
    "id 01a1f83c-8d4f-7d7d-9a97-c61b1e71e0bf hash d41d8cd98f00b204e9800998ecf8427e",
    "4111111111111112 4111 1111 1111 1112",
    "0.4111111111111111 4111111111111111.5 a4111111111111111",
    "http://host:8080/path@x and bob@example.com",
    "basic authentication, bearer of news, Basic JavaScript",
    "disk-usage-of-the-whole-machine risk-assessment-of-everything",
    "eyJ is how it begins, keyboard=us monkey: yes primary_key=7",
    "2026-11-20 09:11:40,123 INFO 3552 3534 3375 3515",
]


@pytest.mark.parametrize(("text", "expected"), TEXTS.items(), ids=range(len(TEXTS)))
def test_a_secret_is_replaced_and_the_rest_stays(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize("text", TEXTS.values(), ids=range(len(TEXTS)))
def test_what_was_redacted_stays_as_it_is(text):
    assert redact(text) == text


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text):
    assert redact(text) == text


def test_redact_is_public():
    assert spanlog.redact is redact


def test_a_lone_surrogate_survives():
    assert redact("\ud800 password=x \udcff") == "\ud800 password=[redacted:key] \udcff"


def value_of(value: Any) -> AnyValue:
    match value:
        case None:
            return AnyValue()
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[value_of(item) for item in value]))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=pairs(value)))
        case _:
            return AnyValue(string_value=value)


def pairs(values: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=name, value=value_of(value)) for name, value in values.items()]


def record(body: Any = "hello", **attributes: Any) -> LogRecord:
    return LogRecord(
        time_unix_nano=1_732_093_900_123_456_789,
        severity_number=9,
        severity_text="INFO",
        body=value_of(body),
        attributes=pairs(attributes),
        trace_id=bytes(range(16)),
        flags=1,
        event_name="token.refreshed",
    )


def redacted(message: LogRecord, redactor: Redactor | None = None) -> LogRecord:
    [content] = (redactor or Redactor()).redact_batch([message.SerializeToString()])
    return LogRecord.FromString(content)


def test_every_text_of_a_record_is_looked_at():
    message = redacted(
        record(
            "password=hunter2",
            **{
                "exception.message": f"bad {JWT}",
                "exception.stacktrace": "Traceback\nValueError: token=abc123\n",
                "data": b"password=hunter2 \xff",
                "list": ["a", {"deep": [f"x {GITHUB}"]}],
            },
        )
    )
    expected = record(
        "password=[redacted:key]",
        **{
            "exception.message": "bad [redacted:jwt]",
            "exception.stacktrace": "Traceback\nValueError: token=[redacted:key]\n",
            "data": b"password=[redacted:key] \xff",
            "list": ["a", {"deep": ["x [redacted:github]"]}],
        },
    )
    assert message == expected


def test_a_value_under_a_sensitive_name_is_replaced_whole_unless_it_says_nothing():
    names = {"password": "x", "x-api-key": 17, "credentials": {"user": "u"}, "cookies": ["a"], "dbSecret": b"x"}
    harmless = {"token": None, "secret": "", "has_token": True, "token_count": 5, "session.id": "s"}
    message = redacted(record({"auth": {"Authorization": "x"}, **harmless}, **names, **harmless))
    expected = record({"auth": {"Authorization": REDACTED_VALUE}, **harmless}, **dict.fromkeys(names, REDACTED_VALUE))
    expected.attributes.extend(pairs(harmless))
    assert message == expected


def test_a_name_made_of_a_secret_is_redacted_too():
    assert redacted(record(**{GITHUB: 1})).attributes[0].key == "[redacted:github]"


@pytest.mark.parametrize("number", [4111111111111111, 378282246310005, 4222222222222, 30569309025904])
def test_a_card_number_as_an_integer_is_replaced(number):
    message = redacted(record(number=number, list=[number], nested={"n": number}))
    assert message == record(number="[redacted:card]", list=["[redacted:card]"], nested={"n": "[redacted:card]"})


@pytest.mark.parametrize("number", [0, -1, -4111111111111111, 10**12, 1732093900123456789, 2**63 - 1, -(2**63)])
def test_other_integers_stay(number):
    assert redacted(record(number=number)) == record(number=number)


def test_records_without_secrets_are_the_very_same_objects():
    records = [record(text, line=17).SerializeToString() for text in ORDINARY]
    result = Redactor().redact_batch(records)
    assert [one is other for one, other in zip(result, records, strict=True)] == [True] * len(records)


def test_only_the_record_with_the_secret_changes_wherever_it_is_in_a_large_batch():
    redactor = Redactor()
    records = [record(f"order {number}", text="x" * 200).SerializeToString() for number in range(3_000)]
    for index in (0, 1, 1_337, 2_999):
        batch = [*records]
        batch[index] = record("token=abc").SerializeToString()
        result = redactor.redact_batch(batch)
        assert LogRecord.FromString(result.pop(index)) == record("token=[redacted:key]")
        assert result == records[:index] + records[index + 1 :]
    assert redactor.redact_batch([]) == []


@pytest.mark.parametrize("length", range(1, 140))
def test_the_encodings_lengths_hide_nothing(length):
    # A length stands right before a text, and can look like any letter or digit.
    for secret, marker in ((GITHUB, "[redacted:github]"), ("4111111111111111", "[redacted:card]"), ("pwd=x", None)):
        text = secret + " " + "." * max(0, length - len(secret) - 1)
        expected = text.replace(secret, marker or "pwd=[redacted:key]")
        assert redacted(record(text, other=text)) == record(expected, other=expected)


def test_parts_of_records_can_be_redacted_alone():
    whole = record("hello", password="x", code="17")
    redactor = Redactor()
    part = LogRecord(attributes=pairs({"password": "x", "code": "17"})).SerializeToString()
    once, again = redactor.redact_repeated(part), redactor.redact_repeated(part)
    assert once is again
    head = LogRecord()
    head.CopyFrom(whole)
    del head.attributes[:]
    assert LogRecord.FromString(head.SerializeToString() + once) == redacted(whole)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("spanlog._redact._MAX_REMEMBERED", 3)
    redactor = Redactor()
    for number in range(10):
        redactor.redact_repeated(record(str(number)).SerializeToString())
    assert 0 < len(redactor._remembered) <= 3
    redactor.redact_repeated(record("x" * 1_000_000).SerializeToString())
    assert max(map(len, redactor._remembered)) < 1_000


def test_a_marker_under_a_sensitive_name_is_not_looked_at_again():
    message = record(password=REDACTED_VALUE, nested={"token": REDACTED_VALUE}).SerializeToString()
    assert Redactor()._suspects([message]) == {}


def test_a_damaged_record_leaves_nothing_of_itself_and_its_neighbours_alone():
    good = record("fine").SerializeToString()
    damaged = record("password=hunter2").SerializeToString() + b"\x0b"
    deep: Any = "password=hunter2"
    for _ in range(2_000):
        deep = b"\x0a" + encoded_length(deep) if isinstance(deep, bytes) else b"\x0a\x10" + deep.encode()
        deep = b"\x2a" + encoded_length(deep)
    result = Redactor().redact_batch([good, damaged, b"\x2a" + encoded_length(deep), good])
    assert result[0] is good
    assert result[3] is good
    for content in result[1:3]:
        assert LogRecord.FromString(content) == LogRecord(body=value_of("[redacted:unreadable]"))


def encoded_length(content: bytes) -> bytes:
    length, encoded = len(content), bytearray()
    while length > 0x7F:
        encoded.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*encoded, length]) + content


def test_names_of_the_programs_own_count_in_attributes_and_in_text():
    redactor = Redactor(extra_keys=["taxId", "IBAN", "qqq"])
    names = {"tax_id": "1", "customer.tax-id": "2", "TAXID": "3", "iban": "4", "my_qqq": "5"}
    message = redacted(record("tax-id: 17, iban=DE00 taxable=1", plain="x", **names), redactor)
    expected = record("tax-id: [redacted:key], iban=[redacted:key] taxable=1", plain="x")
    expected.attributes.extend(pairs(dict.fromkeys(names, REDACTED_VALUE)))
    assert message == expected
    assert redactor.is_sensitive_key("tax_id")
    assert redactor.redact('{"QQQ": "x"}') == '{"QQQ": "[redacted:key]"}'


def test_patterns_of_the_programs_own_are_replaced_whole():
    redactor = Redactor(extra_patterns=[r"(?i)\bcust-\d+", re.compile("^Ünit-[a-zß]+$")])
    message = redacted(record("CUST-17 and password=x", a="Ünit-straße", b="no Ünit-a", c=b"cust-1 \xff"), redactor)
    expected = record("[redacted:custom] and password=[redacted:key]", a="[redacted:custom]", b="no Ünit-a")
    expected.attributes.extend(pairs({"c": b"[redacted:custom] \xff"}))
    assert message == expected
    assert redactor.redact("\ud800 cust-9") == "\ud800 [redacted:custom]"


@pytest.mark.parametrize("pattern", ["(", "a*", b"x", re.compile(b"x"), 17])
def test_a_pattern_that_cannot_be_used_is_told_at_once(pattern):
    with pytest.raises(ConfigurationError, match="redact_patterns"):
        Redactor(extra_patterns=[pattern])


@pytest.mark.parametrize("settings", [{"extra_keys": "iban"}, {"extra_patterns": "cust-[0-9]+"}])
def test_one_text_where_a_list_is_meant_is_told_at_once(settings):
    with pytest.raises(ConfigurationError, match="give a list of texts"):
        Redactor(**settings)
