"""Is it alive, is it ready, how is it doing?"""

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families
from query_api_serving import serving

from spanlog_collector.storage import Store, parse_dsn
from spanlog_query_api import ApiConfig, Readiness, ReadinessPart, create_app


async def ingest(_request: bytes) -> None:
    """Take everything."""


def test_health_says_that_it_is_alive(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "db": "connected", "version": "9.9.9"}


def test_health_is_200_without_a_store_and_ready_is_503():
    # A server's address at which nothing answers: the real error of a real client.
    gone = Store(parse_dsn("clickhouse://default@127.0.0.1:1/otel"))
    with serving(create_app(ApiConfig(version="1"), gone, ingest)) as client:
        assert client.get("/health").json() == {"status": "ok", "db": "disconnected", "version": "1"}
        answer = client.get("/ready")
        assert answer.status_code == 503
        assert answer.json()["ready"] is False
        assert answer.json()["parts"]["store"]["ready"] is False
        assert client.get("/logs").status_code == 503
    gone.close()


def test_ready_asks_every_part(store):
    def broken() -> Readiness:
        raise OSError("no such socket")

    parts = [
        ReadinessPart("journal", lambda: Readiness(ready=True, detail="3 segments")),
        ReadinessPart("receiver", lambda: Readiness(ready=False, detail="port taken")),
        ReadinessPart("loader", broken),
    ]
    with serving(create_app(ApiConfig(), store, ingest, readiness=parts)) as client:
        answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "parts": {
            "store": {"ready": True, "detail": "answers"},
            "journal": {"ready": True, "detail": "3 segments"},
            "receiver": {"ready": False, "detail": "port taken"},
            "loader": {"ready": False, "detail": "OSError: no such socket"},
        },
    }
    with serving(create_app(ApiConfig(), store, ingest, readiness=parts[:1])) as client:
        answer = client.get("/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_metrics_count_and_time_requests_by_template_and_queries_by_route(store):
    registry = CollectorRegistry()
    Counter("spanlog_test_records", "Of somebody else.", registry=registry).inc(3)
    with serving(create_app(ApiConfig(), store, ingest, registry=registry)) as client:
        for log_id in ("a", "b", "c"):
            client.get(f"/logs/{log_id}")
        client.get("/logs")
        client.get("/logs", params={"limit": 0})
        client.get("/nowhere/at-all")
        client.request("PROPFIND", "/logs")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }

    def value(name, **labels):
        return samples[(name, *sorted(labels.items()))]

    requests = "spanlog_api_requests_total"
    assert value(requests, route="/logs/{log_id}", method="GET", status="404") == 3
    assert value(requests, route="/logs", method="GET", status="200") == 1
    assert value(requests, route="/logs", method="GET", status="422") == 1
    assert value(requests, route="none", method="GET", status="404") == 1
    assert value(requests, route="/logs", method="other", status="405") == 1
    assert value("spanlog_api_request_seconds_count", route="/logs/{log_id}", method="GET", status="404") == 3
    assert value("spanlog_api_query_seconds_count", route="/logs/{log_id}", query="find_log") == 3
    assert value("spanlog_api_query_seconds_count", route="/logs", query="list_logs") == 1
    assert value("spanlog_test_records_total") == 3


def test_two_applications_do_not_share_their_metrics(store):
    for _ in range(2):
        with serving(create_app(ApiConfig(), store, ingest)) as client:
            client.get("/health")
            assert 'route="/health",status="200"} 1.0' in client.get("/metrics").text


def test_a_store_is_left_open_by_the_application(store):
    with serving(create_app(ApiConfig(), store, ingest)) as client:
        client.get("/health")
    assert store.query("SELECT 1 AS one") == [{"one": 1}]


def test_the_version_is_by_default_the_installed_one():
    from importlib.metadata import version

    assert ApiConfig().version == version("spanlog")
