"""Traces: found in the list, read in the waterfall; by mouse, by keyboard, on a phone, and when they are hard."""

import re
import time
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from stack_process import RunningStack
from web_axe import violations
from web_browser import PHONE, until
from web_traces import HOSTILE, MOST_NODES, NEEDLE, send_hard_traces

DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def hard(tmp_path_factory):
    """A stack with the traces of web_traces: its address, and their ids."""
    stack = RunningStack(tmp_path_factory.mktemp("hard") / "data")
    try:
        traces = send_hard_traces(stack.otlp_http, time.time_ns())
        for trace_id, count in ((traces.big, MOST_NODES), (traces.linked, 3), (traces.hostile, 2 * len(HOSTILE))):
            stack.wait_for(
                "/traces",
                lambda found, trace_id=trace_id, count=count: any(
                    item["trace_id"] == trace_id and item["span_count"] + item["log_count"] == count
                    for item in found["items"]
                ),
            )
        yield stack.api, traces
    finally:
        stack.kill()


def listed(page):
    return page.locator(".trace-rows tbody tr")


def rows(page):
    return page.locator(".wf-row")


def row_of(page, text):
    return rows(page).filter(has_text=text)


def current(page):
    return page.locator(".wf-row[aria-selected=true]")


def detail(page):
    return page.get_by_role("complementary", name="Details")


def test_the_list_filters_and_the_address_keeps_it(settled, page):
    page.goto(f"{settled.url}/ui/traces")
    expect(listed(page).filter(has_text="planning the day")).to_contain_text("planner")
    page.get_by_role("searchbox", name="Span name").fill("place*")
    expect(listed(page).filter(has_text="planning the day")).to_have_count(0)
    page.get_by_role("button", name="With errors").click()
    page.get_by_role("combobox", name="Agent").fill("trader")
    page.get_by_role("searchbox", name="At least this long").fill("5s")
    page.get_by_role("searchbox", name="Attribute").fill("pair=ETH/USDC")
    page.wait_for_url(re.compile("attr=pair"))
    wanted = settled.stack.get(
        "/traces", **{"name": "place*", "error": "true", "min_duration": "5s", "attr.pair": "ETH/USDC"}
    )["items"]
    expect(listed(page)).to_have_count(len(wanted))
    page.get_by_role("button", name="Length").click()
    page.reload()
    expect(page.get_by_role("searchbox", name="Attribute")).to_have_value("pair=ETH/USDC")
    expect(page.get_by_role("columnheader", name="Length")).to_have_attribute("aria-sort", "descending")
    expect(listed(page)).to_have_count(len(wanted))
    longest = max(wanted, key=lambda trace: trace["duration_ms"])["trace_id"]
    expect(listed(page).first).to_have_id(f"trace-{longest}")


def test_what_matches_nothing_says_so_and_is_cleared_at_once(settled, page):
    page.goto(f"{settled.url}/ui/traces?name=no such span")
    expect(page.get_by_role("heading", name="No trace matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(listed(page).first).to_be_visible()


def test_a_wrong_length_is_told(settled, page):
    page.goto(f"{settled.url}/ui/traces?min=soon")
    expect(page.get_by_role("alert")).to_contain_text("not a length of time")


def test_a_trace_is_opened_by_keyboard_and_left_by_escape(settled, page):
    page.goto(f"{settled.url}/ui/traces")
    expect(listed(page).first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ui/traces/[0-9a-f]{32}"))
    expect(rows(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed(page).first).to_be_visible()


def test_a_point_leads_to_its_trace_and_a_rectangle_asks_for_its_time_and_lengths(settled, page):
    page.goto(f"{settled.url}/ui/traces?name=place*")
    points = page.locator(".scatter circle")
    expect(points).to_have_count(listed(page).count())
    expect(page.locator(".scatter circle.failed").first).to_be_visible()
    box = page.locator(".scatter svg").bounding_box()
    page.mouse.move(box["x"] + 70, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 110, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("since=.*until=.*min=.*max="))
    expect(points.first).to_be_visible()
    points.last.click()
    page.wait_for_url(re.compile("/ui/traces/[0-9a-f]{32}"))


def test_records_stand_under_their_span_and_errors_are_marked(settled, page):
    page.goto(f"{settled.url}/ui/traces/{settled.scene.trace_id}")
    expect(rows(page)).to_have_count(9)
    expect(page.get_by_text("6 spans, 3 records")).to_be_visible()
    root, first = rows(page).nth(0), rows(page).nth(1)
    expect(root).to_have_attribute("aria-level", "1")
    expect(root.locator(".wf-mark")).to_have_text("error")
    expect(first).to_contain_text("deciding on")
    expect(first).to_have_attribute("aria-level", "2")
    expect(row_of(page, "chat example-large-2")).to_contain_text("tokens")
    failed = rows(page).last
    expect(failed).to_contain_text("error")
    expect(failed).to_contain_text("failed")
    expect(page.locator(".wf-critical").first).to_be_visible()
    # It is drawn where it happened: at the end of its span.
    bar = row_of(page, "place order").locator(".wf-bar").bounding_box()
    point = failed.locator(".wf-point").bounding_box()
    assert abs(point["x"] + point["width"] / 2 - bar["x"] - bar["width"]) < 3
    page.get_by_role("checkbox", name="Records").uncheck()
    expect(rows(page)).to_have_count(6)
    page.reload()
    expect(rows(page)).to_have_count(6)


def test_keys_walk_the_tree_and_the_address_keeps_what_is_open(settled, page):
    page.goto(f"{settled.url}/ui/traces/{settled.scene.trace_id}")
    expect(rows(page)).to_have_count(9)
    page.keyboard.press("ArrowDown")
    expect(current(page)).to_contain_text("decide")
    page.keyboard.press("ArrowLeft")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_have_attribute("aria-expanded", "false")
    expect(rows(page)).to_contain_text("+8")
    page.keyboard.press("ArrowRight")
    expect(rows(page)).to_have_count(9)
    page.keyboard.press("e")
    expect(current(page)).to_contain_text("place order")
    page.keyboard.press("Enter")
    expect(detail(page)).to_contain_text("Attributes")
    expect(detail(page)).to_contain_text("Error")
    page.keyboard.press("ArrowDown")
    expect(detail(page)).to_contain_text("Record")
    expect(detail(page)).to_contain_text("ReadTimeout")
    page.reload()
    expect(detail(page)).to_contain_text("answer = exchange.submit(order, timeout=5)")
    expect(current(page)).to_contain_text("failed")
    page.keyboard.press("Escape")
    expect(detail(page)).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(current(page)).to_contain_text("place order")


def test_a_trace_of_records_alone_has_its_place_in_time(settled, page):
    page.goto(f"{settled.url}/ui/traces/{settled.scene.logs_only_trace_id}")
    expect(rows(page)).to_have_count(4)
    expect(rows(page).nth(2)).to_contain_text("task 2 has no owner")
    expect(rows(page).nth(2)).to_contain_text("+800 ms")
    rows(page).nth(2).click()
    detail(page).get_by_role("link", name="Record").click()
    page.wait_for_url(re.compile("/ui/logs/[0-9a-f-]{36}"))


def test_a_trace_that_is_not_there_says_so(settled, page):
    page.goto(f"{settled.url}/ui/traces/{'12' * 16}")
    expect(page.get_by_role("heading", name="There is no such trace")).to_be_visible()


def test_ten_thousand_spans_are_searched_folded_and_zoomed(hard, page):
    url, traces = hard
    page.goto(f"{url}/ui/traces/{traces.big}")
    expect(page.get_by_text("10,000 rows")).to_be_visible()
    # Only what is in sight exists.
    assert rows(page).count() < 100
    page.keyboard.press("/")
    page.keyboard.type(NEEDLE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.keyboard.press("Enter")
    expect(current(page)).to_contain_text(NEEDLE)
    expect(current(page)).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.wait_for_url(re.compile("from=.*to="))
    bar = current(page).locator(".wf-bar").bounding_box()
    assert bar["width"] > current(page).locator(".wf-track").bounding_box()["width"] / 2
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    expect(page.get_by_text("101 rows")).to_be_visible()
    expect(current(page)).to_contain_text("page 73")
    page.reload()
    # What is open is unfolded, whatever else is folded.
    expect(page.get_by_text("200 rows")).to_be_visible()
    expect(detail(page)).to_contain_text(NEEDLE)
    expect(current(page)).to_be_in_viewport()
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="All of the time")).to_have_count(0)
    page.get_by_label("How many levels").select_option("0")
    expect(page.get_by_text("10,000 rows")).to_be_visible()


def test_the_time_axis_stays_in_sight_and_a_range_of_it_can_be_dragged(hard, page):
    url, traces = hard
    page.goto(f"{url}/ui/traces/{traces.big}")
    expect(rows(page).first).to_be_visible()
    page.keyboard.press("End")
    expect(current(page)).to_be_in_viewport()
    axis = page.locator(".wf-axis")
    expect(axis).to_be_in_viewport()
    box = axis.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 10, steps=3)
    page.mouse.up()
    expect(axis).to_contain_text("60 s")
    expect(axis).not_to_contain_text("20 s")
    page.keyboard.press("Escape")
    expect(axis).to_contain_text("20 s")


def test_clocks_that_differ_and_spans_that_are_lost_are_shown_with_their_warnings(hard, page):
    url, traces = hard
    page.goto(f"{url}/ui/traces/{traces.skewed}")
    expect(rows(page)).to_have_count(7)
    expect(page.get_by_text("4 spans marked")).to_be_visible()
    for name, warning in (
        ("clock is early", "begins before its parent"),
        ("left running", "begins after its parent has ended"),
        ("parent was lost", "Its parent is not stored"),
        ("(span not stored)", "Records name this span"),
    ):
        row_of(page, name).click()
        expect(detail(page)).to_contain_text(warning)
    expect(row_of(page, "who called me?")).to_have_attribute("aria-level", "2")


def test_a_span_shows_its_events_links_records_and_leads_on(hard, page):
    url, traces = hard
    page.goto(f"{url}/ui/traces/{traces.linked}")
    row_of(page, "work off").click()
    expect(detail(page)).to_contain_text("1 event")
    expect(detail(page)).to_contain_text("ValueError: no such row")
    detail(page).get_by_role("button", name="row 7 is gone").click()
    expect(current(page)).to_contain_text("row 7 is gone")
    row_of(page, "chat").click()
    expect(detail(page)).to_contain_text("12K → 340 tokens")
    row_of(page, "work off").click()
    detail(page).get_by_role("link", name=traces.big).click()
    expect(page.get_by_text("10,000 rows")).to_be_visible()
    expect(current(page)).to_contain_text("page 0")
    page.go_back()
    detail(page).get_by_role("button", name="queue").click()
    expect(listed(page)).to_have_count(1)
    expect(listed(page)).to_contain_text("work off")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_hostile_names_are_text(hard, open_page, viewport):
    url, traces = hard
    page = open_page(viewport=viewport)
    page.goto(f"{url}/ui/traces")
    expect(page.get_by_text(HOSTILE[0][:20]).first).to_be_visible()
    page.goto(f"{url}/ui/traces/{traces.hostile}")
    expect(rows(page)).to_have_count(2 * len(HOSTILE))
    for index in range(0, 2 * len(HOSTILE), 3):
        rows(page).nth(index).click()
        expect(detail(page)).to_contain_text("Attributes")
        assert page.evaluate("window.broken") is None
        assert page.locator("#app img, #app script, #app a[href^='javascript']").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        detail(page).get_by_role("button", name="Close").click()
    name = quote(HOSTILE[1][:60], safe="")
    for path in ("/ui/agents", f"/ui/agents/{name}", "/ui/sessions", f"/ui/sessions/{name}"):
        page.goto(url + path)
        expect(page.get_by_role("main").get_by_text(HOSTILE[1][:20]).first).to_be_visible()
        assert page.evaluate("window.broken") is None
        assert page.locator("#app img, #app script, #app a[href^='javascript']").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_names_get_the_room_that_is_asked_for_and_keep_it(settled, page):
    page.goto(f"{settled.url}/ui/traces/{settled.scene.trace_id}")
    splitter = page.get_by_role("separator", name="Width of the names")
    before = page.locator(".wf-axis").bounding_box()["width"]
    splitter.press("ArrowRight")
    expect(splitter).to_have_attribute("aria-valuenow", "44")
    assert page.locator(".wf-axis").bounding_box()["width"] < before
    page.reload()
    expect(splitter).to_have_attribute("aria-valuenow", "44")


def test_a_phone_shows_the_waterfall_and_what_is_opened(settled, open_page):
    page = open_page(viewport=PHONE, has_touch=True)
    page.goto(f"{settled.url}/ui/traces/{settled.scene.trace_id}")
    row_of(page, "place order").tap()
    expect(detail(page)).to_be_in_viewport()
    expect(page.locator(".wf-axis")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    detail(page).get_by_role("button", name="Close").tap()
    expect(detail(page)).to_have_count(0)
    # Turned on its side, rows have the height of a desk's.
    page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
    expect(rows(page)).to_have_count(9)
    until(
        page,
        "() => { const [a, b] = [...document.querySelectorAll('.wf-row')].map((row) => row.getBoundingClientRect());"
        " return b.top - a.top === a.height && a.height < 40; }",
    )


def test_axe_finds_nothing_in_the_list_and_in_a_trace(settled, page):
    page.goto(f"{settled.url}/ui/traces")
    expect(listed(page).first).to_be_visible()
    assert violations(page) == {}
    page.goto(f"{settled.url}/ui/traces/{settled.scene.trace_id}")
    row_of(page, "place order").click()
    expect(detail(page)).to_be_visible()
    assert violations(page) == {}
