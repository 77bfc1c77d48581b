"""What the waterfall computes, run where it runs: ticks, the critical path, trees of what senders claim."""

import pytest
from playwright.sync_api import expect

TICKS = """async ([module, ranges, most]) => {
    const { ticksOf } = await import(module);
    return ranges.map(([from, to]) => ticksOf(from, to, most));
}"""
PATH = """async ([spans, path, roots]) => {
    const { spansOf } = await import(spans);
    const { criticalPath } = await import(path);
    const all = spansOf(roots, "2026-01-01T00:00:00Z");
    return Object.fromEntries([...criticalPath(all)].map(([index, own]) => [all[index].node.id, own]));
}"""
TREE = """async ([module, items]) => {
    const { treeOf } = await import(module);
    const shape = (node) => node.children.length ? [node.id, node.children.map(shape)] : node.id;
    return treeOf(items).map(shape);
}"""
DEPTH = """async ([module, spans, items]) => {
    const { treeOf } = await import(module);
    const { spansOf } = await import(spans);
    return Math.max(...spansOf(treeOf(items), items[0].time).map((span) => span.depth));
}"""
MOST = 6


@pytest.fixture
def module(settled, page):
    """Open the page; return a function from a file's name to its address there."""
    page.goto(settled.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    main = page.locator("script[type=module]").get_attribute("src")
    return lambda name: main.replace("app/main.js", f"app/views/{name}")


def span(span_id, start, end, *children):
    return {
        "kind": "span", "id": span_id, "name": span_id, "agent_id": "a", "status": "Ok", "level": None, "message": None,
        "start": f"2026-01-01T00:00:{start // 1000:02}.{start % 1000:03}Z", "duration_ms": end - start, "events": [],
        "attributes": {}, "links": [], "is_orphan": False, "is_flattened": False, "children": list(children),
    }  # fmt: skip


def item(kind, item_id, parent=None, span_id=None):
    return {
        "kind": kind, "id": item_id, "time": "2026-01-01T00:00:00Z", "parent_id": parent, "trace_id": "t",
        "span_id": item_id if kind == "span" else span_id, "attributes": {}, "duration_ms": None, "name": "",
        "level": None, "status": None, "message": None, "agent_id": "a",
    }  # fmt: skip


def test_ticks_are_round_distinct_and_no_more_than_there_is_room_for(module, page):
    ranges = [[0, 10.0**power * factor] for power in range(-3, 10) for factor in (1, 1.3, 2.7, 6)]
    ranges += [[72_629.75, 72_635.25], [3_600_000, 3_600_001], [86_400_000, 90_000_000], [0.5, 0.502]]
    for (start, end), ticks in zip(
        ranges, page.evaluate(TICKS, [module("waterfall/ticks.js"), ranges, MOST]), strict=True
    ):
        assert 1 <= len(ticks) <= MOST + 1, (start, end, ticks)
        assert all(start - 1e-6 <= tick["at"] <= end + 1e-6 for tick in ticks)
        assert len({tick["text"] for tick in ticks}) == len(ticks), (start, end, ticks)


def test_the_critical_path_is_what_the_end_waited_for(module, page):
    root = span(
        "root", 0, 100,
        span("quick", 10, 30),
        span("slow", 10, 60, span("inner", 20, 55)),
        span("last", 70, 95),
        span("left running", 80, 150),
    )  # fmt: skip
    found = page.evaluate(PATH, [module("waterfall/spans.js"), module("waterfall/critical_path.js"), [root]])
    assert found == {
        "root": [[95, 100], [60, 70], [0, 10]],
        "last": [[70, 95]],
        "slow": [[55, 60], [10, 20]],
        "inner": [[20, 55]],
    }


def test_a_session_is_a_tree_whatever_its_senders_claim(module, page):
    items = [
        item("span", "a", parent="b"),
        item("span", "b", parent="a"),
        item("span", "self", parent="self"),
        item("span", "child", parent="a"),
        item("log", "in", span_id="child"),
        item("log", "below", parent="in", span_id="child"),
        item("log", "lost", parent="nobody", span_id="nowhere"),
    ]
    assert page.evaluate(TREE, [module("sessions/session_tree.js"), items]) == [
        ["b", [["a", [["child", [["in", ["below"]]]]]]]],
        "self",
        "lost",
    ]


def test_a_session_may_be_as_deep_as_it_is_long(module, page):
    items = [item("span", f"s{number}", parent=f"s{number - 1}") for number in range(3_000)]
    assert page.evaluate(DEPTH, [module("sessions/session_tree.js"), module("waterfall/spans.js"), items]) == 2_999
