"""Who may ask, what a browser is told, and what a body may weigh."""

import http.client
import re
import socket

import pytest
from query_api_serving import serving

from spanlog_query_api import ApiConfig, create_app

KEY = "correct-horse-battery"


async def ingest(_request: bytes) -> None:
    raise AssertionError("nothing may come this far")


@pytest.fixture(scope="module")
def guarded(store):
    with serving(create_app(ApiConfig(api_key=KEY, max_body_bytes=10_000), store, ingest)) as opened:
        yield opened


ROUTES = [
    ("GET", "/ready"),
    ("GET", "/metrics"),
    ("GET", "/logs"),
    ("GET", "/logs/histogram"),
    ("GET", "/logs/facets"),
    ("GET", "/logs/tail"),
    ("GET", "/logs/export"),
    ("GET", "/logs/x/context"),
    ("GET", "/patterns"),
    ("POST", "/logs"),
    ("POST", "/logs/batch"),
    ("GET", "/logs/summary"),
    ("GET", "/logs/agents"),
    ("GET", "/logs/x"),
    ("PATCH", "/logs/x/resolve"),
    ("POST", "/logs/resolve-batch"),
    ("GET", "/errors"),
    ("GET", "/errors/x"),
    ("GET", "/errors/x/similar"),
    ("GET", "/logs/fields"),
    ("GET", "/logs/x/attributes"),
    ("GET", "/sessions"),
    ("GET", "/sessions/x"),
    ("PATCH", "/errors/x"),
    ("POST", "/errors/merge"),
    ("POST", "/errors/split"),
    ("GET", "/traces"),
    ("GET", "/traces/x"),
    ("GET", "/audit"),
    ("POST", "/docs"),
    ("GET", "/static-offline-docs"),
    ("GET", "/no-such-route"),
    ("POST", "/health"),
    ("GET", "/health/"),
    ("GET", "/x//health"),
    ("GET", "/Health"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_but_health_asks_for_the_key(guarded, method, path):
    answer = guarded.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert KEY not in answer.text
    # A stream has no end of its own.
    with guarded.stream(method, path, headers={"Authorization": f"Bearer {KEY}"}) as allowed:
        assert allowed.status_code != 401


def test_the_list_above_has_every_route(store):
    app = create_app(ApiConfig(), store, ingest)
    documented = {
        (method.upper(), re.sub(r"\{[a-z_]+\}", "x", path))
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert documented - {("GET", "/health")} <= set(ROUTES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        KEY,
        f"Basic {KEY}",
        "Bearer",
        "Bearer  x",
        f"Bearer {KEY}x",
        f"Bearer {KEY[:-1]}",
        f"Bearer {KEY.upper()}",
        "Bearer ключ".encode(),
        b"Bearer \xff\xfe",
    ],
)
def test_a_wrong_key_is_refused(guarded, header):
    assert guarded.get("/logs", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_right_key_is_taken(guarded, scheme):
    assert guarded.get("/logs", headers={"Authorization": f"{scheme} {KEY}"}).status_code == 200


def test_health_needs_no_key(guarded):
    assert guarded.get("/health").status_code == 200


def test_without_a_configured_key_all_is_open(client):
    assert client.get("/logs").status_code == 200
    assert client.get("/logs", headers={"Authorization": "Bearer whatever"}).status_code == 200


def test_the_key_is_not_in_the_configurations_repr():
    assert KEY not in repr(ApiConfig(api_key=KEY))


@pytest.mark.parametrize("key", ["", " ", " x", "a\nb", "ключ"])
def test_a_key_that_cannot_work_is_refused_at_once(key):
    with pytest.raises(ValueError, match="API key"):
        ApiConfig(api_key=key)


def test_a_body_is_not_read_before_the_key_is_checked(guarded):
    connection = http.client.HTTPConnection(guarded.base_url.host, guarded.base_url.port, timeout=30)
    connection.putrequest("POST", "/logs")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "5000")
    connection.endheaders()
    # Not a byte of the body was sent.
    assert connection.getresponse().status == 401
    connection.close()


def test_a_body_that_says_it_is_too_large_is_413(guarded):
    answer = guarded.post("/logs", content=b"x" * 10_001, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 413
    assert answer.json()["title"] == "Request Entity Too Large" or answer.json()["status"] == 413


def test_a_body_that_turns_out_too_large_is_413(guarded):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    answer = guarded.post("/logs", content=(b"x" * 1000 for _ in range(11)), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_at_the_bound_is_read(guarded):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    assert guarded.post("/logs", content=b" " * 10_000, headers=headers).status_code == 422


def test_a_sender_that_stops_halfway_leaves_the_api_answering(guarded):
    with socket.create_connection((guarded.base_url.host, guarded.base_url.port)) as connection:
        head = f"POST /logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert guarded.get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/logs", "/no-such-route", "/logs?limit=x", "/metrics", "/docs", "/openapi.json"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
