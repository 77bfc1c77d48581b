"""What all tiers share: one embedded engine for the process, because an engine is all a process may have."""

import dataclasses
import itertools
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from spanlog_collector.storage import Store, migrate, open_store

_databases = itertools.count(1)

# The same examples in each run, however slow the machine: what a run of the tests says is about the code.
# ``pytest --hypothesis-profile=default`` draws others.
hypothesis.settings.register_profile(
    "spanlog", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("spanlog")

# No test leaves anything in the home of whoever runs it; those of the spool name a folder of their own.
os.environ["SPANLOG_SPOOL_DIR"] = ""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store of this test run, migrated. Tests keep apart by agent, trace and service names of their own."""
    opened = open_store(f"chdb://{tmp_path_factory.mktemp('store')}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def empty_store(store: Store) -> Iterator[Store]:
    """A store without tables: a database of its own in the same engine."""
    database = f"empty_{next(_databases)}"
    store.execute(f"CREATE DATABASE {database}")
    opened = Store(dataclasses.replace(store.location, database=database))
    yield opened
    opened.close()
    store.execute(f"DROP DATABASE {database}")


@pytest.fixture
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-schema", action="store_true", help="write storage/schema/*.sql from the migrations")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make what a test printed and logged text that can go from one process to another: some log half characters."""
    report = yield
    report.sections = [
        (name, content.encode("utf-8", "backslashreplace").decode()) for name, content in report.sections
    ]
    return report
