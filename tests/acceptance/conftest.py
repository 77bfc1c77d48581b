"""Stacks for the tests of the whole: one for a module, or as many as a test wants."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stack_process import RunningStack


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Start a stack on ``tmp_path/data``, as often as wanted, one at a time."""
    started: list[RunningStack] = []

    def start_stack(*arguments: str, **options: Any) -> RunningStack:
        started.append(RunningStack(tmp_path / "data", *arguments, **options))
        return started[-1]

    yield start_stack
    for stack in started:
        if stack.process.poll() is None:
            stack.kill()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack for the whole module."""
    running = RunningStack(tmp_path_factory.mktemp("stack") / "data")
    yield running
    assert running.stop() == 0
