"""An error's life on the real stack: new, resolved, regressed, merged; told by the command line, for CI jobs too."""

import json

PROGRAM = """
import logging, sys, spanlog
handler = spanlog.SpanlogHandler(agent_id="life")
log = logging.getLogger("life")
log.addHandler(handler)
for name in sys.argv[1:]:
    log.error("could not %s the order" % name, extra={"spanlog.fingerprint": name})
assert handler.flush(10)
"""


def test_an_error_is_new_then_resolved_then_regressed(start_stack):
    stack = start_stack(SPANLOG_RETENTION_DAYS="7")

    def log(*names: str) -> None:
        before = counted(stack.get("/errors"))
        stack.run_program(PROGRAM.replace("sys.argv[1:]", repr(names)))
        # A record is seen a moment before it is counted.
        stack.wait_for("/errors", lambda page: counted(page) == before + len(names))

    def counted(page: dict) -> int:
        return sum(item["count"] for item in page["items"])

    def groups(*options: str) -> dict[str, dict]:
        done = stack.spanlog("errors", "list", "--json", *options)
        assert done.returncode == 0, done.stderr
        return {item["title"]: item for item in json.loads(done.stdout)["items"]}

    assert stack.spanlog("summary", "--fail-on", "new").returncode == 0
    log("place", "send")
    assert stack.spanlog("summary", "--fail-on", "new").returncode == 1
    assert stack.spanlog("summary", "--fail-on", "regressed", "--fail-on", "recurring").returncode == 0
    placed, sent = (groups()[f"could not {name} the order"]["fingerprint"] for name in ("place", "send"))
    resolved = stack.spanlog("errors", "resolve", placed, "--by", "ana")
    assert resolved.returncode == 0, resolved.stderr
    assert "ana: resolve" in resolved.stdout
    assert set(groups("--status", "open")) == {"could not send the order"}
    log("place")
    done = stack.spanlog("summary", "--fail-on", "regressed")
    assert done.returncode == 1
    assert "Regressed: seen again after they were resolved: 1" in done.stdout
    assert "1 regressed" in done.stderr
    merged = stack.spanlog("errors", "merge", placed, sent, "--by", "ana", "--json")
    assert json.loads(merged.stdout)["count"] == 3, merged.stderr
    log("send")
    assert json.loads(stack.spanlog("errors", "show", sent, "--json").stdout)["count"] == 4
    assert stack.spanlog("errors", "merge", sent, placed).returncode == 2
    assert stack.stop() == 0
    (kept,) = stack.rows("SELECT engine_full AS engine FROM system.tables WHERE name = 'otel_logs'")
    assert "+ toIntervalDay(7)" in kept["engine"]
