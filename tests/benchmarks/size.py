"""The same questions on 1, 10 and 100 million records: time, rows and bytes read, against a plain scan.

    python tests/benchmarks/size.py --records 1000000,10000000
    python tests/benchmarks/size.py --records 100000000 --store /somewhere/big   # kept, and used again

Records are made by the engine, spread over 30 days up to now. The questions are asked of the API over loopback, in the
process that holds the store, so that what the engine read for them can be told.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "query_api"))

from query_api_serving import serving

from spanlog_collector.process_memory import leave_what_is_there_alone
from spanlog_collector.storage import QueryLimits, Store, migrate, open_store
from spanlog_query_api import ApiConfig, create_app

DAY_NANOSECONDS = 86_400 * 1_000_000_000
DAYS = 30
ASKED = 60
SCANNED = 3
GENERATE = (Path(__file__).parent / "generate_records.sql").read_text()
READ = ("SelectedRows", "SelectedBytes")
SCAN_LIMITS = QueryLimits(max_seconds=600, max_memory_bytes=2 * 1024**3)


def generate(store: Store, records: int) -> None:
    """Fill the store up to ``records``, a day at a time."""
    stored = store.query("SELECT count() AS records FROM otel_logs")[0]["records"]
    if stored >= records:
        return
    end = time.time_ns()
    parts = max(DAYS, records // 2_000_000)
    span = DAYS * DAY_NANOSECONDS // parts
    for part in range(parts):
        first, last = records * part // parts, records * (part + 1) // parts
        if last <= stored:
            # An earlier run came this far.
            continue
        values = {"first": first, "count": last - first, "start": end - (parts - part) * span, "span": span}
        text = GENERATE
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", f"toUInt64({value})")
        store.execute(text)
        print(f"\r  {last:,} made", end="", file=sys.stderr, flush=True)
    deadline = time.monotonic() + 1800
    while store.query("SELECT count() AS n FROM system.merges")[0]["n"] and time.monotonic() < deadline:
        time.sleep(2)
    print("\r", end="", file=sys.stderr)
    merge_closed_days(store)


def merge_closed_days(store: Store) -> None:
    """Do now what the engine does when nothing was written to a day for an hour (migration 0022)."""
    for row in store.query(
        "SELECT DISTINCT table, partition FROM system.parts WHERE active AND database = currentDatabase() "
        "AND table IN ('spanlog_counts', 'spanlog_errors') AND partition < toString(today())"
    ):
        store.execute(f"OPTIMIZE TABLE {row['table']} PARTITION '{row['partition']}' FINAL")


@contextmanager
def filled(records: int, folder: Path | None) -> Iterator[Store]:
    """A store of so many records: a temporary one, or one that is kept."""
    with tempfile.TemporaryDirectory(prefix="spanlog-size-") as temporary:
        opened = open_store(f"chdb://{(folder or Path(temporary)).absolute()}")
        migrate(opened)
        try:
            generate(opened, records)
            yield opened
        finally:
            opened.close()


def read_so_far(store: Store) -> dict[str, int]:
    """What the engine has read from tables since it started."""
    rows = store.query("SELECT event, value FROM system.events WHERE event IN ('SelectedRows', 'SelectedBytes')")
    return dict.fromkeys(READ, 0) | {row["event"]: int(row["value"]) for row in rows}


def questions(client: httpx.Client, store: Store) -> dict[str, tuple[Callable[[], Any], str]]:
    """What is asked, and the same as a plain scan."""
    now = time.time_ns()
    group = client.get("/errors", params={"limit": 1, "sort": "count"}).json()["items"][0]["fingerprint"]
    (sample,) = store.query(
        "SELECT TraceId AS trace_id FROM otel_logs WHERE TraceId != '' AND Timestamp < "
        f"fromUnixTimestamp64Nano({now - 3 * DAY_NANOSECONDS}) ORDER BY Timestamp DESC LIMIT 1"
    )
    trace = sample["trace_id"]
    token = f"user{int(trace[:8], 16) % 1000}"
    day = f"Timestamp >= fromUnixTimestamp64Nano({now - DAY_NANOSECONDS})"
    two_days = f"Timestamp >= fromUnixTimestamp64Nano({now - 2 * DAY_NANOSECONDS})"
    errors = (
        "SELECT Fingerprint, count(), min(Timestamp), max(Timestamp), groupUniqArray(100)(AgentId), "
        "argMax(LogId, Timestamp), any(FingerprintParts) FROM otel_logs WHERE "
    )

    def ask(path: str, **parameters: Any) -> Callable[[], Any]:
        def run() -> None:
            answer = client.get(path, params=parameters)
            assert answer.status_code == 200, answer.text

        return run

    def search() -> None:
        store.query(
            f"SELECT count() FROM otel_logs WHERE hasToken(lower(Body), '{token}') AND {day} "
            # Asked again and again, it would be answered from memory.
            "SETTINGS use_query_condition_cache = 0"
        )

    # What plain scans are forbidden to use.
    scan = " SETTINGS use_skip_indexes = 0, use_query_condition_cache = 0, optimize_use_projections = 0"
    of_trace = f"SELECT * FROM otel_logs WHERE TraceId = '{trace}'"
    return {
        "summary of a day": (
            ask("/logs/summary"),
            (
                f"{errors}{two_days} AND Level IN ('error', 'critical') GROUP BY Fingerprint{scan};"
                f"SELECT AgentId, Level, count() FROM otel_logs WHERE {day} GROUP BY AgentId, Level{scan}"
            ),
        ),
        "summary of 30 days": (
            ask("/logs/summary", since=_text(now - 30 * DAY_NANOSECONDS)),
            (
                f"{errors}Level IN ('error', 'critical') GROUP BY Fingerprint{scan};"
                f"SELECT AgentId, Level, count() FROM otel_logs GROUP BY AgentId, Level{scan}"
            ),
        ),
        "errors list": (
            ask("/errors"),
            f"{errors}Level IN ('error', 'critical') GROUP BY Fingerprint ORDER BY max(Timestamp) DESC LIMIT 100{scan}",
        ),
        "one group": (ask(f"/errors/{group}"), f"{errors}Fingerprint = {int(group, 16)} GROUP BY Fingerprint{scan}"),
        "agents": (
            ask("/logs/agents"),
            "SELECT AgentId, max(Timestamp), count(), uniqIf(SessionId, " + day + ") FROM otel_logs "
            f"GROUP BY AgentId{scan}",
        ),
        "token search, a day": (
            search,
            f"SELECT count() FROM otel_logs WHERE positionCaseInsensitiveUTF8(Body, '{token}') > 0 AND {day}{scan}",
        ),
        "one trace": (ask(f"/traces/{trace}"), f"{of_trace}{scan}"),
    }


def _text(unix_nano: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_nano // 1_000_000_000))


def measure(store: Store, records: int, asked: int, p50_before: dict[str, float]) -> dict[str, float]:
    """Print the table of one size, and return each question's median in milliseconds."""
    p50s = {}
    print(f"\n{records:,} records over {DAYS} days, asked {asked} times each")
    print(
        f"{'':20} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8} {'rows read':>12} {'MiB read':>9} "
        f"{'scan ms':>9} {'scan/p50':>9} {'p50/first':>9}"
    )

    async def ingest(_request: bytes) -> None:
        """Take nothing."""

    with serving(create_app(ApiConfig(), store, ingest)) as client:
        # As the stack does when all is started.
        leave_what_is_there_alone()
        for question, (ask, scan) in questions(client, store).items():
            ask()
            before = read_so_far(store)
            ask()
            after = read_so_far(store)
            rows, read = (after[name] - before[name] for name in READ)
            cpu = time.process_time()
            samples = sorted(_milliseconds(ask) for _ in range(asked))
            cpu = (time.process_time() - cpu) / asked * 1000

            def run_scan(statements: str = scan) -> None:
                for statement in statements.split(";"):
                    store.query(statement, limits=SCAN_LIMITS)

            p50 = p50s[question] = statistics.median(samples)
            scanned = statistics.median(_milliseconds(run_scan) for _ in range(SCANNED))
            print(
                f"{question:20} {p50:8.1f} {samples[int(len(samples) * 0.99)]:8.1f} {cpu:8.1f} {rows:12,} "
                f"{read / 2**20:9.1f} {scanned:9.1f} {scanned / p50:9.1f} {p50 / p50_before.get(question, p50):9.2f}",
                flush=True,
            )
    return p50s


def print_bytes(store: Store, records: int) -> None:
    """Print what is stored, by table, and by column and index of the records."""
    print(f"\n{'bytes per record':50} {'total':>8}")
    for table in ("otel_logs", "spanlog_counts", "spanlog_errors", "spanlog_error_groups"):
        (row,) = store.query(
            "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() "
            f"AND table = '{table}'"
        )
        print(f"{table:50} {row['bytes'] / records:8.2f}")
    (row,) = store.query(
        "SELECT sum(rows) AS records FROM system.parts WHERE active AND database = currentDatabase() "
        "AND table = 'otel_logs' AND part_type = 'Wide'"
    )
    # Of parts that are one file, the engine does not tell what is which column's.
    in_columns = row["records"]
    columns, indexes = (
        store.query(
            f"SELECT name, data_compressed_bytes + marks_bytes AS bytes FROM system.{kind} "
            "WHERE database = currentDatabase() AND table = 'otel_logs' ORDER BY bytes DESC LIMIT 20"
        )
        for kind in ("columns", "data_skipping_indices")
    )
    for row in columns if in_columns else ():
        print(f"  column {row['name']:40} {row['bytes'] / in_columns:10.2f}")
    for row in indexes:
        print(f"  index {row['name']:41} {row['bytes'] / records:10.2f}")


def _milliseconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", default="1000000", help="sizes, separated by commas")
    parser.add_argument("--store", type=Path, help="folder of a store to keep and use again; one folder for each size")
    parser.add_argument("--asked", type=int, default=ASKED, help="how often each question is asked")
    options = parser.parse_args()
    p50s: dict[str, float] = {}
    for records in sorted(int(size.replace("_", "")) for size in options.records.split(",")):
        folder = options.store / str(records) if options.store else None
        with filled(records, folder) as store:
            found = measure(store, records, options.asked, p50s)
            p50s = p50s or found
            print_bytes(store, records)


if __name__ == "__main__":
    main()
