"""What the tests beside other libraries share: a program of its own for each, because they re-configure logging."""

from __future__ import annotations

import importlib.util

import pytest


@pytest.fixture
def ran_with(run_program, sink):
    """Runs a program beside a library, and gives what arrived; skips where the library is not installed."""

    def run(source, *libraries, **environment):
        for library in libraries:
            if importlib.util.find_spec(library) is None:
                pytest.skip(f"{library} is not installed")
        # The libraries' own warnings are theirs.
        ran = run_program(source, warnings="default", SPANLOG_ENDPOINT=sink.url, **environment)
        assert ran.returncode == 0, ran.stderr
        return sink.records

    return run


@pytest.fixture
def facts():
    """Gives of each record what a reader sees first: logger, level, message."""

    def of(records):
        return [(record.scope, record.message.severity_text, record.body) for record in records]

    return of
