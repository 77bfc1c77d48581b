"""What ``spanlog search`` asks and prints; against the real stack: tests/acceptance/test_search_commands.py."""

import json

import pytest
from click import unstyle

from spanlog_cli.search.histogram_line import histogram_lines
from spanlog_cli.search.mistake import pointed


def entry(number, **fields):
    return {"id": str(number), "created_at": f"2026-11-20T07:53:{number % 60:02}.000000000Z", "level": "info"} | {
        "agent_id": "bot",
        "message": f"message {number}",
        **fields,
    }


def bar(total=0, **levels):
    return {"start": "x", "total": total, "debug": 0, "info": 0, "warn": 0, "error": 0, "critical": 0, **levels}


def histogram(*bars, seconds=60.0):
    times = {"since": "2026-11-20T07:00:00Z", "until": "2026-11-20T08:00:00Z"}
    return {**times, "interval_seconds": seconds, "total": sum(bar["total"] for bar in bars), "bars": list(bars)}


@pytest.fixture
def stored(api):
    """2,500 records, newest first, by cursor."""
    items = [entry(number) for number in reversed(range(2_500))]

    def page(query):
        start, limit = int(query.get("cursor") or 0), int(query["limit"])
        following = str(start + limit) if start + limit < len(items) else None
        return {"total": None, "items": items[start : start + limit], "next_cursor": following}

    api.routes["/logs"] = page
    api.routes["/logs/histogram"] = histogram(bar(2_500))
    return items


def test_people_are_shown_the_newest_records_oldest_first(spanlog, api, stored):
    done = spanlog("search", "level:info", "order_id:>100", "--limit", "3", "--url", api.url)
    assert (done.returncode, done.stderr) == (0, "")
    head, bars, empty, *lines = done.stdout.splitlines()
    assert head == "2,500 records, 2026-11-20 07:00:00 to 2026-11-20 08:00:00 UTC"
    assert (bars, empty) == ("█  (a bar: 1 min)", "")
    assert [line.split("bot  ")[1] for line in lines] == ["message 2497", "message 2498", "message 2499"]
    (query,) = api.queries("/logs")
    assert query["q"] == "level:info order_id:>100"
    assert query["since"] < "2100"


def test_programs_are_given_all_pages_newest_first(spanlog, api, stored):
    done = spanlog("search", "--json", "--limit", "0", "--agent-id", "a", "--url", api.url)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [item["id"] for item in stored]
    assert {query["agent_id"] for query in api.queries("/logs")} == {"a"}
    assert api.queries("/logs/histogram") == []


def mistake(position, message="q: at character 7: 'eror' is no level; the levels are debug, info"):
    problem = {"field": "q", "message": message.removeprefix("q: "), "position": position, "hint": "the levels are"}
    return lambda _query: (422, {"title": "x", "status": 422, "detail": message, "errors": [problem]})


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_mistake_is_shown_under_its_place(spanlog, api, options):
    api.routes["/logs"] = api.routes["/logs/histogram"] = mistake(6)
    done = spanlog("search", "level:eror agent:x", *options, "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "spanlog: 'eror' is no level; the levels are debug, info",
        "  level:eror agent:x",
        "        ^",
    ]


def test_other_mistakes_are_one_line(spanlog, api):
    detail = {
        "detail": "since: must be before until",
        "errors": [{"field": "since", "message": "must be before until"}],
    }
    api.routes["/logs/histogram"] = 422, detail
    done = spanlog("search", "x", "--url", api.url)
    assert done.stderr == f"spanlog: {api.url} answers 422: since: must be before until\n"


def test_following_ends_at_no_time(spanlog, api):
    done = spanlog("search", "--follow", "--until", "1h", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--until" in done.stderr


def test_nobody_there_says_how_to_start_a_stack(spanlog, closed_port):
    done = spanlog("search", "x", "--url", f"http://127.0.0.1:{closed_port}")
    assert done.returncode == 2
    assert 'start a stack with "spanlog up"' in done.stderr


def test_a_missing_key_says_where_it_goes(spanlog, api):
    api.key = "k"
    assert "SPANLOG_API_KEY" in spanlog("sessions", "--url", api.url).stderr


@pytest.mark.parametrize(
    ("query", "position", "line", "column"),
    [
        ("level:eror", 6, "level:eror", 6),
        ("", 0, "", 0),
        ("a OR", 4, "a OR", 4),
        ("漢字 (a", 3, "漢字 (a", 5),
        ("a\x1b[2J (", 6, "a\\x1b[2J (", 9),
        ("e\u0301 (", 3, "e\u0301 (", 2),
        ("x", 99, "x", 1),
        ("x", -1, "x", 0),
    ],
)
def test_the_caret_is_under_the_character_whatever_the_terminal_shows(query, position, line, column):
    shown, caret = pointed(query, position, 80)
    assert (shown, unstyle(caret)) == (line, " " * column + "^")


@pytest.mark.parametrize("position", [0, 50, 150, 399, 400])
def test_a_long_query_is_cut_around_the_place(position):
    query = "".join(chr(ord("a") + number % 26) for number in range(400))
    shown, caret = pointed(query, position, 60)
    column = unstyle(caret).index("^")
    assert len(shown) <= 60
    assert column < 60
    if position < 400:
        assert shown[column] == query[position]


def test_bars_are_as_high_as_there_are_records_and_coloured_by_the_worst():
    head, bars = histogram_lines(histogram(bar(), bar(1), bar(50, warn=1), bar(100, error=1, warn=1), bar(800)))
    assert "951 records" in head
    assert unstyle(bars) == " ▁▁▁█  (a bar: 1 min)"
    assert bars.startswith(" ▁\x1b[33m▁\x1b[0m\x1b[31m▁\x1b[0m█")


@pytest.mark.parametrize(
    ("seconds", "told"), [(86_400.0, "1 d"), (1_800.0, "30 min"), (15.0, "15 s"), (0.005, "5 ms"), (7_200.0, "2 h")]
)
def test_the_length_of_a_bar_is_told(seconds, told):
    assert f"(a bar: {told})" in unstyle(histogram_lines(histogram(bar(1), seconds=seconds))[1])


def test_no_records_are_no_bars():
    (line,) = histogram_lines(histogram(bar()))
    assert unstyle(line).startswith("0 records, ")


def test_a_query_that_looks_like_an_option_is_told_how_it_is_given(spanlog, api):
    done = spanlog("search", "-noise", "--url", api.url)
    assert done.returncode == 2
    assert "begins with a minus needs -- before it" in done.stderr
    assert done.stderr.count("\n") == 1
    typo = spanlog("search", "--folow", "--url", api.url).stderr
    assert "--follow" in typo
    assert "minus" not in typo
