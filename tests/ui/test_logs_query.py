"""What the page writes into a query is what the query language reads."""

import pytest

from spanlog_query_api.search.fields import field_names
from spanlog_query_api.search.language import Field, Group, Negation, parse
from spanlog_query_api.ui.assets import load_assets

VALUES = [
    "plain", "two words", 'quo"ted', "back\\slash", "OR", "NOT", "&&", "10..20", "ETH/USDC", "a:b", "https://x/y?z=1",
    "wild*card", "(brackets)", "-minus", ">5", "größe", "日本語", "line\nbreak", "\u202ertl", "''", " ", "*", "@at",
    "<img src=x>", "1e3", "a" * 400, "😀", ":colon", "trailing\\",
]  # fmt: skip
NAMES = ["order_id", "level", "attr.x", "@timestamp", "1st", "http.status-code", "größe", "a/b", "Message", "_x"]


@pytest.fixture
def written(page):
    """Call a function of query_text.js, which needs a browser and nothing else: no stack."""
    module = "http://page.test/query_text.js"
    script = load_assets().by_name["app/views/logs/query_text.js"]
    page.route("http://page.test/", lambda route: route.fulfill(body="", content_type="text/html"))
    page.route(module, lambda route: route.fulfill(body=script.content, content_type=script.media_type))
    page.goto("http://page.test/")

    def call(name: str, *arguments: object) -> object:
        calling = "([module, name, given]) => import(module).then(found => found[name](...given))"
        return page.evaluate(calling, [module, name, list(arguments)])

    return call


def test_a_value_that_is_clicked_is_asked_for_as_it_is(written):
    for value in VALUES:
        (found,) = terms(written("withValue", "", "pair", value, False))
        assert found == ("pair", (value,)), value
    every = ""
    for value in VALUES:
        every = written("withValue", every, "pair", value, False)
    (found,) = terms(every)
    assert sorted(found[1]) == sorted(VALUES)
    for value in VALUES:
        every = written("withValue", every, "pair", value, False)
    assert every == ""


def test_an_excluded_value_stands_beside_what_was_there_and_goes_again(written):
    for query in ("timeout", '"a b" level:>=warn', "(a OR b) -c", "order:10..20 pair:ETH*"):
        excluded = written("withValue", query, "agent_id", "a b", True)
        before, now = parse(query), parse(excluded)
        assert isinstance(now, Group)
        assert isinstance(now.terms[-1], Negation)
        assert terms(excluded)[:-1] == terms(query), before
        assert written("withValue", excluded, "agent_id", "a b", True) == query
    # What any of several may hold is kept in brackets.
    assert written("withValue", "a OR b", "agent_id", "c", True) == "(a OR b) -agent_id:c"


def test_an_attribute_of_any_name_is_written_so_that_it_is_that_attribute(written):
    for name in NAMES:
        query = written("withValue", "", written("writtenName", name, field_names()), "x", False)
        (found,) = terms(query)
        field = found[0]
        plain = field.removeprefix("attr.") if not field.startswith("@") else field[1:]
        assert plain == name
        assert (field != name) == (name.lower() in field_names() or name[0] in "@1" or name.startswith("attr."))
    assert written("writtenName", "order id", []) is None


def test_the_words_that_are_marked_are_those_that_are_searched_for(written):
    assert written("searchedWords", 'flash "two words" -no NOT never (in OR here*x) level:error message:deep') == [
        "flash", "two words", "in", "here", "deep",
    ]  # fmt: skip
    for broken in ('"open', "((", "a)", "-", ":", "level:", "x:(", "\\", '"'):
        written("searchedWords", broken)
        written("writtenAt", broken, len(broken))


def terms(query: str) -> list[object]:
    """Return what stands side by side: fields as name and values, other terms without their places."""
    found = parse(query)
    parts = found.terms if isinstance(found, Group) and found.kind == "all" else (found,)
    return [
        (part.name, tuple(value.text for value in part.values)) if isinstance(part, Field) else written_anew(part)
        for part in parts
    ]


def written_anew(part: object) -> str:
    return str(part).split("position", maxsplit=1)[0]
