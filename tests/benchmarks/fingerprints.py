"""How well error groups fit the labelled set, and what they cost: three ways of grouping, one run.

Pairs of errors: precision is the share of the pairs in one group that are one bug, recall the share of the pairs of one
bug that are in one group. ``python tests/benchmarks/fingerprints.py --cost`` prints the CPU time as well.
"""

import argparse
import dataclasses
import importlib
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from labelled_errors import Row, attributes_of, count_pairs, labelled_rows, store_rows
from segments import framed, log_request

from spanlog_collector.otlp.description import LOGS
from spanlog_collector.storage import Store, migrate, open_store
from spanlog_collector.storage.migrate import migrations

NEW_RULES = 8
"""The migration that brought them: a schema that ends before it groups by the old ones."""
ROUNDS = 15
ERRORS = 2_000
COLUMNS = "SeverityNumber, Body, LogAttributes"


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cost", action="store_true", help="also CPU of an insert and of an error")
    options = parser.parse_args(arguments)
    rows = labelled_rows()
    print(f"\nError groups over {len(rows)} labelled errors, {len({row['label'] for row in rows})} bugs: pairs")
    with stores() as (old, new):
        print_fit(rows, old, new)
        if options.cost:
            print_cost(rows, old, new)


@contextmanager
def stores() -> Iterator[tuple[Store, Store]]:
    """Two databases of one engine: one whose schema ends before the rules of today, and one with all of it."""
    module = importlib.import_module(migrate.__module__)
    everything = migrations()
    with tempfile.TemporaryDirectory(prefix="spanlog-bench-") as folder:
        opened = open_store(f"chdb://{folder}/store")
        made = []
        for name in ("old", "new"):
            opened.execute(f"CREATE DATABASE {name}")
            made.append(Store(dataclasses.replace(opened.location, database=name)))
        try:
            module.migrations = lambda: tuple(one for one in everything if one.version < NEW_RULES)  # type: ignore[attr-defined]
            migrate(made[0])
            module.migrations = migrations  # type: ignore[attr-defined]
            migrate(made[1])
            yield made[0], made[1]
        finally:
            module.migrations = migrations  # type: ignore[attr-defined]
            for store in (*made, opened):
                store.close()


def print_fit(rows: list[Row], old: Store, new: Store) -> None:
    groupings: dict[str, list[Hashable]] = {
        "type and message": [(row.get("type"), row.get("message") or row.get("body")) for row in rows],
        "the first rules": [row["fingerprint"] for row in store_rows(old, rows, "set")],
        "the rules of today": [row["fingerprint"] for row in store_rows(new, rows, "set")],
    }
    print(f"{'':14}{'errors':>7}" + "".join(f"{name:>22}" for name in groupings))
    languages = list(dict.fromkeys(row["language"] for row in rows))
    for language in [*languages, "all"]:
        chosen = [index for index, row in enumerate(rows) if language in {row["language"], "all"}]
        cells = [counted([rows[index] for index in chosen], [groups[index] for index in chosen])
                 for groups in groupings.values()]  # fmt: skip
        print(f"{language:14}{len(chosen):7}" + "".join(f"{cell:>22}" for cell in cells))
    any_caller = count_pairs(rows, groupings["the rules of today"], is_any_caller_the_same_bug=True)
    print(f"a bug that is reached from another function counted as the same: recall {any_caller.recall:.3f}")


def counted(rows: list[Row], groups: list[Hashable]) -> str:
    counts = count_pairs(rows, groups)
    return f"P {counts.precision:.3f} R {counts.recall:.3f}"


def print_cost(rows: list[Row], old: Store, new: Store) -> None:
    samples: dict[str, Row] = {"no error": {"body": "order 12 placed"}}
    samples["python, 9 frames"] = next(row for row in rows if row.get("stacktrace", "").count('  File "') == 9)
    for language in ("javascript", "java", "go", "rust", "dotnet", "messages"):
        samples[language] = next(row for row in rows if row["language"] == language)
    print(f"\nCPU, median of {ROUNDS}{'':12}{'the first rules':>18}{'the rules of today':>20}")
    names = ("an insert of one record, ms", *(f"{name}, µs an error" for name in samples))
    columns = []
    for store in (old, new):
        store.execute("CREATE TABLE nothing AS otel_logs ENGINE = Null")
        columns.append([one_record_ms(store), *(error_us(store, name, row) for name, row in samples.items())])
    for name, before, now in zip(names, *columns, strict=True):
        print(f"{name:34}{before:12.2f}{now:20.2f}")


def one_record_ms(store: Store) -> float:
    """CPU of loading a segment with one record that is no error: what every insert pays."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        segment = Path(folder) / "one.segment"
        for index in range(2 * ROUNDS):
            segment.write_bytes(framed(log_request("bench", f"order {index}").SerializeToString()))
            start = time.process_time()
            store.load_segment(LOGS, segment, uuid.uuid4().hex)
            taken.append(time.process_time() - start)
    return statistics.median(taken) * 1e3


def error_us(store: Store, name: str, row: Row) -> float:
    """CPU of one row in a table that keeps nothing, with all computed columns."""
    severity, copies = (9, 100) if name == "no error" else (17, 1)
    store.execute("DROP TABLE IF EXISTS source")
    store.execute(f"CREATE TABLE source ENGINE = Memory AS SELECT {COLUMNS} FROM otel_logs LIMIT 0")
    value = [severity, row.get("body") or row.get("message") or "", attributes_of(row)]
    store.insert("source", COLUMNS.split(", "), [value] * ERRORS)
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        store.execute(
            f"INSERT INTO nothing ({COLUMNS}) SELECT {COLUMNS} FROM source CROSS JOIN numbers({copies}) AS copies "
            "SETTINGS max_threads = 1, max_insert_threads = 1"
        )
        taken.append(time.process_time() - start)
    return statistics.median(taken) / (ERRORS * copies) * 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
