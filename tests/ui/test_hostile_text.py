"""Whatever was logged is text: it makes no element, runs nothing, and breaks no page."""

import time

import pytest
from playwright.sync_api import expect
from web_browser import PHONE
from web_otlp import OtlpSender, SentLog

ERROR = 17
RUNS = "window.broken = true"
HOSTILE = [
    f'<img src=x onerror="{RUNS}">',
    f"</script><script>{RUNS}</script>",
    f"javascript:{RUNS}",
    f'"><svg onload="{RUNS}">',
    f"{{{{constructor.constructor('{RUNS}')()}}}}",
    "\u202egnirts a\u202c after",
    "\u2066isolated",
    "a\u0000b\u001b[31mred",
    "x" * 1_000_000,
    "wide " + "\u0bbf\u0bc0\u0fd2" * 1000,
]


def agent_of(text):
    # No API route is asked for a name with a NUL.
    return text[:60].replace("\0", "")


def stack_trace_of(text):
    start = text[:300]
    return f'Traceback (most recent call last):\n  File "{start}", line 1, in {start}\n    {start}\n{text}'


@pytest.fixture(scope="module")
def hostile(seeded):
    """The stack, with the texts as messages, agents, attributes, exception types and stack traces."""
    sender = OtlpSender(seeded.stack.otlp_http)
    sender.logs(
        [
            SentLog(
                agent_of(text), text, time.time_ns(), ERROR,
                attributes={
                    text[:100]: text, "session.id": text[:100], "exception.type": text[:200], "exception.message": text,
                    "exception.stacktrace": stack_trace_of(text),
                },
            )
            for text in HOSTILE
        ]
    )  # fmt: skip
    sender.close()
    for text in HOSTILE:
        seeded.stack.wait_for("/errors", lambda page: page["total"] == 1, agent_id=agent_of(text))
    return seeded


def check_page(page, width):
    assert page.evaluate("window.broken") is None
    # Every element is one that the page itself makes.
    assert page.locator("#app img, #app iframe, #app object, #app script, #app a[href^='javascript']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desk", "phone"])
def test_lists_show_it_as_text(hostile, open_page, viewport):
    page = open_page(viewport=viewport)
    for path in ("/", "/ui/errors"):
        page.goto(hostile.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_page(page, viewport["width"])
    expect(page.get_by_text(HOSTILE[0]).first).to_be_visible()


def test_a_group_of_it_shows_it_as_text(hostile, page):
    for text in HOSTILE:
        (group,) = hostile.stack.get("/errors", agent_id=agent_of(text))["items"]
        page.goto(f"{hostile.url}/ui/errors/{group['fingerprint']}")
        expect(page.locator(".occurrences li")).to_have_count(1)
        expect(page.locator(".stack")).to_have_count(0 if len(text) > 200_000 else 1)
        check_page(page, 1280)


def test_an_address_with_a_script_in_it_runs_nothing(hostile, page):
    for path in (f"/ui/errors/{HOSTILE[0]}", f"/ui/errors?search={HOSTILE[1]}&agent={HOSTILE[0]}", f"/ui/{HOSTILE[3]}"):
        page.goto(hostile.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_page(page, 1280)
