"""The Logs view with 100,000 records in its list: what a frame of scrolling costs the page.

    PYTHONPATH=tests/support python tests/benchmarks/log_list.py [records]

Times are of the page's main thread, by the processor's clock, so that other work on the machine does not count.
A screen draws 60 frames a second: 16.7 ms each. Needs Chromium.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import CDPSession, Page, sync_playwright
from stack_process import RunningStack
from web_browser import PATIENCE_MILLISECONDS, launch
from web_otlp import OtlpSender, SentLog

RECORDS: Final = 100_000
SENT_AT_ONCE: Final = 5_000
STEP_NANOSECONDS: Final = 20_000_000
ROW_HEIGHT: Final = 24
SPEEDS: Final = ((1_500, "reading"), (6_000, "flicking"), (60_000, "dragging the bar"))
SCROLLED_SECONDS: Final = 4
PARTS: Final = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")

LOAD_ALL: Final = """async (height) => {
  const list = document.querySelector(".virtual-list");
  while (list.scrollHeight < height) {
    list.scrollTo(0, list.scrollHeight);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}"""
COUNT_FRAMES: Final = """() => {
  window.frames_ = 0;
  const next = () => { window.frames_ += 1; window.counting_ = requestAnimationFrame(next); };
  cancelAnimationFrame(window.counting_);
  next();
}"""


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as directory:
        stack = RunningStack(Path(directory) / "data")
        try:
            send_records(stack, records)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                measure(browser.new_page(viewport={"width": 1280, "height": 800}), stack.api, records)
                browser.close()
        finally:
            stack.kill()


def send_records(stack: RunningStack, records: int) -> None:
    sender = OtlpSender(stack.otlp_http)
    now = time.time_ns()
    for start in range(0, records, SENT_AT_ONCE):
        numbers = range(start, min(start + SENT_AT_ONCE, records))
        sender.logs([made(number, now) for number in numbers])
    sender.close()
    stack.wait_for("/logs", lambda page: page["total"] == records, limit=1)


def made(number: int, now: int) -> SentLog:
    severity = (5, 9, 9, 9, 13, 17)[number % 6]
    attributes = {"order": number, "pair": "ETH/USDC", "note": "a note of some forty characters in length"}
    return SentLog("bulk", f"record {number} took {number % 900} ms", now - number * STEP_NANOSECONDS, severity,
                   attributes=attributes)  # fmt: skip


def measure(page: Page, url: str, records: int) -> None:
    page.set_default_timeout(10 * PATIENCE_MILLISECONDS)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{url}/ui/logs")
    page.wait_for_selector(".record")
    before = figures(session)
    page.evaluate(LOAD_ALL, records * ROW_HEIGHT)
    after = figures(session)
    script = after["ScriptDuration"] - before["ScriptDuration"]
    rows = page.locator(".record").count()
    print(f"{records:,} records loaded: {script:.1f} s of CPU for the script in all, "
          f"heap {after['JSHeapUsedSize'] / 1e6:.0f} MB, {rows} rows in the page")  # fmt: skip
    box = page.locator(".virtual-list").bounding_box()
    assert box is not None
    for speed, name in SPEEDS:
        page.evaluate("document.querySelector('.virtual-list').scrollTo(0, 100000)")
        page.evaluate(COUNT_FRAMES)
        before = figures(session)
        session.send(
            "Input.synthesizeScrollGesture",
            {"x": box["x"] + 300, "y": box["y"] + 200, "yDistance": -speed * SCROLLED_SECONDS, "speed": speed,
             "gestureSourceType": "mouse", "preventFling": True},
        )  # fmt: skip
        after = figures(session)
        frames = page.evaluate("window.frames_")
        each = "  ".join(
            f"{part.removesuffix('Duration')} {(after[part] - before[part]) / frames * 1000:.1f}" for part in PARTS
        )
        print(f"{name} ({speed:,} px/s): {frames} frames; ms of CPU for each: {each}")


def figures(session: CDPSession) -> dict[str, float]:
    return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}


if __name__ == "__main__":
    main()
