"""One bug is one group: over the labelled set, and in the cases that a set does not hold."""

import datetime as dt
import importlib
import uuid

import pytest
from labelled_errors import count_pairs, labelled_rows, store_rows

from spanlog._cut import cut_middle
from spanlog._exception import capture_exception, format_stack
from spanlog_collector.storage import migrate
from spanlog_collector.storage.migrate import migrations

ROWS = labelled_rows()
LANGUAGES = sorted({row["language"] for row in ROWS})


@pytest.fixture(scope="module")
def groups(store) -> list[int]:
    return [row["fingerprint"] for row in store_rows(store, ROWS, f"labelled-{uuid.uuid4()}")]


@pytest.fixture
def grouped(store, service):
    """Store errors and return what became of them."""
    return lambda *rows: store_rows(store, rows, service)


def case(language: str, name: str, version: int = 1) -> dict[str, str]:
    (row,) = (r for r in ROWS if (r["language"], r["case"], r["version"]) == (language, name, version))
    return row


def test_set_holds_300_real_traces_of_six_languages():
    real = [row for row in ROWS if row["is_real"] and row.get("stacktrace")]
    assert len(real) >= 300
    assert {row["language"] for row in real} >= {"python", "javascript", "java", "go", "rust", "dotnet"}


def test_set_names_no_folder_of_whoever_made_it():
    text = "".join(row.get("stacktrace", "") for row in ROWS)
    assert "/tmp/" not in text
    assert "/root" not in text


def test_precision_and_recall_of_all_pairs(groups):
    counts = count_pairs(ROWS, groups)
    assert min(counts.precision, counts.recall) >= 0.97, counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_precision_and_recall_of_one_language(groups, language):
    chosen = [index for index, row in enumerate(ROWS) if row["language"] == language]
    counts = count_pairs([ROWS[index] for index in chosen], [groups[index] for index in chosen])
    assert min(counts.precision, counts.recall) >= 0.97, counts


@pytest.mark.parametrize(
    ("language", "name", "parts"),
    [
        (
            "python", "load_price>decode",
            ["PriceError", "prices.py:load_price", "main.py:<lambda>", "KeyError", "prices.py:decode"],
        ),
        ("python", "sync_rates", ["ConnectionError", "remote.py:_request", "remote.py:get", "remote.py:sync_rates"]),
        ("javascript", "total", ["TypeError", "total orders.js", "main.js"]),
        ("java", "tax", ["OrderException", "com.acme.shop.Orders.tax", "com.acme.shop.Main.lambda$static"]),
        ("go", "Order.Total", ["panic", "main.(*Order).Total", "main.init", "main.main"]),
        ("rust", "Tree.get", ["main::catalog::Tree::get", "main::main"]),
        ("dotnet", "Weights", ["DivideByZeroException", "Acme.Shop.Orders.Weights", "Acme.Shop.Program.Main"]),
    ],
)  # fmt: skip
def test_parts_say_what_failed_where(grouped, language, name, parts):
    (row,) = grouped(case(language, name))
    assert row["rule"] == "exception"
    assert row["parts"] == parts


def test_fault_of_a_library_is_told_apart_by_its_text(grouped):
    """No frame of the program itself is in the trace."""
    row = case("javascript", "connect")
    refused, again, timed_out = grouped(
        row,
        row | {"message": row["message"].replace("127.0.0.1:1", "10.0.0.9:80")},
        row | {"message": "connect ETIMEDOUT 10.0.0.9:80"},
    )
    assert refused["parts"][-1] == "connect ECONNREFUSED *"
    assert refused["fingerprint"] == again["fingerprint"] != timed_out["fingerprint"]


@pytest.mark.parametrize("language", ["python", "javascript", "java", "go", "rust", "dotnet"])
def test_trace_that_came_as_text_is_grouped_like_one_in_its_attribute(store, service, language):
    row = next(row for row in ROWS if row["language"] == language)
    as_text = {"body": f"worker 7 failed\n{row['stacktrace']}", "type": row["type"]}
    attributed, told = store_rows(store, [row, as_text], service)
    assert told["rule"] == "exception"
    assert told["fingerprint"] == attributed["fingerprint"]


def test_type_is_read_from_a_trace_that_has_no_attribute_for_it(grouped):
    row = case("java", "importAll>decode")
    attributed, told = grouped(row, {"body": row["stacktrace"]})
    assert told["fingerprint"] == attributed["fingerprint"]


def test_line_ends_of_windows_change_nothing(grouped):
    chosen = [
        next(row for row in ROWS if row["language"] == name) for name in ("python", "javascript", "java", "dotnet")
    ]
    windows = [row | {"stacktrace": row["stacktrace"].replace("\n", "\r\n")} for row in chosen]
    stored = grouped(*chosen, *windows)
    assert [row["parts"] for row in stored[:4]] == [row["parts"] for row in stored[4:]]


def sink(depth: int) -> None:
    if depth:
        rise(depth - 1)
    raise LookupError(f"{depth} is the bottom")


def rise(depth: int) -> None:
    sink(depth)


def captured(depth: int) -> dict[str, str]:
    try:
        sink(depth)
    except LookupError as error:
        found = capture_exception(error, error.__traceback__)
        return {"type": found.type_name, "message": found.message, "stacktrace": format_stack(found.stack)}
    raise AssertionError


def test_what_the_handler_captures_is_grouped_whole_or_cut(grouped):
    """It leaves out frames in the middle, cuts texts there, and so does the engine beyond 16 KiB."""
    whole = captured(150)
    assert len(whole["stacktrace"]) > 16_384
    rows = grouped(whole, whole | {"stacktrace": cut_middle(whole["stacktrace"], 4_000)}, captured(40))
    assert rows[0]["parts"] == ["LookupError", "test_fingerprints.py:sink", "test_fingerprints.py:rise"]
    assert len({row["fingerprint"] for row in rows}) == 1


def test_functions_that_call_each_other_are_one_group_wherever_the_stack_was_full(grouped):
    def recursion(start: str) -> dict[str, str]:
        frames = [f'  File "/a/b.py", line 3, in {name}\n    x()\n' for name in ("up", "down") * 40]
        text = "".join(frames if start == "up" else frames[1:] + frames[:1])
        return {"stacktrace": f"Traceback (most recent call last):\n{text}RecursionError: deep\n"}

    first, second = grouped(recursion("up"), recursion("down"))
    assert first["fingerprint"] == second["fingerprint"]


@pytest.mark.parametrize(
    ("given", "parts"),
    [('["billing", "card"]', ["billing", "card"]), ('["billing', ['["billing']), ("[7, 8]", ["7", "8"]), ("7", ["7"])],
)
def test_fingerprint_of_the_program_may_be_a_list(store, service, given, parts):
    store.insert(
        "otel_logs",
        ["Timestamp", "ServiceName", "SeverityNumber", "LogAttributes"],
        [[dt.datetime.now(dt.UTC), service, 17, {"spanlog.fingerprint": given}]],
    )
    (row,) = store.query(
        "SELECT FingerprintRule AS rule, FingerprintParts AS parts FROM otel_logs WHERE ServiceName = {s:String}",
        {"s": service},
    )
    assert (row["rule"], row["parts"]) == ("custom", parts)


@pytest.mark.parametrize("attributes", [{}, {"spanlog.template": "failed: %s"}])
def test_one_text_of_two_functions_is_two_groups(store, service, attributes):
    store.insert(
        "otel_logs",
        ["Timestamp", "ServiceName", "SeverityNumber", "Body", "LogAttributes"],
        [
            [dt.datetime.now(dt.UTC), service, 17, "failed: 7", {"code.function.name": name, **attributes}]
            for name in ("shop.tax", "shop.tax", "shop.ship")
        ],
    )
    counts = store.query(
        "SELECT count() AS n FROM otel_logs WHERE ServiceName = {s:String} GROUP BY Fingerprint ORDER BY n",
        {"s": service},
    )
    assert [row["n"] for row in counts] == [1, 2]


def test_trace_of_a_language_nobody_knows_is_masked(grouped):
    def trace(line: int, name: str) -> dict[str, str]:
        return {"type": "E", "message": "m", "stacktrace": f"shop.xy:{line}: {name}\nmain.xy:{line + 9}: main"}

    first, moved, other = grouped(trace(7, "tax"), trace(812, "tax"), trace(7, "ship"))
    assert first["fingerprint"] == moved["fingerprint"] != other["fingerprint"]


RESOLVED = """
SELECT if(hashes.Fingerprint = 0, logs.Fingerprint, hashes.Fingerprint) AS group, count() AS n
FROM otel_logs AS logs LEFT ANY JOIN (SELECT Hash, Fingerprint FROM spanlog_error_hashes FINAL) AS hashes
ON logs.Fingerprint = hashes.Hash
WHERE logs.Fingerprint != 0 GROUP BY group
"""


def test_better_rules_do_not_split_groups_that_are_stored(empty_store, monkeypatch):
    """Errors are stored under the rules of the first schema; the store is migrated; the same errors come again."""
    module = importlib.import_module(migrate.__module__)
    chosen = [case("python", name) for name in ("tax", "ship", "load_price>decode")]
    everything = migrations()
    changed = next(migration for migration in everything if migration.name == "modify_otel_logs_fingerprint")
    with monkeypatch.context() as patch:
        patch.setattr(module, "migrations", lambda: tuple(m for m in everything if m.version < changed.version))
        migrate(empty_store)
    before = store_rows(empty_store, chosen, "before")
    assert migrate(empty_store)
    after = store_rows(empty_store, chosen, "after")
    assert {row["fingerprint"] for row in before}.isdisjoint(row["fingerprint"] for row in after)
    groups = {row["group"]: row["n"] for row in empty_store.query(RESOLVED)}
    assert groups == {row["fingerprint"]: 2 for row in before}
