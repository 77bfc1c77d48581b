"""One shape for every error of every route: ``application/problem+json``."""

import pytest
from every_route import calls
from query_api_serving import serving

from spanlog_collector.storage import QueryTooLargeError, Store, parse_dsn
from spanlog_keys import Gate, KeyFile, KeyRequest, KeyRing, RateLimits, Scope
from spanlog_query_api import ApiConfig, IngestUnavailableError, create_app
from spanlog_query_api.scopes import is_open

PLACES = {
    "trace": "1" * 32,
    "finger": "0" * 15 + "1",
    "": "00000000-0000-4000-8000-000000000000",
}
BODIES = {
    "/logs": {"agent_id": "a", "message": "b"},
    "/logs/batch": [{"agent_id": "a", "message": "b"}],
    "/logs/resolve-batch": {"ids": ["00000000-0000-4000-8000-000000000000"], "resolved_by": "ana"},
    "/logs/{log_id}/resolve": {"resolved_by": "ana"},
    "/errors/merge": {"into": "0" * 15 + "1", "fingerprints": ["0" * 15 + "2"]},
    "/errors/split": {"fingerprint": "0" * 15 + "1"},
    "/errors/{fingerprint}": {"status": "resolved"},
}
# They answer without a store.
STORELESS = {"/ready", "/metrics", "/docs/oauth2-redirect"}
# What all tails ask for together is nobody's question alone: see test_tail.py.
SHARED = {"/logs/tail"}
OWN_SHAPE = ("/jaeger",)


def check(answer, status):
    assert answer.status_code == status, (answer.request.url, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", answer.request.url
    problem = answer.json()
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"]
    assert problem["detail"]
    assert "\n" not in problem["detail"]
    for error in problem.get("errors", []):
        assert {"field", "message"} <= error.keys() <= {"field", "message", "position", "hint"}
    return problem


async def refusing(_request):
    raise IngestUnavailableError("not now", 7)


@pytest.fixture(scope="module")
def gone():
    """A server's address at which nothing answers: the real error of a real client."""
    store = Store(parse_dsn("clickhouse://default@127.0.0.1:1/otel"))
    yield store
    store.close()


def routes(app, *methods):
    """Every route that says anything of what is stored, or changes it."""
    for call in calls(app, PLACES):
        if call.template.startswith(OWN_SHAPE) or is_open(call.method, call.path):
            continue
        if call.method in (methods or ("GET", "POST", "PATCH")):
            yield call


def test_what_no_route_has(client):
    app_routes = list(routes(create_app(ApiConfig(), None, refusing)))
    assert len(app_routes) > 20
    for path in ("/", "/x", "/logs/a/b/c", "/LOGS", "//logs", "/logs/", "/%00", "/..%2f..%2fetc/passwd"):
        if client.get(path).status_code != 200:
            check(client.get(path), 404)
    for call in app_routes:
        answer = client.delete(call.path)
        check(answer, 405)
        assert call.method in answer.headers["allow"] or len(answer.headers["allow"]) > 2


def test_without_a_store_every_route_that_asks_it_says_so(gone):
    with serving(create_app(ApiConfig(visible_wait_seconds=0.1), gone, refusing)) as client:
        for call in routes(create_app(ApiConfig(), gone, refusing)):
            if call.template in STORELESS:
                continue
            answer = client.request(call.method, call.path, json=BODIES.get(call.template))
            check(answer, 503)
            assert int(answer.headers["retry-after"]) > 0


def test_what_nobody_foresaw(store):
    app = create_app(ApiConfig(), store, refusing)
    app.state.services = None
    with serving(app) as client:
        for call in routes(app):
            if call.template == "/docs/oauth2-redirect":
                continue
            answer = client.request(call.method, call.path, json=BODIES.get(call.template))
            check(answer, 500)
            assert "None" not in answer.text


def test_without_a_key_with_a_wrong_one_and_too_often(store, tmp_path):
    file = KeyFile(tmp_path)
    _, secret = file.create(KeyRequest("sender", frozenset({Scope.INGEST}), ingest_limit=0.001), "ana")
    _, slow = file.create(KeyRequest("slow", frozenset({Scope.WRITE})), "ana")
    app = create_app(ApiConfig(), store, refusing, gate=Gate(KeyRing(file), RateLimits(read=0.001)))
    with serving(app) as client:
        too_often = {"Authorization": f"Bearer {slow}"}
        client.get("/logs/x", headers=too_often)
        sender = {"Authorization": f"Bearer {secret}"}
        check(client.post("/logs", json={}, headers=sender), 422)
        for call in routes(app):
            assert check(client.request(call.method, call.path), 401)["title"] == "Unauthorized"
            if call.template in {"/logs", "/logs/batch"} and call.method == "POST":
                check(client.post(call.path, headers=sender), 429)
                check(client.post(call.path, headers=too_often), 403)
            else:
                check(client.request(call.method, call.path, headers=sender), 403)
                limited = client.request(call.method, call.path, headers=too_often)
                check(limited, 403 if call.path == "/audit" else 429)


def test_what_is_sent_wrong(store):
    app = create_app(ApiConfig(max_body_bytes=1000), store, refusing)
    with serving(app) as client:
        for call in routes(app, "POST", "PATCH"):
            check(
                client.request(call.method, call.path, content=b"{", headers={"Content-Type": "application/json"}), 422
            )
            check(client.request(call.method, call.path, json=7), 422)
            check(client.request(call.method, call.path, json="x" * 2000), 413)


def test_a_parameter_that_is_wrong_is_named(client):
    document = client.get("/openapi.json").json()
    count = 0
    for call in routes(create_app(ApiConfig(), None, refusing), "GET"):
        for parameter in document["paths"].get(call.template, {}).get("get", {}).get("parameters", []):
            if parameter["name"] in {"limit", "since", "until", "offset", "level", "bars", "before"}:
                problem = check(client.get(call.path, params={parameter["name"]: "no"}), 422)
                assert [error["field"] for error in problem["errors"]] == [parameter["name"]]
                count += 1
    assert count > 20


def test_a_question_that_is_too_large(store):
    # The bounds themselves are held elsewhere, with the real engine; here is what every route says when it meets one.
    app = create_app(ApiConfig(), store, refusing)

    class Stopped:
        is_shared = False

        def query(self, *_arguments):
            raise QueryTooLargeError("limit for result exceeded", 396)

        query_as = query

    app.state.services = type(app.state.services)(
        **{
            name: Stopped() if name == "store" else getattr(app.state.services, name)
            for name in app.state.services.__dataclass_fields__
        }
    )
    with serving(app) as stopped:
        for call in routes(app, "GET"):
            if call.template in STORELESS | SHARED:
                continue
            assert "ask for less" in check(stopped.get(call.path), 400)["detail"]


def test_a_body_that_the_collector_cannot_take_now(store):
    with serving(create_app(ApiConfig(), store, refusing)) as client:
        for path in ("/logs", "/logs/batch"):
            answer = client.post(path, json=BODIES[path])
            assert check(answer, 503)["detail"] == "not now"
            assert answer.headers["retry-after"] == "7"
