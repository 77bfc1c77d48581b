"""Pictures of every view, in light and dark, at a desk's and a phone's width: run by ``make screenshots``.

A stack of its own gets two days of made-up records; the pictures go to docs/screenshots. Look at them before keeping.
"""

import argparse
import io
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from stack_process import RunningStack
from web_browser import PHONE, ZONE, SeededStack, launch, seed
from web_otlp import OtlpSender, SentLog
from web_scene import ERROR

TARGET: Final = Path(__file__).parents[2] / "docs" / "screenshots"
DESK: Final = {"width": 1360, "height": 850}
KINDS: Final = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "dark", "device_scale_factor": 2, "has_touch": True},
}


def views(seeded: SeededStack) -> dict[str, str]:
    """Return the address of each picture."""
    scene = seeded.scene
    timeout = group_of(seeded, "ReadTimeout")
    return {
        "overview": "/",
        "errors": "/ui/errors",
        "error": f"/ui/errors/{timeout['fingerprint']}",
        "logs": "/ui/logs",
        "traces": "/ui/traces",
        "trace": f"/ui/traces/{scene.trace_id}",
        "agents": "/ui/agents",
        "agent": "/ui/agents/trader",
        "sessions": "/ui/sessions",
        "session": f"/ui/sessions/{scene.session}",
    }


def group_of(seeded: SeededStack, search: str) -> dict[str, Any]:
    """Return the error group that ``search`` finds."""
    found: dict[str, Any] = seeded.stack.get("/errors", search=search)["items"][0]
    return found


def act_as_people_do(seeded: SeededStack) -> None:
    """Leave some groups resolved, assigned and talked about."""
    parse, disk, timeout = (group_of(seeded, text)["fingerprint"] for text in ("cannot read", "disk is", "ReadTimeout"))
    changes = [
        (parse, {"assigned_to": "bo", "comment": "two feeds send HTML when they are down", "by": "ana"}),
        (disk, {"status": "resolved", "by": "bo"}),
        (timeout, {"assigned_to": "ana", "comment": "the exchange is slow at the full hour", "by": "bo"}),
    ]
    for fingerprint, change in changes:
        answer = seeded.stack.request("PATCH", f"/errors/{fingerprint}", change)
        assert answer.status == 200, answer.data


def keep_small(picture: bytes, target: Path) -> None:
    """Write a PNG of 256 colours, which a page of plain colours does not exceed by much: a third of the size."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)


def fail_again(seeded: SeededStack) -> None:
    """Resolve a group, and have it come back."""
    group = group_of(seeded, "no quote for SOL")
    address = f"/errors/{group['fingerprint']}"
    assert seeded.stack.request("PATCH", address, {"status": "resolved", "by": "bo"}).status == 200
    sender = OtlpSender(seeded.stack.otlp_http)
    sender.logs([SentLog("price-watcher", group["title"], time.time_ns(), ERROR)])
    sender.close()
    seeded.stack.wait_for(address, lambda found: found["status"] == "regressed")


def take(browser: Browser, seeded: SeededStack, kind: str, folder: Path, names: list[str]) -> None:
    """Take the pictures of one kind."""
    context = browser.new_context(timezone_id=ZONE, locale="en-GB", reduced_motion="reduce", **KINDS[kind])
    page = context.new_page()
    for name, path in views(seeded).items():
        if names and name not in names:
            continue
        page.goto(seeded.url + path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        target = folder / f"{name}-{kind}.png"
        keep_small(page.screenshot(animations="disabled"), target)
        print(f"{target.name}: {target.stat().st_size // 1024} KB")
    context.close()


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description="Pictures of the web page, from a day of made-up records.")
    parser.add_argument("names", nargs="*", help="which views; all of them by default")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="light, dark or phone; all by default")
    parser.add_argument("--to", type=Path, default=TARGET, help="where they go")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="spanlog-screenshots-") as folder, sync_playwright() as playwright:
        stack = RunningStack(Path(folder) / "data")
        browser = launch(playwright)
        try:
            seeded = seed(stack)
            act_as_people_do(seeded)
            fail_again(seeded)
            for kind in arguments.kind or KINDS:
                take(browser, seeded, kind, arguments.to, arguments.names)
        finally:
            browser.close()
            stack.kill()


if __name__ == "__main__":
    main()
