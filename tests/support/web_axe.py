"""What axe says of a page, in both themes: its rules for WCAG A and AA, run in the page."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

_AXE: Final = Path(__file__).parents[1] / "ui" / "vendor" / "axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_OF_THE_THEME: Final = ["color-contrast"]


def violations(page: Page) -> dict[str, list[str]]:
    """Return the elements that break a rule, by theme and rule; leaves the page dark."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = {}
    for theme, rules in (("light", _RULES), ("dark", _OF_THE_THEME)):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        result: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", rules)
        for each in result["violations"]:
            found[f"{theme}: {each['id']}"] = [node["html"][:200] for node in each["nodes"][:3]]
    return found
