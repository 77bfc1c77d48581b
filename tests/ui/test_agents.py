"""Agents: who logs, who has fallen silent, and one of them."""

import re

from playwright.sync_api import expect
from web_axe import violations
from web_browser import PHONE


def rows(page):
    return page.locator(".agent-rows tbody tr")


def test_a_silent_agent_stands_first_and_stands_out(settled, page):
    page.goto(f"{settled.url}/ui/agents")
    expect(rows(page)).to_have_count(6)
    expect(rows(page).first).to_contain_text("nightly-batch")
    expect(rows(page).first).to_contain_text("silent 4 h")
    expect(rows(page).filter(has_text="price-watcher")).to_contain_text("as usual")
    expect(page.get_by_text("6 agents, 1 silent")).to_be_visible()


def test_figures_are_those_of_the_api(settled, page):
    page.goto(f"{settled.url}/ui/agents")
    agent = next(each for each in settled.stack.get("/logs/agents") if each["agent_id"] == "trader")
    row = rows(page).filter(has_text="trader")
    expect(row.locator(".records")).to_have_text(f"{agent['records_24h']:,}")
    expect(row.locator(".runs")).to_have_text(str(agent["sessions_24h"]))
    expect(row.locator(".failures")).to_have_attribute("title", f"{agent['errors_24h']} errors")


def test_agents_are_searched_and_sorted_and_the_address_keeps_it(settled, page):
    page.goto(f"{settled.url}/ui/agents")
    page.get_by_role("button", name="Records").click()
    expect(rows(page).first).to_contain_text("price-watcher")
    page.get_by_role("searchbox").fill("er")
    expect(rows(page)).to_have_count(4)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("er")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("searchbox").fill("nobody")
    expect(page.get_by_role("heading", name="No agent matches")).to_be_visible()


def test_one_agent_shows_its_counts_errors_messages_and_sessions(settled, page):
    page.goto(f"{settled.url}/ui/agents?search=trader")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="trader")).to_be_visible()
    expect(page.get_by_role("figure", name=re.compile("^Records: [1-9]"))).to_be_visible()
    expect(page.get_by_role("region", name="Errors")).to_contain_text("ReadTimeout")
    expect(page.get_by_role("region", name="What it says")).to_contain_text("deciding on <*>")
    sessions = page.get_by_role("region", name="Sessions")
    expect(sessions).to_contain_text("3 errors")
    page.reload()
    sessions.get_by_role("link", name="run-400").click()
    expect(page.get_by_role("heading", level=1, name="run-400")).to_be_visible()
    page.go_back()
    expect(sessions).to_contain_text("run-400")
    page.keyboard.press("Escape")
    expect(rows(page).first).to_be_visible()


def test_a_range_of_its_chart_is_the_period_of_all_its_parts(settled, page):
    page.goto(f"{settled.url}/ui/agents/support-bot")
    expect(page.get_by_role("region", name="Errors")).to_contain_text("KeyError")
    # What is still loading moves the chart.
    page.wait_for_load_state("networkidle")
    chart = page.locator(".time-chart .u-over")
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("since=.*until="))
    expect(page.get_by_role("region", name="Errors")).to_contain_text("None in the")
    expect(page.get_by_role("region", name="What it says")).to_contain_text("ticket <*> answered")


def test_an_agent_nobody_knows_says_so(settled, page):
    page.goto(f"{settled.url}/ui/agents/nobody%2Fat%2Fall")
    expect(page.get_by_role("heading", level=1, name="nobody/at/all")).to_be_visible()
    expect(page.get_by_text("No log record is known of it")).to_be_visible()


def test_agents_fit_a_phone(settled, open_page):
    page = open_page(viewport=PHONE)
    for path in ("/ui/agents", "/ui/agents/trader"):
        page.goto(settled.url + path)
        expect(page.locator(".agent-rows tr, .agent-lines li").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_axe_finds_nothing_in_the_list_and_in_an_agent(settled, page):
    page.goto(f"{settled.url}/ui/agents")
    expect(rows(page).first).to_be_visible()
    assert violations(page) == {}
    page.goto(f"{settled.url}/ui/agents/trader")
    expect(page.get_by_role("region", name="What it says")).to_contain_text("deciding on")
    assert violations(page) == {}
