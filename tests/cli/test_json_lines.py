import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanlog_cli.recognise.clock import Clock
from spanlog_cli.recognise.json_lines import parse_json_line
from spanlog_cli.recognise.line import recognise_line

CLOCK = Clock(UTC, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
SECONDS = 1_763_625_181
NANO = SECONDS * 1_000_000_000


@pytest.mark.parametrize(
    "value",
    [
        SECONDS,
        SECONDS * 1000,
        SECONDS * 1_000_000,
        NANO,
        float(SECONDS),
        str(SECONDS),
        "2025-11-20T07:53:01Z",
        "2025-11-20 07:53:01",
        "2025-11-20T08:53:01+01:00",
    ],
)
@pytest.mark.parametrize("key", ["time", "timestamp", "ts", "@timestamp"])
def test_time_is_read_in_every_unit_and_notation(key, value):
    found = parse_json_line(json.dumps({key: value, "msg": "x"}), CLOCK)
    assert found.unix_nano == NANO
    assert found.attributes == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("error", "ERROR"),
        ("WARNING", "WARN"),
        ("Info", "INFO"),
        (50, "ERROR"),
        (30, "INFO"),
        (3, "ERROR"),
        ("6", "INFO"),
    ],
)
@pytest.mark.parametrize("key", ["level", "severity", "lvl", "levelname"])
def test_level_is_read_as_word_and_as_number(key, value, text):
    assert parse_json_line(json.dumps({key: value}), CLOCK).severity.text == text


def test_other_keys_are_attributes_with_their_types():
    line = json.dumps({"msg": "x", "n": 1, "f": 1.5, "ok": True, "none": None, "deep": {"a": [1, "b"]}})
    found = parse_json_line(line, CLOCK)
    assert found.message == "x"
    assert found.attributes == {"n": 1, "f": 1.5, "ok": True, "none": None, "deep": {"a": [1, "b"]}}


def test_key_whose_value_cannot_be_read_stays_an_attribute():
    found = parse_json_line('{"time": "soon", "level": "loud", "message": {"a": 1}, "msg": "x"}', CLOCK)
    assert (found.unix_nano, found.severity, found.message) == (None, None, "x")
    assert found.attributes == {"time": "soon", "level": "loud", "message": {"a": 1}}


def test_python_level_numbers_are_told_by_their_key():
    assert parse_json_line('{"levelno": 30, "msg": "x"}', CLOCK).severity.text == "WARN"


def test_trace_and_span_ids_become_the_records():
    found = parse_json_line(json.dumps({"trace_id": "ab" * 16, "span_id": "CD" * 8, "msg": "x"}), CLOCK)
    assert (found.trace_id.hex(), found.span_id.hex()) == ("ab" * 16, "cd" * 8)
    assert found.attributes == {}


def test_span_id_without_a_trace_stays_an_attribute():
    found = parse_json_line(json.dumps({"trace_id": "no", "span_id": "cd" * 8}), CLOCK)
    assert (found.trace_id, found.span_id) == (b"", b"")
    assert found.attributes == {"trace_id": "no", "span_id": "cd" * 8}


def test_docker_line_end_is_not_part_of_the_message():
    assert parse_json_line('{"log":"hello\\n","stream":"stderr"}', CLOCK).message == "hello"


@pytest.mark.parametrize("line", ["", "{", "[1]", '"x"', "{]", "{'a': 1}", "5", "{" * 100_000, '{"a":' * 100_000])
def test_what_is_no_object_is_no_json_line(line):
    assert parse_json_line(line, CLOCK) is None


def test_object_without_message_keeps_the_whole_line_as_body():
    line = '{"a": 1}'
    assert recognise_line(line, CLOCK).body == line


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50)
@given(st.dictionaries(st.text() | st.sampled_from(["time", "ts", "level", "msg", "trace_id"]), JSON))
def test_any_object_is_read(content):
    found = parse_json_line(json.dumps(content), CLOCK)
    assert found is not None
    assert set(found.attributes) <= set(content)
