import socket
import threading

import pytest

from spanlog_cli.api_client import ApiClient, checked_url
from spanlog_cli.exceptions import ApiError, ApiUnauthorizedError, ApiUnreachableError, CommandError


def test_answer_is_given_as_json(api):
    api.routes["/logs"] = {"total": 0, "items": []}
    with ApiClient(api.url, None) as client:
        assert client.get("/logs") == {"total": 0, "items": []}


def test_parameters_are_sent_as_they_are_and_missing_ones_not_at_all(api):
    api.routes["/logs"] = {}
    with ApiClient(api.url, None) as client:
        client.get("/logs", {"search": "a&b=c ü+\udcff", "resolved": True, "limit": 5, "agent_id": None})
    assert api.queries("/logs") == [{"search": "a&b=c ü+?", "resolved": "true", "limit": "5"}]


def test_url_may_have_a_path(api):
    api.routes["/spanlog/logs"] = {"total": 1}
    with ApiClient(f"{api.url}/spanlog/", None) as client:
        assert client.get("/logs") == {"total": 1}


def test_key_is_sent_as_bearer(api):
    api.key = "k"
    api.routes["/logs"] = {"total": 1}
    with ApiClient(api.url, "k") as client:
        assert client.get("/logs") == {"total": 1}
    with ApiClient(api.url, "wrong") as client, pytest.raises(ApiUnauthorizedError, match="SPANLOG_API_KEY"):
        client.get("/logs")


def test_problem_is_told_with_its_detail_and_fields(api):
    detail = {"title": "Unprocessable Entity", "status": 422, "detail": "since is not before until"}
    api.routes["/logs"] = 422, {**detail, "errors": [{"field": "since", "message": "too late"}]}
    with ApiClient(api.url, None) as client, pytest.raises(ApiError) as raised:
        client.get("/logs")
    assert raised.value.status == 422
    assert raised.value.message == f"{api.url}/logs answers 422: since is not before until; since: too late"


def test_field_that_is_in_the_detail_is_not_told_twice(api):
    api.routes["/logs"] = 422, {"detail": "limit: too large", "errors": [{"field": "limit", "message": "too large"}]}
    with ApiClient(api.url, None) as client, pytest.raises(ApiError, match=r"answers 422: limit: too large$"):
        client.get("/logs")


@pytest.mark.parametrize("answer", [(500, b"oops"), (200, b"<html>"), (404, b""), (200, b'{"a":' * 100_000)])
def test_other_servers_are_told_as_such(api, answer):
    api.routes["/logs"] = answer
    with ApiClient(api.url, None) as client, pytest.raises(ApiError, match="spanlog query API"):
        client.get("/logs")


def test_redirect_is_not_followed(api):
    api.routes["/logs"] = 302, {}
    with ApiClient(api.url, "k") as client, pytest.raises(ApiError):
        client.get("/logs")
    assert len(api.asked) == 1


def test_nobody_there_says_how_to_start_a_stack(closed_port):
    url = f"http://127.0.0.1:{closed_port}"
    with ApiClient(url, None) as client, pytest.raises(ApiUnreachableError) as raised:
        client.get("/logs")
    assert raised.value.message == f'nothing answers at {url}; start a stack with "spanlog up", or set SPANLOG_URL'


def test_server_that_never_answers_is_told_as_slow():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with ApiClient(url, None, timeout_seconds=0.2) as client, pytest.raises(ApiUnreachableError, match="too long"):
            client.get("/logs")


def test_what_is_no_http_server_is_told_as_such():
    def answer(listener):
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        answering = threading.Thread(target=answer, args=(listener,))
        answering.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with ApiClient(url, None) as client, pytest.raises(ApiUnreachableError, match="HTTP server"):
            client.get("/logs")
        answering.join()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8421",
        "ftp://x",
        "http://",
        "http://x:port",
        "http://x:99999",
        "http://a b",
        "http://x?y",
        "http://[::1",
    ],
)
def test_unusable_url_is_refused_with_an_example(url):
    with pytest.raises(CommandError, match=r"SPANLOG_URL.*http://127\.0\.0\.1:8421"):
        checked_url(url, "SPANLOG_URL")


def test_url_with_a_password_is_refused_and_not_shown():
    with pytest.raises(CommandError) as raised:
        checked_url("http://user:hunter2@x", "SPANLOG_URL")
    assert "hunter2" not in raised.value.message


@pytest.mark.parametrize(
    ("url", "usable"),
    [("http://127.0.0.1:8421/", "http://127.0.0.1:8421"), ("https://[::1]:8421/a/", "https://[::1]:8421/a")],
)
def test_slash_at_the_end_makes_no_difference(url, usable):
    assert checked_url(url, "SPANLOG_URL") == usable
