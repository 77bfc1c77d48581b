"""Equal questions at the same moment are answered once, and nobody gets an answer from before he asked."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import CollectorRegistry
from query_api_serving import serving
from query_api_telemetry import Log

from spanlog_keys import OPEN, Access
from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.asked_together import PATHS, AskedTogetherMiddleware

ASKED = 24


class Application:
    """Answers with the number of the time it is asked, when it is let."""

    def __init__(self):
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.asked += 1
        number = self.asked
        await self.may_answer.wait()
        if scope["query_string"] == b"broken":
            raise ValueError(number)
        scope["route"] = "the route"
        assert (await receive())["body"] == b""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": str(number).encode()})


async def ask(asked_together, query=b"", access=OPEN, path="/logs/summary"):
    messages = []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "spanlog.access": access}

    async def send(message):
        if "headers" in message:
            # As the middleware before it does.
            message["headers"].append((b"of", b"this answer"))
        messages.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    await asked_together(scope, receive, send)
    assert scope["route"] == "the route"
    assert messages[0]["headers"] == [(b"x", b"y"), (b"of", b"this answer")]
    return int(messages[1]["body"])


async def let_them_begin():
    for _ in range(5):
        await asyncio.sleep(0)


def run(test):
    application = Application()
    asyncio.run(test(application, AskedTogetherMiddleware(application)))


def test_who_comes_during_an_answer_waits_for_the_next_with_all_others():
    async def test(application, asked_together):
        first = [asyncio.create_task(ask(asked_together)) for _ in range(3)]
        await let_them_begin()
        later = [asyncio.create_task(ask(asked_together)) for _ in range(3)]
        await let_them_begin()
        assert application.asked == 1
        application.may_answer.set()
        assert await asyncio.gather(*first, *later) == [1, 1, 1, 2, 2, 2]
        assert await ask(asked_together) == 3

    run(test)


@pytest.mark.parametrize(
    "others",
    [
        {"query": b"agent_id=a"},
        {"access": Access("a", frozenset(), frozenset({"a"}))},
        {"path": "/errors"},
        {"path": "/logs/tail"},
    ],
)
def test_other_questions_and_other_keys_are_asked_for_themselves(others):
    async def test(application, asked_together):
        asked = [asyncio.create_task(ask(asked_together, **more)) for more in ({}, others)]
        await let_them_begin()
        assert application.asked == 2
        application.may_answer.set()
        assert sorted(await asyncio.gather(*asked)) == [1, 2]

    run(test)


def test_an_error_is_everybodys_and_the_next_is_asked_anew():
    async def test(application, asked_together):
        asked = [asyncio.create_task(ask(asked_together, b"broken")) for _ in range(2)]
        await let_them_begin()
        application.may_answer.set()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [(type(error), error.args) for error in found] == [(ValueError, (1,))] * 2
        with pytest.raises(ValueError, match="2"):
            await ask(asked_together, b"broken")

    run(test)


def test_who_goes_away_leaves_the_others_their_answer():
    async def test(application, asked_together):
        gone, kept = (asyncio.create_task(ask(asked_together)) for _ in range(2))
        await let_them_begin()
        gone.cancel()
        await let_them_begin()
        application.may_answer.set()
        assert await kept == 1
        with pytest.raises(asyncio.CancelledError):
            await gone

    run(test)


def test_of_the_application_every_answer_holds_what_was_there_when_it_was_asked_for(store, loader, agent):
    async def ingest(_request):
        """Take nothing."""

    registry = CollectorRegistry()
    app = create_app(ApiConfig(), store, ingest, registry=registry)
    assert set(app.openapi()["paths"]) >= PATHS
    with serving(app) as client, ThreadPoolExecutor(ASKED) as pool:
        for stored in (1, 2, 3):
            loader.logs(agent, [Log(f"number {stored}")])
            path = f"/logs/summary?agent_id={agent}"
            answers = list(pool.map(lambda _, path=path: client.get(path), range(ASKED)))
            assert {answer.json()["total"] for answer in answers} == {stored}
            assert all("x-content-type-options" in answer.headers for answer in answers)
    labels = {"route": "/logs/summary", "query": "counts_of_hours"}
    assert 3 <= registry.get_sample_value("spanlog_api_query_seconds_count", labels) < 3 * ASKED
    counted = {"method": "GET", "route": "/logs/summary", "status": "200"}
    assert registry.get_sample_value("spanlog_api_requests_total", counted) == 3 * ASKED
