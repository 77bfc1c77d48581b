"""Chromium, and a stack with a day of records for it to look at."""

import shutil
import time
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, Page, Playwright
from stack_process import RunningStack
from web_scene import Scene, send_scene

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")

CHROMIUM: Final = next((found for name in _NAMES if (found := shutil.which(name))), None)

# What a test waits for at most; a loaded machine is slow, and a pass does not wait.
PATIENCE_MILLISECONDS: Final = 30_000

ZONE: Final = "Europe/Berlin"
PHONE: Final = {"width": 390, "height": 844}


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium that is installed."""
    assert CHROMIUM is not None, "without Chromium, tests that need it are skipped"
    # Containers have neither the rights for its sandbox nor much shared memory; it opens nothing but the stack.
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])


def until(page: Page, script: str, argument: object = None) -> None:
    """Wait until ``script`` says yes. Playwright's own waiting evaluates text each time, which the policy forbids."""
    deadline = time.monotonic() + PATIENCE_MILLISECONDS / 1000
    while not page.evaluate(script, argument):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(50)


@dataclass(frozen=True)
class SeededStack:
    """A stack, and what was sent to it."""

    stack: RunningStack
    scene: Scene

    @property
    def url(self) -> str:
        return self.stack.api


def spans_of(found: dict[str, Any]) -> int:
    return sum(trace["span_count"] for trace in found["items"])


def seed(stack: RunningStack) -> SeededStack:
    """Send the scene to an empty stack, and wait until all of it can be read."""
    scene = send_scene(stack.otlp_http, time.time_ns())
    ever = "2000-01-01T00:00:00Z"
    stack.wait_for("/logs", lambda page: page["total"] >= scene.records, limit=1, since=ever)
    stack.wait_for("/traces", lambda found: spans_of(found) >= scene.spans, limit=1000, since=ever)
    stack.wait_for("/errors", lambda page: sum(item["count"] for item in page["items"]) >= scene.errors)
    return SeededStack(stack, scene)
