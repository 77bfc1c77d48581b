"""What every application pays for, whether it logs or not."""

from __future__ import annotations

import importlib.metadata

import spanlog

HEAVY = (
    "fastapi",
    "grpc",
    "pandas",
    "numpy",
    "clickhouse_connect",
    "chdb",
    "urllib3",
    "requests",
    "opentelemetry",
    "google.protobuf",
    "asyncio",
)


def test_the_import_is_light_and_starts_nothing(run_program):
    source = f"""
import sys, threading
import spanlog
heavy = [name for name in {HEAVY} if name in sys.modules]
assert not heavy, heavy
assert threading.enumerate() == [threading.main_thread()]
"""
    ran = run_program(source)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_handler_brings_nothing_heavy_and_starts_nothing(run_program):
    source = f"""
import sys, threading
import spanlog
spanlog.SpanlogHandler("script")
heavy = [name for name in {HEAVY} if name in sys.modules]
assert not heavy, heavy
assert threading.enumerate() == [threading.main_thread()]
"""
    ran = run_program(source)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_background_thread_imports_nothing(run_program, sink):
    # An import that is under way in a thread while the program forks is never finished in the child.
    source = """
import logging, sys
import spanlog
handler = spanlog.SpanlogHandler("script")
log = logging.getLogger("script")
log.addHandler(handler)
before = set(sys.modules)
try:
    int("x")
except ValueError:
    log.exception("failed")
assert handler.flush(30)
assert handler.stats()["sent"] == 1
assert set(sys.modules) <= before, set(sys.modules) - before
"""
    ran = run_program(source, SPANLOG_ENDPOINT=sink.url)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_public_names_are_these():
    assert spanlog.__all__ == [
        "ApiError",
        "ApiUnavailableError",
        "AsyncQueryClient",
        "Client",
        "ConfigurationError",
        "HandlerConfig",
        "HandlerOptions",
        "HandlerStats",
        "Operation",
        "QueryClient",
        "Session",
        "SpanlogError",
        "SpanlogHandler",
        "SpanlogLogRecordExporter",
        "__version__",
        "configure",
        "operation",
        "redact",
        "session",
    ]
    assert sorted(spanlog.__all__) == spanlog.__all__
    assert all(hasattr(spanlog, name) for name in spanlog.__all__)


def test_the_version_is_the_distributions():
    assert spanlog.__version__ == importlib.metadata.version("spanlog")
