"""SQL lies in named files, says what it answers, and takes values only as bound parameters."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from query_api_telemetry import Log

import spanlog_query_api
from spanlog_collector.storage import QueryTooLargeError, StoreError
from spanlog_query_api.metrics import Metrics
from spanlog_query_api.queries import QueryRunner, named_query, query_names

PACKAGE = Path(spanlog_query_api.__file__).parent
READONLY = 164
BINDING = re.compile(r"\{[a-z_]+:(?:String|Bool|Int64|UInt64|UInt32|UUID|Array\((?:UUID|String|UInt64|Int64)\))\}")


@pytest.mark.parametrize("name", query_names())
def test_a_query_says_what_it_answers(name):
    description = named_query(name).description
    assert len(description) > 20


@pytest.mark.parametrize("name", query_names())
def test_a_query_binds_parameters_and_nothing_else(name):
    query = named_query(name)
    rest = BINDING.sub("", query.sql).replace("WHERE {condition}", "").replace("AND {condition}", "")
    rest = rest.replace("AND {span_condition}", "")
    rest = rest.replace("{conditions} AS every", "")
    # Braces, percent signs and dollars are what text is put into SQL with.
    assert not re.search(r"[{}%$;]", rest)
    assert len(BINDING.findall(query.sql)) >= len(query.parameters)
    assert re.match(r"(SELECT|WITH)\b", query.sql.strip())


def test_every_query_is_used_and_every_name_used_is_a_query():
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    used = set(re.findall(r"\.run\(\s*\"(\w+)\"", source))
    used |= set(re.findall(r"queries\.run, \"(\w+)\"", source))
    used |= set(re.findall(r"\.run_as\(\s*\"\w+\", \"(\w+)\"", source))
    used |= set(re.findall(r"self\._ask\(\s*\"(\w+)\"", source))
    assert used == set(query_names())


def test_no_python_file_holds_sql():
    for path in PACKAGE.rglob("*.py"):
        assert not re.search(r"\b(SELECT|INSERT INTO|FROM otel_)\b", path.read_text(encoding="utf-8")), path.name


def test_columns_that_several_queries_share_stand_in_one_place():
    shared = named_query("list_logs").sql.split("FROM otel_logs")[0]
    assert "LogAttributes AS attributes" in shared
    for name in ("list_logs_after", "find_log", "tail_records"):
        assert shared in named_query(name).sql, name


@pytest.mark.parametrize("parameters", [{}, {"id": "x", "more": 1}, {"name": "x"}])
def test_parameters_that_do_not_fit_are_refused(store, parameters):
    runner = QueryRunner(store, Metrics(CollectorRegistry()), "/test")
    with pytest.raises(ValueError, match=r"find_log\.sql binds"):
        runner.run("find_log", parameters)


def test_a_query_cannot_write(store, loader, agent, monkeypatch):
    loader.logs(agent, [Log()])
    before = store.query("SELECT count() AS total FROM otel_logs")
    writing = replace(named_query("ping"), sql="INSERT INTO otel_logs SELECT * FROM otel_logs")
    monkeypatch.setattr("spanlog_query_api.queries.named_query", lambda _name: writing)
    with pytest.raises(StoreError) as caught:
        QueryRunner(store, Metrics(CollectorRegistry()), "/test").run("ping")
    assert caught.value.code == READONLY
    assert store.query("SELECT count() AS total FROM otel_logs") == before


def test_an_answer_stopped_halfway_leaves_nothing_for_the_next_question(store):
    for _ in range(5):
        with pytest.raises(QueryTooLargeError):
            store.query("SELECT number FROM numbers(1000000)")
        assert store.query("SELECT 7 AS answer") == [{"answer": 7}]


def test_answers_stopped_halfway_do_not_disturb_those_beside_them(store):
    def ask(number):
        if number % 3 == 0:
            with pytest.raises(QueryTooLargeError):
                store.query("SELECT number FROM numbers(1000000)")
        return store.query("SELECT {number:UInt64} AS answer", {"number": number})

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(120))) == [[{"answer": number}] for number in range(120)]
