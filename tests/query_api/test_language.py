"""The query language: what is read, and what is answered to a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanlog_query_api.search.language import Field, Group, Negation, Text, Value, parse
from spanlog_query_api.search.mistakes import QueryMistakeError


def words(term):
    """The terms as nested lists, short enough to read."""
    match term:
        case Text(Value(text)):
            return text
        case Field(name, comparison, values):
            return (name, comparison, *(value.text for value in values))
        case Negation(inner):
            return ["not", words(inner)]
        case Group(kind, terms):
            return [kind, *map(words, terms)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timeout", "timeout"),
        ("a b", ["all", "a", "b"]),
        ("a AND b", ["all", "a", "b"]),
        ("a && b || c", ["any", ["all", "a", "b"], "c"]),
        ("a b OR c d", ["any", ["all", "a", "b"], ["all", "c", "d"]]),
        ("a (b OR c)", ["all", "a", ["any", "b", "c"]]),
        ("-a", ["not", "a"]),
        ("NOT (a b)", ["not", ["all", "a", "b"]]),
        ("-level:debug", ["not", ("level", "=", "debug")]),
        ("a - b", ["all", "a", "-", "b"]),
        ("ORDER ANDY NOTE", ["all", "ORDER", "ANDY", "NOTE"]),
        ('"flash loan"', "flash loan"),
        (r'"say \"hi\" \\"', r'say "hi" \ '.strip()),
        ('x:"a b"', ("x", "=", "a b")),
        ("x:-5", ("x", "=", "-5")),
        ("x:>100", ("x", ">", "100")),
        ("x:>= 1.5", ("x", ">=", "1.5")),
        ("x:<-3", ("x", "<", "-3")),
        ("level:(error OR critical)", ("level", "=", "error", "critical")),
        ("level:(error critical)", ("level", "=", "error", "critical")),
        ("http.url:/api/v1", ("http.url", "=", "/api/v1")),
        ("größe:7", ("größe", "=", "7")),
        ("attr.level:3 @level:3", ["all", ("attr.level", "=", "3"), ("@level", "=", "3")]),
        ("12:30:01", "12:30:01"),
        ("std::vector", "std::vector"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        (r"C:\logs", r"C:\logs"),
        ("a:b:c", ("a", "=", "b:c")),
        ("((((a))))", "a"),
        ("  a\n\tb  ", ["all", "a", "b"]),
    ],
)
def test_a_query_is_read_as_people_mean_it(text, expected):
    assert words(parse(text)) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_an_empty_query_asks_nothing(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ('a "b', 2, "no end"),
        ("(a", 2, "not closed"),
        ("a OR (b", 7, "not closed"),
        ("a)", 1, "closes nothing"),
        ("()", 1, "nothing in these brackets"),
        ("a OR", 4, "missing at the end"),
        ("NOT", 3, "missing at the end"),
        ("a OR )", 5, "nothing in these brackets"),
        ("level:", 6, "without a value"),
        ("level:>", 7, "without a value"),
        ("(level: )", 8, "without a value"),
        ("x:()", 3, "without a value"),
        ("x:(a", 4, "not closed"),
        ("NOT " * 40 + "a", 0, "inside each other"),
        ("(a OR b c) " * 101, 0, "too many"),
        ("-" + "(-" * 200 + "a" + ")" * 200, 0, "inside each other"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_hint(text, position, says):
    with pytest.raises(QueryMistakeError) as caught:
        parse(text)
    assert caught.value.position == position
    assert says in caught.value.message
    assert caught.value.hint
    assert f"character {position + 1}" in str(caught.value)


@given(st.text(alphabet=st.sampled_from('ab*:"\\()-<>=&|@. ORANDT\n'), max_size=60))
def test_every_text_is_read_or_answered(text):
    position = 0
    try:
        parse(text)
    except QueryMistakeError as mistake:
        position = mistake.position
    assert 0 <= position <= len(text)
