"""Error groups: listed, opened, resolved, muted, assigned, merged; by mouse and by keyboard, and back."""

import json
import re
import time

import pytest
from playwright.sync_api import expect
from web_browser import until
from web_otlp import OtlpSender, SentLog

ERROR = 17
SECOND = 1_000_000_000


@pytest.fixture
def fail(seeded):
    """Log an error of each of the messages, as groups of an agent that is named for the test."""
    sender = OtlpSender(seeded.stack.otlp_http)

    def fail(agent, *messages, **attributes):
        now = time.time_ns()
        sender.logs(
            [
                SentLog(
                    agent,
                    message,
                    now - index * SECOND,
                    ERROR,
                    attributes={"spanlog.fingerprint": message, **attributes},
                )
                for index, message in enumerate(messages)
            ]
        )
        page = seeded.stack.wait_for("/errors", lambda page: page["total"] == len(messages), agent_id=agent)
        return {item["title"]: item["fingerprint"] for item in page["items"]}

    yield fail
    sender.close()


def status(seeded, fingerprint):
    return seeded.stack.get(f"/errors/{fingerprint}")["status"]


def rows(page):
    return page.locator(".error-rows tbody tr")


def test_the_list_shows_what_how_often_who_and_when(seeded, page):
    page.goto(f"{seeded.url}/ui/errors")
    row = rows(page).filter(has_text="ticket cannot be answered")
    expect(row).to_contain_text("KeyError")
    expect(row).to_contain_text("new")
    expect(row).to_contain_text("34")
    expect(row).to_contain_text("support-bot")
    expect(row.get_by_role("img")).to_have_attribute("aria-label", re.compile("^each bar 1 h: 34 records"))


def test_filters_live_in_the_address(seeded, page):
    page.goto(f"{seeded.url}/ui/errors")
    page.get_by_role("searchbox").fill("cannot read")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Records").click()
    page.wait_for_url(re.compile("search=cannot.read"))
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("cannot read")
    expect(page.get_by_role("button", name="All", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("columnheader", name="Records")).to_have_attribute("aria-sort", "descending")
    expect(rows(page)).to_have_count(1)


def test_a_group_is_resolved_by_keyboard_and_opened_again_by_undo(seeded, page, fail):
    (fingerprint,) = fail("keys", "keys broke").values()
    page.goto(f"{seeded.url}/ui/errors?agent=keys")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_text("Resolved: keys broke")).to_be_visible()
    expect(page.get_by_role("heading", name="No group matches")).to_be_visible()
    assert status(seeded, fingerprint) == "resolved"
    page.keyboard.press("u")
    expect(rows(page)).to_have_count(1)
    assert status(seeded, fingerprint) == "open"


def test_groups_are_merged_by_mouse_and_parted_by_undo(seeded, page, fail):
    fingerprints = fail("joined", "joined one", "joined two")
    page.goto(f"{seeded.url}/ui/errors?agent=joined")
    expect(rows(page)).to_have_count(2)
    page.get_by_role("checkbox", name="Mark all").check()
    page.get_by_role("button", name="Merge").click()
    expect(rows(page)).to_have_count(1)
    merged = seeded.stack.get(f"/errors/{fingerprints['joined two']}")
    assert merged["fingerprint"] == fingerprints["joined one"]
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(2)


def test_a_group_is_muted_and_assigned_and_says_who_did_it(seeded, page, fail):
    (fingerprint,) = fail("owned", "owned broke").values()
    page.goto(f"{seeded.url}/ui/errors/{fingerprint}")
    expect(page.get_by_text("One group for")).to_be_visible()
    page.get_by_role("button", name="web").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("ana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("m")
    page.get_by_role("radio", name="until 10 more records").check()
    page.get_by_role("dialog").get_by_role("button", name="Mute").click()
    expect(page.get_by_role("complementary")).to_contain_text("ana muted it until 10 more records")
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("textbox").fill("bo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary")).to_contain_text("ana assigned it to bo")
    page.get_by_role("textbox", name="Comment").fill("looks like the proxy")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("complementary")).to_contain_text("looks like the proxy")
    group = seeded.stack.get(f"/errors/{fingerprint}")
    assert (group["status"], group["assigned_to"], group["muted_count"]) == ("muted", "bo", 10)
    assert {change["by"] for change in group["changes"]} == {"ana"}


def test_a_group_shows_its_own_code_first_and_leads_to_its_trace(seeded, page):
    page.goto(f"{seeded.url}/ui/errors?search=ReadTimeout")
    rows(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("requests.exceptions.ReadTimeout")
    expect(page.get_by_text("raised through the same functions")).to_be_visible()
    expect(page.get_by_text("answer = exchange.submit(order, timeout=5)")).to_be_visible()
    library = page.get_by_text("raise ReadTimeout(e, request=request)")
    expect(library).to_be_hidden()
    page.get_by_text("2 frames of requests").click()
    expect(library).to_be_visible()
    page.get_by_role("link", name="trace", exact=True).first.click()
    page.wait_for_url(re.compile("/ui/traces/[0-9a-f]{32}"))


def test_a_group_leads_to_groups_like_it(seeded, page):
    page.goto(f"{seeded.url}/ui/errors?search=no quote for ETH")
    rows(page).get_by_role("link").click()
    similar = page.locator(".similar")
    expect(similar).to_contain_text("no quote for BTC")
    similar.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("no quote for")


def test_the_way_back_leads_to_the_same_place_of_the_list(seeded, page, fail):
    fail("many", *(f"many {number}" for number in range(40)))
    page.goto(f"{seeded.url}/ui/errors?agent=many")
    expect(rows(page)).to_have_count(40)
    rows(page).nth(35).scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 0
    rows(page).nth(35).get_by_role("link").click()
    expect(page.get_by_text("One group for")).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(40)
    until(page, "place => scrollY === place", place)
    page.reload()
    until(page, "place => scrollY === place", place)


def test_a_wrong_address_is_told_not_hidden(seeded, page):
    page.goto(f"{seeded.url}/ui/errors/0123456789abcdef")
    expect(page.get_by_role("alert")).to_contain_text("there is no error group 0123456789abcdef")


def test_what_the_api_refuses_is_shown(seeded, page):
    page.route(
        "**/errors?*",
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            body=json.dumps({"title": "no", "status": 422, "detail": "since: too late"}),
        ),
    )
    page.goto(f"{seeded.url}/ui/errors")
    expect(page.get_by_role("alert")).to_contain_text("since: too late")
