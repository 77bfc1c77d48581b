"""What the fault tests share: a spool of their own, and the oracle that decides them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_oracle import Oracle


@pytest.fixture
def spool_dir(tmp_path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def oracle(sink, spool_dir) -> Oracle:
    return Oracle(sink, spool_dir)


@pytest.fixture
def answer(sink):
    """Puts an answer before the sink's success."""

    def put(status, content=b"", **headers):
        kind = type(sink.default)
        sink.answers.append(kind(status, {name.replace("_", "-"): text for name, text in headers.items()}, content))

    return put
