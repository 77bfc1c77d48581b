"""Real Chromium on the page of a real stack. Without Chromium these tests skip, and say so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from stack_process import RunningStack
from web_browser import CHROMIUM, PATIENCE_MILLISECONDS, ZONE, SeededStack, launch, seed

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "browser" in getattr(item, "fixturenames", ()) and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium here; on Debian: apt-get install chromium"))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeededStack]:
    """A stack with a day of records, for a module; tests that change something take a group of their own."""
    stack = RunningStack(tmp_path_factory.mktemp("web") / "data")
    try:
        yield seed(stack)
    finally:
        stack.kill()


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeededStack]:
    """The same for all modules of a run that only look."""
    stack = RunningStack(tmp_path_factory.mktemp("web") / "data")
    try:
        yield seed(stack)
    finally:
        stack.kill()


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Start an empty stack on ``tmp_path/data``, as often as wanted, one at a time."""
    started: list[RunningStack] = []

    def start_stack(*arguments: str, **environment: str) -> RunningStack:
        started.append(RunningStack(tmp_path / "data", *arguments, **environment))
        return started[-1]

    yield start_stack
    for stack in started:
        if stack.process.poll() is None:
            stack.kill()


# Not for the session: while it is open an event loop runs in this thread, and tests of other folders run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own; it fails the test if the page logs an error or breaks its policy."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is told by the page, and by the browser once more.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def open_page(**options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "timezone_id": ZONE, "locale": "en-GB", **options}
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()
