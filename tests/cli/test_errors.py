"""``spanlog errors``: lists, reads and changes error groups."""

import json

import pytest
from rich.console import Console

from spanlog_cli.errors.render import render_detail

GROUP = "00c3d1a5b7e9f204"
ITEM = {
    "fingerprint": GROUP,
    "count": 1234,
    "status": "regressed",
    "title": "no [b]quote[/b] \x1b[31m",
    "type": "KeyError",
    "agents": ["crypto", "planner"],
    "first_seen": "2026-11-19T08:15:00.123456789Z",
    "last_seen": "2026-11-20T08:15:00.123456789Z",
    "why": {"rule": "exception", "parts": ["KeyError", "bot.py:run"]},
    "assigned_to": "bo",
}
DETAIL = {
    **ITEM,
    "bucket_seconds": 3600,
    "counts": [{"start": "2026-11-20T08:00:00Z", "count": count} for count in (0, 1, 8)],
    "agent_counts": [{"agent_id": "crypto", "count": 1230}, {"agent_id": "planner", "count": 4}],
    "sessions": [{"session_key": "run-42", "count": 7}],
    "sample_traces": ["7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e"],
    "merged": ["979977fdfd017405"],
    "changes": [
        {"action": "resolve", "by": "ana", "at": "2026-11-20T07:00:00Z"},
        {"action": "comment", "by": "bo", "at": "2026-11-20T08:00:00Z", "text": "the proxy\n\x1b[31magain"},
        {"action": "mute", "by": "bo", "at": "2026-11-20T08:00:00Z", "count": 5},
    ],
}


@pytest.mark.parametrize("arguments", [(), ("list",)])
def test_groups_are_listed(spanlog, api, arguments):
    api.routes["/errors"] = {"total": 30, "items": [ITEM], "next_cursor": "x"}
    done = spanlog("errors", *arguments, env={"SPANLOG_URL": api.url})
    assert (done.returncode, done.stderr) == (0, "")
    for text in (
        "30 error groups, 1 shown",
        GROUP,
        "regressed",
        "1,234",
        "no [b]quote[/b] \\x1b[31m",
        "crypto, planner",
    ):
        assert text in done.stdout
    assert "2026-11-20 08:15:00" in done.stdout


def test_options_of_the_list_and_a_fingerprint_need_no_command(spanlog, api):
    api.routes["/errors"] = {"total": 1, "items": [ITEM], "next_cursor": None}
    api.routes[f"/errors/{GROUP}"] = DETAIL
    listed = spanlog("errors", "--agent-id", "crypto", "--json", "--url", api.url)
    assert (listed.returncode, json.loads(listed.stdout)["total"]) == (0, 1)
    assert api.queries("/errors")[0]["agent_id"] == "crypto"
    shown = spanlog("errors", GROUP, "--json", "--url", api.url)
    assert json.loads(shown.stdout) == DETAIL
    for option in ("--help", "-h"):
        assert "split" in spanlog("errors", option).stdout
    assert "No such command 'shwo'" in spanlog("errors", "shwo").stderr


def test_no_groups_are_told_as_such(spanlog, api):
    api.routes["/errors"] = {"total": 0, "items": [], "next_cursor": None}
    assert spanlog("errors", "list", "--url", api.url).stdout == "0 error groups\n"


def test_filters_are_passed_on_and_programs_get_the_apis_answer(spanlog, api):
    api.routes["/errors"] = {"total": 1, "items": [ITEM], "next_cursor": None}
    done = spanlog(
        "errors", "list", "--status", "open", "--agent-id", "crypto", "--search", "quote", "--sort", "count",
        "--limit", "5", "--since", "2026-11-20", "--json", "--url", api.url,
    )  # fmt: skip
    assert json.loads(done.stdout)["items"] == [ITEM]
    assert api.queries("/errors") == [
        {
            "status": "open",
            "agent_id": "crypto",
            "search": "quote",
            "sort": "count",
            "limit": "5",
            "since": "2026-11-20T00:00:00.000000Z",
        }
    ]


def test_one_group_is_shown_with_all_that_was_done(spanlog, api):
    api.routes[f"/errors/{GROUP}"] = DETAIL
    done = spanlog("errors", "show", GROUP, "--url", api.url)
    assert done.returncode == 0, done.stderr
    for text in (
        "1,234 records, 2026-11-19 08:15:00 to 2026-11-20 08:15:00 UTC",
        " ▁█  (a bar: 1 h)",
        "grouped by exception: KeyError, bot.py:run",
        "agents: crypto (1,230), planner (4)",
        "sessions: run-42 (7)",
        "traces: 7f8e1b2c3d4a4b5c8d6e9f0a1b2c3d4e",
        "merged into it: 979977fdfd017405",
        "assigned to bo",
        "2026-11-20 07:00:00  ana: resolve",
        "    the proxy\n    \\x1b[31magain",
        "bo: mute for records 5",
    ):
        assert text in done.stdout, text
    assert "\x1b" not in done.stdout


def test_an_answer_with_fields_missing_is_printed():
    console = Console(width=80)
    with console.capture() as capture:
        console.print(render_detail({"fingerprint": GROUP, "counts": [{}], "changes": [{}]}))
    assert GROUP in capture.get()


@pytest.mark.parametrize(
    ("arguments", "method", "path", "body"),
    [
        (["resolve", GROUP], "PATCH", f"/errors/{GROUP}", {"status": "resolved"}),
        (["open", GROUP], "PATCH", f"/errors/{GROUP}", {"status": "open"}),
        (["mute", GROUP], "PATCH", f"/errors/{GROUP}", {"status": "muted"}),
        (
            ["mute", GROUP, "--until", "2026-12-01", "--count", "3"],
            "PATCH",
            f"/errors/{GROUP}",
            {"status": "muted", "until": "2026-12-01", "count": 3},
        ),
        (["assign", GROUP, "bo"], "PATCH", f"/errors/{GROUP}", {"assigned_to": "bo"}),
        (["comment", GROUP, "ä proxy"], "PATCH", f"/errors/{GROUP}", {"comment": "ä proxy"}),
        (["merge", GROUP, "a", "b"], "POST", "/errors/merge", {"into": GROUP, "fingerprints": ["a", "b"]}),
        (["split", GROUP], "POST", "/errors/split", {"fingerprint": GROUP}),
    ],
)
def test_changes_are_sent_with_who_makes_them(spanlog, api, arguments, method, path, body):
    api.key = "k"
    api.routes[path] = DETAIL
    done = spanlog("errors", *arguments, "--by", "ana", "--url", api.url, env={"SPANLOG_API_KEY": "k"})
    assert (done.returncode, done.stderr) == (0, "")
    assert GROUP in done.stdout
    spanlog("errors", *arguments, "--json", "--url", api.url, env={"SPANLOG_API_KEY": "k", "LOGNAME": "cleo"})
    assert api.sent == [(method, path, {**body, "by": "ana"}), (method, path, {**body, "by": "cleo"})]


def test_a_group_that_is_not_there_is_one_line_with_exit_code_2(spanlog, api):
    done = spanlog("errors", "resolve", "no/../such?", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "404" in done.stderr
    assert api.sent[0][1] == "/errors/no%2F..%2Fsuch%3F"
