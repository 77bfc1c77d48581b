"""WCAG AA: the palette by its numbers, each view by axe, and everything by keyboard."""

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from spanlog_query_api.ui.assets import load_assets

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
SETTLED = {"/": ".highlights li", "/ui/errors": ".error-rows tbody tr"}
"""What a view shows when it has shown all."""
AA = 4.5
AA_MARKS = 3.0
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TOKENS = {
    name: (light, dark)
    for name, light, dark in TOKEN.findall(load_assets().by_name["styles/tokens.css"].content.decode())
}
GROUNDS = ("ground", "surface", "raised", "hover", "selected")
TEXTS = ("text", "text-2", "text-3", "accent", "debug", "info", "warn", "error", "critical", "good")
TINTED = ("warn", "error", "critical", "info", "good")


def luminance(color):
    def linear(part):
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(color[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    pairs = [
        *itertools.product(TEXTS, GROUNDS),
        *((name, f"tint-{name}") for name in TINTED),
        *(("text", f"tint-{name}") for name in TINTED),
        *(("text-2", f"tint-{name}") for name in TINTED),
    ]
    weak = {
        pair: round(found, 2)
        for pair in pairs
        if (found := contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme])) < AA
    }
    assert weak == {}
    assert contrast("#ffffff", TOKENS["accent-ground"][theme]) >= AA
    assert contrast(TOKENS["focus"][theme], TOKENS["surface"][theme]) >= AA_MARKS
    for name in ("mark-error", "mark-critical", *(f"agent-{number}" for number in range(1, 9))):
        assert contrast(TOKENS[name][theme], TOKENS["surface"][theme]) >= AA_MARKS, name


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("light", ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]), ("dark", ["color-contrast"])],
    ids=["light", "dark"],
)
def test_axe_finds_nothing_in_any_view(settled, open_page, scheme, rules):
    page = open_page(color_scheme=scheme)
    group = settled.stack.get("/errors", search="ReadTimeout")["items"][0]["fingerprint"]
    script = AXE.read_text(encoding="utf-8")
    found = {}
    for path in ("/", "/ui/errors", f"/ui/errors/{group}"):
        page.goto(settled.url + path)
        expect(page.locator(SETTLED.get(path, ".occurrences li")).first).to_be_visible()
        page.evaluate(script)
        result = page.evaluate("rules => axe.run(document, { runOnly: rules })", rules)
        for violation in result["violations"]:
            found[path, violation["id"]] = [node["html"][:200] for node in violation["nodes"][:3]]
    assert found == {}


def test_everything_is_reached_with_the_tab_key_and_shows_where_it_is(settled, page):
    page.goto(f"{settled.url}/ui/errors")
    expect(page.locator(".error-rows tbody tr").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the view")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    reached = []
    while page.evaluate("document.activeElement !== document.body") and len(reached) < 100:
        name, outline = page.evaluate(
            "[document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim(),"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none", name
        reached.append(name)
        page.keyboard.press("Tab")
    for wanted in ("15 min", "Open", "Search title or type", "Mark all", "KeyError ticket cannot be answered"):
        assert wanted in reached
