"""Logs: search, filters, the opened record, the tail; each by what a person does, in a browser on a real stack."""

import json
import re
import socket
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from web_browser import PHONE, until
from web_otlp import OtlpSender, SentLog

ERROR = 17
KEY = "a-key-of-the-tests"


def send(stack, *logs: SentLog, key: str = "") -> None:
    sender = OtlpSender(stack.otlp_http, key)
    try:
        sender.logs(list(logs))
    finally:
        sender.close()


def rows(page: Page):
    return page.locator(".record")


def go(page: Page, url: str, **query: str) -> None:
    address = "&".join(f"{name}={value.replace(' ', '+').replace('#', '%23')}" for name, value in query.items())
    page.goto(f"{url}/ui/logs?{address}")


def query_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def search_box(page: Page):
    return page.get_by_role("combobox", name="Search records")


def count_of(page: Page) -> int:
    shown = page.locator(".toolbar .count")
    expect(shown).to_have_text(re.compile(r"^[\d,]+ records?$"))
    return int(shown.inner_text().split()[0].replace(",", ""))


FIRST_IN_SIGHT = """() => {
  const list = document.querySelector('.virtual-list').getBoundingClientRect();
  return [...document.querySelectorAll('.record')].map(row => [row.id, row.getBoundingClientRect().top])
    .filter(([, top]) => top >= list.top - 1).sort((a, b) => a[1] - b[1])[0]?.[0];
}"""


def first_in_sight(page: Page) -> str:
    return page.evaluate(FIRST_IN_SIGHT)


def test_a_search_marks_its_words_and_survives_a_reload(seeded, page):
    go(page, seeded.url)
    expect(rows(page).first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type('"cannot be answered" level:error')
    page.keyboard.press("Enter")
    expect(page.locator(".toolbar .count")).to_have_text("34 records")
    expect(page.locator(".record mark").first).to_have_text("cannot be answered")
    assert query_of(page)["q"] == '"cannot be answered" level:error'
    page.reload()
    expect(search_box(page)).to_have_value('"cannot be answered" level:error')
    expect(page.locator(".toolbar .count")).to_have_text("34 records")
    page.go_back()
    expect(search_box(page)).to_have_value("")


def test_names_and_values_are_completed_as_one_writes(seeded, page):
    go(page, seeded.url)
    expect(rows(page).first).to_be_visible()
    search_box(page).click()
    page.keyboard.type("agen")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_contain_text("agent_id")
    page.keyboard.press("Tab")
    expect(search_box(page)).to_have_value("agent_id:")
    page.keyboard.type("pla")
    expect(options.filter(has_text="planner")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(search_box(page)).to_have_value("agent_id:planner ")
    # An attribute is completed like a field.
    page.keyboard.type("ste")
    options.filter(has_text=re.compile("^step")).click()
    expect(options.filter(has_text=re.compile("^3"))).to_be_visible()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("task 2 has no owner")


def test_a_mistake_is_shown_where_it_is_and_an_empty_result_says_how_to_widen_it(seeded, page):
    go(page, seeded.url, q="ticket level:grave")
    mistake = page.get_by_role("alert")
    expect(mistake).to_contain_text("At character 14: 'grave' is no level")
    expect(mistake).to_contain_text("the levels are debug, info, warn, error, critical")
    expect(mistake.locator("mark")).to_have_text("g")
    search_box(page).fill("agent_id:nightly-batch nosuchword")
    search_box(page).press("Enter")
    expect(page.get_by_role("heading", name="No record matches")).to_be_visible()
    expect(page.get_by_text("nor at any time before")).to_be_visible()
    page.get_by_role("button", name="Without nosuchword").click()
    expect(rows(page).first).to_be_visible()
    # It fell silent four hours ago, and the view says so.
    page.get_by_role("button", name="15 min").click()
    page.get_by_role("button", name="Show the last one").click()
    expect(rows(page).first).to_contain_text("nightly-batch")
    assert {"since", "until"} <= query_of(page).keys()


def test_a_range_dragged_in_the_chart_becomes_the_period(seeded, page):
    go(page, seeded.url)
    before = count_of(page)
    page.wait_for_load_state("networkidle")
    box = page.locator(".time-chart .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 30, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("since="))
    expect(page.locator(".toolbar .count")).not_to_have_text(f"{before:,} records")
    asked = query_of(page)
    found = seeded.stack.get("/logs", since=asked["since"], until=asked["until"], limit=1)
    assert count_of(page) == found["total"] < before
    page.go_back()
    expect(page.locator(".toolbar .count")).to_have_text(re.compile(r"^2,\d+ records"))


def test_facets_add_and_exclude_and_take_back(seeded, page):
    go(page, seeded.url)
    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_role("button", name=re.compile("^error")).click()
    expect(search_box(page)).to_have_value("level:error")
    # Others of the same field can be added.
    filters.get_by_role("button", name=re.compile("^warn")).click()
    expect(search_box(page)).to_have_value("level:(error warn)")
    filters.locator(".value", has_text="price-watcher").first.hover()
    filters.get_by_role("button", name="Exclude price-watcher", exact=True).click()
    expect(search_box(page)).to_have_value("level:(error warn) -agent_id:price-watcher")
    expect(rows(page).first).to_be_visible()
    expect(rows(page).filter(has_text="price-watcher")).to_have_count(0)
    filters.get_by_role("button", name=re.compile("^warn")).click()
    expect(search_box(page)).to_have_value("-agent_id:price-watcher level:error")
    filters.get_by_role("button", name="pair", exact=True).click()
    filters.get_by_role("button", name=re.compile("^ETH.USDC")).click()
    expect(search_box(page)).to_have_value("-agent_id:price-watcher level:error pair:ETH/USDC")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_record_opens_with_all_it_has_and_leads_on(seeded, page):
    go(page, seeded.url, q=f"trace_id:{seeded.scene.trace_id} level:error")
    rows(page).click()
    panel = page.get_by_role("complementary", name="Record")
    expect(panel).to_contain_text("requests.exceptions.ReadTimeout")
    expect(panel).to_contain_text('File "/srv/agents/trader/orders.py", line 88, in place_order')
    expect(panel.get_by_role("region", name="Sent by")).to_contain_text("service.name")
    for name, path in (("Trace", "/ui/traces/"), ("Error group", "/ui/errors/"), ("Session", "/ui/sessions/")):
        assert path in panel.get_by_role("link", name=name, exact=True).get_attribute("href")
    record_id = query_of(page)["record"]
    page.reload()
    expect(panel).to_contain_text("requests.exceptions.ReadTimeout")
    panel.get_by_role("button", name="Before and after").click()
    expect(panel.locator("[aria-current=true]")).to_contain_text("failed")
    texts = panel.locator(".record-context li").all_inner_texts()
    around = seeded.stack.get(f"/logs/{record_id}/context")
    assert len(texts) == len(around["before"]) + 1 + len(around["after"])
    panel.get_by_role("button", name="Details").click()
    order = panel.get_by_role("region", name="Attributes", exact=True).locator("dl > div", has_text="order")
    order.get_by_role("button", name="Exclude order: this value").click()
    expect(search_box(page)).to_have_value(re.compile(r"-order:\d+$"))
    expect(page.get_by_role("heading", name="No record matches")).to_be_visible()

    # What is shared is the record alone.
    page.goto(f"{seeded.url}/ui/logs/{record_id}")
    expect(page.get_by_role("heading", level=1, name="Record")).to_be_visible()
    expect(page.get_by_text("requests.exceptions.ReadTimeout").first).to_be_visible()
    expect(page.get_by_role("region", name="Before and after").locator("[aria-current=true]")).to_be_visible()
    page.get_by_role("link", name="To the records around it").click()
    expect(page.get_by_role("complementary", name="Record")).to_be_visible()


def test_a_link_and_a_text_are_copied(seeded, open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{seeded.url}/ui/logs?q=%22task+2%22")
    rows(page).click()
    panel = page.get_by_role("complementary", name="Record")
    panel.get_by_role("button", name="Copy a link to this record").click()
    expect(panel.locator("button svg path[d^='m2.5']")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{seeded.url}/ui/logs/{query_of(page)['record']}"
    panel.get_by_role("button", name="Copy the message").click()
    until(page, "navigator.clipboard.readText().then(text => text === 'task 2 has no owner')")


def test_the_keyboard_goes_through_the_list_and_opens(seeded, page):
    go(page, seeded.url, q="agent_id:planner")
    expect(rows(page)).to_have_count(4)
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".record.is-selected")).to_contain_text("task 2 has no owner")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Record")
    expect(panel).to_contain_text("task 2 has no owner")
    page.keyboard.press("j")
    expect(panel).to_contain_text("3 tasks found")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.keyboard.press("w")
    expect(page.locator(".record.is-wrapped").first).to_be_visible()


def test_what_matches_is_saved_as_a_file(seeded, page):
    go(page, seeded.url, q="agent_id:planner")
    expect(rows(page)).to_have_count(4)
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Lines of JSON").click()
    assert saving.value.suggested_filename == "spanlog-logs.ndjson"
    entries = [json.loads(line) for line in saving.value.path().read_text(encoding="utf-8").splitlines()]
    assert [entry["message"] for entry in entries] == [
        "plan kept", "task 2 has no owner", "3 tasks found", "planning the day",
    ]  # fmt: skip
    expect(page.get_by_text("4 records as Lines of JSON")).to_be_visible()


def test_a_reload_leads_to_the_same_place_in_a_long_list(seeded, page):
    go(page, seeded.url)
    expect(rows(page).first).to_be_visible()
    # Pages are loaded as one gets there.
    until(
        page,
        """() => { const list = document.querySelector('.virtual-list');
        if (list.scrollHeight < 1000 * 24) { list.scrollTo(0, list.scrollHeight); return false; }
        list.scrollTo(0, 900 * 24); return true; }""",
    )
    kept = "(sessionStorage.getItem('spanlog.logs.places') ?? '')"
    # The list is empty for a moment after a jump; then the row at its top is the one that is remembered.
    until(page, f"() => {kept}.includes(({FIRST_IN_SIGHT})()?.replace('record-', '') ?? 'nothing in sight')")
    seen = first_in_sight(page)
    # Only rows in sight, and some around them, are there at all.
    assert rows(page).count() < 80
    page.reload()
    expect(page.locator(f"#{seen}")).to_be_visible()
    until(page, f"seen => ({FIRST_IN_SIGHT})() === seen", seen)


HOSTILE = [
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "\u202eesrever \u0000 ${7*7} {{7*7}}".replace("\u0000", "\u0007"),
    "x" * 1_000_000,
]


def test_hostile_content_is_text(seeded, page):
    now = time.time_ns()
    attributes = {'<b onclick="x">': "<svg onload=window.hacked=1>", "__proto__": "polluted", "href": HOSTILE[2]}
    session = {"session.id": "../../<i>?#"}
    send(
        seeded.stack,
        *(SentLog("<u>hostile</u>", text, now + index, ERROR, attributes=attributes | session)
          for index, text in enumerate(HOSTILE)),
    )  # fmt: skip
    seeded.stack.wait_for("/logs", lambda found: found["total"] == len(HOSTILE), agent_id="<u>hostile</u>")
    go(page, seeded.url, q='agent_id:"<u>hostile</u>"')
    expect(rows(page)).to_have_count(len(HOSTILE))
    for text in HOSTILE[:2]:
        expect(rows(page).filter(has_text=text)).to_have_count(1)
    # A megabyte is cut, and opened by hand.
    assert all(len(text) < 1500 for text in rows(page).all_inner_texts())
    rows(page).first.click()
    panel = page.get_by_role("complementary", name="Record")
    panel.get_by_role("button", name="Show all 1,000,000 characters").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(panel).to_contain_text("javascript:window.hacked=1")
    expect(panel).to_contain_text("__proto__")
    expect(panel).to_contain_text('<b onclick="x">')
    assert panel.get_by_role("link", name="Session").get_attribute("href") == "/ui/sessions/..%2F..%2F%3Ci%3E%3F%23"
    panel.get_by_role("button", name="Before and after").click()
    expect(panel.locator(".record-context li")).to_have_count(len(HOSTILE))
    assert page.evaluate("window.hacked") is None
    assert page.locator(".logs :is(img, script, svg[onload], u, b, i)").count() == 0


def test_it_works_on_a_phone_in_the_dark(seeded, open_page):
    page = open_page(viewport=PHONE, color_scheme="dark", has_touch=True)
    go(page, seeded.url, q="agent_id:planner")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("button", name="Filters").tap()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_role("button", name=re.compile("^warn")).tap()
    dialog.get_by_role("button", name="Close").tap()
    expect(rows(page)).to_have_count(1)
    rows(page).tap()
    panel = page.get_by_role("complementary", name="Record")
    expect(panel).to_contain_text("task 2 has no owner")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    panel.get_by_role("button", name="Close").tap()
    expect(rows(page)).to_be_visible()


def test_a_tail_that_was_let_go_says_so_and_goes_on_after_its_last_record(seeded, page):
    entry = seeded.stack.get("/logs", q="agent_id:planner", limit=1)["items"][0] | {"message": "sent before the end"}
    place = f"1:{entry['id'][:-1]}0"
    asked: list[str] = []

    def answer(route):
        asked.append(route.request.headers["last-event-id"])
        # The page reads as fast as the stack sends, so that one cannot be had from a real stack in a short test.
        events = (
            f"id: {place}\ndata: {json.dumps(entry | {'id': place[2:]})}\n\n"
            'event: skipped\ndata: {"records":1234}\n\nevent: dropped\ndata: {"reason":"too slow"}\n\n'
        )
        if len(asked) == 1:
            route.fulfill(content_type="text/event-stream", body=events)
        else:
            route.continue_()

    page.route("**/logs/tail?*", answer)
    go(page, seeded.url, q="agent_id:planner", live="1")
    note = page.get_by_role("status").filter(has_text="let go")
    expect(note).to_contain_text("it came again, and goes on where it was")
    expect(note).to_contain_text("1,234 records came too fast to be shown one by one")
    expect(rows(page).filter(has_text="sent before the end")).to_be_visible()
    expect(page.locator(".live .tone-good")).to_be_visible()
    assert re.fullmatch(r"\d+:0{8}-[0-]+", asked[0])
    assert asked[1] == place
    note.get_by_role("button", name="Dismiss").click()
    expect(note).to_have_count(0)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def start_again(start_stack):
    """Start a stack with a key at one address, as often as wanted."""
    port = free_port()
    return lambda: start_stack("--api", f"127.0.0.1:{port}", SPANLOG_API_KEY=KEY)


def test_the_tail_shows_what_comes_and_moves_nobody(seeded, page):
    stack = seeded.stack
    go(page, stack.api, q="agent_id:tailed")
    live = page.locator(".live")
    expect(page.get_by_role("heading", name="No record matches")).to_be_visible()
    live.click()
    page.wait_for_url(re.compile("live=1"))
    expect(live.locator(".tone-good")).to_be_visible()
    send(stack, *(SentLog("tailed", f"early {number}", time.time_ns() + number) for number in range(60)))
    expect(rows(page).filter(has_text="early 59")).to_be_visible()

    # Whoever is not at the top is told, and left where he is.
    page.locator(".virtual-list").evaluate("list => list.scrollTo(0, 480)")
    expect(rows(page).filter(has_text="early 20")).to_be_visible()
    before = first_in_sight(page)
    send(stack, SentLog("tailed", "later 1", time.time_ns()), SentLog("tailed", "later 2", time.time_ns()))
    news = page.get_by_role("button", name="2 new records")
    expect(news).to_be_visible()
    assert first_in_sight(page) == before
    news.click()
    expect(rows(page).filter(has_text="later 2")).to_be_visible()

    # Paused, nothing moves at the top either; space pauses, whatever the mouse clicked last.
    live.click()
    live.click()
    expect(live.locator(".tone-good")).to_be_visible()
    page.keyboard.press(" ")
    expect(live).to_have_text("Paused")
    send(stack, SentLog("tailed", "while paused", time.time_ns()))
    expect(page.get_by_role("button", name="1 new record")).to_be_visible()
    expect(rows(page).filter(has_text="while paused")).to_have_count(0)
    page.keyboard.press(" ")
    expect(rows(page).filter(has_text="while paused")).to_be_visible()
    expect(page.locator(".toolbar .count")).to_have_text("63 records")


def test_the_tail_goes_on_when_the_stack_was_killed_and_started_again(start_again, page):
    stack = start_again()
    page.goto(f"{stack.api}/ui/logs?live=1")
    page.get_by_role("textbox", name="Key").fill(KEY)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for records")).to_be_visible()
    expect(page.locator(".live .tone-good")).to_be_visible()
    assert KEY not in page.url
    send(stack, SentLog("a", "before the end", time.time_ns()), key=KEY)
    expect(rows(page).filter(has_text="before the end")).to_be_visible()
    stack.kill()
    expect(page.get_by_text("The stack does not answer")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    stack = start_again()
    # Nobody listens yet, or does already: either way it is shown once.
    send(stack, SentLog("a", "after the restart", time.time_ns()), key=KEY)
    expect(rows(page).filter(has_text="after the restart")).to_be_visible()
    expect(page.locator(".live .tone-good")).to_be_visible()
    expect(rows(page)).to_have_count(2)
