"""Sessions and lists of traces as people see them; against the real stack: tests/acceptance/test_search_commands.py."""

from rich.console import Console

from spanlog_cli.sessions.render import render_session, render_sessions
from spanlog_cli.traces.render import render_traces


def printed(renderable, width=120):
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def session(**fields):
    return {
        "session_key": "run-42",
        "agents": ["crypto", "news"],
        "first_seen": "2026-11-20T08:15:00.123456789Z",
        "last_seen": "2026-11-20T08:17:30.623456789Z",
        "duration_ms": 150_500.0,
        "log_count": 512,
        "span_count": 1,
        "error_count": 3,
        "trace_count": 5,
        "input_tokens": 18_250,
        "output_tokens": None,
        "cost": 0.0875,
        "models": ["claude-sonnet-5"],
    } | fields


def item(**fields):
    return {
        "kind": "log",
        "time": "2026-11-20T08:15:00.123456789Z",
        "agent_id": "crypto",
        "name": "bot",
        "message": "order 17 failed",
        "level": "error",
        "duration_ms": None,
        "is_error": True,
        "input_tokens": None,
        "output_tokens": None,
        "cost": None,
    } | fields


def test_a_list_tells_of_each_session_who_when_how_much_and_what_it_cost():
    text = printed(
        render_sessions([session(), session(session_key="b", error_count=0, input_tokens=None, cost=None)], 20)
    )
    for part in ("2 sessions\n", "run-42", "crypto, news", "2 min 30 s", "512", "18,250 in, 0 out", "$0.0875"):
        assert part in text
    assert "there may be more" in printed(render_sessions([session()], 1))
    assert printed(render_sessions([], 20)) == "0 sessions\n"


def test_a_session_is_one_time_line_of_records_and_spans():
    span = item(kind="span", name="chat", message=None, level=None, duration_ms=1830.5, is_error=False)
    items = [item(), {**span, "input_tokens": 950, "output_tokens": 120, "cost": 0.0047}]
    lines = printed(render_session(session(), items)).splitlines()
    assert lines[0] == "session run-42"
    assert "512 logs, 1 span, 5 traces, 3 errors; crypto, news" in lines[1]
    assert lines[2] == "18,250 in, 0 out, $0.0875; claude-sonnet-5"
    assert lines[3] == "08:15:00.123 error    order 17 failed  crypto"
    assert lines[4] == "08:15:00.123 span     chat  1.83 s  crypto  950 in, 120 out, $0.0047"
    assert lines[5] == "511 more (--limit)"


def test_names_and_messages_cannot_move_the_cursor_or_be_markup():
    hostile = "\x1b[2J[red]\n\u202e"
    names = {"session_key": hostile, "agents": [hostile]}
    text = printed(render_session(session(**names), [item(message=hostile, agent_id=hostile)]), 200)
    text += printed(render_sessions([session(**names)], 5), 200)
    trace = {"trace_id": hostile, "root_name": hostile, "agents": [hostile], "start": "x", "duration_ms": 1.0}
    text += printed(render_traces([{**trace, "span_count": 1, "log_count": 0, "error_count": 1}], 5), 200)
    assert "\x1b[2J" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_a_list_of_traces_tells_what_began_it_and_how_long_it_took():
    trace = {"trace_id": "ab" * 16, "root_name": "buy", "agents": ["crypto"], "start": "2026-11-20T08:15:00Z"}
    text = printed(
        render_traces([{**trace, "duration_ms": 49.0, "span_count": 1, "log_count": 3, "error_count": 0}], 1)
    )
    for part in ("1 trace, there may be more", "2026-11-20 08:15:00", "49 ms", "buy", f"{'ab' * 16}  crypto"):
        assert part in text
    assert printed(render_traces([], 20)) == "0 traces\n"


def test_filters_are_passed_on(spanlog, api):
    api.routes["/traces"] = api.routes["/sessions"] = {"items": [], "next_cursor": None}
    spanlog(
        *("traces", "--agent-id", "a", "--service", "s", "--name", "GET *", "--min-duration", "250ms", "--no-error"),
        *("--attr", "order_id=42", "--attr", "k=v=w", "--sort", "duration", "--limit", "7", "--json", "--url", api.url),
    )
    (query,) = api.queries("/traces")
    query.pop("since")
    expected = {"agent_id": "a", "service": "s", "name": "GET *", "min_duration": "250ms", "error": "false"}
    expected |= {"attr.order_id": "42", "attr.k": "v=w", "order": "duration", "limit": "7", "cursor": ""}
    assert query == expected
    spanlog("sessions", "--error", "--since", "2026-11-20", "--until", "2026-11-21", "--json", "--url", api.url)
    (query,) = api.queries("/sessions")
    assert query["error"] == "true"
    assert query["until"] == "2026-11-21T00:00:00.000000Z"


def test_an_attribute_without_a_value_is_a_mistake(spanlog, api):
    done = spanlog("traces", "--attr", "order", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "NAME=VALUE" in done.stderr
