import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from spanlog_cli.send.attribute_values import any_value, clean_text, key_value


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("x", "string_value"),
        (True, "bool_value"),
        (7, "int_value"),
        (1.5, "double_value"),
        ([], "array_value"),
        ({}, "kvlist_value"),
    ],
)
def test_types_are_kept(value, field):
    assert any_value(value).WhichOneof("value") == field


def test_nothing_is_an_empty_value():
    assert any_value(None).WhichOneof("value") is None


def test_integer_beyond_64_bits_is_text():
    assert any_value(2**63).string_value == str(2**63)
    assert any_value(-(2**63)).int_value == -(2**63)


def test_what_is_deeper_than_the_store_keeps_is_json_text():
    value = any_value({"a": {"b": {"c": {"d": [1, "x"]}}}})
    third = value.kvlist_value.values[0].value.kvlist_value.values[0].value.kvlist_value.values[0].value
    assert json.loads(third.string_value) == {"d": [1, "x"]}


def test_lone_surrogates_and_nuls_are_replaced():
    assert clean_text("a\0b") == "a\ufffdb"
    assert clean_text("a\ud800b") == "a?b"
    assert key_value("k\ud800", {"x\0": "\udfff"}).SerializeToString()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(JSON)
def test_any_json_value_survives_the_wire(value):
    made = any_value(value)
    assert AnyValue.FromString(made.SerializeToString()).SerializeToString() == made.SerializeToString()
