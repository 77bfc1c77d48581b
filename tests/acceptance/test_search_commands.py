"""search, sessions, session, traces: the commands against a running stack."""

import json
import subprocess

import pytest
from stack_process import SPANLOG, clean_environment

AGENT = """
import logging, spanlog
spanlog.configure(agent_id="finding")
logging.getLogger().setLevel(logging.INFO)
log = logging.getLogger("bot")
with spanlog.session("run-7"), spanlog.operation("round trip"):
    log.info("order filled", extra={"order_id": 42})
    try:
        [].pop()
    except IndexError:
        log.exception("flash loan failed", extra={"order_id": 43})
"""


@pytest.fixture(scope="module")
def logged(stack):
    stack.run_program(AGENT)
    stack.wait_for("/logs", lambda answer: answer["total"] == 2, q='agent:finding ("order filled" OR "flash loan")')
    stack.wait_for("/sessions", lambda answer: answer["items"] and answer["items"][0]["span_count"])


def lines(done):
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_search_finds_for_people_and_for_programs(stack, logged):
    head, _bars, empty, found = lines(stack.spanlog("search", 'level:error agent:finding "flash loan"'))
    assert head.startswith("1 record, ")
    assert empty == ""
    assert "ERROR    finding  flash loan failed" in found
    (line,) = lines(stack.spanlog("search", "order_id:<43", "--json"))
    assert json.loads(line)["message"] == "order filled"


def test_a_mistake_in_the_query_is_pointed_at(stack):
    done = stack.spanlog("search", 'level:error "flash loan')
    assert (done.returncode, done.stdout) == (2, "")
    message, query, caret = done.stderr.splitlines()
    assert message.startswith("spanlog: the quotation that begins here has no end")
    assert query[caret.index("^")] == '"'


def test_search_goes_on_with_what_comes(stack, logged):
    command = [*SPANLOG, "search", "agent:finding order", "--follow", "--json"]
    following = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=clean_environment(SPANLOG_URL=stack.api)
    )
    try:
        assert json.loads(following.stdout.readline())["message"] == "order filled"
        # The tail was opened before the search.
        stack.request("POST", "/logs", {"agent_id": "finding", "message": "order sent"})
        assert json.loads(following.stdout.readline())["message"] == "order sent"
    finally:
        following.kill()
        following.communicate()


def test_a_session_is_listed_and_read(stack, logged):
    listed = "\n".join(lines(stack.spanlog("sessions", "--agent-id", "finding", "--error")))
    assert "run-7" in listed
    head, _, *items = lines(stack.spanlog("session", "run-7"))
    assert head == "session run-7"
    text = "\n".join(items)
    assert text.index("span     round trip") < text.index("order filled") < text.index("flash loan failed")
    kinds = [json.loads(line)["kind"] for line in lines(stack.spanlog("session", "run-7", "--json"))]
    assert sorted(kinds) == ["log", "log", "span"]
    unknown = stack.spanlog("session", "no such run")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_traces_are_listed_by_what_is_asked(stack, logged):
    assert "round trip" in stack.spanlog("traces", "--name", "round *", "--error").stdout
    (line,) = lines(stack.spanlog("traces", "--agent-id", "finding", "--attr", "order_id=42", "--json"))
    trace = json.loads(line)
    assert (trace["root_name"], trace["error_count"]) == ("round trip", 1)
    assert lines(stack.spanlog("traces", "--agent-id", "finding", "--min-duration", "1h")) == ["0 traces"]
