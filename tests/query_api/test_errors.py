"""One shape for every error, and none that tells a client what is not its business."""

import logging
import threading

import pytest
from query_api_serving import serving

from spanlog_collector.storage import QueryLimits, QueryTooLargeError, StoreUnavailableError
from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.models.problem import Problem


def check_shape(answer, status):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate(answer.json(), extra="forbid", strict=True)
    assert (problem.type, problem.status) == ("about:blank", status)
    assert problem.title
    assert problem.detail
    assert answer.json().keys() - {"errors"} == {"type", "title", "status", "detail"}
    return problem


async def ingest(_request: bytes) -> None:
    raise RuntimeError("secret of the house")


@pytest.mark.parametrize("path", ["/no-such-route", "/logs/", "/logs/x/y/z", "/static-offline-docs/../app.py"])
def test_an_unknown_route_is_404(client, path):
    check_shape(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/logs"), ("PUT", "/logs/summary"), ("POST", "/health"), ("PROPFIND", "/logs")]
)
def test_a_method_that_a_route_does_not_know_is_405(client, method, path):
    answer = client.request(method, path)
    check_shape(answer, 405)
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/logs", "GET, POST"),
        ("/logs/summary", "GET"),
        ("/logs/resolve-batch", "POST"),
        ("/errors/merge", "POST"),
        ("/errors/00c3d1a5b7e9f204", "GET, PATCH"),
        ("/logs/x/resolve", "PATCH"),
    ],
)
def test_405_says_which_methods_the_path_takes(client, path, allowed):
    assert client.options(path).headers["allow"] == allowed


def test_a_mistake_is_422_with_its_fields(client):
    problem = check_shape(client.post("/logs", json={"level": "loud"}), 422)
    assert {error.field for error in problem.errors} == {"agent_id", "message", "level"}
    assert "and 2 more" in problem.detail
    assert check_shape(client.get("/logs", params={"limit": -1}), 422).errors[0].field == "limit"


def test_what_was_sent_is_not_sent_back(client):
    answer = client.post("/logs", json={"agent_id": {"password": "hunter2"}, "message": "m"})
    check_shape(answer, 422)
    assert "hunter2" not in answer.text


def test_a_question_stopped_at_a_bound_is_400_and_says_how_to_narrow_it(client, monkeypatch, store):
    # The real engine, with a question and a bound at which it stops for certain.
    query = type(store).query

    def too_large(*_args, **_kwargs):
        limits = QueryLimits(max_seconds=0.1)
        return query(store, "SELECT count() FROM numbers(100000000000) WHERE number % 7 = 3", {}, limits)

    with pytest.raises(QueryTooLargeError):
        too_large()
    monkeypatch.setattr(type(store), "query", too_large)
    problem = check_shape(client.get("/logs"), 400)
    for word in ("since", "agent_id", "limit"):
        assert word in problem.detail


def test_a_store_that_cannot_answer_is_503_with_retry_after(client, monkeypatch, store):
    def unavailable(*_args, **_kwargs):
        raise StoreUnavailableError("cannot reach clickhouse://user@db.internal")

    monkeypatch.setattr(type(store), "query", unavailable)
    for path in ("/logs", "/logs/summary", "/logs/agents", "/traces", "/logs/x"):
        answer = client.get(path)
        check_shape(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
        assert "db.internal" not in answer.text


def test_what_nobody_foresaw_is_500_logged_and_not_told(store, caplog):
    with serving(create_app(ApiConfig(), store, ingest)) as client, caplog.at_level(logging.ERROR):
        answer = client.post("/logs", json={"agent_id": "a", "message": "m"})
    check_shape(answer, 500)
    assert "secret of the house" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [record for record in caplog.records if record.name == "spanlog_query_api.errors"]
    assert "secret of the house" in str(record.exc_info[1])


def test_an_unforeseen_error_is_counted_and_carries_the_security_headers(store):
    with serving(create_app(ApiConfig(), store, ingest)) as client:
        answer = client.post("/logs", json={"agent_id": "a", "message": "m"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        text = client.get("/metrics").text
    assert 'spanlog_api_requests_total{method="POST",route="/logs",status="500"} 1.0' in text


def test_no_thread_is_left_by_a_served_application(store):
    before = set(threading.enumerate())
    with serving(create_app(ApiConfig(), store, ingest)) as client:
        client.get("/health")
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive(), thread.name
