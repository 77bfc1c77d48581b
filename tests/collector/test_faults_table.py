"""The page that says which test covers which fault of collector and store says the truth."""

import re
from pathlib import Path

import pytest

from spanlog_collector.config import CollectorConfig
from spanlog_collector.journal.limits import JournalLimits


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "collector-faults.md").read_text()


def test_every_test_that_the_page_names_is_there(page, repository):
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 40
    missing = [
        f"{file}::{test}" for file, test in named if f"def {test}(" not in (repository / "tests" / file).read_text()
    ]
    assert missing == []


def test_every_program_that_the_page_names_is_there(page, repository):
    named = re.findall(r"`((?:benchmarks|support)/\w+\.py)`", page)
    assert named
    assert [file for file in named if not (repository / "tests" / file).is_file()] == []


def test_every_fault_has_a_test(page):
    rows = [line for line in page.split("## Faults and their tests")[1].splitlines() if line.startswith("| ")]
    faults = [row for row in rows if not row.startswith("| fault ")]
    assert faults
    assert [row for row in faults if "::test_" not in row] == []


@pytest.mark.parametrize(
    "name", ["hostile_requests", "http_guard", "differential", "captured", "short_way", "arrivals"]
)
def test_page_names_what_holds_bad_input(page, name):
    rows = page.split("### Bad input")[1]
    assert f"`collector/test_{name}.py::test_" in rows


def test_every_bound_is_what_the_page_says(page):
    limits = JournalLimits()
    config = CollectorConfig()
    mebibyte = 1024 * 1024
    for name, text in (
        ("max_bytes", f"{limits.max_bytes // mebibyte // 1024} GiB"),
        ("max_drain_seconds", f"{limits.max_drain_seconds:g} s"),
        ("burst_bytes", f"{limits.burst_bytes // mebibyte} MiB"),
        ("min_free_bytes", f"{limits.min_free_bytes // mebibyte} MiB"),
        ("max_waiting_bytes", f"{limits.max_waiting_bytes // mebibyte} MiB"),
        ("max_arriving_bytes", f"{config.max_arriving_bytes // mebibyte} MiB"),
    ):
        (row,) = (line for line in page.splitlines() if line.startswith("| ") and f"`{name}`" in line)
        assert text in row
