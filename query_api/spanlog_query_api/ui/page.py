"""The one document: every address of the page answers with it, and the script shows the view of the address."""

from typing import Final

from spanlog_query_api.ui.assets import Assets

_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    # No text can become markup or script, whatever a line of our script may try.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
CONTENT_SECURITY_POLICY: Final = "; ".join(_POLICY)

# What every view needs first; asked for at once instead of one after the other.
_FIRST_SCRIPTS: Final = ("vendor/preact.js", "app/core/", "app/components/", "app/shell")
# Drawing a chart can wait for the page around it.
_LATE_SCRIPTS: Final = ("app/components/time_chart.js", "app/components/virtual_list.js")

_FIRST_STYLES: Final = ("styles/tokens.css", "styles/base.css")


def render_page(assets: Assets) -> str:
    """Return the document. Nothing in it depends on who asks or for what."""
    # What a view says of its own goes before what holds everywhere, so it comes after it.
    styles = sorted(assets.named(".css"), key=lambda name: (name not in _FIRST_STYLES, name.startswith("app/"), name))
    scripts = [name for name in assets.named(".js") if name.startswith(_FIRST_SCRIPTS) and name not in _LATE_SCRIPTS]
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        "<title>spanlog</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<link rel="icon" href="{assets.url("icon.svg")}" type="image/svg+xml">',
        *(f'<link rel="stylesheet" href="{assets.url(name)}">' for name in styles),
        # Not a module: sets the theme before anything is painted.
        f'<script src="{assets.url("app/theme_first.js")}"></script>',
        *(f'<link rel="modulepreload" href="{assets.url(name)}">' for name in scripts),
        f'<script type="module" src="{assets.url("app/main.js")}"></script>',
        "</head>",
        "<body>",
        '<div id="app"></div>',
        "<noscript><p>This page needs JavaScript. The same answers come as JSON: see /docs.</p></noscript>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"
