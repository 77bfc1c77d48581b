"""Sessions: runs and conversations, and one of them on its time line."""

import re
import time

from playwright.sync_api import expect
from web_axe import violations
from web_browser import PHONE
from web_otlp import OtlpSender, SentLog

SECOND = 1_000_000_000
# More than a page of the API has.
RECORDS = 1_200
POLL_MILLISECONDS = 10_000


def listed(page):
    return page.locator(".session-rows tbody tr")


def rows(page):
    return page.locator(".wf-row")


def detail(page):
    return page.get_by_role("complementary", name="Details")


def test_sessions_are_listed_with_what_they_did_and_used(settled, page):
    page.goto(f"{settled.url}/ui/sessions")
    (session,) = (
        each
        for each in settled.stack.get("/sessions", limit=1000)["items"]
        if each["session_key"] == settled.scene.session
    )
    row = listed(page).filter(has=page.get_by_role("link", name=settled.scene.session, exact=True))
    expect(row).to_contain_text("price-watcher, trader")
    expect(row.locator(".failed")).to_contain_text(str(session["error_count"]))
    expect(row.locator(".tokens")).to_have_text(f"{session['input_tokens']:,} → {session['output_tokens']:,}")


def test_filters_live_in_the_address(settled, page):
    page.goto(f"{settled.url}/ui/sessions")
    page.get_by_role("button", name="With errors").click()
    page.get_by_role("combobox", name="Agent").fill("trader")
    page.wait_for_url(re.compile("agent=trader"))
    wanted = settled.stack.get("/sessions", agent_id="trader", error="true", limit=1000)["items"]
    expect(listed(page)).to_have_count(len(wanted))
    page.reload()
    expect(page.get_by_role("button", name="With errors")).to_have_attribute("aria-pressed", "true")
    expect(listed(page)).to_have_count(len(wanted))


def test_one_run_is_a_time_line_of_operations_records_errors_and_tokens(settled, page):
    page.goto(f"{settled.url}/ui/sessions")
    listed(page).get_by_role("link", name=settled.scene.session, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=settled.scene.session)).to_be_visible()
    expect(rows(page)).to_have_count(9)
    figures = page.locator(".session-figures")
    expect(figures).to_contain_text("Errors3")
    expect(figures).to_contain_text("example-large-2")
    expect(rows(page).nth(0)).to_have_attribute("aria-level", "1")
    expect(rows(page).filter(has_text="chat example-large-2")).to_contain_text("tokens")
    page.keyboard.press("e")
    page.keyboard.press("e")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(detail(page)).to_contain_text("ReadTimeout")
    page.reload()
    expect(detail(page).get_by_role("link", name="Error group")).to_be_visible()
    detail(page).get_by_role("link", name="Trace").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("^decide"))).to_be_visible()
    # The record that was open is the one that is open.
    expect(detail(page)).to_contain_text("ReadTimeout")


def test_a_session_of_records_alone_that_is_longer_than_a_page_goes_on(start_stack, page):
    stack = start_stack()
    sender = OtlpSender(stack.otlp_http)
    now = time.time_ns()
    sender.logs(
        [
            SentLog("looper", f"round {number}", now - (RECORDS - number) * SECOND // 10,
                    attributes={"session.id": "loop/1 <b>"})
            for number in range(RECORDS)
        ]
    )  # fmt: skip
    stack.wait_for("/logs", lambda found: found["total"] == RECORDS, limit=1)
    page.clock.install()
    page.goto(f"{stack.api}/ui/sessions/loop%2F1%20%3Cb%3E")
    expect(page.get_by_role("heading", level=1, name="loop/1 <b>")).to_be_visible()
    expect(page.get_by_text(f"{RECORDS:,} rows")).to_be_visible()
    page.keyboard.press("End")
    expect(rows(page).last).to_contain_text(f"round {RECORDS - 1}")
    # It is still going on.
    sender.logs([SentLog("looper", "one more", time.time_ns(), attributes={"session.id": "loop/1 <b>"})])
    sender.close()
    stack.wait_for("/logs", lambda found: found["total"] == RECORDS + 1, limit=1)
    page.clock.fast_forward(POLL_MILLISECONDS)
    expect(page.get_by_text(f"{RECORDS + 1:,} rows")).to_be_visible()


def test_a_session_that_is_not_there_says_so(settled, page):
    page.goto(f"{settled.url}/ui/sessions/nobody")
    expect(page.get_by_role("heading", name="There is no such session")).to_be_visible()


def test_sessions_fit_a_phone(settled, open_page):
    page = open_page(viewport=PHONE)
    for path, shown in (("/ui/sessions", listed), (f"/ui/sessions/{settled.scene.session}", rows)):
        page.goto(settled.url + path)
        expect(shown(page).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_axe_finds_nothing_in_the_list_and_in_a_session(settled, page):
    page.goto(f"{settled.url}/ui/sessions")
    expect(listed(page).first).to_be_visible()
    assert violations(page) == {}
    page.goto(f"{settled.url}/ui/sessions/{settled.scene.session}")
    expect(rows(page).first).to_be_visible()
    assert violations(page) == {}
