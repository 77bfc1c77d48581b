import json

import pytest
from rich.console import Console

from spanlog_cli.render_trace import render_trace


def printed(trace, width=200):
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as capture:
        console.print(render_trace(trace))
    return capture.get()


def node(kind="span", name="n", children=(), **fields):
    return {"kind": kind, "id": "1", "name": name, "children": list(children), "attributes": {}, **fields}


def test_spans_and_their_logs_are_one_tree(spanlog, api, recorded):
    trace = recorded("trace_spans")
    api.routes[f"/traces/{trace['trace_id']}"] = trace
    done = spanlog("trace", trace["trace_id"], "--url", api.url, env={"COLUMNS": "120"})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"trace {trace['trace_id']}"
    assert "11 spans, 10 logs, 7 errors; worker" in lines[1]
    assert lines[2].startswith("└── shift  ")
    assert lines[3].startswith("    ├── job  ")
    assert "job 1 taken" in lines[4]
    assert "error: no answer" in done.stdout
    assert "(TimeoutError)" in done.stdout


def test_operations_are_told_once_though_they_were_logged(recorded):
    text = printed(recorded("trace_operations"))
    assert "write itinerary  102 ms" in text
    assert "operation write itinerary finished" not in text
    assert text.count("operation compare offers failed") == 3
    assert text.index("planning a trip to Bern") < text.index("gather") < text.index("write itinerary")


def test_programs_get_the_apis_answer(spanlog, api, recorded):
    trace = recorded("trace_spans")
    api.routes[f"/traces/{trace['trace_id']}"] = trace
    assert json.loads(spanlog("trace", trace["trace_id"], "--json", "--url", api.url).stdout) == trace


def test_slowest_trace_is_found(spanlog, api, recorded):
    trace = recorded("trace_spans")
    api.routes["/traces"] = recorded("traces")
    api.routes[f"/traces/{trace['trace_id']}"] = trace
    done = spanlog("trace", "--slowest", "--since", "1h", "--url", api.url)
    assert trace["trace_id"] in done.stdout
    (query,) = api.queries("/traces")
    assert query["order"] == "duration"
    assert query["since"].endswith("Z")


def test_no_trace_at_all_is_told_as_such(spanlog, api):
    api.routes["/traces"] = {"items": []}
    done = spanlog("trace", "--slowest", "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no trace since" in done.stderr


def test_unknown_trace_is_one_line_with_exit_code_2(spanlog, api):
    done = spanlog("trace", "ab" * 16, "--url", api.url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "404" in done.stderr
    assert done.stderr.count("\n") == 1


def test_id_cannot_reach_another_route(spanlog, api):
    api.routes["/logs"] = {"total": 0, "items": []}
    assert spanlog("trace", "../logs", "--url", api.url).returncode == 2
    assert [path for path, _ in api.asked] == ["/traces/..%2Flogs"]


def test_log_text_is_neither_markup_nor_sent_raw_to_the_terminal():
    bad = "[bold]x[/] \x1b[2J\n\u202e"
    text = printed({"roots": [node(name=bad, children=[node("log", message=bad, level="error")])], "agents": [bad]})
    assert text.count("[bold]x[/] \\x1b[2J\\n\\u202e") == 3
    assert "\x1b" not in text


def test_deep_trace_stays_on_the_screen_and_keeps_every_node():
    trace = node(name="node 5000")
    for number in range(4999, -1, -1):
        trace = node(name=f"node {number}", children=[trace])
    text = printed({"roots": [trace]}, 100)
    names = [part for line in text.splitlines() for part in [line.rpartition("node ")[2]] if "node " in line]
    assert names == [str(number) for number in range(5001)]
    assert "(1 levels deeper) node 17" in text


def test_wide_trace_keeps_the_order():
    children = [node("log", message=f"message {number}", level="info") for number in range(2000)]
    text = printed({"roots": [node(children=children)]})
    assert [line.rpartition(" ")[2] for line in text.splitlines() if "message" in line] == [str(n) for n in range(2000)]


def test_orphans_missing_parents_and_cut_traces_are_marked():
    text = printed({"roots": [node(is_orphan=True), node("missing", name=None)], "truncated": True})
    assert "its parent was not received" in text
    assert "(not received)" in text
    assert "not everything is shown" in text


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [(0.123, "0.12 ms"), (12.6, "13 ms"), (1234, "1.23 s"), (125_000, "2 min 5 s"), (None, "")],
)
def test_durations_are_told_in_fitting_units(milliseconds, told):
    assert f"n  {told}".rstrip() in printed({"roots": [node(duration_ms=milliseconds)]})
