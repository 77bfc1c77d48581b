"""``spanlog.Client`` against an API that is slow, broken, elsewhere or not there."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import pickle
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import spanlog

STORED = {"id": "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60", "created_at": "2026-11-20T08:15:00Z"}


@dataclass
class Answer:
    status: int = 201
    content: bytes = json.dumps(STORED).encode()
    headers: dict[str, str] = field(default_factory=dict)
    is_cut_off: bool = False


class Api:
    """An HTTP server that answers what it was told to, then success; keeps what it was asked."""

    def __init__(self):
        self.requests = []
        self.connections = 0
        self.answers = deque()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                api.connections += 1
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                api.requests.append((self.command, self.path, dict(self.headers), body))
                answer = api.answers.popleft() if api.answers else Answer()
                if answer.is_cut_off:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST  # noqa: N815 - the name is http.server's

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def api():
    opened = Api()
    yield opened
    opened.close()


@pytest.fixture
def speaker(api):
    with spanlog.Client(api.url, "the-key", "planner", timeout_seconds=10, retry_seconds=10) as opened:
        yield opened


def problem(status, **fields):
    return Answer(status, json.dumps({"status": status, "detail": "not now", **fields}).encode(), {"retry-after": "0"})


def test_a_request_is_json_with_the_key(api, speaker):
    assert speaker.sync_log("hello") == STORED
    ((method, path, headers, body),) = api.requests
    assert (method, path) == ("POST", "/logs")
    assert headers["authorization"] == "Bearer the-key"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"agent_id": "planner", "source": "api", "level": "info", "message": "hello"}


def test_a_path_in_front_of_the_api_stays(api):
    with spanlog.Client(f"{api.url}/spanlog/", None, "planner") as speaker:
        speaker.sync_log("hello")
    assert api.requests[0][1] == "/spanlog/logs"
    assert "authorization" not in api.requests[0][2]


@pytest.mark.parametrize("status", [429, 503])
def test_an_api_that_cannot_take_it_now_is_asked_again(api, speaker, status):
    api.answers.extend([problem(status), problem(status)])
    assert speaker.sync_log("hello") == STORED
    assert [body for *_, body in api.requests] == [api.requests[0][3]] * 3


@pytest.mark.parametrize("answer", [Answer(502), Answer(504), Answer(is_cut_off=True)])
def test_an_entry_that_may_have_been_stored_is_not_sent_again(api, speaker, answer):
    api.answers.append(answer)
    with pytest.raises(spanlog.ApiUnavailableError):
        speaker.sync_log("hello")
    assert len(api.requests) == 1


@pytest.mark.parametrize("answer", [Answer(502), Answer(504), Answer(429), Answer(503), Answer(is_cut_off=True)])
def test_a_question_is_asked_again(api, speaker, answer):
    api.answers.extend([answer, answer, Answer(200, b'{"total": 1}')])
    assert speaker.sync_summary() == {"total": 1}
    assert len(api.requests) == 3


def test_a_wait_that_is_longer_than_the_budget_is_not_begun(api, speaker):
    api.answers.append(Answer(503, b"", {"retry-after": "3600"}))
    with pytest.raises(spanlog.ApiUnavailableError) as caught:
        speaker.sync_log("hello")
    assert caught.value.status == 503
    assert len(api.requests) == 1


def test_close_ends_the_wait_for_another_try(api):
    speaker = spanlog.Client(api.url, None, "planner", retry_seconds=600)
    api.answers.append(Answer(503, b"", {"retry-after": "300"}))
    failures = []

    def log():
        try:
            speaker.sync_log("hello")
        except spanlog.ApiUnavailableError as error:
            failures.append(error.status)

    thread = threading.Thread(target=log)
    thread.start()
    while not api.requests:
        pass
    while thread.is_alive():
        speaker.close()
        thread.join(0.01)
    assert failures == [503]


def test_nobody_there_is_an_error_that_says_what_to_do(refused_url):
    with (
        spanlog.Client(refused_url, None, "planner", retry_seconds=0.2) as speaker,
        pytest.raises(spanlog.ApiUnavailableError, match='connection refused; start one with "spanlog up"') as caught,
    ):
        speaker.sync_log("hello")
    assert (caught.value.status, caught.value.detail) == (None, "connection refused")


def test_an_api_that_comes_up_meanwhile_gets_the_entry(refused_url, api):
    # The first try finds nobody; the port cannot be promised to a server, so the client is pointed at one.
    speaker = spanlog.Client(refused_url, None, "planner", retry_seconds=60)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(speaker.sync_log("hello")))
    thread.start()
    while speaker._connection._pool is None:
        pass
    pool_of_api = spanlog.Client(api.url, None, "planner")._connection._connected_pool()
    speaker._connection._pool = pool_of_api
    thread.join()
    speaker.close()
    assert answers == [STORED]


def test_an_api_that_never_answers_is_given_up(black_hole_url):
    with (
        spanlog.Client(black_hole_url, None, "planner", timeout_seconds=0.1, retry_seconds=0) as speaker,
        pytest.raises(spanlog.ApiUnavailableError, match="timed out"),
    ):
        speaker.sync_log("hello")


def test_a_redirect_is_not_followed(api, speaker):
    other = Api()
    api.answers.append(Answer(307, b"", {"location": f"{other.url}/logs"}))
    with pytest.raises(spanlog.ApiError, match="redirect"):
        speaker.sync_log("hello")
    other.close()
    assert other.requests == []


@pytest.mark.parametrize("content", [b"<html>", b"", b"\xff\xfe", b"[1]"])
def test_an_error_in_another_shape_is_still_an_error(api, speaker, content):
    api.answers.append(Answer(400, content))
    with pytest.raises(spanlog.ApiError, match="400"):
        speaker.sync_log("hello")


def test_an_error_is_one_line(api, speaker):
    api.answers.append(problem(400, detail="two\nlines\r\nand more"))
    with pytest.raises(spanlog.ApiError) as caught:
        speaker.sync_log("hello")
    assert "two lines and more" in str(caught.value)
    assert str(caught.value).isprintable()


def test_something_that_is_not_the_api_is_told(api, speaker):
    api.answers.append(Answer(200, b"<html>It works!</html>"))
    with pytest.raises(spanlog.ApiError, match="is this the query API"):
        speaker.sync_log("hello")


def test_an_error_survives_pickling():
    error = spanlog.ApiUnavailableError("POST …: 503: not now", 503, "not now", [{"field": "a", "message": "b"}])
    copied = pickle.loads(pickle.dumps(error))
    assert (str(copied), copied.status, copied.detail, copied.errors) == (
        str(error),
        503,
        "not now",
        [{"field": "a", "message": "b"}],
    )
    assert type(copied) is spanlog.ApiUnavailableError


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ftp://logs", None, "a"), "base_url"),
        (("http://user:secret@logs", None, "a"), "base_url"),
        (("http://logs?key=secret", None, "a"), "base_url"),
        (("http://logs", "", "a"), "api_key"),
        (("http://logs", "se\ncret", "a"), "api_key"),
        (("http://logs", "secr\u00e9t", "a"), "api_key"),
        (("http://logs", None, ""), "agent_id"),
        (("http://logs", None, "a" * 65), "agent_id"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_at_once(arguments, said):
    with pytest.raises(spanlog.ConfigurationError, match=said) as caught:
        spanlog.Client(*arguments)
    assert "secr" not in str(caught.value)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize("seconds", [{"timeout_seconds": 0}, {"retry_seconds": -1}, {"timeout_seconds": float("nan")}])
def test_seconds_that_cannot_be_waited_are_told_at_once(seconds):
    with pytest.raises(spanlog.ConfigurationError, match="seconds"):
        spanlog.Client("http://logs", None, "planner", **seconds)


def test_the_event_loop_goes_on_while_an_answer_is_awaited(api, speaker):
    async def log_and_tick():
        ticks = 0
        answered = asyncio.ensure_future(speaker.log("hello"))
        while not answered.done():
            ticks += 1
            await asyncio.sleep(0)
        return ticks, await answered

    api.answers.append(problem(503))
    ticks, answer = asyncio.run(log_and_tick())
    assert ticks > 1
    assert answer == STORED


def test_more_callers_than_connections_wait_in_silence(api, speaker, caplog):
    threads = [threading.Thread(target=speaker.sync_log, args=("hello",)) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(api.requests) == 30
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_client_can_be_used_again_after_close(api, speaker):
    async def use():
        async with speaker:
            await speaker.log("first")
        await speaker.aclose()
        return await speaker.log("second")

    assert asyncio.run(use()) == STORED


def _log_in_child(speaker, queue):
    queue.put(speaker.sync_log("from the child"))


def test_a_forked_child_makes_connections_of_its_own(api, speaker):
    speaker.sync_log("from the parent")
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=_log_in_child, args=(speaker, queue))
    child.start()
    assert queue.get() == STORED
    child.join()
    speaker.sync_log("from the parent again")
    queue.close()
    assert [json.loads(body)["message"] for *_, body in api.requests] == [
        "from the parent",
        "from the child",
        "from the parent again",
    ]
    assert api.connections == 2
