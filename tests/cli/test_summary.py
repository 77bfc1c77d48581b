import json
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from spanlog_cli.render_summary import render_summary


def printed(summary, width=80):
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as capture:
        console.print(render_summary(summary))
    return capture.get()


@pytest.fixture
def answer(recorded):
    return recorded("summary")


def test_people_are_shown_agents_levels_and_groups(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    done = spanlog("summary", "--url", api.url)
    assert (done.returncode, done.stderr) == (0, "")
    for agent in answer["agents"]:
        assert agent["agent_id"] in done.stdout
    assert f"Unresolved errors: {answer['unresolved_total']}" in done.stdout
    assert f"Recurring errors: {answer['recurring_total']}" in done.stdout
    assert "the peer does not answer" in done.stdout
    assert "grouped by exception: " in done.stdout
    assert "2026-11-20 09:05:45" in done.stdout


def test_what_is_no_terminal_gets_plain_text_of_80_columns(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    done = spanlog("summary", "--url", api.url)
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_programs_get_the_apis_answer(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    assert json.loads(spanlog("summary", "--json", "--url", api.url).stdout) == answer


def test_period_and_agent_are_passed_on(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    spanlog("summary", "--since", "7d", "--until", "2026-11-20T08:00:00Z", "--agent-id", "bot", "--url", api.url)
    (query,) = api.queries("/logs/summary")
    assert query["agent_id"] == "bot"
    assert query["until"] == "2026-11-20T08:00:00.000000Z"
    since = datetime.fromisoformat(query["since"])
    assert timedelta(0) <= datetime.now(UTC) - timedelta(days=7) - since < timedelta(minutes=5)


def test_url_comes_from_the_environment(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    assert spanlog("summary", env={"SPANLOG_URL": api.url}).returncode == 0


def test_api_that_is_not_there_is_one_line_with_exit_code_2(spanlog, closed_port):
    done = spanlog("summary", "--url", f"http://127.0.0.1:{closed_port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "spanlog up" in done.stderr
    assert done.stderr.count("\n") == 1


def test_missing_key_is_one_line_with_exit_code_2(spanlog, api, answer):
    api.key = "k"
    api.routes["/logs/summary"] = answer
    done = spanlog("summary", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "SPANLOG_API_KEY" in done.stderr
    assert spanlog("summary", "--url", api.url, env={"SPANLOG_API_KEY": "k"}).returncode == 0


def test_empty_store_is_told_as_such():
    text = printed({"total": 0, "by_level": {}, "agents": [], "unresolved": [], "new": [], "recurring": []})
    assert "0 records of all agents" in text
    assert text.count(": none") == 3


def test_group_is_explained_once(answer):
    explained = [group["why"]["parts"][-1] for group in answer["unresolved"][:1]]
    assert printed(answer, 200).count(explained[0]) == 1
    assert printed(answer, 200).count(answer["unresolved"][0]["title"]) == 3


def test_long_lists_are_cut_and_say_by_how_much(answer):
    group = answer["unresolved"][0]
    groups = [{**group, "fingerprint": f"{number:016x}", "title": f"failure {number:03d}"} for number in range(100)]
    text = printed({**answer, "unresolved": groups, "unresolved_total": 345, "new": [], "recurring": []})
    assert "Unresolved errors: 345" in text
    assert text.count("failure ") == 10
    assert "335 more" in text


def test_log_text_is_neither_markup_nor_sent_raw_to_the_terminal(answer):
    group = {**answer["unresolved"][0], "title": "[red]x[/red] \x1b[31m\x9b \u202e :smile:", "agents": ["\x1b]0;a\x07"]}
    text = printed({**answer, "unresolved": [group], "new": [], "recurring": [], "agents": []}, 200)
    assert "[red]x[/red] \\x1b[31m\\x9b \\u202e :smile:" in text
    assert "\\x1b]0;a\\x07" in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_any_width_is_kept(answer, width):
    group = {**answer["unresolved"][0], "title": "a-word-without-a-place-to-break-it" * 6}
    text = printed({**answer, "unresolved": [group]}, width)
    assert max(map(len, text.splitlines())) <= width


def test_answer_of_a_later_version_or_with_fields_missing_is_printed():
    assert "1,000 records" in printed({"total": 1000, "unresolved": [{"count": 1, "new_field": {}}], "regressed": []})


def test_regressed_and_vanished_errors_and_top_patterns_are_told_when_there_are_any(answer):
    assert "Regressed" not in printed(answer)
    group = answer["unresolved"][0]
    patterns = [{"pattern": "p", "template": "order <*> [b]filled[/b]", "count": 1234}]
    more = {"regressed": [group], "regressed_total": 1, "vanished": [group] * 2, "vanished_total": 2}
    text = printed({**answer, **more, "top_patterns": patterns})
    assert "Regressed: seen again after they were resolved: 1" in text
    assert "Vanished: seen in the period before, and not in this one: 2" in text
    assert "1,234   order <*> [b]filled[/b]" in text


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ([], 0),
        (["new"], 0),
        (["recurring"], 1),
        (["regressed"], 1),
        (["new", "recurring"], 1),
        (["new", "regressed", "recurring"], 1),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_errors_of_a_kind_that_is_named_end_with_1(spanlog, api, answer, fail_on, code, options):
    api.routes["/logs/summary"] = {**answer, "new_total": 0, "recurring_total": 8, "regressed_total": 2}
    done = spanlog("summary", *options, *(part for kind in fail_on for part in ("--fail-on", kind)), "--url", api.url)
    assert done.returncode == code
    assert done.stdout
    told = [f"{count} {kind}" for kind, count in (("regressed", 2), ("recurring", 8)) if kind in fail_on]
    assert sorted(done.stderr.partition("found: ")[2].strip().split(", ")) == sorted(told or [""])


def test_what_else_goes_wrong_with_fail_on_ends_with_2(spanlog, api, closed_port):
    assert spanlog("summary", "--fail-on", "new", "--url", f"http://127.0.0.1:{closed_port}").returncode == 2
    assert spanlog("summary", "--fail-on", "old", "--url", api.url).returncode == 2


def test_what_counts_as_recurring_is_passed_on(spanlog, api, answer):
    api.routes["/logs/summary"] = answer
    spanlog("summary", "--recurring-min", "7", "--url", api.url)
    assert api.queries("/logs/summary")[0]["recurring_min"] == "7"
