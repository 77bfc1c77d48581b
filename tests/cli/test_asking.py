"""What goes wrong between a command and the API, in words for whoever runs it."""

import socket

import pytest

from spanlog_cli.asking import asking
from spanlog_cli.exceptions import ApiError, ApiUnauthorizedError, ApiUnreachableError, CommandError


def test_answers_come_through(api):
    api.routes["/spanlog/health"] = {"status": "ok"}
    with asking(f"{api.url}/spanlog/", None) as client:
        assert client.get_health() == {"status": "ok"}


def test_a_key_that_is_wrong_says_where_it_goes(api):
    api.key = "k"
    with pytest.raises(ApiUnauthorizedError, match="SPANLOG_API_KEY"), asking(api.url, "wrong") as client:
        client.get_summary()


def test_a_problem_is_told_with_its_fields_each_once(api):
    errors = [{"field": "since", "message": "too late"}, {"field": "limit", "message": "too large"}]
    api.routes["/logs"] = 422, {"detail": "limit: too large", "errors": errors}
    with pytest.raises(ApiError) as raised, asking(api.url, None) as client:
        client.get_logs()
    assert raised.value.status == 422
    assert raised.value.message == f"{api.url} answers 422: limit: too large; since: too late"


@pytest.mark.parametrize("answer", [(500, b"oops"), (200, b"<html>"), (404, b""), (302, {})])
def test_other_servers_are_told_as_an_error_of_theirs(api, answer):
    api.routes["/logs"] = answer
    with pytest.raises(ApiError), asking(api.url, "k") as client:
        client.get_logs()
    assert len(api.asked) == 1


def test_an_address_that_is_not_the_query_apis_is_told_as_such(api):
    api.routes["/logs/summary"] = 404, b"Not Found"
    with pytest.raises(ApiError, match="is this its address"), asking(api.url, None) as client:
        client.get_summary()


def test_nobody_there_is_told_at_once(closed_port):
    url = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(ApiUnreachableError, match="start a stack"), asking(url, None) as client:
        client.get_logs()


def test_a_server_that_never_answers_is_told_as_slow():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ApiUnreachableError, match="too long"), asking(url, None, timeout_seconds=0.2) as client:
            client.get_logs()


def test_a_url_that_cannot_be_used_is_told_with_an_example():
    with pytest.raises(CommandError, match=r"SPANLOG_URL.*8421"), asking("ftp://x", None):
        pass
