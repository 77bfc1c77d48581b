"""Is everything all right?"""

import re
import time

import urllib3
from playwright.sync_api import expect

HELLO = """
import logging, spanlog
spanlog.configure(agent_id="my-agent")
logging.getLogger("my-agent").error("hello, spanlog")
"""

LOSING = """
import logging, spanlog
log = logging.getLogger("my-agent")
log.addHandler(spanlog.SpanlogHandler("my-agent", max_queue_records=3, flush_interval_seconds=30))
for number in range(10):
    log.warning("number %d", number)
"""
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def test_what_is_not_all_right_stands_first(settled, page):
    page.goto(settled.url)
    verdict = page.get_by_role("main").get_by_role("status").first
    expect(verdict).to_contain_text("2 new errors")
    expect(verdict).to_contain_text("nightly-batch silent for longer than usual")
    verdict.get_by_role("link", name="2 new errors").click()
    expect(page.get_by_role("heading", level=1, name="Errors")).to_be_visible()
    expect(page.locator(".error-rows tbody tr")).to_have_count(2)


def test_the_figures_are_those_of_the_api(settled, page):
    page.goto(settled.url)
    figures = page.locator(".figures")
    deadline = time.monotonic() + 30
    while True:
        # Asked each time: the last 24 hours leave records behind while they are looked at.
        levels = settled.stack.get("/logs/summary")["by_level"]
        total, errors = sum(levels.values()), levels["error"] + levels["critical"]
        text = figures.text_content()
        if f"Records{total:,}last 24 h" in text and f"Errors{errors}" in text:
            break
        assert time.monotonic() < deadline, (total, errors, text)
        time.sleep(0.2)
    expect(figures).to_contain_text("1 silent")
    expect(figures).to_contain_text("nothing dropped")
    expect(page.get_by_role("figure", name=re.compile("^Records: "))).to_be_visible()


def test_silent_agents_stand_first(settled, page):
    page.goto(settled.url)
    rows = page.get_by_role("region", name="Agents").get_by_role("listitem")
    expect(rows).to_have_count(6)
    expect(rows.first).to_contain_text("nightly-batch")
    expect(rows.first).to_contain_text("silent 4 h")


def test_a_range_dragged_on_the_chart_is_the_period_and_survives_a_reload(settled, page):
    page.goto(settled.url)
    # What is still loading moves the chart.
    page.wait_for_load_state("networkidle")
    chart = page.locator(".time-chart .u-over").first
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("since=.*until="))
    picker = page.get_by_role("button", name="From … to …")
    expect(picker).to_contain_text("–")
    shown = picker.inner_text()
    page.reload()
    expect(picker).to_have_text(shown)
    page.go_back()
    expect(picker).to_have_text("")


def test_an_empty_stack_says_what_to_paste_and_turns_live_with_the_first_record(start_stack, page):
    stack = start_stack()
    page.goto(stack.api)
    expect(page.get_by_role("heading", name="Nothing has been logged here yet")).to_be_visible()
    shown = page.locator("pre").all_inner_texts()
    assert shown[1].splitlines() == HELLO.strip().splitlines()
    stack.run_program("\n".join(shown[1:]))
    expect(page.get_by_role("region", name="Errors to look at")).to_contain_text("hello, spanlog")
    expect(page.get_by_role("region", name="Agents")).to_contain_text("my-agent")


def test_what_senders_lost_and_what_was_refused_is_told_and_leads_to_the_reports(start_stack, page):
    stack = start_stack()
    stack.run_program(LOSING)
    refused = urllib3.request("POST", f"{stack.otlp_http}/v1/logs", body=b"no OTLP", headers=PROTOBUF)
    assert refused.status == 400
    stack.wait_for("/logs", lambda found: found["total"] == 4, agent_id="my-agent")
    page.goto(stack.api)
    expect(page.locator(".figures")).to_contain_text("Not stored8")
    expect(page.locator(".figures")).to_contain_text("7 records lost by senders, 1 request refused")
    verdict = page.get_by_role("main").get_by_role("status").first
    expect(verdict).to_contain_text("1 request refused since the start")
    verdict.get_by_role("link", name="7 records lost by senders since the start").click()
    expect(page.locator(".record")).to_have_count(1)
    expect(page.locator(".record")).to_contain_text("7 records were lost (queue_full: 7)")
