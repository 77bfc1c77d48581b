"""Whatever a program puts into ``extra`` arrives as something readable, and harms nothing beside it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import math
import uuid

import numpy as np
import pytest


@dataclasses.dataclass
class Order:
    pair: str
    amount: int


class Colour(str, enum.Enum):  # noqa: UP042 - as programs have it
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


class Silent:
    def __str__(self):
        raise ValueError("no text")

    __repr__ = __str__


class HostileInt(int):
    def __int__(self):
        raise ValueError("not today")


class HostileDict(dict):
    def items(self):
        raise RuntimeError("changed while it was read")


@pytest.fixture
def arrives(encoded, make_record):
    def arrive(value):
        found = encoded(make_record(extra={"value": value, "neighbour": 1})).attributes
        assert found["neighbour"] == 1
        return found["value"]

    return arrive


@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        0,
        -1,
        2**63 - 1,
        -(2**63),
        1.5,
        -math.inf,
        "",
        "text",
        "nul \0 in it",
        b"\x00\xff",
        None,
        [1, "two", None, 3.0, True],
        {"a": {"b": 1}},
        {"a": [1, 2]},
        [],
        {},
    ],
)
def test_what_otlp_has_a_type_for_keeps_it(arrives, value):
    found = arrives(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**63, str(2**63)),
        (-(2**63) - 1, str(-(2**63) - 1)),
        (decimal.Decimal("1.50"), "1.50"),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Order("ETH", 2), "Order(pair='ETH', amount=2)"),
        ({1}, "{1}"),
        (frozenset(), "frozenset()"),
        (np.int64(5), "5"),
        (np.float64(1.5), 1.5),
        (np.array([1, 2]), "[1 2]"),
        (Colour.RED, "red"),
        (Size.LARGE, 3),
        (bytearray(b"ab"), b"ab"),
        ((1, 2), [1, 2]),
        ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
        ("lone \ud800", "lone \ufffd"),
        (complex(1, 2), "(1+2j)"),
        (ValueError("x"), "x"),
    ],
)
def test_what_otlp_has_no_type_for_is_its_text(arrives, value, expected):
    assert arrives(value) == expected


def test_a_not_a_number_stays_one(arrives):
    assert math.isnan(arrives(math.nan))


def test_containers_below_two_levels_are_json_text(arrives):
    deep = {"a": {"b": {"c": {"d": [1, None]}}}}
    assert json.loads(arrives(deep)["a"]["b"]) == {"c": {"d": [1, None]}}
    assert json.loads(arrives([[[1, [2]]]])[0][0]) == [1, [2]]


def test_objects_deep_inside_are_text(arrives):
    assert json.loads(arrives([[[decimal.Decimal(1)]]])[0][0]) == ["1"]


def test_a_list_that_holds_itself_ends(arrives):
    circle: list = [1]
    circle.append(circle)
    assert arrives(circle)[0] == 1


def test_a_very_deep_list_ends(arrives):
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert isinstance(arrives(deep)[0][0], str)
    # Taken apart level by level: Python's own clean-up of such a list is not the matter here.
    while deep:
        deep = deep.pop()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Silent(), "<unprintable Silent: ValueError>"),
        ([Silent(), 1], ["<unprintable Silent: ValueError>", 1]),
        (HostileDict(a=1), "<unprintable HostileDict: RuntimeError>"),
        (HostileInt(3), 3),
    ],
)
def test_what_fails_to_show_itself_is_marked(arrives, value, expected):
    assert arrives(value) == expected


def test_an_int_too_long_for_text_is_marked(arrives):
    assert "unprintable int" in arrives(10**5_000)


def test_a_list_is_read_at_the_call(logger, logged):
    items = [1, 2]
    logger.info("list", extra={"items": items})
    items.clear()
    assert logged()[0].attributes["items"] == [1, 2]
