"""Whatever text comes in, it is a value: it changes no question and breaks no answer."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOSTILE = [
    "' OR 1=1 --",
    "'; DROP TABLE otel_logs; --",
    "\\'; SELECT 1; --",
    '" OR ""="',
    "`otel_logs`",
    "{agent_id:String}",
    "{x:Identifier}",
    "%s %d %(agent_id)s",
    "$1 ${x} :x ?",
    ") UNION ALL SELECT * FROM system.tables --",
    "/* x */ -- x\n# x",
    "\\N",
    "\\",
    "\\\\'",
    "\\0\\x00\\u0000",
    "\t\r\n",
    "\x01\x1b[31m\x7f",
    "NULL",
    "nan",
    "now()",
    "sleep(3)",
    "file('/etc/passwd')",
    "url('http://127.0.0.1:1')",
    "<script>alert(1)</script>",
    "😀 ﷽ \u202e\u200b",
    "\ufeff",
    "\u2028\u2029",
    "../../../../etc/passwd",
    "e\u0301" * 20,
]
PARAMETERS = {
    "/logs": ("agent_id", "category", "source", "session_key", "search"),
    "/logs/summary": ("agent_id",),
    "/errors": ("agent_id", "search", "assigned_to"),
    "/traces": ("agent_id",),
}
STRICT_PARAMETERS = {
    "/logs": ("level", "trace_id", "resolved", "since", "until", "limit", "offset"),
    "/logs/summary": ("since", "until", "recurring_min"),
    "/errors": ("status", "level", "since", "until", "sort", "order", "limit", "cursor", "recurring_min"),
    "/traces": ("since", "until", "order", "limit"),
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_as_a_filter_finds_nothing_more(client, post, agent, text):
    post(agent_id=agent)
    for path, names in PARAMETERS.items():
        for name in names:
            answer = client.get(path, params={name: text[:64]})
            assert answer.status_code == 200, (path, name, answer.text)
            # Nothing here has the text in it but for what other texts of this list may leave.
            assert answer.json().get("total", 0) <= 1 or name == "search" or text.strip() == "", (path, name)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_where_a_form_is_asked_for_is_422(client, text):
    for path, names in STRICT_PARAMETERS.items():
        for name in names:
            answer = client.get(path, params={name: text})
            assert answer.status_code == 422, (path, name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_comes_back_as_it_was(client, post, agent, text):
    fields = {"category": text, "session_key": text, "source": text, "message": text}
    fields = {name: value for name, value in fields.items() if value}
    metadata = {text: {text: [text]}, "plain": text}
    answer = post(agent_id=agent, level="error", metadata=metadata, **fields)
    entry = client.get(f"/logs/{answer['id']}").json()
    assert {name: entry[name] for name in fields} == fields
    assert entry["metadata"] == metadata
    found = client.get("/logs", params={"agent_id": agent, "category": text, "source": text, "search": text}).json()
    assert [item["id"] for item in found["items"]] == [answer["id"]]
    resolved = client.patch(f"/logs/{answer['id']}/resolve", json={"resolved_by": text if text.strip() else "x"})
    assert resolved.json()["resolved"] is True
    assert client.get("/logs/summary", params={"agent_id": agent}).json()["by_agent"] == {agent: 1}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=64))
def test_any_text_is_answered_without_a_fault_of_ours(client, text):
    names = ("agent_id", "category", "search", "level", "trace_id", "since", "limit")
    for name in names:
        assert client.get("/logs", params={name: text}).status_code in {200, 422}
    assert client.post("/logs", json={"agent_id": text, "message": text}).status_code in {201, 422}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered_without_a_fault_of_ours(client, body):
    for path in ("/logs", "/logs/batch", "/logs/resolve-batch", "/errors/merge", "/errors/split"):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {200, 201, 422}


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda children: st.one_of(st.lists(children, max_size=4), st.dictionaries(st.text(), children, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(metadata=st.dictionaries(st.text(max_size=40), json_values, max_size=6))
def test_metadata_comes_back_exactly_or_is_refused(client, post, agent, metadata):
    answer = client.post("/logs", json={"agent_id": agent, "message": "m", "metadata": metadata})
    if "\\u0000" in answer.request.content.decode() or answer.status_code == 422:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "metadata"
        return
    assert client.get(f"/logs/{answer.json()['id']}").json()["metadata"] == metadata


def test_the_tables_are_still_there(client, post, agent):
    before = time.time_ns()
    post(agent_id=agent)
    assert client.get("/logs", params={"agent_id": agent}).json()["total"] == 1
    assert time.time_ns() > before
