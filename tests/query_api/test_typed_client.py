"""The typed client is what the OpenAPI document says, route by route, type by type; and it works on the real API."""

import asyncio
import inspect
import json
import socket
import threading
import typing
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from client_generator import BY_HAND, NOT_OURS, PACKAGE, generated_files

import spanlog
from spanlog.query import models, parameters


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


@pytest.fixture
def asking(client):
    with spanlog.QueryClient(str(client.base_url), retry_seconds=0) as opened:
        yield opened


@pytest.fixture
def many(client, agent):
    """2,500 records of one agent, and their ids."""
    entries = [{"agent_id": agent, "message": f"message {number}", "level": "info"} for number in range(2_500)]
    assert client.post("/logs/batch", json=entries).status_code == 201
    return agent


def ours(document):
    return [
        (path, method, item)
        for path, methods in document["paths"].items()
        if not path.startswith(NOT_OURS)
        for method, item in methods.items()
    ]


def test_models_parameters_and_routes_are_those_of_the_document(document, request, repository):
    """``pytest --update-client`` writes them anew; the diff is then what changed for users of the client."""
    files = generated_files(document)
    if request.config.getoption("--update-client"):
        for name, text in files.items():
            (repository / PACKAGE / name).write_text(text)
    for name, text in files.items():
        assert (repository / PACKAGE / name).read_text() == text, f"{name}: run pytest --update-client"


def test_every_route_has_a_method_of_both_clients(document):
    for path, method, item in ours(document):
        name = BY_HAND.get(item["operationId"], item["operationId"])
        for kind in (spanlog.QueryClient, spanlog.AsyncQueryClient):
            assert callable(getattr(kind, name, None)), (method, path, name)


def test_operations_have_names_of_their_own(document):
    names = [item["operationId"] for _, _, item in ours(document)]
    assert len(names) == len(set(names))


def test_the_async_client_has_every_method_of_the_other_with_the_same_arguments():
    def methods(kind):
        found = inspect.getmembers(kind, inspect.isfunction)
        return {name: [*inspect.signature(f).parameters] for name, f in found if not name.startswith("_")}

    sync, other = methods(spanlog.QueryClient), methods(spanlog.AsyncQueryClient)
    other["close"] = other.pop("aclose")
    assert other == sync


def test_methods_written_by_hand_take_all_parameters_of_their_routes(document):
    filters = set(parameters.LogFilters.__annotations__)
    for _, _, item in ours(document):
        if item["operationId"] in BY_HAND:
            method = getattr(spanlog.QueryClient, BY_HAND[item["operationId"]])
            taken = filters | set(inspect.signature(method).parameters)
            asked = {p["name"].replace("-", "_") for p in item["parameters"]}
            assert asked <= taken, item["operationId"]


def checked(value, kind, where):
    """Assert that a value is of a type as ``models`` writes them."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        assert set(value) <= set(hints), (where, set(value) - set(hints))
        assert kind.__required_keys__ <= set(value), (where, kind.__required_keys__ - set(value))
        for key, item in value.items():
            checked(item, hints[key], f"{where}.{key}")
    elif origin is list:
        for number, item in enumerate(value):
            checked(item, arguments[0], f"{where}[{number}]")
    elif origin is dict:
        assert isinstance(value, dict), where
        for key, item in value.items():
            checked(item, arguments[1], f"{where}[{key}]")
    elif origin is typing.Literal:
        assert value in arguments, (where, value)
    elif arguments:
        fitting = [option for option in arguments if (value is None) == (option is type(None))]
        assert fitting, (where, value)
        if value is not None:
            checked(value, fitting[0], where)
    elif kind is float:
        assert isinstance(value, int | float), (where, value)
    elif kind is not typing.Any:
        assert isinstance(value, kind), (where, value)


def test_answers_of_the_running_api_have_the_types_that_are_told(asking, post, agent, trace_id):
    posted = asking.post_log(
        {"agent_id": agent, "message": "no answer", "level": "error", "session_key": "s", "trace_id": trace_id}
    )
    checked(posted, models.Posted, "posted")
    entry = asking.get_log(posted["id"])
    checked(entry, models.Entry, "entry")
    group = asking.get_error(entry["fingerprint"])
    checked(group, models.ErrorGroupDetail, "group")
    checked(asking.change_error(group["fingerprint"], {"comment": "seen"}), models.ErrorGroupDetail, "changed")
    checked(asking.get_context(posted["id"], before=1), models.EntryContext, "context")
    checked(asking.get_logs(agent_id=agent), models.EntryPage, "page")
    checked(asking.get_histogram(agent_id=agent, bars=3), models.LogHistogram, "histogram")
    checked(asking.get_facets(agent_id=agent, field=["level", "agent_id"]), models.Facets, "facets")
    checked(asking.get_summary(agent_id=agent), models.Summary, "summary")
    checked(asking.get_errors(agent_id=agent), models.ErrorGroupPage, "errors")
    checked(asking.get_patterns(agent_id=agent), models.PatternPage, "patterns")
    checked(asking.get_agents(), list[models.Agent], "agents")
    checked(asking.get_traces(agent_id=agent), models.TraceList, "traces")
    checked(asking.get_trace(trace_id), models.Trace, "trace")
    checked(asking.get_sessions(agent_id=agent), models.SessionPage, "sessions")
    checked(asking.get_session("s", since=posted["created_at"]), models.SessionTimeline, "session")
    checked(asking.get_health(), models.Health, "health")
    checked(asking.get_ready(), models.ReadinessReport, "ready")
    resolved = asking.resolve_log(posted["id"], {"resolved_by": "ana"})
    checked(resolved, models.Entry, "resolved")
    assert resolved["resolved_by"] == "ana"
    assert asking.resolve_batch({"ids": [posted["id"]], "resolved_by": "bo"}) == {"resolved": 0}
    assert asking.post_batch([{"agent_id": agent, "message": "m"}]) == {"inserted": 1}
    assert "spanlog" in asking.get_metrics()


def test_parameters_of_every_kind_arrive(asking, post, agent):
    post(agent_id=agent, message="a&b=ü 100%", metadata={"order": 42, "retry": True})
    now = datetime.now(UTC)
    page = asking.get_logs(
        agent_id=agent,
        search="a&b=ü 100%",
        resolved=False,
        since=now.replace(year=now.year - 1),
        until=None,
        attributes={"order": 42, "retry": True},
    )
    assert page["total"] == 1
    assert asking.get_logs(agent_id=agent, attributes={"order": 43})["total"] == 0
    assert asking.get_logs(agent_id="half \ud800")["total"] == 0


def test_a_search_gives_every_record_once_newest_first(asking, many):
    messages = [entry["message"] for entry in asking.search(agent_id=many)]
    assert messages == [f"message {number}" for number in reversed(range(2_500))]


@pytest.mark.parametrize("limit", [0, 1, 1_000, 1_001])
def test_a_search_ends_at_its_limit(asking, many, limit):
    assert sum(1 for _ in asking.search(agent_id=many, limit=limit)) == limit


def test_error_groups_are_given_page_by_page(asking, post, agent, monkeypatch):
    monkeypatch.setattr("spanlog.query._paging.MAX_PAGE", 2)
    for kind in ("one", "two", "three", "four", "five"):
        post(agent_id=agent, level="error", message=f"{kind} failed")
    groups = list(asking.errors(agent_id=agent))
    assert {group["title"].split()[0] for group in groups} == {"one", "two", "three", "four", "five"}
    assert len(groups) == 5
    assert len(list(asking.errors(agent_id=agent, limit=3))) == 3


def test_sessions_their_time_lines_and_traces_are_given_page_by_page(asking, post, agent, monkeypatch):
    monkeypatch.setattr("spanlog.query._paging.MAX_PAGE", 2)
    keys = [f"{agent}/{number}" for number in range(5)]
    for key in keys:
        for number in range(3):
            post(agent_id=agent, session_key=key, message=f"message {number}", trace_id=uuid.uuid4().hex)
    assert [session["session_key"] for session in asking.sessions(agent_id=agent)] == keys[::-1]
    assert [item["message"] for item in asking.timeline(keys[0])] == ["message 0", "message 1", "message 2"]
    traces = [trace["trace_id"] for trace in asking.traces(agent_id=agent)]
    assert len(traces) == len(set(traces)) == 15
    assert len(list(asking.traces(agent_id=agent, limit=3))) == 3


def test_an_export_is_the_file(asking, many):
    lines = b"".join(asking.export(agent_id=many, limit=5)).splitlines()
    assert [json.loads(line)["message"] for line in lines] == [f"message {number}" for number in range(2499, 2494, -1)]
    assert b"".join(asking.export("parquet", agent_id=many)).startswith(b"PAR1")


def test_a_mistake_in_the_query_is_told_with_its_place(asking):
    with pytest.raises(spanlog.ApiError) as caught:
        next(asking.search("level:loud"))
    (mistake,) = caught.value.errors
    assert (mistake["field"], mistake["position"]) == ("q", 6)
    assert "critical" in mistake["hint"]


def test_a_tail_gives_what_comes_and_ends_when_it_is_closed(asking, post, agent):
    with asking.tail(f"agent_id:{agent}") as tail:
        sent = [post(agent_id=agent, message=f"message {number}")["id"] for number in range(3)]
        assert [next(tail)["id"] for _ in range(3)] == sent
        assert tail.last_event_id.endswith(sent[-1])
        waiting = threading.Thread(target=lambda: list(tail))
        waiting.start()
        tail.close()
        waiting.join(60)
        assert not waiting.is_alive()


def test_a_tail_that_comes_back_gives_what_was_missed(asking, post, agent):
    with asking.tail(agent_id=agent) as tail:
        post(agent_id=agent)
        next(tail)
    missed = [post(agent_id=agent)["id"] for _ in range(2)]
    with asking.tail(agent_id=agent, last_event_id=tail.last_event_id) as again:
        assert [next(again)["id"] for _ in range(2)] == missed


class Wire:
    """Stands between client and API, and can be cut."""

    def __init__(self, host, port):
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                thread = threading.Thread(target=self._pass, args=(source, sink))
                self._threads.append(thread)
                thread.start()

    def _pass(self, source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        self._end(source, sink)

    def _end(self, *ends):
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self._end(*self._ends)

    def close(self):
        self._end(self._listener)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()
        for end in self._ends:
            end.close()


def test_a_tail_goes_on_after_its_connection_was_cut(client, post, agent, monkeypatch):
    # The API asks for two seconds.
    monkeypatch.setattr("spanlog.query.tail._LONGEST_RETRY_SECONDS", 0.05)
    notices = []
    wire = Wire(client.base_url.host, client.base_url.port)
    try:
        with (
            spanlog.QueryClient(f"http://127.0.0.1:{wire.port}") as asking,
            asking.tail(agent_id=agent, on_notice=lambda notice, _: notices.append(notice)) as tail,
        ):
            post(agent_id=agent)
            next(tail)
            wire.cut()
            missed = post(agent_id=agent)["id"]
            assert next(tail)["id"] == missed
    finally:
        wire.close()
    assert notices == ["lost", "back"]


async def _drained(tail):
    async for _ in tail:
        pass


def test_the_async_client_asks_iterates_and_is_cancelled(client, post, agent):
    async def talk():
        async with spanlog.AsyncQueryClient(str(client.base_url)) as asking:
            assert (await asking.get_logs(agent_id=agent))["total"] == 3
            found = [entry["message"] async for entry in asking.search(agent_id=agent, limit=2)]
            pieces = [piece async for piece in asking.export(agent_id=agent)]
            assert b"".join(pieces).count(b"\n") == 3
            assert [group async for group in asking.errors(agent_id=agent)] == []
            tail = asking.tail(agent_id=agent)
            waiting = asyncio.ensure_future(anext(tail))
            while not waiting.done():
                # It is opened in a thread, nobody knows when.
                await asyncio.to_thread(post, agent_id=agent, message="probe")
                await asyncio.wait([waiting], timeout=0.1)
            assert (await waiting)["message"] == "probe"
            endless = asyncio.ensure_future(_drained(tail))
            await asyncio.sleep(0)
            endless.cancel()
            await asyncio.gather(endless, return_exceptions=True)
            assert endless.cancelled()
            return found

    for number in range(3):
        post(agent_id=agent, message=f"message {number}")
    assert asyncio.run(talk()) == ["message 2", "message 1"]


def test_the_models_name_no_type_that_is_not_theirs():
    text = Path(models.__file__).read_text()
    assert "Problem" not in text
    for name, value in vars(models).items():
        if typing.is_typeddict(value):
            assert typing.get_type_hints(value), name
