"""What the embedded engine says it has stored is what it has stored, wherever an insert was cut short."""

import json
import os
import subprocess
import sys
from pathlib import Path

import file_trace
import pytest

from spanlog_collector.storage import deduplication_logs
from spanlog_collector.storage.deduplication_logs import DeduplicationLogs

# Loads one segment of records of two days, and a trace with its view, until each is stored; prints what went wrong and
# what is stored.
LOAD = """
import json, logging, sys, time
from pathlib import Path
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from segments import framed, log_request
from spanlog_collector.otlp.description import LOGS, TRACES
from spanlog_collector.storage import StoreError, migrate, open_store
logging.disable()
folder = Path(sys.argv[1])
store = open_store(f"chdb://{folder}/store")
migrate(store)
logs, traces = folder / "l.segment", folder / "t.segment"
if not logs.exists():
    request = log_request("service", "today", "long ago")
    request.resource_logs[0].scope_logs[0].log_records[1].time_unix_nano = 1_000_000_000_000_000_000
    logs.write_bytes(framed(request.SerializeToString()))
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.add(
        name="x", trace_id=b"1" * 16, start_time_unix_nano=time.time_ns(), end_time_unix_nano=time.time_ns()
    )
    traces.write_bytes(framed(request.SerializeToString()))
failures = []
for signal, segment in ((LOGS, logs), (TRACES, traces)):
    for _ in range(5):
        try:
            store.load_segment(signal, segment, signal.name)
        except StoreError as error:
            failures.append([str(error), error.has_left_nothing])
        else:
            break
counts = {table: store.query(f"SELECT count() AS n FROM {table}")[0]["n"]
          for table in ("otel_logs", "otel_traces", "otel_traces_trace_id_ts")}
print(json.dumps({"failures": failures, **counts}))
store.close()
"""
STORED = {"otel_logs": 2, "otel_traces": 1, "otel_traces_trace_id_ts": 1}
SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_trace.build(tmp_path_factory.mktemp("library"))


def load(folder: Path, library: Path, strike: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(SUPPORT)}
    if strike:
        environment |= {
            "LD_PRELOAD": str(library),
            "SPANLOG_TRACE_ROOT": str(folder.resolve()),
            "SPANLOG_TRACE_STRIKE": strike,
        }
    return subprocess.run(
        [sys.executable, "-c", LOAD, str(folder.resolve())],
        capture_output=True,
        text=True,
        env=environment,
        timeout=100,
    )


# The second day of the records, and the view of the spans.
@pytest.mark.parametrize("part", [2, 4])
def test_kill_between_token_and_part_loses_nothing(tmp_path, library, part):
    killed = load(tmp_path, library, f"rename:/tmp_insert_2:{part}:kill")
    assert killed.returncode == -9, killed.stderr
    again = load(tmp_path, library)
    assert json.loads(again.stdout) == {"failures": [], **STORED}, again.stderr


def test_part_that_could_not_be_put_in_place_is_stored_by_the_next_try(tmp_path, library):
    done = load(tmp_path, library, "rename:/tmp_insert_2:2:28")
    answer = json.loads(done.stdout)
    ((failure, has_left_nothing),) = answer.pop("failures")
    assert "No space left on device" in failure
    assert not has_left_nothing, "the first day is there"
    assert answer == STORED


def test_insert_that_failed_before_its_first_token_has_left_nothing(tmp_path, library):
    answer = json.loads(load(tmp_path, library, "fsync:/tmp_insert_2:3:5").stdout)
    ((failure, has_left_nothing),) = answer.pop("failures")
    assert "Input/output error" in failure
    assert has_left_nothing
    assert answer == STORED


# Parts of the records' table and of its views.
@pytest.mark.parametrize("strike", [f"write:/tmp_insert_2:{number}:28" for number in (1, 3, 4)])
def test_part_of_which_a_write_failed_is_taken_back_and_stored_by_the_next_try(tmp_path, library, strike):
    """The engine does not notice, and would say that the insert is done."""
    done = load(tmp_path, library, strike)
    answer = json.loads(done.stdout)
    ((failure, _),) = answer.pop("failures")
    assert "could not write all of a part" in failure
    assert answer == STORED


def test_part_that_is_not_whole_after_a_kill_is_stored_by_the_next_start(tmp_path, library):
    assert load(tmp_path, library).returncode == 0
    data = max(tmp_path.glob("store/store/*/*/20010909_*/data.packed"), key=lambda path: path.stat().st_size)
    os.truncate(data, 10)
    again = load(tmp_path, library)
    assert json.loads(again.stdout) == {"failures": [], **STORED}, again.stderr


@pytest.fixture
def table(tmp_path) -> Path:
    """The folder of a table with the parts 1, and 2 to 5 merged into one."""
    table = tmp_path / "store" / "abc" / "abc-uuid"
    for part in ("20260101_1_1_0", "20260101_2_5_1", "deduplication_logs"):
        (table / part).mkdir(parents=True)
    return table


def logged(table: Path, *lines: str) -> Path:
    log = table / "deduplication_logs" / "deduplication_log_1.txt"
    log.write_text("".join(lines))
    return log


def line(operation: int, part: str) -> str:
    return f"{operation}\t{part}\t20260101_1_{part}\n"


def test_lines_of_parts_that_are_there_stay(tmp_path, table):
    lines = [line(1, "20260101_1_1_0"), line(1, "20260101_3_3_0"), line(2, "20260101_9_9_0"), line(1, "odd")]
    log = logged(table, *lines)
    assert DeduplicationLogs(tmp_path).mend() == 0
    assert log.read_text() == "".join(lines)


@pytest.mark.parametrize("part", ["20260101_6_6_0", "20260102_1_1_0", "20260101_5_6_0"])
def test_lines_of_parts_that_are_not_there_go(tmp_path, table, part):
    log = logged(table, line(1, "20260101_1_1_0"), line(1, part))
    assert DeduplicationLogs(tmp_path).tables_to_mend() == ["abc-uuid"]
    assert DeduplicationLogs(tmp_path).mend() == 1
    assert log.read_text() == line(1, "20260101_1_1_0")
    assert [path.name for path in log.parent.iterdir()] == [log.name]


@pytest.mark.parametrize("rest", ["1\t20260101_1", "\0\0\0\0", "1\t20260101_1_1_0\t\n", "garbage\n"])
def test_line_that_a_crash_cut_short_goes(tmp_path, table, rest):
    log = logged(table, line(1, "20260101_1_1_0"), rest)
    DeduplicationLogs(tmp_path).mend()
    assert log.read_text() == line(1, "20260101_1_1_0")


def test_logs_of_a_store_that_is_open_are_not_touched(store):
    """The engine of the test run has its store open."""
    logs = DeduplicationLogs(store.location.path)
    folders = logs._folders()
    assert folders
    with deduplication_logs._engine_lock(store.location.path) as is_ours:
        assert not is_ours
    assert logs.mend() == 0


def test_logs_that_the_file_system_does_not_write_through_are_synced_after_an_insert(tmp_path, table, monkeypatch):
    monkeypatch.setattr(deduplication_logs, "_make_synchronous", lambda _path: False)
    synced: list[Path] = []
    monkeypatch.setattr(deduplication_logs, "_fsync", synced.append)
    log = logged(table, line(1, "20260101_1_1_0"))
    logs = DeduplicationLogs(tmp_path)
    logs.protect()
    logs.sync()
    logs.sync()
    assert synced == [log, log.parent, log]
