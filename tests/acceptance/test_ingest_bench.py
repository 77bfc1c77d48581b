"""The benchmarks of the collector run, at a small size: what they measure is there, and nothing is lost on the way."""

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_flood_is_stored_whole_and_measured(start_stack, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import ingest_rate
    from flood import Flood

    stack = start_stack()
    row = ingest_rate.measured(stack, Flood(batch=50, requests=40, clients=4, distinct=7), 2000)
    assert row.records_per_second > 0
    assert 0 < row.cpu_us <= row.merged_us
    assert row.p50_ms <= row.p99_ms


def test_probes_of_a_logging_program_are_seen(start_stack, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import freshness

    fresh = freshness.measured(start_stack(), per_second=500, seconds=1)
    assert fresh.probes == freshness.PROBES_PER_SECOND
    assert 0 < fresh.p50_ms <= fresh.p99_ms <= fresh.max_ms


def test_every_benchmark_of_make_bench_is_there(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import run

    assert callable(run.main)
