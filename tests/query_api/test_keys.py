"""Keys at the query API's door: what each is for, how often, and whose records it shows."""

import json
import time
import uuid
from contextlib import contextmanager

import httpx
import pytest
from every_route import calls
from query_api_serving import serving
from query_api_telemetry import SECOND, Log, SentSpan

from spanlog_collector.otlp.description import LOGS
from spanlog_keys import Gate, KeyFile, KeyRequest, KeyRing, RateLimits, Scope
from spanlog_query_api import ApiConfig, create_app
from spanlog_query_api.scopes import is_open, wanted_scope
from spanlog_query_api.search.conditions import EVERY_ROW
from spanlog_query_api.tail.reader import MAX_LISTENERS
from spanlog_query_api.tail.readers import TailReaders

ANYTHING = {"": "0"}
PROBLEM = "application/problem+json"

# Digits among the letters: patterns leave such words out, so that records of two agents are of one shape.
THEIRS = f"th31rs{uuid.uuid4().hex[:12]}"
MINE = f"m1ne{uuid.uuid4().hex[:12]}"


class Keys:
    """Makes keys, and clients that carry them."""

    def __init__(self, file, base_url):
        self.file = file
        self._base_url = base_url

    @contextmanager
    def client(self, *scopes, agents=(), name=None, **limits):
        request = KeyRequest(name or f"k-{uuid.uuid4().hex}", frozenset(scopes), frozenset(agents), **limits)
        _, secret = self.file.create(request, "ana")
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx.Client(base_url=self._base_url, timeout=60, headers=headers) as client:
            deadline = time.monotonic() + 20
            while client.get("/ready").status_code == 401:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield client


@pytest.fixture(scope="module")
def app(store, loader, tmp_path_factory):
    async def ingest(request):
        loader.load(LOGS, request)

    file = KeyFile(tmp_path_factory.mktemp("keys"))
    file.create(KeyRequest("first", frozenset({Scope.ADMIN})), "ana")
    made = create_app(ApiConfig(visible_wait_seconds=0.3), store, ingest, gate=Gate(KeyRing(file)))
    made.state.file = file
    return made


@pytest.fixture(scope="module")
def keys(app):
    with serving(app) as client:
        yield Keys(app.state.file, str(client.base_url))


@pytest.fixture(scope="module")
def admin(keys):
    with keys.client(Scope.ADMIN) as client:
        yield client


@pytest.fixture(scope="module")
def mine(keys):
    with keys.client(Scope.READ, agents=[MINE]) as client:
        yield client


def test_what_each_route_is_for(app):
    wanted = {
        (call.method, call.template): "open"
        if is_open(call.method, call.path)
        else wanted_scope(call.method, call.path)
        for call in calls(app, ANYTHING)
    }
    for (method, path), scope in wanted.items():
        if path == "/health":
            assert scope == "open"
        elif path == "/audit":
            assert scope == Scope.ADMIN
        elif method in {"GET", "HEAD"}:
            assert scope in {Scope.READ, "open"}, path
        else:
            assert scope == (Scope.INGEST if path in {"/logs", "/logs/batch"} else Scope.WRITE), path
    assert {path for (_, path), scope in wanted.items() if scope == Scope.INGEST} == {"/logs", "/logs/batch"}


@pytest.mark.parametrize("path", ["/LOGS", "/logs/", "//logs", "/audit/", "/x", "/health/", "/docs/", "/openapi.json/"])
def test_what_is_no_route_is_not_open_either(path):
    assert not is_open("GET", path)
    assert wanted_scope("POST", path) == Scope.WRITE
    assert wanted_scope("DELETE", path) == Scope.WRITE


def test_a_key_opens_the_routes_it_is_for_and_no_others(app, keys):
    opened = {
        scope: {wanted for wanted in Scope if wanted in scopes}
        for scope, scopes in {
            Scope.INGEST: {Scope.INGEST},
            Scope.READ: {Scope.READ},
            Scope.WRITE: {Scope.WRITE, Scope.READ},
            Scope.ADMIN: set(Scope),
        }.items()
    }
    for scope in Scope:
        with keys.client(scope) as client:
            for call in calls(app, ANYTHING):
                if is_open(call.method, call.path):
                    continue
                with client.stream(call.method, call.path) as answer:
                    is_forbidden = wanted_scope(call.method, call.path) not in opened[scope]
                    assert (answer.status_code == 403) == is_forbidden, (scope, call)
                    if is_forbidden:
                        assert json.loads(answer.read())["detail"].startswith("the key k-")
                        assert answer.headers["content-type"] == PROBLEM


def test_the_page_of_the_api_and_its_parts_can_be_opened_by_a_browser_and_show_nothing_stored(keys):
    with httpx.Client(base_url=keys._base_url) as browser:
        for path in ("/docs", "/openapi.json", "/static-offline-docs/swagger-ui-bundle.js"):
            assert browser.get(path).status_code == 200
        assert browser.get("/health").json()["db"] == "connected"
        assert browser.post("/docs").status_code == 401


def test_too_many_questions_are_told_when_to_come_back(keys):
    with keys.client(Scope.READ, read_limit=0.01) as client:
        deadline = time.monotonic() + 20
        while (answer := client.get("/ready")).status_code == 200:
            assert time.monotonic() < deadline
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 100
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["detail"] == "more than 0.01 requests a second; send this one again later"


def test_without_keys_a_limit_is_for_an_address(store):
    async def ingest(_request):
        """Take everything."""

    gate = Gate(KeyRing(), RateLimits(read=0.001))
    with serving(create_app(ApiConfig(), store, ingest, gate=gate)) as client:
        assert client.get("/logs/agents").status_code == 200
        assert client.get("/logs/agents").status_code == 429
        assert client.get("/health").status_code == 200
        # Sending is another kind of request, and has no limit here.
        assert client.post("/logs", json={"agent_id": MINE, "message": "x"}).status_code == 201


@pytest.fixture(scope="module")
def stored(loader, admin):
    """Records of two agents, with all that can follow from them; all of theirs bears their name."""
    now = time.time_ns()
    trace, theirs_alone = uuid.uuid4().hex, uuid.uuid4().hex
    # Theirs come first: where the store keeps one example for both, it is theirs.
    for agent in (THEIRS, MINE):
        loader.logs(
            agent,
            [
                Log(f"asked {agent} for a price", now),
                Log(f"order of {agent} failed", now - SECOND, severity=17, trace_id=trace, span_id="01" * 8),
                Log("both fail alike", now, severity=17, attributes={"session.id": f"run of {agent}"}),
                Log(f"only {agent} says this, and in words of its own", now, trace_id=trace),
                Log(f"only {agent}", now, severity=17, attributes={"exception.type": f"Error{agent}", "who": agent}),
            ],
            scope=f"logger.{agent}",
        )
        span_id = ("0a" if agent == MINE else "0b") * 8
        attributes = {"session.id": f"run of {agent}", "gen_ai.request.model": agent}
        span = SentSpan(f"span of {agent}", span_id, start=now, end=now + SECOND, attributes=attributes, is_error=True)
        loader.spans(agent, trace, [span])
    loader.spans(THEIRS, theirs_alone, [SentSpan(f"alone {THEIRS}", "0c" * 8, start=now, end=now + SECOND)])
    groups = {
        agent: admin.get("/errors", params={"agent_id": agent, "limit": 1000}).json()["items"]
        for agent in (MINE, THEIRS)
    }
    fingerprints = {agent: {group["fingerprint"] for group in found} for agent, found in groups.items()}
    for fingerprint in fingerprints[THEIRS] - fingerprints[MINE]:
        change = {"comment": f"spoken of {THEIRS}", "assigned_to": THEIRS, "by": THEIRS}
        assert admin.patch(f"/errors/{fingerprint}", json=change).status_code == 200
    records = {agent: admin.get("/logs", params={"agent_id": agent}).json()["items"] for agent in (MINE, THEIRS)}
    first = records[THEIRS][0]["id"]
    assert admin.patch(f"/logs/{first}/resolve", json={"resolved_by": THEIRS}).status_code == 200
    return {
        "trace": trace,
        "theirs_alone": theirs_alone,
        "fingerprints": fingerprints,
        "ids": {agent: [record["id"] for record in found] for agent, found in records.items()},
    }


ASKED = {"field": ["agent_id", "who", "session_key", "logger"], "limit": 200}


def answers(client, app, stored, agent, *, of_its_own):
    """Ask all that can be asked, by ids that are ``agent``'s alone or by such that are shared."""
    others = MINE if agent == THEIRS else THEIRS
    fingerprints = stored["fingerprints"]
    (own, *_), (shared,) = fingerprints[agent] - fingerprints[others], fingerprints[agent] & fingerprints[others]
    values = {
        "trace": stored["theirs_alone"] if of_its_own and agent == THEIRS else stored["trace"],
        "finger": own if of_its_own else shared,
        "session": f"run of {agent}",
        "service": agent,
        "agent": agent,
        "": stored["ids"][agent][0],
    }
    parameters = {**ASKED, "service": agent, "query.service_name": agent}
    for call in calls(app, values):
        if call.method != "GET" or call.path in {"/logs/tail", "/audit", "/metrics"} or is_open("GET", call.path):
            continue
        yield call, client.get(call.path, params=parameters)


@pytest.fixture(scope="module")
def shown_to_all(admin, app, stored):
    """Which routes show what the others logged to a key for everybody's."""
    asked = answers(admin, app, stored, THEIRS, of_its_own=True)
    return {call.template for call, answer in asked if THEIRS in answer.text}


@pytest.mark.parametrize("of_its_own", [True, False])
def test_a_key_for_certain_agents_sees_nothing_of_others_on_any_route(app, mine, stored, shown_to_all, of_its_own):
    # Else this would prove nothing.
    assert len(shown_to_all) >= 12, shown_to_all
    for call, answer in answers(mine, app, stored, THEIRS, of_its_own=of_its_own):
        assert answer.status_code in {200, 400, 403, 404, 422, 501}, (call, answer.text)
        # Where there is nothing, what was asked for is named.
        told = answer.text.replace(f"run of {THEIRS}", "") if answer.status_code == 404 else answer.text
        assert THEIRS not in told, (call, answer.text)


@pytest.mark.parametrize("of_its_own", [True, False])
def test_a_key_for_certain_agents_sees_all_of_its_own(app, mine, stored, shown_to_all, of_its_own):
    shown = set()
    for call, answer in answers(mine, app, stored, MINE, of_its_own=of_its_own):
        assert THEIRS not in answer.text, (call, answer.text)
        if MINE in answer.text:
            shown.add(call.template)
    assert shown >= shown_to_all


def test_ids_of_others_are_not_listed(mine, stored):
    listed = "".join(
        mine.get(path, params={"limit": 1000}).text
        for path in ("/logs", "/traces", "/errors", "/logs/export", "/patterns")
    )
    assert stored["theirs_alone"] not in listed
    assert stored["trace"] in listed
    for fingerprint in stored["fingerprints"][THEIRS] - stored["fingerprints"][MINE]:
        assert fingerprint not in listed
    for log_id in stored["ids"][THEIRS]:
        assert log_id not in listed
        assert mine.get(f"/logs/{log_id}").status_code == 404
    assert mine.get(f"/traces/{stored['theirs_alone']}").status_code == 404


def test_figures_are_of_its_agents_alone(mine, stored):
    assert mine.get("/logs").json()["total"] == 5
    assert [agent["agent_id"] for agent in mine.get("/logs/agents").json()] == [MINE]
    summary = mine.get("/logs/summary").json()
    assert (summary["total"], summary["by_level"]["error"], list(summary["by_agent"])) == (5, 3, [MINE])
    assert mine.get("/errors").json()["total"] == 3
    trace = mine.get(f"/traces/{stored['trace']}").json()
    assert (trace["span_count"], trace["log_count"], trace["agents"]) == (1, 2, [MINE])
    patterns = mine.get("/patterns").json()
    assert sum(pattern["count"] for pattern in patterns["items"]) == 5
    assert any(MINE in pattern["example"] for pattern in patterns["items"])


def test_an_example_that_was_shown_to_others_before_is_not_shown_again(admin, mine, stored):
    for _ in range(2):
        assert THEIRS in admin.get("/patterns", params={"agent_id": THEIRS}).text
        assert THEIRS not in mine.get("/patterns").text
        assert THEIRS not in mine.get("/logs/summary").text


def test_a_tail_shows_its_agents_alone_and_ends_with_its_key(app, keys, loader):
    agent, other, name = f"tailing-{uuid.uuid4().hex}", f"other-{uuid.uuid4().hex}", f"t-{uuid.uuid4().hex}"
    with keys.client(Scope.READ, agents=[agent], name=name) as client, client.stream("GET", "/logs/tail") as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        loader.logs(other, [Log(f"of {other}")])
        loader.logs(agent, [Log(f"of {agent}")])
        seen = next(line for line in lines if line.startswith("data: "))
        assert agent in seen
        assert other not in seen
        app.state.file.revoke(name, "ana")
        while client.get("/ready").status_code != 401:
            time.sleep(0.02)
        loader.logs(agent, [Log("after its end")])
        rest = []
        with pytest.raises(httpx.RemoteProtocolError):
            rest.extend(lines)
        assert "after its end" not in "".join(rest)


def test_all_tails_together_are_bounded(store):
    readers = TailReaders(store, None, "/x")
    reader = readers._readers[None] = type("Full", (), {"listeners": MAX_LISTENERS})()
    assert readers.listeners == reader.listeners
    with pytest.raises(Exception, match="tails are open already"):
        readers.listen(type("Access", (), {"agents": None})(), EVERY_ROW, None)


def test_a_key_for_certain_agents_posts_their_records_alone(keys, admin):
    own, other = f"own-{uuid.uuid4().hex}", f"other-{uuid.uuid4().hex}"
    with keys.client(Scope.INGEST, Scope.READ, agents=[own]) as client:
        assert client.post("/logs", json={"agent_id": own, "message": "x"}).status_code == 201
        answer = client.post("/logs", json={"agent_id": other, "message": "x"})
        assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
        assert other in answer.json()["detail"]
        batch = [{"agent_id": agent, "message": "x"} for agent in (own, other)]
        assert client.post("/logs/batch", json=batch).status_code == 403
        disguised = {"gen_ai.agent.id": other, "service.name": other}
        assert client.post("/logs", json={"agent_id": own, "message": "y", "metadata": disguised}).status_code == 201
    assert admin.get("/logs", params={"agent_id": own}).json()["total"] == 2
    assert admin.get("/logs", params={"agent_id": other}).json()["total"] == 0


def test_a_key_for_certain_agents_resolves_their_records_and_no_groups(keys, admin, loader):
    own, other = f"own-{uuid.uuid4().hex}", f"other-{uuid.uuid4().hex}"
    message = f"fails {uuid.uuid4()} in both"
    for agent in (own, other):
        loader.logs(agent, [Log("same", severity=17, attributes={"spanlog.fingerprint": message})])
    ids = {agent: admin.get("/logs", params={"agent_id": agent}).json()["items"][0]["id"] for agent in (own, other)}
    with keys.client(Scope.WRITE, agents=[own]) as client:
        (group,) = client.get("/errors").json()["items"]
        fingerprint = group["fingerprint"]
        assert client.patch(f"/errors/{fingerprint}", json={"status": "resolved"}).status_code == 403
        merge = {"into": fingerprint, "fingerprints": [fingerprint]}
        assert client.post("/errors/merge", json=merge).status_code == 403
        assert client.post("/errors/split", json={"fingerprint": fingerprint}).status_code == 403
        by = {"resolved_by": "ana"}
        assert client.patch(f"/logs/{ids[other]}/resolve", json=by).status_code == 404
        batch = client.post("/logs/resolve-batch", json={"ids": list(ids.values()), **by})
        assert batch.json() == {"resolved": 1}
    # The other agent's record is open, and so the group is.
    (group,) = admin.get("/errors", params={"agent_id": other}).json()["items"]
    assert group["status"] == "open"
    with keys.client(Scope.WRITE, agents=[other]) as client:
        assert client.patch(f"/logs/{ids[other]}/resolve", json=by).status_code == 200
    assert admin.get(f"/errors/{fingerprint}").json()["status"] == "resolved"
