"""Around the views: addresses, keys, theme, phones, the key, the stack going away."""

import random
import re
import socket

from playwright.sync_api import expect
from web_browser import PHONE

KEY = "a-key-of-the-tests"


def test_every_view_has_an_address_that_survives_a_reload(settled, page):
    page.goto(settled.url)
    for name, path in (
        ("Errors", "/ui/errors"),
        ("Logs", "/ui/logs"),
        ("Traces", "/ui/traces"),
        ("Agents", "/ui/agents"),
        ("Sessions", "/ui/sessions"),
    ):
        page.get_by_role("navigation", name="Views").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        assert page.evaluate("location.pathname") == path
        page.reload()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(page).to_have_title(f"{name} · spanlog")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Agents")).to_be_visible()


def test_an_address_that_is_no_view_says_so(settled, page):
    page.goto(f"{settled.url}/ui/no/such/view")
    expect(page.get_by_role("heading", level=1, name="No such view")).to_be_visible()


def test_g_and_a_letter_go_to_a_view(settled, page):
    page.goto(settled.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1, name="Errors")).to_be_visible()


def port_of_its_own():
    """A free port that no program gets by asking for any: between two starts nobody else takes it."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("every port is taken")


def test_what_is_loaded_is_loaded_anew_when_the_stack_is_back(start_stack, page):
    address = f"127.0.0.1:{port_of_its_own()}"
    stack = start_stack("--api", address)
    stack.request("POST", "/logs", {"agent_id": "before", "message": "one"})
    page.goto(stack.api)
    agents = page.get_by_role("region", name="Agents")
    expect(agents).to_contain_text("before")
    stack.kill()
    expect(page.get_by_text("The stack does not answer")).to_be_visible()
    # What was there stays to be read meanwhile.
    expect(agents).to_contain_text("before")
    again = start_stack("--api", address)
    again.request("POST", "/logs", {"agent_id": "after", "message": "two"})
    expect(agents).to_contain_text("after")
    expect(page.get_by_text("The stack does not answer")).to_have_count(0)


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(settled, page):
    page.goto(settled.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("undo what was done last")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_theme_is_the_systems_until_another_one_is_chosen_and_then_stays(settled, open_page):
    page = open_page(color_scheme="dark")
    page.goto(settled.url)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light theme").click()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
    assert page.evaluate(ground) == light


def test_the_zone_is_shown(settled, page):
    page.goto(settled.url)
    for width, place in ((1280, ".zone"), (800, ".narrow-zone"), (390, ".narrow-zone")):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator(place)).to_contain_text(re.compile(r"Europe/Berlin \(GMT\+[12]\)"))
        expect(page.locator(place)).to_be_visible()
    # Of every moment UTC is told too.
    expect(page.locator("time").first).to_have_attribute("title", re.compile(r"GMT\+[12]\n.* UTC$"))


def test_the_page_fits_a_phone(settled, open_page):
    page = open_page(viewport=PHONE)
    for path in ("/", "/ui/errors", "/ui/logs", "/ui/traces", "/ui/agents", "/ui/sessions"):
        page.goto(settled.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_key_is_asked_for_once_and_stays_out_of_addresses(start_stack, open_page):
    stack = start_stack(SPANLOG_API_KEY=KEY)
    page = open_page()
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(stack.api)
    dialog = page.get_by_role("dialog", name="This stack asks for a key")
    dialog.get_by_label("Key").fill("another-key")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("That key was not accepted.")
    dialog.get_by_label("Key").fill(KEY)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.reload()
    page.get_by_role("link", name="Errors").click()
    expect(page.get_by_role("heading", level=1, name="Errors")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(dialog).to_have_count(0)
    assert not [address for address in addresses if KEY in address]
