"""How the engine means to read what a search asks for: in order, by the index, and the page's columns alone."""

import pytest
from query_api_telemetry import Log

from spanlog_query_api.queries import named_query
from spanlog_query_api.search.conditions import EVERY_ROW, Expression, render
from spanlog_query_api.search.fields import query_to_condition


@pytest.fixture(scope="module", autouse=True)
def something_stored(loader):
    loader.logs("plans", [Log("something to read")])


def plan(store, condition, name="list_logs"):
    sql, values = render(condition)
    parameters = values | {"limit": 100} | ({"offset": 0} if name == "list_logs" else {})
    text = "EXPLAIN indexes = 1 " + named_query(name).sql.replace("{condition}", sql)
    return "\n".join(row["explain"] for row in store.query(text, parameters))


@pytest.mark.parametrize("name", ["list_logs", "list_logs_after"])
@pytest.mark.parametrize(
    "condition",
    [EVERY_ROW, Expression("since", {"time": 1}), query_to_condition("level:error"), query_to_condition("heartbeat")],
    ids=["everything", "since", "level", "word"],
)
def test_a_page_is_read_in_the_tables_order_and_its_other_columns_for_its_rows_alone(store, name, condition):
    found = plan(store, condition, name)
    assert f"Read type: {'InReverseOrder' if name == 'list_logs' else 'InOrder'}" in found
    eager, _, lazy = found.partition("Lazily read columns:")
    assert "Body" in lazy, found
    assert "LogAttributes" not in eager.split("ReadFromMergeTree")[1].split("Prewhere filter")[0]


@pytest.mark.parametrize("q", ["heartbeat", '"flash loan"', "flash*loan", "order 17"])
def test_words_are_looked_for_in_the_text_index(store, q):
    assert "Name: idx_body_words" in plan(store, query_to_condition(q))


def test_a_word_that_is_nowhere_costs_no_granule(store):
    assert "Granules: 0/" in plan(store, query_to_condition("xyzzyplugh")).split("Name: idx_body_words")[1]


@pytest.mark.parametrize(
    ("q", "index"),
    [
        ("trace:0af7651916cd43dd8448eb211c80319c", "idx_trace_id"),
        ("id:019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60", "idx_log_id_second"),
        ("fingerprint:00c3d1a5b7e9f204", "idx_fingerprint"),
    ],
)
def test_ids_are_looked_for_in_their_index(store, q, index):
    assert f"Name: {index}" in plan(store, query_to_condition(q))


@pytest.mark.parametrize(
    ("name", "parameter", "record_id"),
    [
        ("find_log", "id", "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60"),
        ("find_log", "id", "a sender's own"),
        ("existing_logs", "ids", ["019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60", "4f1c2b3a-0d5e-4f60-8a71-92b3c4d5e6f7"]),
    ],
)
def test_records_are_found_by_any_kind_of_id_in_the_index(store, name, parameter, record_id):
    rows = store.query("EXPLAIN indexes = 1 " + named_query(name).sql, {parameter: record_id})
    found = "\n".join(row["explain"] for row in rows)
    assert "Granules: 0/" in found.split("Name: idx_log_id_second")[1]
