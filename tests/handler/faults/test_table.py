"""The page that says which test covers which fault says the truth."""

from __future__ import annotations

import re

import pytest

from spanlog._stats import HandlerStats


@pytest.fixture
def page(repository):
    return (repository / "docs" / "handler-faults.md").read_text()


def test_every_test_that_the_page_names_is_there(page, repository):
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 50
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (repository / "tests" / "handler" / file).read_text()
    ]
    assert missing == []


def test_every_fault_has_a_test(page):
    rows = [line for line in page.split("## Faults that happened")[1].splitlines() if line.startswith("| ")]
    faults = [row for row in rows if not row.startswith("| fault ")]
    assert faults
    assert [row for row in faults if "::test_" not in row] == []


def test_every_counter_and_reason_is_explained(page):
    for counter in HandlerStats.__annotations__:
        assert f"| `{counter}` |" in page
    doc = "queue_full too_large rejected spool_full spool_unwritable spool_damaged unreachable shutdown error"
    for reason in doc.split():
        assert f"`{reason}`" in page
