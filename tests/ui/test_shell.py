"""Around the views: addresses, keys, theme, phones."""

import re

from playwright.sync_api import expect
from web_browser import PHONE


def test_every_view_has_an_address_that_survives_a_reload(seeded, page):
    page.goto(seeded.url)
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


def test_an_address_that_is_no_view_says_so(seeded, page):
    page.goto(f"{seeded.url}/ui/no/such/view")
    expect(page.get_by_role("heading", level=1, name="No such view")).to_be_visible()


def test_g_and_a_letter_go_to_a_view(seeded, page):
    page.goto(seeded.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1, name="Errors")).to_be_visible()


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(seeded, page):
    page.goto(seeded.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("undo what was done last")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_theme_is_the_systems_until_another_one_is_chosen_and_then_stays(seeded, open_page):
    page = open_page(color_scheme="dark")
    page.goto(seeded.url)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light theme").click()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
    assert page.evaluate(ground) == light


def test_the_zone_is_shown(seeded, page):
    page.goto(seeded.url)
    expect(page.get_by_text(re.compile(r"Europe/Berlin \(GMT\+[12]\)"))).to_be_visible()


def test_the_page_fits_a_phone(seeded, open_page):
    page = open_page(viewport=PHONE)
    for path in ("/", "/ui/errors", "/ui/logs", "/ui/traces", "/ui/agents", "/ui/sessions"):
        page.goto(seeded.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
